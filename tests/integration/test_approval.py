"""People, passphrases and approvals on a site with a database."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from pipeline import persons
from pipeline.approval import Approvals
from pipeline.domain import Person, Priority, Role
from pipeline.errors import AccessError, ConflictError, ContentError
from pipeline.site import load_site
from pipeline.store import Store
from tests.people import approve_everything
from tests.sites import SCRIPT, STATION, write_site

NOW = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SECRET = "trâu xanh uống trà"
ONE, OTHER = "gia-danh-cong-an", "deepfake"
EDITORS_MAY = STATION + "approval: {editor_may_approve: true}\n"
URGENT = SCRIPT.replace("category: thu-doan", "category: phong-tranh\npriority: emergency")


class Hasher(PasswordHasher):
    """Cheap, and counts how often it worked."""

    def __init__(self) -> None:
        super().__init__(time_cost=1, memory_cost=8, parallelism=1)
        self.worked = 0

    def hash(self, password: str | bytes, *, salt: bytes | None = None) -> str:
        self.worked += 1
        return super().hash(password, salt=salt)

    def verify(self, hash: str | bytes, password: str | bytes) -> bool:  # type: ignore[override]
        self.worked += 1
        return super().verify(hash, password)


@pytest.fixture(autouse=True)
def hasher(monkeypatch: pytest.MonkeyPatch) -> Hasher:
    hasher = Hasher()
    monkeypatch.setattr(persons, "_hasher", lambda: hasher)
    return hasher


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write_site(tmp_path / "site")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(Store(f"sqlite:///{tmp_path / 'loa.db'}", head=tmp_path / "audit-head")) as store:
        store.migrate()
        yield store


@pytest.fixture
def approvals(root: Path, store: Store) -> Approvals:
    """Three people, one of each role, all with the same passphrase."""
    return with_people(root, store)


def with_people(root: Path, store: Store) -> Approvals:
    approvals = Approvals(load_site(root), store)
    for name, role in (("lan", Role.APPROVER), ("minh", Role.EDITOR), ("huong", Role.ADMINISTRATOR)):
        approvals.persons.add(Person(name, name.title(), role, NOW), SECRET, "shell:root")
    return approvals


def refusals(approvals: Approvals) -> dict[str, str]:
    return {name: approvals.refusal(found) for name, found in approvals.site.bulletins.items()}


def actions(store: Store) -> list[tuple[str, str, str]]:
    """Everything in the log behind the three who were added."""
    return [(each.actor, each.action, each.subject) for each in store.audit_entries(1000)[3:]]


# --- approving --------------------------------------------------------------------------------------------------------


def test_nothing_may_air_until_somebody_accepts_it(approvals: Approvals) -> None:
    assert refusals(approvals) == {ONE: "not_approved", OTHER: "not_approved"}
    verdicts = approvals.approve([ONE], "lan", SECRET, NOW)
    assert [(each.bulletin, each.code) for each in verdicts] == [(ONE, "")]
    assert refusals(approvals) == {ONE: "", OTHER: "not_approved"}
    assert actions(approvals.store) == [("lan", "bulletin_approved", ONE)]


def test_what_was_accepted_stays_so_through_a_restart(approvals: Approvals, root: Path, store: Store) -> None:
    approvals.approve([ONE, OTHER], "lan", SECRET, NOW)
    assert set(refusals(Approvals(load_site(root), store)).values()) == {""}


def test_accepting_the_same_again_adds_nothing(approvals: Approvals) -> None:
    approvals.approve([ONE, ONE], "lan", SECRET, NOW)
    approvals.approve([ONE], "lan", SECRET, NOW + MINUTE)
    assert len(approvals.store.decisions(ONE).approvals) == 1
    assert len(actions(approvals.store)) == 1


def test_a_changed_text_has_to_be_accepted_again_and_the_old_one_need_not(
    approvals: Approvals, root: Path, store: Store
) -> None:
    approvals.approve([ONE], "lan", SECRET, NOW)
    script = root / "scripts_audio" / f"{ONE}.md"
    script.write_text(SCRIPT.replace("hãy gọi 113", "xin gọi 113"), encoding="utf-8")
    changed = Approvals(load_site(root), store)
    assert changed.refusal(changed.site.bulletins[ONE]) == "approval_void"
    changed.approve([ONE], "huong", SECRET, NOW + MINUTE)
    assert changed.refusal(changed.site.bulletins[ONE]) == ""
    script.write_text(SCRIPT, encoding="utf-8")
    assert refusals(Approvals(load_site(root), store))[ONE] == ""  # word for word what lan accepted


def test_each_bulletin_is_accepted_or_refused_for_itself(root: Path, store: Store) -> None:
    unread = SCRIPT.replace("hãy gọi 113", "mã QXZW")
    approvals = with_people(write_site(root, {f"scripts_audio/{ONE}.md": unread}), store)
    verdicts = approvals.approve([ONE, "deepfak", OTHER], "lan", SECRET, NOW)
    assert [(each.bulletin, each.code) for each in verdicts] == [
        (ONE, "tokens_unread"),
        ("deepfak", "bulletin_unknown"),
        (OTHER, ""),
    ]
    assert verdicts[0].params["tokens"] == "QXZW"
    assert verdicts[1].params["close"] == OTHER
    assert refusals(approvals) == {ONE: "not_approved", OTHER: ""}


def test_what_changed_while_it_was_read_is_not_accepted(approvals: Approvals, root: Path, store: Store) -> None:
    seen = {each: approvals.contents.digest(approvals.site.bulletins[each]) for each in (ONE, OTHER)}
    script = root / "scripts_audio" / f"{ONE}.md"
    script.write_text(SCRIPT.replace("hãy gọi 113", "xin gọi 113"), encoding="utf-8")
    later = Approvals(load_site(root), store)
    assert [each.code for each in later.approve([ONE, OTHER], "lan", SECRET, NOW, seen=seen)] == ["content_changed", ""]
    assert refusals(later) == {ONE: "not_approved", OTHER: ""}


def test_an_emergency_needs_two_persons(root: Path, store: Store) -> None:
    approvals = with_people(write_site(root, {f"scripts_audio/{ONE}.md": URGENT}), store)
    assert approvals.site.bulletins[ONE].priority is Priority.EMERGENCY
    approvals.approve([ONE], "lan", SECRET, NOW)
    approvals.approve([ONE], "lan", SECRET, NOW + MINUTE)
    assert refusals(approvals)[ONE] == "second_approval_missing"
    approvals.approve([ONE], "huong", SECRET, NOW + 2 * MINUTE)
    assert refusals(approvals)[ONE] == ""
    assert approvals.standing(approvals.site.bulletins[ONE]).persons == ("lan", "huong")


def test_a_routine_bulletin_that_becomes_an_emergency_starts_anew(root: Path, store: Store) -> None:
    with_people(root, store).approve([ONE], "lan", SECRET, NOW)
    urgent = Approvals(load_site(write_site(root, {f"scripts_audio/{ONE}.md": URGENT})), store)
    assert refusals(urgent)[ONE] == "approval_void"


def test_an_editor_may_not_approve(approvals: Approvals) -> None:
    with pytest.raises(AccessError, match="role_may_not_approve"):
        approvals.approve([ONE], "minh", SECRET, NOW)
    assert refusals(approvals)[ONE] == "not_approved"
    assert actions(approvals.store) == [("minh", "action_refused", "minh")]


def test_an_editor_may_where_the_station_says_so_and_it_is_logged(root: Path, store: Store) -> None:
    approvals = with_people(write_site(root, {"config/station.yaml": EDITORS_MAY}), store)
    approvals.approve([ONE], "minh", SECRET, NOW)
    approvals.approve([OTHER], "lan", SECRET, NOW)
    assert refusals(approvals) == {ONE: "", OTHER: ""}
    assert actions(store) == [("minh", "bulletin_self_approved", ONE), ("lan", "bulletin_approved", OTHER)]


def test_a_broken_station_file_lets_no_editor_approve(root: Path, store: Store) -> None:
    approvals = with_people(write_site(root, {"config/station.yaml": EDITORS_MAY + "nonsense: 1\n: :\n"}), store)
    with pytest.raises(AccessError, match="role_may_not_approve"):
        approvals.approve([ONE], "minh", SECRET, NOW)


# --- withdrawing ------------------------------------------------------------------------------------------------------


def test_a_withdrawn_bulletin_is_silent_until_it_is_approved_again(approvals: Approvals) -> None:
    approvals.approve([ONE, OTHER], "lan", SECRET, NOW)
    approvals.withdraw(ONE, "minh", NOW + MINUTE, "sai số")
    assert refusals(approvals) == {ONE: "bulletin_withdrawn", OTHER: ""}
    approvals.approve([ONE], "lan", SECRET, NOW + 2 * MINUTE)
    assert refusals(approvals) == {ONE: "", OTHER: ""}


def test_a_withdrawal_counts_though_the_clock_was_set_back(approvals: Approvals) -> None:
    approvals.approve([ONE], "lan", SECRET, NOW)
    approvals.withdraw(ONE, "lan", NOW - timedelta(days=365))
    assert refusals(approvals)[ONE] == "bulletin_withdrawn"
    approvals.approve([ONE], "lan", SECRET, NOW - timedelta(days=300))
    assert refusals(approvals)[ONE] == ""


def test_both_approvals_of_an_emergency_are_voided(root: Path, store: Store) -> None:
    approvals = with_people(write_site(root, {f"scripts_audio/{ONE}.md": URGENT}), store)
    for person in ("lan", "huong"):
        approvals.approve([ONE], person, SECRET, NOW)
    approvals.withdraw(ONE, None, NOW + MINUTE)
    approvals.approve([ONE], "lan", SECRET, NOW + 2 * MINUTE)
    assert refusals(approvals)[ONE] == "second_approval_missing"


def test_the_log_tells_a_proved_withdrawal_from_a_claimed_and_a_nameless_one(approvals: Approvals) -> None:
    approvals.withdraw(ONE, "minh", NOW, passphrase=SECRET)
    approvals.withdraw(ONE, "minh", NOW)
    approvals.withdraw(ONE, None, NOW, actor="shell:root")
    assert actions(approvals.store) == [
        ("minh", "bulletin_withdrawn", ONE),
        ("minh", "bulletin_withdrawn_unproved", ONE),
        ("shell:root", "bulletin_withdrawn", ONE),
    ]


@pytest.mark.parametrize(
    ("person", "passphrase", "code"),
    [("lna", None, "person_unknown"), ("lan", "wrong one", "passphrase_wrong"), ("tuan", None, "person_disabled")],
)
def test_who_cannot_be_believed_withdraws_nothing(
    approvals: Approvals, person: str, passphrase: str | None, code: str
) -> None:
    approvals.persons.add(Person("tuan", "Tuấn", Role.EDITOR, NOW), SECRET, "shell:root")
    approvals.persons.disable("tuan", "shell:root", NOW)
    with pytest.raises(AccessError, match=code):
        approvals.withdraw(ONE, person, NOW, passphrase=passphrase)
    assert approvals.store.decisions(ONE).withdrawals == ()


# --- passphrases ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("person", ["lan", "nobody", "tuan"])
def test_a_wrong_passphrase_says_and_costs_the_same_for_everybody(
    approvals: Approvals, hasher: Hasher, person: str
) -> None:
    approvals.persons.add(Person("tuan", "Tuấn", Role.EDITOR, NOW), SECRET, "shell:root")
    approvals.persons.disable("tuan", "shell:root", NOW)
    before = hasher.worked
    with pytest.raises(AccessError) as caught:
        approvals.persons.identify(person, "something else", NOW)
    assert (caught.value.code, dict(caught.value.params)) == ("passphrase_wrong", {})
    assert hasher.worked == before + 1


def test_five_wrong_ones_lock_and_the_right_one_is_not_even_looked_at(approvals: Approvals, hasher: Hasher) -> None:
    for _ in range(5):
        with pytest.raises(AccessError, match="passphrase_wrong"):
            approvals.persons.identify("lan", "something else", NOW)
    before = hasher.worked
    with pytest.raises(AccessError, match="person_locked"):
        approvals.persons.identify("lan", SECRET, NOW + 9 * MINUTE)
    assert hasher.worked == before
    assert approvals.persons.identify("huong", SECRET, NOW).id == "huong"
    assert approvals.persons.identify("lan", SECRET, NOW + 10 * MINUTE).id == "lan"
    wrong = [each for each in approvals.store.audit_entries(100) if each.action == "passphrase_wrong"]
    assert [each.detail for each in wrong][3:] == [{"failures": 4, "locked": False}, {"failures": 5, "locked": True}]


def test_four_wrong_ones_and_a_right_one_begin_the_count_anew(approvals: Approvals) -> None:
    for _ in range(3):
        for _ in range(4):
            with pytest.raises(AccessError, match="passphrase_wrong"):
                approvals.persons.identify("lan", "something else", NOW)
        assert approvals.persons.identify("lan", SECRET, NOW).id == "lan"


def test_guessing_from_many_threads_gains_nothing(approvals: Approvals) -> None:
    def guess(number: int) -> str:
        try:
            return approvals.persons.identify("lan", f"guess number {number}", NOW).id
        except AccessError as error:
            return error.code

    with ThreadPoolExecutor(8) as pool:
        codes = list(pool.map(guess, range(24)))
    assert codes.count("passphrase_wrong") == 5
    assert codes.count("person_locked") == 19


def test_a_disabled_person_decides_nothing_and_what_they_approved_stays(approvals: Approvals) -> None:
    approvals.approve([ONE], "lan", SECRET, NOW)
    approvals.persons.disable("lan", "shell:root", NOW)
    with pytest.raises(AccessError, match="person_disabled"):
        approvals.approve([OTHER], "lan", SECRET, NOW)
    assert refusals(approvals) == {ONE: "", OTHER: "not_approved"}
    approvals.persons.enable("lan", "shell:root", NOW)
    approvals.approve([OTHER], "lan", SECRET, NOW)
    assert refusals(approvals)[OTHER] == ""


def test_a_new_passphrase_takes_the_place_of_the_old(approvals: Approvals) -> None:
    approvals.persons.set_passphrase("lan", "một câu hoàn toàn khác", "shell:root", NOW)
    with pytest.raises(AccessError, match="passphrase_wrong"):
        approvals.persons.identify("lan", SECRET, NOW)
    assert approvals.persons.identify("lan", "một câu hoàn toàn khác", NOW).id == "lan"


@pytest.mark.parametrize(
    ("person", "passphrase", "code"),
    [
        (Person("Lan", "Lan", Role.EDITOR, NOW), SECRET, "bad_identifier"),
        (Person("a" * 65, "Lan", Role.EDITOR, NOW), SECRET, "bad_identifier"),
        (Person("tuan", "  ", Role.EDITOR, NOW), SECRET, "person_name_unusable"),
        (Person("tuan", "T" * 201, Role.EDITOR, NOW), SECRET, "person_name_unusable"),
        (Person("tuan", "Tuấn", Role.EDITOR, NOW), "bảy chữ", "passphrase_length"),
        (Person("tuan", "Tuấn", Role.EDITOR, NOW), "x" * 1025, "passphrase_length"),
    ],
)
def test_people_and_passphrases_that_cannot_be_are_refused(
    approvals: Approvals, person: Person, passphrase: str, code: str
) -> None:
    with pytest.raises(ContentError, match=code):
        approvals.persons.add(person, passphrase, "shell:root")
    assert len(approvals.store.persons()) == 3


def test_a_name_is_kept_in_one_form_and_an_id_once(approvals: Approvals) -> None:
    approvals.persons.add(Person("tuan", " Tuấn  Anh\n", Role.EDITOR, NOW), SECRET, "shell:root")
    assert approvals.store.persons()["tuan"].name == "Tuấn Anh"
    with pytest.raises(ConflictError):
        approvals.persons.add(Person("tuan", "Ai khác", Role.EDITOR, NOW), SECRET, "shell:root")


def test_no_passphrase_stands_anywhere(approvals: Approvals, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    wrong = "một câu đoán mò"
    approvals.approve([ONE], "lan", SECRET, NOW)
    for person in ("lan", "minh", "nobody"):
        with pytest.raises(AccessError) as caught:
            approvals.approve([ONE], person, wrong, NOW)
        assert wrong not in repr(caught.value)
    everything = caplog.text.encode() + b"".join(
        each.read_bytes() for each in tmp_path.rglob("*") if each.is_file() and "site" not in each.parts
    )
    for secret in (SECRET, wrong):
        assert secret.encode() not in everything
    assert b"nobody" not in everything  # who mixes the fields up has typed a passphrase for a name


def test_a_site_can_be_approved_as_a_whole_for_tests(root: Path, store: Store) -> None:
    site = load_site(write_site(root, {f"scripts_audio/{ONE}.md": URGENT}))
    approve_everything(site, store)
    approvals = Approvals(site, store)
    assert set(refusals(approvals).values()) == {""}
    assert approvals.refusal(replace(site.bulletins[OTHER], sms="khác")) == "approval_void"
    with pytest.raises(AccessError, match="passphrase_wrong"):
        approvals.persons.identify("lan", "", NOW)
