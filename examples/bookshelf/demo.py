"""`make demo`: use the public module in four ways and three places, over a real database, and say what a call costs."""

from __future__ import annotations

import asyncio
import socket
import statistics
import tempfile
import threading
import time
from pathlib import Path

import async_program
import blocking_script
import httpx
import notebook
import three_places
import uvicorn
import web_app
from bookshelf import Bookshelf

from ambidex.runtime import close_all


def serve_and_ask(path: str) -> None:
    """Start the web application on a free port of this machine and use it through a real HTTP client."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(web_app.make_app(path), log_level="warning"))
    thread = threading.Thread(target=server.run, args=([listener],))
    thread.start()
    try:
        # the socket listens already: the first request waits in its queue until the application has started
        with httpx.Client(base_url=f"http://127.0.0.1:{listener.getsockname()[1]}", timeout=20.0) as client:
            print(client.put("/books/Beloved", params={"author": "Toni Morrison", "year": 1987}).json())
            print(client.put("/books/Beloved", params={"author": "Toni Morrison", "year": 1987}).json())
            print(client.get("/books", params={"since": 1850}).json())
    finally:
        server.should_exit = True
        thread.join()
        listener.close()


def measure() -> None:
    """Print the median cost of a call that asks the database, blocking and awaited."""
    rounds = 500
    with Bookshelf(":memory:") as shelf:
        blocking: list[float] = []
        for _ in range(rounds):
            started = time.perf_counter()
            shelf.find("Emma")
            blocking.append(time.perf_counter() - started)

        async def awaited() -> list[float]:
            costs: list[float] = []
            for _ in range(rounds):
                started = time.perf_counter()
                await shelf.find.aio("Emma")
                costs.append(time.perf_counter() - started)
            return costs

        print(f"shelf.find(...)           {statistics.median(blocking) * 1e6:7.0f} us, the query included")
        print(
            f"await shelf.find.aio(...) {statistics.median(asyncio.run(awaited())) * 1e6:7.0f} us, the query included"
        )


def main() -> None:
    """Run the programs; the first four share a database."""
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "books.sqlite")
        print("-- a blocking script")
        blocking_script.main(path)
        print("-- an async program")
        print(", ".join(asyncio.run(async_program.main(path))))
        print("-- a web application, asked over HTTP")
        serve_and_ask(path)
        print("-- cells of a notebook, in a live loop")
        notebook.main()
        three_places.main()
        print("-- what a call costs")
        measure()
    close_all()


if __name__ == "__main__":
    main()
