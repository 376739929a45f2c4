"""A machine becomes a receiver by a typed code, at a real gate; and everything that must not make it one."""

from __future__ import annotations

import base64
import stat
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipeline.errors import AccessError, ContentError, LoaError
from pipeline.fleet.certificates import read_request
from pipeline.protocol.enrolment import MOST_ANSWERED, Asked, EnrolmentCode, Granted, name_of, read_asked, read_granted
from pipeline.receiver import enrolling, identity
from pipeline.receiver.building import build
from pipeline.receiver.enrolling import RENEW_BEFORE, enrol, renewed
from pipeline.receiver.exchange import Exchange, whole
from pipeline.receiver.folder import Folder
from pipeline.receiver.identity import FOLDER, Identity, is_enrolled, read_identity, trusting
from pipeline.receiver.line import HttpsLine
from pipeline.receiver.ports import LineError
from pipeline.signing import Keyring
from tests.acceptance.loa import here
from tests.receivers.papers import Papers
from tests.receivers.peer import Heard, Peer, answer
from tests.receivers.stations import Stand, standing

RECEIVER = "an-quang-01"


@pytest.fixture(scope="module")
def stand(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    with standing(tmp_path_factory.mktemp("station")) as stand:
        yield stand


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "receiver"


def ask(who: Identity) -> bytes:
    with closing(HttpsLine(who)) as line:
        return line.keyring()


def test_a_code_makes_a_machine_a_receiver_that_the_station_knows(stand: Stand, folder: Path) -> None:
    made = enrol(folder, stand.address, stand.code(RECEIVER).lower().replace("-", " "))
    assert made == read_identity(folder)
    assert (made.receiver, made.station_name) == (RECEIVER, "Trung tâm Văn hóa An Lão")
    assert made.address == stand.address
    ring = Keyring(made.root).follow(made.keyring)
    assert ring == stand.keys.keyring
    line = HttpsLine(made)
    assert line.keyring() == stand.keys.sealed_keyring
    offset = line.offset_s()
    assert offset is not None
    assert abs(offset) < 2
    line.close()
    assert stat.S_IMODE((folder / FOLDER).stat().st_mode) == 0o700
    assert {stat.S_IMODE(each.stat().st_mode) for each in (folder / FOLDER).iterdir()} == {0o600}
    assert len(list((folder / FOLDER).iterdir())) == 2


def test_a_machine_is_enrolled_twice_only_when_that_is_meant(stand: Stand, folder: Path) -> None:
    first = stand.enrol(folder, RECEIVER)
    code = stand.code(RECEIVER)
    with pytest.raises(ContentError) as refused:
        enrol(folder, stand.address, code)
    assert (refused.value.code, refused.value.params) == ("enrol_already", {"receiver": RECEIVER})
    second = enrol(folder, stand.address, code, again=True)
    assert second.credential != first.credential
    assert len(list((folder / FOLDER).glob("credential-*"))) == 1
    with pytest.raises(LineError, match="identity_unreadable"):
        ask(first)
    ask(second)


def test_a_receiver_that_becomes_another_starts_with_nothing_of_the_former(stand: Stand, folder: Path) -> None:
    stand.enrol(folder, RECEIVER)
    held = Folder(folder)
    held.write(held.plan, b"a plan")
    held.note({"plan": 7})
    (held.journal / "j-1").mkdir()
    enrol(folder, stand.address, stand.code("an-quang-02"), again=True)
    assert read_identity(folder).receiver == "an-quang-02"
    assert not held.plan.exists()
    assert not held.journal.exists()
    assert Folder(folder).fact("plan") is None
    assert (held.var / f"before-{RECEIVER}-1" / "plan.sealed").read_bytes() == b"a plan"
    assert (held.var / f"before-{RECEIVER}-1" / "journal" / "j-1").is_dir()


def test_a_receiver_that_runs_is_not_enrolled_under_its_feet(stand: Stand, folder: Path) -> None:
    stand.enrol(folder, RECEIVER)
    with Folder(folder).alone(), pytest.raises(LoaError, match="receiver_running"):
        enrol(folder, stand.address, stand.code(RECEIVER), again=True)


def test_a_code_is_good_once_for_one_machine_and_for_a_while(stand: Stand, tmp_path: Path) -> None:
    code = stand.code(RECEIVER)
    enrol(tmp_path / "one", stand.address, code)
    with pytest.raises(LineError, match="code_used"):
        enrol(tmp_path / "two", stand.address, code)
    with pytest.raises(LineError, match="code_over"):
        enrol(tmp_path / "two", stand.address, stand.code(RECEIVER, timedelta(0)))
    for id in (EnrolmentCode.read(stand.code(RECEIVER)).id, "2222"):
        wrong = EnrolmentCode(id, "2" * 12, name_of(stand.authority.der)).text
        with pytest.raises(LineError, match="code_wrong"):
            enrol(tmp_path / "two", stand.address, wrong)
    assert not is_enrolled(tmp_path / "two")
    assert not list((tmp_path / "two" / FOLDER).iterdir())


@pytest.mark.parametrize(
    ("station", "typed", "code"),
    [
        ("http://127.0.0.1:1", None, "enrol_address"),
        ("127.0.0.1", None, "enrol_address"),
        ("https://a@127.0.0.1", None, "enrol_address"),
        ("https://127.0.0.1:1", "ABC", "code_length"),
        ("https://127.0.0.1:1", "0" * 40, "code_sign"),
        ("https://127.0.0.1:1", "2" * 39 + "3", "code_mistyped"),
    ],
)
def test_what_is_mistyped_is_said_before_anybody_is_asked(
    stand: Stand, folder: Path, station: str, typed: str | None, code: str
) -> None:
    with pytest.raises(ContentError) as refused:
        enrol(folder, station, typed or stand.code(RECEIVER))
    assert refused.value.code == code
    assert not folder.exists()


def test_whoever_is_not_the_station_of_the_code_learns_nothing_of_it(
    stand: Stand, folder: Path, tmp_path: Path
) -> None:
    other = Papers(tmp_path / "other")
    shown = [other.authority.pem, stand.authority.pem, "no certificate", "giấy giả"]
    pems = iter(shown)
    with Peer(lambda _: [answer(200, next(pems).encode())], other.authority.server_context()) as peer:
        codes = ["enrol_not_the_station", "line_certificate", "enrol_not_the_station", "enrol_not_the_station"]
        code = stand.code(RECEIVER)
        for expected in codes:
            with pytest.raises(LoaError) as refused:
                enrol(folder, peer.address, code)
            assert refused.value.code == expected
        assert {(each.method, each.body) for each in peer.heard} == {("GET", b"")}
    assert not is_enrolled(folder)
    enrol(folder, stand.address, code)


def test_an_answer_that_was_lost_costs_no_code(stand: Stand, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def lost(data: bytes) -> None:
        raise LineError("line_cut")

    code = stand.code(RECEIVER)
    with monkeypatch.context() as patched:
        patched.setattr(enrolling, "read_granted", lost)
        with pytest.raises(LineError, match="line_cut"):
            enrol(folder, stand.address, code)
    assert not is_enrolled(folder)
    assert (folder / FOLDER / enrolling.PENDING).exists()
    enrol(folder, stand.address, code)
    ask(read_identity(folder))
    assert not (folder / FOLDER / enrolling.PENDING).exists()


@pytest.mark.parametrize("when", ["certificate", "facts"])
def test_a_power_cut_while_it_is_written_leaves_it_as_it_was(
    stand: Stand, folder: Path, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    before = stand.enrol(folder, RECEIVER)
    write = identity.write_private

    def cut(path: Path, content: bytes) -> None:
        if path.name == "identity.json" or (path.name.startswith("credential") and when == "certificate"):
            raise OSError(28, "No space left on device")
        write(path, content)

    code = stand.code(RECEIVER)
    with monkeypatch.context() as patched:
        patched.setattr(identity, "write_private", cut)
        with pytest.raises(AccessError, match="receiver_unwritable"):
            enrol(folder, stand.address, code, again=True)
    assert read_identity(folder) == before
    read_identity(folder).context()
    assert enrol(folder, stand.address, code, again=True) == read_identity(folder)


def test_a_folder_that_cannot_be_made_is_said(stand: Stand, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(AccessError, match="receiver_unwritable"):
        enrol(tmp_path / "file" / "receiver", stand.address, stand.code(RECEIVER))


CERTIFICATES = ["foreign certificate", "own certificate by another", "key of another"]


@pytest.mark.parametrize("what", [*CERTIFICATES, "authority", "receiver", "keyring", "root"])
def test_an_answer_that_does_not_fit_makes_no_receiver(stand: Stand, folder: Path, tmp_path: Path, what: str) -> None:
    other = Papers(tmp_path / "other")
    stranger = other.identity(tmp_path / "stranger", RECEIVER, "https://127.0.0.1:1")
    neighbour = stand.enrol(tmp_path / "neighbour", RECEIVER)

    def spoil(granted: Granted, asked: Asked) -> Granted:
        certificates = {
            "foreign certificate": lambda: stranger.credential.read_text(),
            "own certificate by another": lambda: other.authority.certify(read_request(asked.csr), RECEIVER).pem,
            "key of another": lambda: neighbour.credential.read_text(),
        }
        if what in certificates:
            return replace(granted, certificate=certificates[what]())
        values = {
            "authority": other.authority.pem,
            "receiver": "an-quang-02",
            "keyring": other.sealed_ring.decode(),
            "root": base64.b64encode(other.root.raw).decode(),
        }
        return replace(granted, **{what: values[what]})

    def script(heard: Heard) -> list[bytes]:
        if heard.method == "GET":
            return [answer(200, stand.authority.pem.encode())]
        real = Exchange(*stand.settings.listen, lambda sockets: trusting(stand.authority.pem, sockets))
        with closing(real), real.asked("POST", heard.path, body=heard.body) as answered:
            granted = read_granted(whole(answered, MOST_ANSWERED))
        return [answer(200, spoil(granted, read_asked(heard.body)).payload())]

    with Peer(script, stand.authority.server_context()) as peer, pytest.raises(AccessError) as refused:
        enrol(folder, peer.address, stand.code(RECEIVER))
    assert refused.value.code in {"enrol_answer_wrong", "seal_forged"}
    assert not is_enrolled(folder)


def test_a_receiver_may_change_to_another_station_and_takes_nothing_along(
    stand: Stand, folder: Path, tmp_path: Path
) -> None:
    with standing(tmp_path / "other") as other:
        other.enrol(folder, RECEIVER)
        held = Folder(folder)
        held.write(held.plan, b"a plan")
        changed = enrol(folder, stand.address, stand.code(RECEIVER), again=True)
    assert changed.root == stand.keys.keyring.root
    assert not held.plan.exists()
    assert (held.var / f"before-{RECEIVER}-1" / "plan.sealed").exists()


def test_a_certificate_near_its_end_is_renewed_over_itself(stand: Stand, folder: Path) -> None:
    first = stand.enrol(folder, RECEIVER)
    line = HttpsLine(first)
    assert renewed(folder, first, line, datetime.now(UTC)) is None
    assert renewed(folder, first, line, first.until - RENEW_BEFORE - timedelta(hours=1)) is None
    second = renewed(folder, first, line, first.until - RENEW_BEFORE + timedelta(hours=1))
    assert second is not None
    assert second == read_identity(folder)
    assert second.credential != first.credential
    line.take(second)
    line.keyring()
    line.close()
    assert stand.ledger.serials[RECEIVER] >= {second.credential.stem.removeprefix("credential-")}


def test_a_receiver_that_runs_renews_what_it_renewed_last(
    stand: Stand, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = stand.enrol(folder, RECEIVER)
    asked: list[Identity] = []

    def near_its_end(root: Path, held: Identity, line: HttpsLine, _: datetime) -> Identity | None:
        asked.append(held)
        return renewed(root, held, line, held.until)

    monkeypatch.setattr(enrolling, "renewed", near_its_end)
    with build(folder) as (running, _):
        assert running._renew is not None
        running._renew()
        running._renew()
        assert asked[0] == first
        assert asked[1].credential not in (first.credential, read_identity(folder).credential)
    ask(read_identity(folder))


def test_a_receiver_that_was_revoked_is_told_so(stand: Stand, folder: Path) -> None:
    line = HttpsLine(stand.enrol(folder, "an-quang-09"))
    line.keyring()
    stand.ledger.revoke("an-quang-09", datetime.now(UTC))
    with pytest.raises(LineError, match="receiver_revoked"):
        line.keyring()
    line.close()


@pytest.mark.parametrize(
    "spoil",
    [
        lambda home: (home / "identity.json").write_bytes(b"{"),
        lambda home: (home / "identity.json").write_bytes(b"x" * 1_000_000),
        lambda home: (home / "identity.json").write_bytes(
            (home / "identity.json").read_bytes().replace(b"credential-", b"../../credential-")
        ),
    ],
    ids=["cut", "large", "path"],
)
def test_an_identity_that_is_spoilt_is_named(stand: Stand, folder: Path, spoil: object) -> None:
    stand.enrol(folder, RECEIVER)
    spoil(folder / FOLDER)  # type: ignore[operator]
    with pytest.raises(AccessError, match="identity_unreadable"):
        read_identity(folder)


def test_a_machine_without_identity_says_what_to_do(folder: Path) -> None:
    with pytest.raises(AccessError, match="machine_not_enrolled"):
        read_identity(folder)


# --- as an operator does it -------------------------------------------------------------------------------------------


def test_the_operator_types_a_code_and_reads_what_the_machine_is(stand: Stand, folder: Path, tmp_path: Path) -> None:
    asked = ("receiver", "enrol", "--station", stand.address, "--dir", folder)
    ran = here(*asked, "--code", stand.code(RECEIVER), site=tmp_path)
    assert ran.code == 0, ran.err
    assert f"máy này là {RECEIVER} của Trung tâm Văn hóa An Lão" in ran.out
    again = here(*asked, "--json", "--again", site=tmp_path, stdin=stand.code(RECEIVER) + "\n")
    assert again.json["receiver"] == RECEIVER
    assert "PRIVATE" not in again.out + again.err


@pytest.mark.parametrize(
    ("typed", "code", "said"),
    [
        ("EFUJC-4HYQK", 2, "phải có 40"),
        ("", 2, "chưa có mã ghi danh"),
    ],
)
def test_a_mistyped_code_is_an_input_that_is_wrong(
    stand: Stand, folder: Path, tmp_path: Path, typed: str, code: int, said: str
) -> None:
    ran = here("receiver", "enrol", "--station", stand.address, "--dir", folder, site=tmp_path, stdin=typed + "\n")
    assert ran.code == code
    assert said in ran.err
