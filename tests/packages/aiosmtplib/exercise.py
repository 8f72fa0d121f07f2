"""Send mail to a local server, through both faces of aiosmtplib."""

from __future__ import annotations

import asyncio
import socket
from email.message import EmailMessage

import smtp_sync
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class Inbox:
    """Keep what is delivered; nobody lives at nowhere@."""

    def __init__(self) -> None:
        self.received: list[tuple[list[str], bytes]] = []

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: object
    ) -> str:
        """Take an address, or refuse it."""
        if address.startswith("nowhere@"):
            return "550 nobody lives here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Keep a message."""
        assert isinstance(envelope.content, bytes)
        self.received.append((envelope.rcpt_tos, envelope.content))
        return "250 kept"


def letter(subject: str, to: str) -> EmailMessage:
    """Return a message."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "ann@example.org", to, subject
    message.set_content("The wren sings.")
    return message


def blocking(host: str, port: int, inbox: Inbox) -> None:
    """Send by one call and in a session, and be refused."""
    errors, answer = smtp_sync.send(letter("one", "bob@example.org"), hostname=host, port=port, start_tls=False)
    assert (errors, answer) == ({}, "kept")
    assert inbox.received[0][0] == ["bob@example.org"]
    assert b"Subject: one" in inbox.received[0][1]
    with smtp_sync.SMTP(hostname=host, port=port, start_tls=False) as client:
        assert client.is_connected
        assert client.ehlo().code == 250
        assert client.supports_extension("8bitmime")
        assert client.noop().code == smtp_sync.SMTPStatus.completed
        errors, _ = client.send_message(letter("two", "cis@example.org, nowhere@example.org"))
        assert errors["nowhere@example.org"].code == 550
        try:
            client.sendmail("ann@example.org", ["nowhere@example.org"], "Subject: three\n\n")
        except smtp_sync.SMTPRecipientsRefused as error:
            assert [each.recipient for each in error.recipients] == ["nowhere@example.org"]
        else:
            raise AssertionError("somebody lives at nowhere@")
    assert not client.is_connected
    assert [to for to, _ in inbox.received] == [["bob@example.org"], ["cis@example.org"]]


async def waiting(host: str, port: int) -> None:
    """Send several messages at once."""
    results = await asyncio.gather(
        *(
            smtp_sync.send.aio(letter(str(number), "dan@example.org"), hostname=host, port=port, start_tls=False)
            for number in range(3)
        )
    )
    assert [answer for _, answer in results] == ["kept"] * 3
    async with smtp_sync.SMTP(hostname=host, port=port, start_tls=False) as client:
        assert (await client.vrfy.aio("ann@example.org")).code == 252


inbox = Inbox()
with socket.create_server(("127.0.0.1", 0)) as probe:
    port = int(probe.getsockname()[1])
controller = Controller(inbox, hostname="127.0.0.1", port=port)
controller.start()
try:
    blocking("127.0.0.1", port, inbox)
    asyncio.run(waiting("127.0.0.1", port))
    assert len(inbox.received) == 5
finally:
    controller.stop()
print("done")
