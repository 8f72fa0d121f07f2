"""An implementation of which one class has a face that somebody wrote."""

from __future__ import annotations

from typing import AsyncIterator, Dict, List, Optional

from ambidex import Module

wrapper_module = Module("by_hand")
wrapper_module.manual_wrapper("by_hand_more:fetch_twice")


class Client:
    """Is registered by the face that is written for it."""

    def __init__(self, name: str = "client") -> None:
        self._name = name

    async def fetch(self, text: str) -> str:
        return f"{self._name}: {text}"

    async def peer(self) -> Client:
        return self


wrapper_module.manual_wrapper("by_hand_faces:Client", of=Client)


@wrapper_module.wrap_class
class Retrying(Client):
    """Extends it; its face extends the one written by hand."""

    async def retries(self) -> int:
        return 3


@wrapper_module.wrap_class
class Pool:
    def __init__(self) -> None:
        self._clients = {"a": Client("a")}

    async def get(self, name: str) -> Optional[Client]:
        return self._clients.get(name)

    async def put(self, name: str, client: Client) -> None:
        self._clients[name] = client

    async def all(self) -> Dict[str, List[Client]]:
        return {name: [client] for name, client in self._clients.items()}

    async def __aiter__(self) -> AsyncIterator[Client]:
        for client in self._clients.values():
            yield client


@wrapper_module.wrap_function
async def connect(name: str) -> Client:
    return Client(name)


@wrapper_module.manual_wrapper
def version() -> str:
    """Is no business of a loop."""
    return "1"
