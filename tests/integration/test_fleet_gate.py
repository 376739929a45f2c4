"""The station's gate over real TLS: who gets what, who is refused, and who is slow, large or many."""

from __future__ import annotations

import http.client
import logging
import select
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipeline.door import crowd_of
from pipeline.errors import AccessError, StoreError
from pipeline.fleet import codes
from pipeline.fleet import server as serving
from pipeline.fleet.certificates import Authority, read_request
from pipeline.fleet.gate import Gate, GateSettings
from pipeline.fleet.keys import FOLDER, Keys, write_whole
from pipeline.fleet.ports import Over
from pipeline.messages import say
from pipeline.protocol import names
from pipeline.protocol.enrolment import EnrolmentCode, Granted, name_of, read_granted
from pipeline.protocol.journal import Entry, Handed, Kind
from pipeline.protocol.status import Status
from pipeline.signing import Keyring
from tests.patience import PATIENCE_S, until
from tests.receivers.devices import Device, asked, enrolled_device, new_request
from tests.receivers.ledgers import MemoryLedger

RECEIVER, OTHER = "an-quang-01", "xa-an-lao-01"
HASH = "a" * 64
NOW = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)


class Place:
    """A gate with its ledger, and devices that come to it."""

    def __init__(self, root: Path) -> None:
        self.root, self.ledger = root, MemoryLedger()
        self.devices: list[Device] = []
        self.clock: Callable[[], datetime] = lambda: datetime.now(UTC)
        self.keys = Keys.open(root / FOLDER, self.clock)
        self.trusted = True
        settings = GateSettings(root, ("127.0.0.1", 0), "https://localhost:8443", name="Đài An Lão")
        self.gate = Gate(self.ledger, self.keys, settings, self.clock, lambda: self.trusted)
        self.gate.start()
        assert self.gate.server is not None
        self.server = self.gate.server
        self.authority = Authority.open(root / FOLDER, self.clock)

    @property
    def port(self) -> int:
        return self.server.port

    def device(self, receiver: str = RECEIVER, source: str = "127.0.0.1") -> Device:
        folder = self.root / f"{receiver}-{len(list(self.root.iterdir()))}"
        made = enrolled_device(folder, self.authority, self.ledger, receiver, self.port, source=source)
        self.devices.append(made)
        return made

    def stranger(self, folder: Path | None = None) -> Device:
        """Without a certificate, or with the one in a folder."""
        self.devices.append(Device(self.port, self.root / FOLDER / "ca.pem", folder))
        return self.devices[-1]

    def close(self) -> None:
        for each in self.devices:
            each.close()
        self.gate.stop()

    def bare(self) -> ssl.SSLSocket:
        """A connection of a stranger that can be written to byte by byte."""
        context = self.stranger().context()
        return context.wrap_socket(
            socket.create_connection(("127.0.0.1", self.port), PATIENCE_S), server_hostname="127.0.0.1"
        )

    def code(self, receiver: str = RECEIVER) -> EnrolmentCode:
        key = self.keys.codes_key()
        text = codes.issue(self.ledger, receiver, name_of(self.authority.der), key, self.clock(), timedelta(hours=2))
        return EnrolmentCode.read(text)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    monkeypatch.setattr("pipeline.door.LOOK_EVERY_S", 0.05)
    made = Place(tmp_path)
    yield made
    made.close()


# --- enrolment --------------------------------------------------------------------------------------------------------


def granted(place: Place, code: EnrolmentCode, request: str) -> Granted:
    answer = place.stranger().ask("POST", names.ENROL_PATH, asked(code.id, code.secret, request))
    assert answer.status == 200
    return read_granted(answer.body)


def kept(place: Place, found: Granted, private: bytes) -> Device:
    folder = place.root / f"granted-{len(list(place.root.iterdir()))}"
    folder.mkdir()
    (folder / "own.key").write_bytes(private)
    (folder / "own.pem").write_text(found.certificate, encoding="ascii")
    return place.stranger(folder)


def test_a_code_brings_a_stranger_in(place: Place) -> None:
    code = place.code()
    authority = place.stranger().ask("GET", names.AUTHORITY_PATH)
    assert name_of(ssl.PEM_cert_to_DER_cert(authority.body.decode())) == code.authority
    request, private = new_request()
    found = granted(place, code, request)
    assert (found.receiver, found.name, found.broker) == (RECEIVER, "Đài An Lão", "")
    assert Keyring(place.keys.keyring.root).follow(found.keyring.encode()) == place.keys.keyring
    device = kept(place, found, private)
    assert device.ask("GET", names.KEYRING_PATH).body == place.keys.sealed_keyring


def test_whoever_uses_a_code_replaces_the_machine_before(place: Place) -> None:
    old = place.device()
    place.ledger.plans[RECEIVER] = (1, b"{}")
    assert old.ask("GET", names.PLAN_PATH).status == 200
    request, private = new_request()
    new = kept(place, granted(place, place.code(), request), private)
    assert new.ask("GET", names.PLAN_PATH).status == 200
    assert (old.ask("GET", names.PLAN_PATH).status, old.connection) == (403, None)


def test_a_certificate_is_renewed_over_itself_and_the_old_one_stays_good(place: Place) -> None:
    old = place.device()
    request, private = new_request("somebody-else")
    answer = old.ask("POST", names.ENROL_PATH, asked(request=request))
    found = read_granted(answer.body)
    assert found.receiver == RECEIVER
    place.ledger.plans[RECEIVER] = (1, b"{}")
    for device in (kept(place, found, private), old):
        assert device.ask("GET", names.PLAN_PATH).status == 200


def test_a_revoked_receiver_cannot_renew_but_may_come_again_with_a_code(place: Place) -> None:
    old = place.device()
    place.ledger.revoke(RECEIVER, NOW)
    assert old.ask("POST", names.ENROL_PATH, asked()).said == {"code": "receiver_revoked"}
    request, private = new_request()
    device = kept(place, granted(place, place.code(), request), private)
    assert device.ask("GET", names.KEYRING_PATH).status == 200


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 400, "document_unreadable"),
        (b"{}", 400, "document_unreadable"),
        (b"\xff", 400, "document_unreadable"),
        (asked(), 403, "code_wrong"),
        (asked("2222", "2" * 12), 403, "code_wrong"),
        (asked("2222", "2" * 12, "nothing"), 400, "csr_unusable"),
        (b"x" * 30_000, 413, "document_unreadable"),
    ],
)
def test_who_has_no_code_is_told_no_more_than_that(place: Place, body: bytes, status: int, code: str) -> None:
    answer = place.stranger().ask("POST", names.ENROL_PATH, body)
    assert (answer.status, answer.said) == (status, {"code": code})
    assert not place.ledger.serials


def test_a_code_that_was_guessed_at_too_often_is_over(place: Place) -> None:
    code = place.code()
    for _ in range(codes.MOST_WRONG):
        place.stranger().ask("POST", names.ENROL_PATH, asked(code.id, "2" * 12))
    answer = place.stranger().ask("POST", names.ENROL_PATH, asked(code.id, code.secret))
    assert (answer.status, answer.said) == (403, {"code": "code_over"})


# --- what a receiver asks and hands in --------------------------------------------------------------------------------


def test_a_plan_is_given_only_where_it_is_newer(place: Place) -> None:
    device = place.device()
    assert device.ask("GET", names.PLAN_PATH).said == {"code": "plan_none"}
    place.ledger.plans[RECEIVER] = (7, b'{"sealed": 7}')
    place.ledger.plans[OTHER] = (9, b'{"sealed": 9}')
    answer = device.ask("GET", names.PLAN_PATH)
    assert (answer.status, answer.body, answer.headers["ETag"]) == (200, b'{"sealed": 7}', '"7"')
    assert device.ask("GET", names.PLAN_PATH, If_None_Match='"6"').status == 200
    for known in ('"7"', 'W/"7"', '"8"'):
        assert device.ask("GET", names.PLAN_PATH, If_None_Match=known).status == 304
    for nonsense in ("7", '"x"', '"-1"', "*", '"7", "8"', '"' + "9" * 30 + '"'):
        assert device.ask("GET", names.PLAN_PATH, If_None_Match=nonsense).status == 200
    assert device.connection is not None, "all of it over one connection"


SOUND = bytes(range(256)) * 1_000


@pytest.mark.parametrize(
    ("headers", "status", "first", "last"),
    [
        ({}, 200, 0, 255_999),
        ({"Range": "bytes=0-"}, 206, 0, 255_999),
        ({"Range": "bytes=255999-"}, 206, 255_999, 255_999),
        ({"Range": "bytes=100-199"}, 206, 100, 199),
        ({"Range": "bytes=100-999999999"}, 206, 100, 255_999),
        ({"Range": "bytes=-10"}, 206, 255_990, 255_999),
        ({"Range": "bytes=-999999999"}, 206, 0, 255_999),
        ({"Range": "bytes=100-", "If-Range": f'"{HASH}"'}, 206, 100, 255_999),
        ({"Range": "bytes=100-", "If-Range": f'"{"b" * 64}"'}, 200, 0, 255_999),
        ({"Range": "bytes=0-1,5-9"}, 200, 0, 255_999),
        ({"Range": "bytes=-"}, 200, 0, 255_999),
        ({"Range": "seconds=1-"}, 200, 0, 255_999),
        ({"Range": "bytes=" + "9" * 40 + "-"}, 200, 0, 255_999),
        ({"Range": "bytes=256000-"}, 416, 0, -1),
        ({"Range": "bytes=9-3"}, 416, 0, -1),
        ({"Range": "bytes=-0"}, 416, 0, -1),
    ],
)
def test_a_sound_is_given_whole_or_from_where_it_broke_off(
    place: Place, headers: dict[str, str], status: int, first: int, last: int
) -> None:
    file = place.root / "sound"
    file.write_bytes(SOUND)
    place.ledger.sounds[RECEIVER, HASH] = file
    answer = place.device().ask("GET", names.SOUND_PATH + HASH, **headers)
    assert (answer.status, answer.body) == (status, SOUND[first : last + 1])
    assert answer.headers["Content-Length"] == str(last + 1 - first)
    if status == 206:
        assert answer.headers["Content-Range"] == f"bytes {first}-{last}/256000"
        assert answer.headers["ETag"] == f'"{HASH}"'
    if status == 416:
        assert answer.headers["Content-Range"] == "bytes */256000"


@pytest.mark.parametrize(
    "name", ["b" * 64, "../../../etc/passwd", "..%2f..%2floa.db", HASH.upper(), HASH + "/..", HASH + "\\", "", HASH[1:]]
)
def test_no_file_is_given_but_a_sound_of_the_receivers_own_plan(place: Place, name: str) -> None:
    file = place.root / "sound"
    file.write_bytes(SOUND)
    place.ledger.sounds[RECEIVER, HASH] = file
    place.ledger.sounds[OTHER, "b" * 64] = file
    answer = place.device().ask("GET", names.SOUND_PATH + name)
    assert (answer.status, answer.said) == (404, {"code": "sound_none"})


def test_a_sound_that_is_gone_or_empty_is_none(place: Place) -> None:
    place.ledger.sounds[RECEIVER, HASH] = place.root / "gone"
    device = place.device()
    assert device.ask("GET", names.SOUND_PATH + HASH).status == 404
    (place.root / "gone").touch()
    assert device.ask("GET", names.SOUND_PATH + HASH).status == 404


def test_a_journal_is_taken_piece_by_piece_and_the_number_held_is_said(place: Place) -> None:
    device = place.device()
    assert device.ask("GET", f"{names.JOURNAL_PATH}?journal=j-1").said == {"held": 0}
    for first, last, held in ((1, 3, 3), (2, 4, 4), (6, 6, 4), (5, 5, 5)):
        entries = tuple(Entry(seq, NOW, Kind.BOOTED) for seq in range(first, last + 1))
        answer = device.ask("POST", names.JOURNAL_PATH, Handed("j-1", entries).payload())
        assert answer.said == {"held": held}
    assert device.ask("GET", f"{names.JOURNAL_PATH}?journal=j-1").said == {"held": 5}
    assert device.ask("GET", f"{names.JOURNAL_PATH}?journal=..%2f..%2f").status == 400
    assert device.ask("GET", names.JOURNAL_PATH).status == 400
    assert device.ask("POST", names.JOURNAL_PATH, b'{"journal": "j-1"}').said == {"code": "document_unreadable"}


def test_a_machine_that_has_handed_in_too_much_is_told_to_come_later(place: Place) -> None:
    device = place.device()
    place.ledger.take_journal = refusing(AccessError("journal_too_much"))  # type: ignore[method-assign]
    answer = device.ask("POST", names.JOURNAL_PATH, Handed("j-1", (Entry(1, NOW, Kind.BOOTED),)).payload())
    assert (answer.status, answer.said) == (429, {"code": "journal_too_much"})


def refusing(error: Exception) -> Callable[..., int]:
    def refuse(*_: object) -> int:
        raise error

    return refuse


def test_a_status_reaches_the_ledger_as_news_over_https(place: Place) -> None:
    answer = place.device().ask("POST", names.STATUS_PATH, Status(True, NOW, plan=3).payload())
    assert (answer.status, answer.body) == (204, b"")
    with place.ledger.arrived:
        assert place.ledger.arrived.wait_for(lambda: place.ledger.news, PATIENCE_S)
    (news,) = place.ledger.news
    assert (news.receiver, news.status.plan, news.over) == (RECEIVER, 3, Over.HTTPS)


def test_a_keyring_that_the_station_lost_comes_back_from_a_receiver_and_nothing_else_does(place: Place) -> None:
    device, kept = place.device(), {each.name: each.read_bytes() for each in place.keys.folder.glob("k*")}
    stolen = place.keys.signing().id
    place.keys.revoke(stolen)
    newer = place.keys.sealed_keyring
    for name, content in kept.items():
        write_whole(place.keys.folder / name, content)
    assert place.keys.signing().id == stolen, "an older backup"
    claim = Status(True, datetime.now(UTC), keyring=place.keys.keyring.version + 1)
    assert device.ask("POST", names.STATUS_PATH, claim.payload()).status == 204
    place.gate.look()
    assert place.keys.signing().id == stolen, "a claim proves nothing"
    forged = newer.replace(b'"revoked', b'" revoked')
    refused = device.ask("POST", names.KEYRING_PATH, forged)
    assert (refused.status, refused.said["code"]) == (403, "seal_forged")
    assert place.stranger().ask("POST", names.KEYRING_PATH, newer).status == 401
    assert place.keys.signing().id == stolen
    assert device.ask("POST", names.KEYRING_PATH, newer).status == 204
    assert stolen in place.keys.keyring.revoked
    assert Keyring(place.keys.keyring.root).follow(device.ask("GET", names.KEYRING_PATH).body) == place.keys.keyring
    assert device.ask("POST", names.KEYRING_PATH, newer).status == 204, "whoever comes second is told the same"


def test_the_time_is_told_only_while_the_station_trusts_its_clock(place: Place) -> None:
    device = place.device()
    assert "Date" in device.ask("GET", names.KEYRING_PATH).headers
    place.trusted = False
    assert "Date" not in device.ask("GET", names.KEYRING_PATH).headers


def test_a_station_that_cannot_answer_now_says_so_and_nothing_else(place: Place) -> None:
    device = place.device()
    place.ledger.error = StoreError("database_locked", path="/secret/place")
    answer = device.ask("GET", names.PLAN_PATH)
    assert (answer.status, answer.said) == (503, {"code": "station_busy"})


def test_a_fault_of_ours_costs_the_connection_and_shows_nothing(place: Place, caplog: pytest.LogCaptureFixture) -> None:
    device = place.device()
    place.ledger.error = KeyError("a secret")
    with pytest.raises((http.client.HTTPException, OSError)):
        device.ask("GET", names.PLAN_PATH)
    assert [each.levelno for each in caplog.records if each.exc_info] == [logging.ERROR]
    place.ledger.error = None
    assert device.ask("GET", names.KEYRING_PATH).status == 200


# --- who is refused ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", [names.KEYRING_PATH, names.PLAN_PATH, names.SOUND_PATH + HASH, names.JOURNAL_PATH, "/", "/loa/1/nothing"]
)
def test_without_a_certificate_there_is_nothing_but_the_door(
    place: Place, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    answer = place.stranger().ask("GET", path)
    assert (answer.status, answer.said) == (401, {"code": "certificate_missing"})
    assert [each for each in caplog.records if say("certificate_missing") in each.getMessage()]


def foreign(place: Place) -> Device:
    """A certificate with the right name, of another authority."""
    other = Authority.open(place.root / "elsewhere", place.clock)
    device = enrolled_device(place.root / "foreign", other, MemoryLedger(), RECEIVER, place.port)
    return place.stranger(device.folder)


def expired(place: Place) -> Device:
    """One of the station's own whose time is over."""
    past = Authority.open(place.root / FOLDER, lambda: place.clock() - timedelta(days=1_000))
    return enrolled_device(place.root / "expired", past, place.ledger, RECEIVER, place.port)


def a_server(place: Place) -> Device:
    """The certificate of a server, shown as a client's."""
    folder = place.root / "server"
    folder.mkdir()
    for part in ("key", "pem"):
        (folder / f"own.{part}").write_bytes((place.root / FOLDER / f"server.{part}").read_bytes())
    return place.stranger(folder)


def a_receiver_as_authority(place: Place) -> Device:
    """A certificate that a receiver signed with its own."""
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    device = place.device()
    assert device.folder is not None
    key = load_pem_private_key((device.folder / "own.key").read_bytes(), None)
    own = x509.load_pem_x509_certificate((device.folder / "own.pem").read_bytes())
    assert isinstance(key, EllipticCurvePrivateKey)
    request, private = new_request()
    below = Authority(place.root, place.clock, key, own).certify(read_request(request), OTHER)
    folder = place.root / "below"
    folder.mkdir()
    (folder / "own.key").write_bytes(private)
    (folder / "own.pem").write_text(below.pem + (device.folder / "own.pem").read_text(), encoding="ascii")
    return place.stranger(folder)


@pytest.mark.parametrize("make", [foreign, expired, a_server, a_receiver_as_authority])
def test_a_certificate_that_is_not_the_stations_word_is_cut_and_logged(
    place: Place, make: Callable[[Place], Device], caplog: pytest.LogCaptureFixture
) -> None:
    device = make(place)
    with pytest.raises((ssl.SSLError, OSError, http.client.HTTPException)):
        device.ask("GET", names.KEYRING_PATH)
    until(lambda: [each for each in caplog.records if say("certificate_refused") in each.getMessage()])
    assert place.server.refusals.counts == {"certificate_refused": 1}


def test_the_stations_own_certificate_opens_no_receivers_drawer(place: Place) -> None:
    folder = place.root / "station"
    folder.mkdir()
    for part in ("key", "pem"):
        (folder / f"own.{part}").write_bytes((place.root / FOLDER / f"station.{part}").read_bytes())
    answer = place.stranger(folder).ask("GET", names.PLAN_PATH)
    assert (answer.status, answer.said) == (403, {"code": "receiver_revoked"})


def test_who_is_revoked_is_refused_with_the_very_next_request(place: Place) -> None:
    device = place.device()
    assert device.ask("GET", names.KEYRING_PATH).status == 200
    place.ledger.revoke(RECEIVER, NOW)
    assert device.ask("GET", names.KEYRING_PATH).said == {"code": "receiver_revoked"}


def test_refusals_do_not_fill_the_log(place: Place, caplog: pytest.LogCaptureFixture) -> None:
    for _ in range(20):
        place.stranger().ask("GET", names.PLAN_PATH)
    assert place.server.refusals.counts == {"certificate_missing": 20}
    assert len([each for each in caplog.records if say("certificate_missing") in each.getMessage()]) == 1


def test_an_older_tls_is_not_spoken(place: Place) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(place.root / FOLDER / "ca.pem")
    with pytest.warns(DeprecationWarning, match="TLSv1_1"):
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    with (
        socket.create_connection(("127.0.0.1", place.port), PATIENCE_S) as raw,
        pytest.raises((ssl.SSLError, ConnectionError)),
    ):
        context.wrap_socket(raw, server_hostname="127.0.0.1")


# --- what is malformed, slow, large or many ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (b"GET / HTTP/1.1\r\nX: " + b"a" * 20_000 + b"\r\n\r\n", 431),
        (b"GET / HTTP/1.1\r\n" + b"X: a\r\n" * 3_000 + b"\r\n", 431),
        (b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\n\r\n", 431),
        (b"GET / HTTP/1.1\r\n" + b"".join(b"X%d: a\r\n" % n for n in range(200)) + b"\r\n", 431),
        (b"GET / HTTP/9.9\r\n\r\n", 505),
        (b"GET\r\n\r\n", 400),
        (b"GET / HTTP/x\r\n\r\n", 400),
        (b"GET / a b HTTP/1.1\r\n\r\n", 400),
        (b"POST /loa/1/enrol HTTP/1.1\r\n\r\n", 411),
        (b"POST /loa/1/enrol HTTP/1.1\r\nContent-Length: -1\r\n\r\n", 411),
        (b"POST /loa/1/enrol HTTP/1.1\r\nContent-Length: 1e3\r\n\r\n", 411),
        (b"POST /loa/1/enrol HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n", 411),
        (b"GET /loa/1/authority HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello", 413),
        (b"BREW /loa/1/enrol HTTP/1.1\r\nContent-Length: 0\r\n\r\n", 401),
        (b"HEAD /loa/1/authority HTTP/1.1\r\n\r\n", 411),
    ],
)
def test_nonsense_is_turned_away_and_its_connection_ends(place: Place, words: bytes, status: int) -> None:
    with place.bare() as peer:
        peer.sendall(words)
        answer = b""
        while piece := peer.recv(4_096):
            answer += piece
    assert answer.startswith(f"HTTP/1.1 {status} ".encode()), answer[:200]
    assert answer.partition(b"\r\n\r\n")[2] in (
        b'{"code": "document_unreadable"}',
        b'{"code": "certificate_missing"}',
        b"",
    )


@pytest.mark.parametrize(
    "words", [b"", b"GET / HTTP/1.1\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b"\x00" * 99]
)
def test_what_is_no_tls_is_cut(place: Place, words: bytes) -> None:
    with socket.create_connection(("127.0.0.1", place.port), PATIENCE_S) as peer, suppress(OSError):
        peer.sendall(words)
        peer.shutdown(socket.SHUT_WR)
        while peer.recv(4_096):
            pass
    assert place.device().ask("GET", names.KEYRING_PATH).status == 200


def test_who_still_talks_when_he_is_refused_can_read_why(place: Place) -> None:
    with place.bare() as peer:
        peer.sendall(b"POST /loa/1/enrol HTTP/1.1\r\nContent-Length: 20000\r\n\r\n")
        select.select([peer], [], [], PATIENCE_S)
        for _ in range(10):
            peer.sendall(b"x" * 2_000)
            threading.Event().wait(0.01)
        assert peer.recv(100).startswith(b"HTTP/1.1 413 ")


def drip(peer: ssl.SSLSocket, sign: bytes) -> None:
    """A byte now and then, until the other side has had enough."""
    for _ in range(200):
        peer.sendall(sign)
        threading.Event().wait(0.05)


def test_who_says_nothing_is_cut_though_he_sends_a_byte_now_and_then(place: Place) -> None:
    place.server.bounds = replace(place.server.bounds, within_s=0.6)
    with socket.create_connection(("127.0.0.1", place.port), PATIENCE_S) as silent:
        with pytest.raises((ConnectionError, ssl.SSLError)), place.bare() as dripping:
            drip(dripping, b"G")
        assert silent.recv(10) == b""
    assert place.server.cut >= 1


def test_a_known_receiver_that_sends_its_body_too_slowly_is_cut(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "REQUEST_S", 0.6)
    device = place.device()
    context = device.context()
    with context.wrap_socket(
        socket.create_connection(("127.0.0.1", place.port), PATIENCE_S), server_hostname="127.0.0.1"
    ) as peer:
        peer.sendall(b"POST /loa/1/status HTTP/1.1\r\nContent-Length: 500\r\n\r\n")
        with pytest.raises((ConnectionError, ssl.SSLError)):
            drip(peer, b"{")
    monkeypatch.undo()
    assert device.ask("GET", names.KEYRING_PATH).status == 200


def test_a_connection_that_is_kept_for_nothing_ends(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "IDLE_S", 1.0)
    device = place.device()
    device.ask("GET", names.KEYRING_PATH)
    assert device.connection is not None
    sock = device.connection.sock
    sock.settimeout(PATIENCE_S)
    assert sock.recv(1) == b""


def test_a_crowd_of_one_address_leaves_places_for_others(place: Place) -> None:
    for_ever = 10 * PATIENCE_S  # the crowd's own time is never over
    place.server.bounds = replace(place.server.bounds, unknown=6, of_address=4, waiting=8, within_s=for_ever)
    crowd = [socket.create_connection(("127.0.0.1", place.port), PATIENCE_S, ("127.0.0.9", 0)) for _ in range(30)]
    assert place.device(source="127.0.0.1").ask("GET", names.KEYRING_PATH).status == 200
    assert place.server.turned_away >= 18
    for each in crowd:
        each.close()


def test_a_receiver_has_a_few_connections_and_the_idle_one_makes_room(place: Place) -> None:
    first = place.device()
    assert first.folder is not None
    more = [place.stranger(first.folder) for _ in range(serving.BOUNDS.of_name + 3)]
    for each in [first, *more]:
        assert each.ask("GET", names.KEYRING_PATH).status == 200
    with place.server._state:
        known = [guest for guest in place.server._guests.values() if guest.name]
    assert len(known) <= serving.BOUNDS.of_name
    for each in [first, *more]:
        each.close()


def test_many_receivers_at_once_are_all_answered(place: Place) -> None:
    devices = [place.device(f"cum-{number}", f"127.0.1.{number + 1}") for number in range(120)]
    answers: list[int] = []

    def ask(device: Device) -> None:
        answers.append(device.ask("GET", names.KEYRING_PATH).status)
        device.close()

    threads = [threading.Thread(target=ask, args=(each,)) for each in devices]
    for each in threads:
        each.start()
    for each in threads:
        each.join(PATIENCE_S)
    assert answers == [200] * 120


@pytest.mark.parametrize(
    ("host", "crowd"),
    [
        ("10.0.0.1", "10.0.0.1"),
        ("::ffff:10.0.0.1", "10.0.0.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("fe80::1%eth0", "fe80::"),
    ],
)
def test_a_network_of_ipv6_is_one_crowd(host: str, crowd: str) -> None:
    assert crowd_of(host) == crowd


# --- the gate itself --------------------------------------------------------------------------------------------------


def test_a_port_that_is_taken_is_a_fault_until_it_is_free(place: Place, tmp_path: Path) -> None:
    settings = replace(place.gate.settings, listen=("127.0.0.1", place.port))
    second = Gate(MemoryLedger(), place.keys, settings, place.clock)
    second.start()
    assert [each.code for each in second.faults] == ["gate_port_taken"]
    place.gate.stop()
    second.look()
    assert second.faults == []
    second.stop()


def test_keys_that_cannot_be_used_are_a_fault_and_the_station_goes_on(place: Place) -> None:
    (place.root / FOLDER / "ca.pem").write_text("nothing", encoding="ascii")
    second = Gate(MemoryLedger(), place.keys, place.gate.settings, place.clock)
    second.start()
    assert [(each.code, each.params["why"]) for each in second.faults] == [
        ("gate_keys_unusable", "authority_unreadable")
    ]
    second.stop()


def test_a_renewed_certificate_is_shown_from_then_on(place: Place) -> None:
    def shown() -> bytes | None:
        with place.bare() as peer:
            return peer.getpeercert(binary_form=True)

    before = shown()
    (place.root / FOLDER / "server.pem").unlink()
    place.gate.look()
    assert shown() not in (before, None)
