"""What an approval accepts, and when it counts."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from pipeline import persons
from pipeline.approval import MAY, Action, Contents, judge, may
from pipeline.config.station import ApprovalSettings
from pipeline.domain import Approval, Bulletin, Priority, Role, Withdrawal
from pipeline.persons import is_weak
from pipeline.site import Site, load_site
from pipeline.store import Decisions
from tests.sites import FILES, SCRIPT, STATION, write_site

NOON = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)
NOW, OLD = "now", "old"


def approval(person: str, minute: int, digest: str = NOW) -> Approval:
    return Approval("b", digest, person, NOON + timedelta(minutes=minute))


def withdrawal(minute: int) -> Withdrawal:
    return Withdrawal("b", "lan", "", NOON + timedelta(minutes=minute))


@pytest.mark.parametrize(
    ("approvals", "withdrawals", "routine", "emergency"),
    [
        ([], [], "not_approved", "not_approved"),
        ([approval("lan", 1)], [], "", "second_approval_missing"),
        ([approval("lan", 1), approval("lan", 2)], [], "", "second_approval_missing"),
        ([approval("lan", 1), approval("minh", 2)], [], "", ""),
        ([approval("lan", 1, OLD)], [], "approval_void", "approval_void"),
        ([approval("lan", 1, OLD), approval("minh", 2, OLD)], [], "approval_void", "approval_void"),
        ([approval("lan", 1, OLD), approval("minh", 2)], [], "", "second_approval_missing"),
        ([approval("lan", 1)], [withdrawal(2)], "bulletin_withdrawn", "bulletin_withdrawn"),
        ([], [withdrawal(2)], "bulletin_withdrawn", "bulletin_withdrawn"),
        ([approval("lan", 1), approval("minh", 3)], [withdrawal(2)], "", "second_approval_missing"),
        ([approval("lan", 1), approval("lan", 3), approval("minh", 4)], [withdrawal(2)], "", ""),
        ([approval("lan", 1), approval("lan", 3)], [withdrawal(2), withdrawal(4)], *["bulletin_withdrawn"] * 2),
        ([approval("lan", 1), approval("lan", 3, OLD)], [withdrawal(2)], "approval_void", "approval_void"),
        ([approval("lan", 2)], [withdrawal(2)], "bulletin_withdrawn", "bulletin_withdrawn"),
    ],
)
def test_what_was_decided_says_whether_a_bulletin_may_air(
    approvals: list[Approval], withdrawals: list[Withdrawal], routine: str, emergency: str
) -> None:
    decisions = Decisions(tuple(approvals), tuple(withdrawals))
    assert judge(Priority.ROUTINE, NOW, decisions).code == routine
    assert judge(Priority.PRIORITY, NOW, decisions).code == routine
    assert judge(Priority.EMERGENCY, NOW, decisions).code == emergency


def test_a_standing_names_who_accepted_this_content_and_nobody_else() -> None:
    given = (approval("lan", 1), approval("huong", 2, OLD), approval("minh", 3), approval("lan", 4))
    assert judge(Priority.EMERGENCY, NOW, Decisions(given)).persons == ("lan", "minh")


@pytest.mark.parametrize(
    ("role", "action", "allowed", "allowed_where_editors_may"),
    [
        (Role.EDITOR, Action.APPROVE, False, True),
        (Role.APPROVER, Action.APPROVE, True, True),
        (Role.ADMINISTRATOR, Action.APPROVE, True, True),
        (Role.EDITOR, Action.WITHDRAW, True, True),
        (Role.APPROVER, Action.WITHDRAW, True, True),
        (Role.ADMINISTRATOR, Action.WITHDRAW, True, True),
    ],
)
def test_roles_allow_what_the_table_says(
    role: Role, action: Action, allowed: bool, allowed_where_editors_may: bool
) -> None:
    assert may(role, action, ApprovalSettings()) is allowed
    assert may(role, action, ApprovalSettings(editor_may_approve=True)) is allowed_where_editors_may


def test_every_action_stands_in_the_table() -> None:
    assert set(MAY) == set(Action)


# --- what is bound ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    root = write_site(tmp_path_factory.mktemp("site"))
    (root / "scripts_audio" / "a.mp3").write_bytes(b"one voice")
    (root / "scripts_audio" / "b.mp3").write_bytes(b"another")
    (root / "scripts_audio" / "copy.mp3").write_bytes(b"one voice")
    return load_site(root)


@pytest.fixture
def bulletin(site: Site) -> Bulletin:
    found = site.bulletins["gia-danh-cong-an"]
    return replace(found, audio="scripts_audio/a.mp3", audience=("a", "b"), expires=date(2027, 1, 1))


Change = Callable[[Bulletin], Bulletin]


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda b: replace(b, text=b.text.replace("113", "114")), id="speech"),
        pytest.param(lambda b: replace(b, text=b.text.replace("\n\n", " ")), id="pause"),
        pytest.param(lambda b: replace(b, sms=b.sms + " "), id="sms"),
        pytest.param(lambda b: replace(b, sms=None), id="no sms"),
        pytest.param(lambda b: replace(b, priority=Priority.PRIORITY), id="priority"),
        pytest.param(lambda b: replace(b, audience=("a",)), id="audience"),
        pytest.param(lambda b: replace(b, expires=date(2027, 1, 2)), id="expiry"),
        pytest.param(lambda b: replace(b, expires=None), id="no expiry"),
        pytest.param(lambda b: replace(b, audio="scripts_audio/b.mp3"), id="recorded voice"),
        pytest.param(lambda b: replace(b, audio=None), id="no recorded voice"),
        pytest.param(lambda b: replace(b, audio="scripts_audio/gone.mp3"), id="recorded voice that is gone"),
    ],
)
def test_a_change_of_what_was_accepted_makes_another_content(site: Site, bulletin: Bulletin, change: Change) -> None:
    contents = Contents(site)
    assert contents.digest(change(bulletin)) != contents.digest(bulletin)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda b: replace(b, text=b.text.replace("113", "một một ba")), id="spelling of the same words"),
        pytest.param(lambda b: replace(b, audience=("b", "a")), id="order of the audience"),
        pytest.param(lambda b: replace(b, audio="scripts_audio/copy.mp3"), id="name of the recording"),
        pytest.param(lambda b: replace(b, title="Một tên khác", line=99), id="title"),
    ],
)
def test_what_nobody_hears_or_reads_leaves_the_content_as_it_was(
    site: Site, bulletin: Bulletin, change: Change
) -> None:
    contents = Contents(site)
    assert contents.digest(change(bulletin)) == contents.digest(bulletin)


def test_any_voice_of_the_station_may_speak_what_was_accepted(site: Site, tmp_path: Path) -> None:
    voices = "voices: {chain: [recorded, piper, espeak-ng], rate: 1.2}\nmastering: indoor\n"
    other = load_site(write_site(tmp_path, {"config/station.yaml": _without(STATION, "voices", "mastering") + voices}))
    assert other.station.voices != site.station.voices
    for name, found in site.bulletins.items():
        assert Contents(other).digest(other.bulletins[name]) == Contents(site).digest(found)


def test_a_reading_of_the_station_is_part_of_the_words(site: Site, tmp_path: Path) -> None:
    lexicon = 'readings: [{write: "bà con", read: "bà con cô bác"}]\n'
    other = load_site(write_site(tmp_path, {"config/lexicon.yaml": lexicon}))
    found = other.bulletins["gia-danh-cong-an"]
    assert Contents(other).digest(found) != Contents(site).digest(found)


def test_a_recording_that_is_written_over_is_another_content(tmp_path: Path) -> None:
    script = SCRIPT.replace("category:", "audio: ghi-am.mp3\ncategory:")
    root = write_site(tmp_path, {"scripts_audio/gia-danh-cong-an.md": script})
    voice = root / "scripts_audio" / "ghi-am.mp3"
    voice.write_bytes(b"one")
    site = load_site(root)
    contents, found = Contents(site), site.bulletins["gia-danh-cong-an"]
    first = contents.digest(found)
    voice.write_bytes(b"two")  # of the same length, in the same tick of the clock
    assert contents.digest(found) != first
    voice.unlink()
    assert contents.digest(found) != first
    assert contents.flaw(found)[0] == "recorded_voice_unreadable"
    voice.write_bytes(b"one")
    assert contents.digest(found) == first
    assert contents.flaw(found) == ("", {})


def test_the_tokens_nobody_can_read_are_listed_once_each(site: Site) -> None:
    found = replace(site.bulletins["deepfake"], text="Mã QXZW, rồi QXZW và WQJZ.")
    code, params = Contents(site).flaw(found)
    assert (code, params["tokens"]) == ("tokens_unread", "QXZW, WQJZ")


def test_the_sample_of_the_tests_can_be_accepted(site: Site) -> None:
    assert FILES
    assert [Contents(site).flaw(each)[0] for each in site.bulletins.values()] == ["", ""]


# --- passphrases ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("passphrase", "weak"),
    [
        ("trâu xanh uống trà", False),
        ("Gk7!pq0z", False),
        ("12345678", True),
        ("2611202600", True),
        ("aaaaaaaa", True),
        ("ababababab", True),
        ("MatKhau2026", True),
        ("password!9", True),
        ("nguyenlan99", True),
        ("tuanlinh2026", True),
    ],
)
def test_what_is_easily_guessed_is_called_weak(passphrase: str, weak: bool) -> None:
    assert is_weak(passphrase, "tuan-linh", "nguyenlan Thị") is weak


def test_a_passphrase_is_the_same_however_its_letters_are_composed() -> None:
    hashed = persons._hasher().hash(persons._normal("mật khẩu của tôi"))
    assert persons._matches(hashed, unicodedata.normalize("NFD", "mật khẩu của tôi"))
    assert not persons._matches(hashed, "mat khau cua toi")
    assert not persons._matches("no hash at all", "mật khẩu của tôi")


def test_passphrases_are_kept_as_argon2id_with_a_salt_of_their_own() -> None:
    one, two = persons._hasher().hash("trâu xanh"), persons._hasher().hash("trâu xanh")
    assert one != two
    assert one.startswith("$argon2id$v=19$m=65536,t=3,p=4$")


def _without(text: str, *keys: str) -> str:
    """Lines of a YAML text without those of some keys at the left."""
    return "".join(line for line in text.splitlines(keepends=True) if not line.startswith(keys))
