"""Use what functools makes of methods: it takes what is left, and chooses by what it is given; and decorators."""

from __future__ import annotations

import asyncio

import derived
from ambidex import method
from derived import Answer, Client, Store

client = Client()
near = Answer("near")
assert client.get("/a").text == "GET /a True 3 "
assert client.get("/a", False, near=near).text == "GET /a False 3 near"
assert client.ping().text == "GET / True 0 "
assert client.ping(retries=1, near=near).text == "GET / True 1 near"
assert client.slow("/a").text == "GET /a False 3 "
assert client.slow("/a", follow=True).text == "GET /a True 3 "
assert list(client.home("a", "b")) == ["/home/a", "/home/b"]
assert client.marked(near).text == "!near"
assert isinstance(Client.local(80), Client)
assert Client.hexadecimal("ff") == 255
assert client.shown(3) == "the number 3"
assert client.shown(near, loud=True) == "the answer near!"
assert client.shown([near, near]) == "the answer near the answer near"
try:
    client.shown("text")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
except TypeError as error:
    assert error.args == ("text",)
else:
    raise AssertionError
assert client.kept(near) == {"answer": near}
assert client.kept([near]) == {"any": [near]}
assert [type(each) for each in Client.of(2)] == [Client, Client]
assert len(Client.of("x")) == 1
assert derived.told(3) == "something"
assert derived.told(near) == "an answer: near"


class Quick(Client):
    """A user's own, whose method the implementation's `slow` does not call: it was made of the one above."""

    @method
    def get(self, path: str, follow: bool = True, *, near: Answer | None = None, retries: int = 3) -> Answer:
        return Answer("quick")


assert Quick().get("/a").text == "quick"

store = Store()
assert store.load("a", failures=2).text == "a 3"
assert store.number("b") == store.number("b") == 4
assert [answer.text for answer in store.twice("c")] == ["c", "c"]
assert store.read("d").text == "d"
assert derived.found("e")["answer"].text == "e"


async def main() -> None:
    assert (await Store().load.aio("a")).text == "a 2"
    assert (await store.twice.aio("c"))[1].text == "c"
    assert (await store.read.aio("d")).text == "d"
    assert (await derived.found.aio("e"))["answer"].text == "e"
    assert (await client.get.aio("/a", near=near)).text == "GET /a True 3 near"
    assert [line async for line in client.home.aio("a")] == ["/home/a"]
    assert await Client.hexadecimal.aio("ff", base=10 + 6) == 255
    assert isinstance(await Client.local.aio(port=80), Client)
    assert await client.shown.aio([near]) == "the answer near"
    assert await derived.told.aio(near) == "an answer: near"


asyncio.run(main())
