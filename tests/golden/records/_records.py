"""Records that carry wrapped objects: dataclasses, named tuples and typed dicts."""

from __future__ import annotations

from dataclasses import InitVar, dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Dict, Generic, List, NamedTuple, Optional, Tuple, TypedDict, TypeVar, Union

from ambidex import Module

if TYPE_CHECKING:
    from typing_extensions import Unpack

wrapper_module = Module("records")
T = TypeVar("T")


@wrapper_module.wrap_class
class Station:
    def __init__(self, name: str) -> None:
        self._name = name

    @property
    def name(self) -> str:
        return self._name

    async def report(self) -> Report:
        """Return a record of this very station."""
        return Report("calm", self, [self])


@wrapper_module.wrap_class
@dataclass
class Report:
    """A report."""

    title: str
    station: Station
    others: List[Station] = field(default_factory=list)
    scale: InitVar[int] = 1
    size: int = field(init=False, default=0)
    LIMIT: ClassVar[int] = 3

    def __post_init__(self, scale: int) -> None:
        self.size = scale * len(self.title)

    @property
    def where(self) -> str:
        return self.station.name

    def is_about(self, station: Station) -> bool:
        """Tell whether it is the station's."""
        return self.station is station


@wrapper_module.wrap_class
@dataclass
class Alarm(Report):
    """A report that has a cause."""

    cause: Optional[Station] = None
    heard_by: Tuple[Station, ...] = ()

    def is_known(self) -> bool:
        return self.cause is not None


@wrapper_module.wrap_class
@dataclass(frozen=True, order=True)
class Stop:
    at: Station
    label: str = ""


@wrapper_module.wrap_class
class Leg(NamedTuple):
    """From one stop to another."""

    start: Stop
    end: Optional[Stop] = None
    km: float = 0.0


class _Named(TypedDict):
    name: str


@wrapper_module.wrap_class
class Plan(_Named, total=False):
    legs: List[Leg]
    fallback: Optional[Plan]
    home: Station


@wrapper_module.wrap_class
@dataclass
class Node:
    """A record that stands in its own fields."""

    station: Optional[Station]
    near: List[Node] = field(default_factory=list)
    parent: Optional[Node] = None


@dataclass
class Page(Generic[T]):
    items: List[T]
    cursor: int = 0


@wrapper_module.wrap_function
async def page(stations: List[Station]) -> Page[Station]:
    return Page(stations, len(stations))


@wrapper_module.wrap_function
async def titles(reports: Page[Report]) -> Dict[str, Station]:
    assert all(type(report.station) is Station for report in reports.items)
    return {report.title: report.station for report in reports.items}


@wrapper_module.wrap_function
async def ride(plan: Plan) -> Tuple[Plan, List[Leg]]:
    legs = plan.get("legs", [])
    assert all(type(leg.start.at) is Station for leg in legs)
    return plan, legs


@wrapper_module.wrap_function
async def turned(node: Node) -> Node:
    assert node.station is None or type(node.station) is Station
    return node


@wrapper_module.wrap_function
async def either(thing: Union[Report, Stop, Station, str, None]) -> Union[Report, Stop, Station, str, None]:
    assert not isinstance(thing, Alarm) or all(type(station) is Station for station in thing.heard_by)
    held = thing.station if isinstance(thing, Report) else thing.at if isinstance(thing, Stop) else None
    assert held is None or type(held) is Station
    return thing


@wrapper_module.wrap_class
@dataclass
class Notice:
    """Hold no station; what extends it may."""

    text: str


@wrapper_module.wrap_class
@dataclass
class Closure(Notice):
    closed: Station


@wrapper_module.wrap_function
async def noticed(notice: Notice, *others: Notice) -> List[Notice]:
    notices = [notice, *others]
    assert all(type(each.closed) is Station for each in notices if isinstance(each, Closure))
    return notices


@dataclass
class Planner:
    """Say nothing of what is planned, nor where."""

    name: str
    fields: Any
    below: List[Planner] = field(default_factory=list)


class Wish(NamedTuple):
    of: object
    size: int = 1


class Options(TypedDict, total=False):
    wishes: Dict[str, Wish]
    level: int


@dataclass
class Draft(Generic[T]):
    item: T
    notes: List[object]


@wrapper_module.wrap_class
@dataclass
class Sighting:
    """Carry a station, and anything beside it."""

    at: Station
    remarks: Any = None


@wrapper_module.wrap_function
async def planned(planner: Planner, *wishes: Wish) -> Tuple[Planner, Tuple[Wish, ...]]:
    assert type(planner.fields) in (Station, dict)
    assert all(type(below.fields) in (Station, int, str) for below in planner.below if below is not planner)
    assert all(type(wish.of) in (Station, str) for wish in wishes)
    return planner, wishes


@wrapper_module.wrap_function
async def drafted(station: Station, draft: Draft[int]) -> Union[Draft[int], Dict[str, Station]]:
    assert all(type(note) is Station for note in draft.notes)
    return draft if draft.notes else {"": station}


@wrapper_module.wrap_function
async def sighted(sighting: Sighting, **options: Unpack[Options]) -> Tuple[Sighting, Options]:
    assert type(sighting.remarks[0]) is Station
    assert all(type(wish.of) is Station for wish in options.get("wishes", {}).values())
    return sighting, options


@wrapper_module.wrap_function
async def noted(notice: Notice) -> Notice:
    assert not isinstance(notice, Remark) or type(notice.about) is Station
    return notice


@wrapper_module.wrap_class
@dataclass
class Remark(Notice):
    about: object
