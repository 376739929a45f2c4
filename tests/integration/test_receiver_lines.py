"""A receiver's lines to its station against peers that are slow, wrong, cut off or not the station at all."""

from __future__ import annotations

import hashlib
import json
import socket
import time
from collections.abc import Iterable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.errors import AccessError
from pipeline.protocol.journal import Entry, Handed, Kind
from pipeline.protocol.status import Status
from pipeline.receiver import connection
from pipeline.receiver.line import HttpsLine
from pipeline.receiver.ports import LineError
from tests.patience import PATIENCE_S
from tests.ports import dead_port
from tests.receivers.papers import Papers, now
from tests.receivers.peer import Heard, Peer, Said, Script, answer

RECEIVER = "an-quang-01"
SOUND = bytes(range(256)) * 1_000
SHA = hashlib.sha256(SOUND).hexdigest()
PATIENCE = 0.02  # of 30 s: 0.6 s for a call


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Papers:
    return Papers(tmp_path_factory.mktemp("station"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "receiver"


class Wire:
    """A line to a scripted peer."""

    def __init__(self, papers: Papers, folder: Path) -> None:
        self.papers, self.folder = papers, folder
        self.peer: Peer | None = None

    def to(self, script: Script, patience: float = 1.0) -> HttpsLine:
        self.peer = Peer(script, self.papers.authority.server_context())
        self.peer.__enter__()
        self.line = HttpsLine(self.papers.identity(self.folder, RECEIVER, self.peer.address), patience=patience)
        return self.line


@pytest.fixture
def wire(papers: Papers, folder: Path) -> Iterator[Wire]:
    wire = Wire(papers, folder)
    yield wire
    if wire.peer is not None:
        wire.line.close()
        wire.peer.__exit__(None, None, None)


def always(*said: Said) -> Script:
    return lambda _: said


STATUS = Status(online=True, at=now())
PIECE = Handed("j-1", (Entry(1, now(), Kind.TONE),))


def test_what_is_asked_for_and_handed_in_goes_over_one_kept_connection(wire: Wire) -> None:
    def script(heard: Heard) -> Iterable[Said]:
        known = heard.headers.get("if-none-match")
        answers = {
            ("GET", "/loa/1/keyring"): answer(200, b"ring"),
            ("GET", "/loa/1/plan"): answer(304) if known == '"7"' else answer(200, b"plan", 'ETag: "7"\r\n'),
            ("GET", "/loa/1/journal?journal=j-1%2F%26"): answer(200, b'{"held": 4}'),
            ("POST", "/loa/1/journal"): answer(200, b'{"held": 5}'),
            ("POST", "/loa/1/status"): answer(204),
        }
        return [answers[heard.method, heard.path]]

    line = wire.to(script)
    assert line.keyring() == b"ring"
    assert line.plan(0) == b"plan"
    assert line.plan(7) is None
    assert line.held("j-1/&") == 4
    assert line.hand_in(PIECE) == 5
    line.tell(STATUS)
    assert wire.peer is not None
    assert wire.peer.connections == 1
    assert wire.peer.heard[-2].body == PIECE.payload()
    assert json.loads(wire.peer.heard[-1].body)["online"] is True


def test_no_plan_yet_is_no_fault(wire: Wire) -> None:
    assert wire.to(always(answer(404, b'{"code": "plan_none"}'))).plan(0) is None


@pytest.mark.parametrize("first", [[answer(200, b"one"), None], [None]], ids=["after an answer", "at the first"])
def test_a_kept_connection_that_the_station_closed_meanwhile_is_made_anew(wire: Wire, first: list[Said]) -> None:
    line = wire.to(lambda heard: first if heard.connection == 1 else [answer(200, b"two")])
    if first[0] is None:
        with pytest.raises(LineError, match="line_cut"):
            line.keyring()
    else:
        assert line.keyring() == b"one"
    assert line.keyring() == b"two"


ANSWERS: dict[str, tuple[Iterable[Said], str]] = {
    "silence": ([99.0], "line_timeout"),
    "half a head, then silence": ([b"HTTP/1.1 200 OK\r\nContent-", 99.0], "line_timeout"),
    "a drip of one byte at a time": (
        [b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n", *[b"x", 0.05] * 999],
        "line_timeout",
    ),
    "head without end": ([b"HTTP/1.1 200 OK\r\n", *[b"X-A: b\r\n", 0.02] * 999], "line_timeout"),
    "too many headers": ([b"HTTP/1.1 200 OK\r\n" + b"X-A: b\r\n" * 200 + b"\r\n"], "line_answer"),
    "a header of a megabyte": ([b"HTTP/1.1 200 OK\r\nX-A: " + b"x" * 1_000_000 + b"\r\n\r\n"], "line_answer"),
    "continue for ever": ([b"HTTP/1.1 100 Continue\r\n\r\n", 0.01] * 9_999, "line_timeout"),
    "no HTTP": ([b"220 smtp.example ESMTP\r\n"], "line_answer"),
    "less than it says": ([answer(200, b"short", length=99), None], "line_cut"),
    "no length": ([b"HTTP/1.1 200 OK\r\n\r\nx", None], "line_answer"),
    "length that is none": ([b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nx", None], "line_answer"),
    "chunks": ([b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n"], "line_answer"),
    "more than a document may be": ([answer(200, b"x", length=5_000_000)], "line_answer_too_large"),
    "elsewhere": ([answer(302, headers="Location: https://evil.example/\r\n")], "line_redirected"),
    "a page of a portal": ([answer(511, b"<html>log in</html>")], "line_refusal"),
    "revoked": ([answer(403, b'{"code": "receiver_revoked"}')], "receiver_revoked"),
    "a code nobody knows": ([answer(403, b'{"code": "x\\u001b[2J"}')], "line_refusal"),
    "a code that is a list": ([answer(403, b'{"code": ["receiver_revoked"]}')], "line_refusal"),
    "a code of a megabyte": ([answer(403, b"x" * 1_000_000)], "line_refusal"),
    "a fault of the station": ([answer(503, b'{"code": "station_busy"}')], "station_busy"),
}


@pytest.mark.parametrize(("said", "code"), ANSWERS.values(), ids=ANSWERS)
def test_an_answer_that_is_none_is_named_in_time(wire: Wire, said: Iterable[Said], code: str) -> None:
    line = wire.to(always(*said), PATIENCE if code == "line_timeout" else 1.0)
    began = time.monotonic()
    with pytest.raises(LineError) as failed:
        line.keyring()
    assert failed.value.code == code
    assert time.monotonic() - began < 45, "it did not hear it out"
    assert "\x1b" not in str(failed.value)


@pytest.mark.parametrize(
    "body", [b"", b"[]", b'{"held": -1}', b'{"held": true}', b'{"held": 1, "held": 2}', b'{"held": "4"}']
)
def test_what_is_held_is_a_number_or_nothing(wire: Wire, body: bytes) -> None:
    with pytest.raises(LineError, match="line_answer"):
        wire.to(always(answer(200, body))).held("j-1")


def test_an_answer_that_says_more_is_read_for_what_it_says(wire: Wire) -> None:
    assert wire.to(always(answer(200, b'{"held": 4, "x-later": {}}'))).held("j-1") == 4


def ranged(heard: Heard) -> list[Said]:
    begin = int(heard.headers.get("range", "bytes=0-").removeprefix("bytes=").rstrip("-"))
    tag = f'ETag: "{SHA}"\r\n'
    if not begin:
        return [answer(200, SOUND, tag)]
    return [answer(206, SOUND[begin:], f"{tag}Content-Range: bytes {begin}-{len(SOUND) - 1}/{len(SOUND)}\r\n")]


def test_a_sound_that_broke_off_goes_on_where_it_was(wire: Wire, tmp_path: Path) -> None:
    part = tmp_path / "x.part"
    line = wire.to(
        lambda heard: [answer(200, SOUND[:70_000], length=len(SOUND)), None] if not heard.count else ranged(heard)
    )
    with pytest.raises(LineError, match="line_cut"):
        line.sound(SHA, len(SOUND), part)
    assert part.read_bytes() == SOUND[:70_000]
    line.sound(SHA, len(SOUND), part)
    assert part.read_bytes() == SOUND
    assert wire.peer is not None
    assert wire.peer.heard[1].headers["range"] == "bytes=70000-"
    assert wire.peer.heard[1].headers["if-range"] == f'"{SHA}"'
    line.sound(SHA, len(SOUND), part)  # it is whole: nobody is asked
    assert len(wire.peer.heard) == 2


def test_a_station_that_knows_no_ranges_sends_it_whole_and_nothing_is_doubled(wire: Wire, tmp_path: Path) -> None:
    part = tmp_path / "x.part"
    part.write_bytes(b"wrong beginning" * 100)
    wire.to(always(answer(200, SOUND))).sound(SHA, len(SOUND), part)
    assert part.read_bytes() == SOUND


def test_of_a_beginning_that_was_thrown_away_nothing_stays(wire: Wire, tmp_path: Path) -> None:
    part = tmp_path / "x.part"
    part.write_bytes(b"wrong beginning" * 100)
    with pytest.raises(LineError, match="line_cut"):
        wire.to(always(answer(200, SOUND[:10], length=len(SOUND)), None)).sound(SHA, len(SOUND), part)
    assert part.read_bytes() == SOUND[:10]


def test_more_than_there_should_be_is_thrown_away_and_fetched_anew(wire: Wire, tmp_path: Path) -> None:
    part = tmp_path / "x.part"
    part.write_bytes(SOUND + b"x")
    wire.to(ranged).sound(SHA, len(SOUND), part)
    assert part.read_bytes() == SOUND


def span(begin: int, last: int, size: int) -> str:
    return f"Content-Range: bytes {begin}-{last}/{size}\r\n"


LAST = len(SOUND) - 1
SOUNDS: dict[str, tuple[bytes, str]] = {
    "not of its plan": (answer(404, b'{"code": "sound_none"}'), "line_refusal"),
    "another size, whole": (answer(200, b"x", length=10**9), "line_sound_differs"),
    "another size of the rest": (answer(206, b"x", span(1_000, LAST, len(SOUND)), length=10**9), "line_sound_differs"),
    "another place": (answer(206, SOUND[5:], span(5, LAST, len(SOUND))), "line_answer"),
    "another whole": (answer(206, SOUND[1_000:], span(1_000, LAST, 10**9)), "line_answer"),
    "no place": (answer(206, SOUND[1_000:]), "line_answer"),
    "beyond the end": (answer(416), "line_sound_differs"),
    "another sound": (answer(200, SOUND, 'ETag: "x"\r\n'), "line_sound_differs"),
    "cut": (answer(206, b"x" * 9, span(1_000, LAST, len(SOUND)), length=len(SOUND) - 1_000), "line_cut"),
}


@pytest.mark.parametrize(("said", "code"), SOUNDS.values(), ids=SOUNDS)
def test_a_sound_that_does_not_fit_the_plan_is_not_taken(wire: Wire, tmp_path: Path, said: bytes, code: str) -> None:
    part = tmp_path / "x.part"
    part.write_bytes(SOUND[:1_000])
    with pytest.raises(LineError) as failed:
        wire.to(always(said, None)).sound(SHA, len(SOUND), part)
    assert failed.value.code == code
    assert not part.exists() or part.stat().st_size <= len(SOUND)


def test_a_slow_station_keeps_nobody_for_ever_and_what_came_is_kept(wire: Wire, tmp_path: Path) -> None:
    part = tmp_path / "x.part"
    head = answer(200, length=len(SOUND))
    line = wire.to(always(head, *[b"x" * 10, 0.02] * 9_999), patience=0.006)
    with pytest.raises(LineError, match="line_timeout"):
        line.sound(SHA, len(SOUND), part)
    assert part.stat().st_size > 0


def test_a_part_that_cannot_be_written_is_the_callers(wire: Wire, tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file"):
        wire.to(ranged).sound(SHA, len(SOUND), tmp_path / "none" / "x.part")


@pytest.mark.parametrize(("ahead", "expected"), [(0, 0), (3_600, 3_600), (-90, -90)])
def test_the_stations_date_shows_how_far_the_clock_is_off(wire: Wire, ahead: int, expected: int) -> None:
    def script(_: Heard) -> Iterable[Said]:
        date = time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime())
        return [answer(200, b"x", f"Date: {date}\r\n")]

    line = wire.to(script)
    assert line.offset_s() is None
    line.keyring()
    line._used._clock = lambda: time.time() + ahead
    offset = line.offset_s()
    assert offset is not None
    assert abs(offset - expected) < 4


@pytest.mark.parametrize("date", ["", "soon", "Mon, 32 Nov 2026 00:00:00 GMT", "Mon, 23 Nov 99999 00:00:00 GMT"])
def test_a_date_that_is_none_says_nothing_of_the_clock(wire: Wire, date: str) -> None:
    line = wire.to(always(answer(200, b"x", f"Date: {date}\r\n")))
    line.keyring()
    assert line.offset_s() is None


def test_a_time_heard_long_ago_says_nothing_of_the_clock(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    line = wire.to(always(answer(200, b"x", "Date: Mon, 23 Nov 2026 00:00:00 GMT\r\n")))
    line.keyring()
    assert line.offset_s() is not None
    later = time.monotonic() + 1_000
    monkeypatch.setattr("pipeline.receiver.exchange.time.monotonic", lambda: later)
    assert line.offset_s() is None


# --- who answers ------------------------------------------------------------------------------------------------------


def refusal(line: HttpsLine) -> str:
    with pytest.raises(LineError) as failed:
        line.keyring()
    return failed.value.code


def test_another_authority_is_not_the_station(papers: Papers, folder: Path, tmp_path: Path) -> None:
    other = Papers(tmp_path / "other")
    with Peer(always(answer(200, b"x")), other.authority.server_context()) as peer:
        assert refusal(HttpsLine(papers.identity(folder, RECEIVER, peer.address))) == "line_certificate"
        assert not peer.heard


def test_another_host_with_a_certificate_of_the_station_is_not_the_station(papers: Papers, folder: Path) -> None:
    with Peer(always(answer(200, b"x")), papers.authority.server_context()) as peer:
        address = peer.address.replace("127.0.0.1", "127.0.0.2")
        line = HttpsLine(papers.identity(folder, RECEIVER, address))
        assert refusal(line) in {"line_refused", "line_certificate"}
    papers.authority.certify_server(folder, ["other.example"])
    context = papers.authority.server_context()
    context.load_cert_chain(folder / "server.pem", folder / "server.key")
    with Peer(always(answer(200, b"x")), context) as peer:
        assert refusal(HttpsLine(papers.identity(folder, RECEIVER, peer.address))) == "line_certificate"
        assert not peer.heard


def test_another_receivers_certificate_is_no_station(papers: Papers, folder: Path) -> None:
    thief = papers.identity(folder, "localhost", "https://127.0.0.1:1")
    context = papers.authority.server_context()
    context.load_cert_chain(thief.credential)
    with Peer(always(answer(200, b"x")), context) as peer:
        assert refusal(HttpsLine(papers.identity(folder, RECEIVER, peer.address))) == "line_certificate"


def test_a_certificate_that_is_over_is_no_stations(papers: Papers, folder: Path) -> None:
    folder.mkdir()
    papers.authority._write_pair(folder, "server", "x", ["127.0.0.1"], -timedelta(days=1))
    context = papers.authority.server_context()
    context.load_cert_chain(folder / "server.pem", folder / "server.key")
    with Peer(always(answer(200, b"x")), context) as peer:
        assert refusal(HttpsLine(papers.identity(folder, RECEIVER, peer.address))) == "line_certificate"


def test_a_receiver_whose_own_certificate_is_over_is_told_so(papers: Papers, folder: Path) -> None:
    with Peer(always(answer(200, b"x")), papers.authority.server_context()) as peer:
        identity = papers.identity(folder, RECEIVER, peer.address, lasts=-timedelta(days=1))
        assert refusal(HttpsLine(identity)) == "line_credential_refused"


def test_what_speaks_no_tls_is_not_the_station(papers: Papers, folder: Path) -> None:
    with Peer(always(b"HTTP/1.1 200 OK\r\n\r\n"), None) as peer:
        assert refusal(HttpsLine(papers.identity(folder, RECEIVER, peer.address))) == "line_tls"


def test_a_handshake_that_never_ends_is_given_up(papers: Papers, folder: Path) -> None:
    with Peer(always(99.0), None) as peer:
        line = HttpsLine(papers.identity(folder, RECEIVER, peer.address), patience=PATIENCE)
        assert refusal(line) == "line_timeout"


def test_a_station_that_is_off_refuses(papers: Papers, folder: Path) -> None:
    with dead_port() as port:
        assert refusal(HttpsLine(papers.identity(folder, RECEIVER, f"https://127.0.0.1:{port}"))) == "line_refused"


def test_a_name_nobody_knows_is_said(papers: Papers, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(connection.socket, "getaddrinfo", unknown)
    assert refusal(HttpsLine(papers.identity(folder, RECEIVER, "https://loa.xa.invalid"))) == "line_dns"


def test_a_name_server_that_never_answers_keeps_nobody_and_is_asked_once(
    papers: Papers, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import threading

    asked, answered = [], threading.Event()

    def slow(*given: object, **_: object) -> list[object]:
        asked.append(given)
        answered.wait(PATIENCE_S)
        return []

    monkeypatch.setattr(connection.socket, "getaddrinfo", slow)
    line = HttpsLine(papers.identity(folder, RECEIVER, "https://slow.invalid"), patience=0.005)
    assert refusal(line) == "line_dns"
    assert refusal(line) == "line_dns"
    answered.set()
    connection._looking["slow.invalid"].join(PATIENCE_S)
    assert len(asked) == 1


def test_an_identity_that_is_gone_is_a_fault_of_the_line(papers: Papers, folder: Path) -> None:
    identity = papers.identity(folder, RECEIVER, "https://127.0.0.1:1")
    line = HttpsLine(identity)
    with pytest.raises(LineError, match="line_refused"):
        line.keyring()
    with Peer(always(answer(200, b"x")), papers.authority.server_context()) as peer:
        identity = papers.identity(folder, RECEIVER, peer.address)
        identity.credential.unlink()
        with pytest.raises(LineError, match="identity_unreadable"):
            HttpsLine(identity).keyring()
    with pytest.raises(AccessError, match="identity_unreadable"):
        HttpsLine(papers.identity(folder, RECEIVER, ""))
