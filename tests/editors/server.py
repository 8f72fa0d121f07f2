"""Speak to a language server over its standard input and output, as an editor does."""

from __future__ import annotations

import json
import os
import selectors
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import unquote, urlparse

if TYPE_CHECKING:
    from collections.abc import Sequence

ANSWER_S = 60.0  # a server that takes longer hangs; below the limit of one test
ENDING_S = 30.0
CAPABILITIES = {
    "workspace": {"configuration": True},
    "textDocument": {
        "hover": {"contentFormat": ["plaintext"]},
        "signatureHelp": {"signatureInformation": {"documentationFormat": ["plaintext"]}},
    },
}


class Spot(NamedTuple):
    """A place in a file: the text of its line, and the name that stands there."""

    file: str
    line: str
    name: str


class Signature(NamedTuple):
    """What an editor shows inside the parentheses of a call."""

    label: str
    doc: str


class Server:
    """A language server for one folder."""

    def __init__(self, command: Sequence[str | Path], folder: Path) -> None:
        self._folder = folder
        self._process = subprocess.Popen(
            command, cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, bufsize=0
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._input, self._output = self._process.stdin, self._process.stdout
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._output, selectors.EVENT_READ)
        self._received = b""
        self._requests = 0
        place = {"uri": folder.as_uri(), "name": folder.name}
        self._ask(
            "initialize",
            {
                "processId": os.getpid(),
                "rootUri": folder.as_uri(),
                "workspaceFolders": [place],
                "capabilities": CAPABILITIES,
            },
        )
        self._send({"method": "initialized", "params": {}})

    def close(self) -> None:
        """Ask the server to end, and see that it does."""
        self._ask("shutdown", None)
        self._send({"method": "exit"})
        self._input.close()
        try:
            self._process.wait(ENDING_S)
        finally:
            self._process.kill()
            self._process.wait()
            self._selector.close()
            self._output.close()

    def open(self, name: str) -> None:
        """Show the server a file of the folder."""
        file = self._folder / name
        text = file.read_text(encoding="utf-8")
        document = {"uri": file.as_uri(), "languageId": "python", "version": 1, "text": text}
        self._send({"method": "textDocument/didOpen", "params": {"textDocument": document}})

    def hover(self, name: str, line: str, word: str) -> str:
        """Return what is shown for a word of a line, which stands there once."""
        answer = self._ask("textDocument/hover", self._at(name, line, word, 1))
        return "" if answer is None else answer["contents"]["value"]

    def definition(self, name: str, line: str, word: str, occurrence: int | None = None) -> list[Spot]:
        """Return where the definition of a word lands; `occurrence` is which of the lines with that text is meant."""
        found: list[Spot] = []
        place = self._at(name, line, word, 1, occurrence)
        places: list[dict[str, Any]] = self._ask("textDocument/definition", place) or []
        for place in places:
            uri: str = place["uri"]
            file = Path(unquote(urlparse(uri).path))
            start: dict[str, int] = place["range"]["start"]
            end: dict[str, int] = place["range"]["end"]
            text = file.read_text(encoding="utf-8").splitlines()[start["line"]]
            found.append(Spot(file.name, text.strip(), text[start["character"] : end["character"]]))
        return found

    def completion(self, name: str, line: str, word: str) -> list[str]:
        """Return what is offered behind a word, without the names that begin with an underscore."""
        answer = self._ask("textDocument/completion", self._at(name, line, word, len(word)))
        labels: list[str] = [item["label"] for item in answer["items"]]
        return sorted(label for label in labels if not label.startswith("_"))

    def signature(self, name: str, line: str, word: str) -> Signature:
        """Return what is shown behind a word that ends with a parenthesis, and has one signature."""
        (signature,) = self.signatures(name, line, word)
        return signature

    def signatures(self, name: str, line: str, word: str) -> list[Signature]:
        """Return the same of what has several."""
        answer = self._ask("textDocument/signatureHelp", self._at(name, line, word, len(word)))
        listed: list[dict[str, Any]] = answer["signatures"]
        return [Signature(each["label"], each.get("documentation", {"value": ""})["value"]) for each in listed]

    def _at(self, name: str, line: str, word: str, offset: int, occurrence: int | None = None) -> dict[str, Any]:
        file = self._folder / name
        lines = file.read_text(encoding="utf-8").splitlines()
        found = [index for index, text in enumerate(lines) if line in text]
        assert occurrence is not None or len(found) == 1, f"{name} has {len(found)} lines with {line!r}"
        number = found[occurrence or 0]
        position = {"line": number, "character": lines[number].index(word) + offset}
        return {"textDocument": {"uri": file.as_uri()}, "position": position}

    def _send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self._input.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))

    def _ask(self, method: str, params: object) -> Any:
        """Send a request and return its result, answering what the server asks meanwhile."""
        self._requests += 1
        self._send({"id": self._requests, "method": method, "params": params})
        deadline = time.monotonic() + ANSWER_S
        while True:
            message = self._receive(deadline)
            if "method" in message and "id" in message:
                settings = message["method"] == "workspace/configuration"
                result: list[dict[str, Any]] | None = [{} for _ in message["params"]["items"]] if settings else None
                self._send({"id": message["id"], "result": result})
            elif message.get("id") == self._requests:
                assert "error" not in message, message["error"]
                return message["result"]

    def _receive(self, deadline: float) -> dict[str, Any]:
        while True:
            head, found, rest = self._received.partition(b"\r\n\r\n")
            if found:
                fields = dict(line.split(b": ", 1) for line in head.split(b"\r\n"))
                length = int(fields[b"Content-Length"])
                if len(rest) >= length:
                    self._received = rest[length:]
                    message: dict[str, Any] = json.loads(rest[:length])
                    return message
            assert self._selector.select(max(0.0, deadline - time.monotonic())), "the server does not answer"
            part = os.read(self._output.fileno(), 1 << 16)
            assert part, f"the server ended with {self._process.poll()}"
            self._received += part
