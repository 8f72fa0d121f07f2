"""Whether a class that extends another may take more by place in a class pattern."""


class Point:
    """One with two places."""

    __match_args__ = ("x", "y")

    def __init__(self, x: int, y: int) -> None:
        self.x = x
        self.y = y


class Named(Point):
    """One with another place."""

    __match_args__ = ("x", "y", "name")

    def __init__(self, x: int, y: int, name: str) -> None:
        super().__init__(x, y)
        self.name = name
