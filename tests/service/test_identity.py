"""Identities: a key in a file that is this user's alone, and the text that others know it by."""

from __future__ import annotations

import datetime as dt
import os
import pickle
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import given
from hypothesis import strategies as st

from ambidex.errors import SecurityError, UsageError
from ambidex.service import Identity, _certificates
from ambidex.service._certificates import key_of_certificate
from ambidex.service._key_text import checked_key
from ambidex.transport.tls import Credentials, Tls, TlsSocket
from tests.limits import HANG_S, LIMIT_S
from tests.transport.streams import both, identities, tcp_pair, tls_of


def test_create_writes_a_file_that_load_reads(tmp_path: Path) -> None:
    """This user alone can read it, and nothing else is left in the folder."""
    path = tmp_path / "me"
    made = Identity.create(path)
    assert Identity.load(path).key == made.key
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]
    assert Identity.create(tmp_path / "other").key != made.key


def test_create_overwrites_nothing(tmp_path: Path) -> None:
    """Neither a file, nor what a link leads to, and it leaves no draft."""
    path = tmp_path / "me"
    path.write_text("precious")
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "nowhere")
    for each in (path, link):
        with pytest.raises(UsageError, match="exists, and is not overwritten"):
            Identity.create(each)
    assert path.read_text() == "precious"
    assert {each.name for each in tmp_path.iterdir()} == {"me", "link"}


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o660])
def test_load_refuses_a_file_that_others_have_access_to(tmp_path: Path, mode: int) -> None:
    """With its mode, and what to do."""
    path = tmp_path / "me"
    Identity.create(path)
    path.chmod(mode)
    with pytest.raises(UsageError, match=rf"mode {mode:04o}\).*chmod 600"):
        Identity.load(path)


def test_load_refuses_what_is_no_identity(tmp_path: Path) -> None:
    """A damaged file, one of another kind of key, a pipe that nobody writes to, a folder; no text of it is shown."""
    whole = tmp_path / "me"
    Identity.create(whole)
    text = whole.read_bytes()
    other = ec.generate_private_key(ec.SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    for content, reason in ((text[:-60], "damaged"), (b"", "damaged"), (b"\xff" * 100, "damaged"), (other, "Ed25519")):
        whole.write_bytes(content)
        with pytest.raises(UsageError, match=reason) as caught:
            Identity.load(whole)
        assert caught.value.__cause__ is None
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe, 0o600)
    for path in (pipe, tmp_path):
        with pytest.raises(UsageError, match="is no file"):
            Identity.load(path)


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() != 0, reason="only root can give a file away")
def test_load_refuses_a_file_of_another_user(tmp_path: Path) -> None:
    """Who could change it."""
    path = tmp_path / "me"
    Identity.create(path)
    os.chown(path, 12345, 12345)
    with pytest.raises(UsageError, match="another user"):
        Identity.load(path)


def test_secret_is_in_no_text_and_no_pickle(tmp_path: Path) -> None:
    """The repr is the key that others know it by."""
    me = Identity.create(tmp_path / "me")
    assert repr(me) == f"<Identity {me.key}>"
    with pytest.raises(TypeError, match="holds a secret"):
        pickle.dumps(me)


def test_key_of_a_certificate_is_that_of_the_identity() -> None:
    """The text is the same on every machine: this one is of a key of 32 zeros."""
    me = Identity(ed25519.Ed25519PrivateKey.from_private_bytes(bytes(32)))
    assert me.key == "ambidex-sha256:gopc76ixmmcqpnveeo244ccofbor7js5soz6e6tbsxj3x26jvyrxxz5i"
    certificate = x509.load_pem_x509_certificate(me.credentials.certificates)
    assert key_of_certificate(certificate.public_bytes(Encoding.DER)) == me.key
    with pytest.raises(SecurityError, match="cannot be read"):
        key_of_certificate(b"no certificate")


@given(place=st.integers(0, 70), character=st.sampled_from("abcdefghijklmnopqrstuvwxyz234567018-:=A \n"))
def test_key_with_a_wrong_character_is_refused(place: int, character: str) -> None:
    """Wherever it stands; so are a shorter one and a longer one."""
    key = identities()[0].key
    assert checked_key(key) == key
    changed = key[:place] + character + key[place + 1 :]
    if changed != key:
        with pytest.raises(UsageError, match="is no key, for"):
            checked_key(changed)
    for other in (key[:-1], key + "a", key.upper(), " " + key):
        with pytest.raises(UsageError, match="ambidex identity show"):
            checked_key(other)


@pytest.mark.parametrize("years", [(1971, 1972), (9000, 9001)], ids=["expired", "not yet"])
def test_dates_of_a_certificate_do_not_matter(years: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    """A peer may have made one with others: a key that is accepted is accepted."""
    server, _, _ = identities()
    begin, end = (dt.datetime(year, 1, 1) for year in years)  # noqa: DTZ001  UTC, as certificates want it
    monkeypatch.setattr(_certificates, "_BEGIN", begin)
    monkeypatch.setattr(_certificates, "_END", end)
    client = Identity(ed25519.Ed25519PrivateKey.generate())
    credentials: Credentials = client.credentials
    certificate = x509.load_pem_x509_certificate(credentials.certificates)
    assert certificate.not_valid_after_utc.year == years[1]
    theirs, ours = tcp_pair()
    ends = both(
        lambda: tls_of(server).secure(theirs, [client.key], HANG_S, is_server=True),
        lambda: Tls(credentials).secure(ours, [server.key], HANG_S, is_server=False),
    )
    for each in ends:
        assert isinstance(each, TlsSocket), repr(each)
        each.close()


def test_command_makes_and_shows_a_key(tmp_path: Path) -> None:
    """`new` prints what `show` prints; neither overwrites, and a mistake is told in a sentence."""

    def run(*words: str) -> tuple[int, str, str]:
        done = subprocess.run(
            [sys.executable, "-m", "ambidex.cli", "identity", *words],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=LIMIT_S,
            check=False,
        )
        return done.returncode, done.stdout, done.stderr

    code, made, errors = run("new", "me.pem")
    assert (code, errors) == (0, "")
    assert run("show", "me.pem") == (0, made, "")
    assert checked_key(made.rstrip("\n")) == Identity.load(tmp_path / "me.pem").key
    code, output, errors = run("new", "me.pem")
    assert (code, output) == (2, "")
    assert "me.pem exists, and is not overwritten" in errors
    code, output, errors = run("show", "nowhere")
    assert (code, output) == (1, "")
    assert "nowhere is out of reach (FileNotFoundError" in errors
