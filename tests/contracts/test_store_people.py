"""Both stores: people, what they decided in its order, and a log in which nothing can be changed unseen."""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from pipeline.domain import Approval, Person, Role, Withdrawal
from pipeline.errors import ConflictError, NotFoundError
from pipeline.store import Decisions, Note, Store
from pipeline.store.audit import _hash
from pipeline.store.database import Database
from pipeline.store.tables import audit
from tests.stores import NOW

LAN = Person("lan", "Nguyễn Thị Lan", Role.APPROVER, NOW)
MINH = Person("minh", "Trần Văn Minh", Role.EDITOR, NOW)
ADDED = Note("shell:root", "person_added", "lan", {"role": "approver"})
MINUTE = timedelta(minutes=1)
LIMIT, WINDOW = 5, timedelta(minutes=10)


@pytest.fixture
def head(tmp_path: Path) -> Path:
    return tmp_path / "var" / "audit-head"


@pytest.fixture
def store(store_url: str, head: Path) -> Iterator[Store]:
    with closing(Store(store_url, head=head)) as store:
        yield store


def add(store: Store, *people: Person) -> None:
    for each in people:
        store.add_person(each, "$argon2id$", Note("shell:root", "person_added", each.id), NOW)


def approve(store: Store, *given: Approval) -> None:
    store.approve(given, [Note(each.person, "bulletin_approved", each.bulletin) for each in given], NOW)


# --- people -----------------------------------------------------------------------------------------------------------


def test_people_come_back_as_they_were_written(store: Store) -> None:
    add(store, MINH, LAN)
    assert store.persons() == {"lan": LAN, "minh": MINH}


def test_an_id_is_taken_once_and_a_refused_person_leaves_no_entry(store: Store) -> None:
    add(store, LAN)
    with pytest.raises(ConflictError, match="person_exists"):
        add(store, Person("lan", "Ai khác", Role.ADMINISTRATOR, NOW))
    assert store.persons() == {"lan": LAN}
    assert len(store.audit_entries(10)) == 1
    assert store.verify_audit() == []


def test_a_disabled_person_is_kept_and_can_come_back(store: Store) -> None:
    add(store, LAN)
    store.set_disabled("lan", NOW + MINUTE, Note("shell:root", "person_disabled", "lan"), NOW)
    assert store.persons()["lan"].disabled_at == NOW + MINUTE
    store.set_disabled("lan", None, Note("shell:root", "person_enabled", "lan"), NOW)
    assert store.persons()["lan"].disabled_at is None


def test_nobody_is_changed_who_is_not_there(store: Store) -> None:
    for change in (
        lambda: store.set_disabled("ai", NOW, ADDED, NOW),
        lambda: store.set_passphrase("ai", "x", ADDED, NOW),
        lambda: store.end_attempt("ai"),
    ):
        with pytest.raises(NotFoundError):
            change()
    assert store.begin_attempt("ai", NOW, limit=LIMIT, window=WINDOW) is None
    assert store.audit_entries(10) == []


def attempts(store: Store, *minutes: float) -> list[tuple[int, bool]]:
    """Failures counted and whether locked, of attempts these minutes after NOW."""
    found = [store.begin_attempt("lan", NOW + timedelta(minutes=each), limit=LIMIT, window=WINDOW) for each in minutes]
    return [(each.failures, each.locked) for each in found if each is not None]


def test_attempts_are_counted_before_they_are_looked_at_and_locked_after_five(store: Store) -> None:
    add(store, LAN)
    assert attempts(store, 0, 1, 2, 3, 4) == [(each, False) for each in (1, 2, 3, 4, 5)]
    assert attempts(store, 4.1, 13.9) == [(5, True), (5, True)]
    assert attempts(store, 14) == [(1, False)]


def test_attempts_far_apart_never_lock(store: Store) -> None:
    add(store, LAN)
    assert attempts(store, 0, 10, 20, 30, 40, 50) == [(1, False)] * 6


def test_a_right_passphrase_forgets_the_wrong_ones(store: Store) -> None:
    add(store, LAN)
    attempts(store, 0, 0, 0, 0)
    store.end_attempt("lan")
    assert attempts(store, 0) == [(1, False)]


def test_a_clock_set_back_does_not_lock_for_a_day(store: Store) -> None:
    add(store, LAN)
    attempts(store, 0, 0, 0, 0, 0)
    assert attempts(store, -24 * 60) == [(1, False)]


def test_many_attempts_at_once_are_still_only_five(store: Store) -> None:
    add(store, LAN)
    with ThreadPoolExecutor(8) as pool:
        locked = [found for pair in pool.map(lambda _: attempts(store, 0), range(24)) for _, found in pair]
    assert locked.count(False) == LIMIT


def test_a_new_passphrase_opens_what_was_locked(store: Store) -> None:
    add(store, LAN)
    attempts(store, 0, 0, 0, 0, 0)
    store.set_passphrase("lan", "new", Note("shell:root", "person_passphrase_set", "lan"), NOW)
    found = store.begin_attempt("lan", NOW, limit=LIMIT, window=WINDOW)
    assert found is not None
    assert (found.passphrase, found.locked) == ("new", False)
    assert "new" not in repr(found)


# --- decisions --------------------------------------------------------------------------------------------------------


def test_decisions_come_back_in_their_order(store: Store) -> None:
    add(store, LAN, MINH)
    first, second = Approval("a", "d1", "lan", NOW), Approval("a", "d1", "minh", NOW + MINUTE)
    approve(store, first, second, Approval("b", "d2", "lan", NOW))
    taken = Withdrawal("a", "minh", "sai số", NOW + 2 * MINUTE)
    store.withdraw_bulletin(taken, Note("minh", "bulletin_withdrawn", "a"), NOW)
    assert store.decisions("a") == Decisions((first, second), (taken,))
    assert store.decisions("c") == Decisions()
    assert store.all_decisions() == {"a": store.decisions("a"), "b": store.decisions("b")}


def test_a_decision_is_later_than_those_before_it_whatever_the_clock_says(store: Store) -> None:
    add(store, LAN)
    approve(store, Approval("a", "d", "lan", NOW + timedelta(days=1)))
    store.withdraw_bulletin(Withdrawal("a", "lan", "", NOW), Note("lan", "bulletin_withdrawn", "a"), NOW)
    decided = store.decisions("a")
    assert decided.withdrawals[0].at > decided.approvals[0].at
    approve(store, Approval("a", "d", "lan", NOW), Approval("b", "d", "lan", NOW))
    assert store.decisions("a").approvals[-1].at > decided.withdrawals[0].at
    assert store.decisions("b").approvals[0].at == NOW


def test_numbers_in_a_reason_are_masked(store: Store) -> None:
    reason = "gọi 0912.345.678 hoặc +84 987 654 321, không gọi 113"
    store.withdraw_bulletin(Withdrawal("a", "", reason, NOW), Note("?", "bulletin_withdrawn", "a"), NOW)
    assert store.decisions("a").withdrawals[0].reason == "gọi 091*****78 hoặc 849******21, không gọi 113"


def test_approvals_are_given_all_or_none(store: Store) -> None:
    add(store, LAN)
    with pytest.raises(sa.exc.IntegrityError):
        approve(store, Approval("a", "d", "lan", NOW), Approval("b", "d", "nobody", NOW))
    assert store.all_decisions() == {}
    assert len(store.audit_entries(10)) == 1


@pytest.mark.parametrize("table", ["approvals", "withdrawals", "audit"])
@pytest.mark.parametrize("verb", ["UPDATE {} SET at = at", "DELETE FROM {}"])
def test_what_was_decided_is_never_changed_or_removed(store: Store, store_url: str, table: str, verb: str) -> None:
    add(store, LAN)
    approve(store, Approval("a", "d", "lan", NOW))
    store.withdraw_bulletin(Withdrawal("a", "", "", NOW), Note("?", "bulletin_withdrawn", "a"), NOW)
    with (
        closing(Database(store_url)) as database,
        pytest.raises(sa.exc.DBAPIError, match="append-only"),
        database.write() as connection,
    ):
        connection.execute(sa.text(verb.format(table)))


# --- the log ----------------------------------------------------------------------------------------------------------


def fill(store: Store, count: int = 5) -> None:
    for number in range(1, count + 1):
        store.audit(f"a{number}", "something_done", "thing", {"number": number}, NOW + number * MINUTE)


def tamper(url: str, change: Callable[[sa.Connection], object]) -> None:
    """Change the log behind the back of everything that keeps it."""
    with closing(Database(url)) as database, database.write() as connection:
        if database.is_sqlite:
            for verb in ("update", "delete"):
                connection.execute(sa.text(f"DROP TRIGGER IF EXISTS audit_keep_{verb}"))
            change(connection)
        else:
            connection.execute(sa.text("ALTER TABLE audit DISABLE TRIGGER USER"))
            change(connection)
            connection.execute(sa.text("ALTER TABLE audit ENABLE TRIGGER USER"))


def findings(store: Store) -> list[tuple[str, int]]:
    return [(each.code, each.entry) for each in store.verify_audit()]


def test_an_entry_says_who_did_what_to_what_and_when(store: Store) -> None:
    store.audit("lan", "bulletin_approved", "deepfake", {"digest": "ab" * 32, "tokens": ["một", 2], "ok": True}, NOW)
    (entry,) = store.audit_entries(10)
    assert (entry.id, entry.at, entry.actor) == (1, NOW, "lan")
    assert (entry.action, entry.subject) == ("bulletin_approved", "deepfake")
    assert entry.detail == {"digest": "ab" * 32, "tokens": ["một", 2], "ok": True}
    assert findings(store) == []


def test_an_empty_log_is_whole(store: Store) -> None:
    assert findings(store) == []


def test_the_last_entries_are_listed_oldest_first(store: Store) -> None:
    fill(store)
    assert [each.id for each in store.audit_entries(2)] == [4, 5]


@pytest.mark.parametrize("column", ["actor", "action", "subject", "detail", "at"])
def test_a_changed_entry_is_found(store: Store, store_url: str, column: str) -> None:
    fill(store)
    value = {"at": NOW, "detail": "{}"}.get(column, "x")
    tamper(store_url, lambda found: found.execute(sa.update(audit).where(audit.c.id == 3).values({column: value})))
    assert findings(store) == [("audit_changed", 3)]


def test_a_changed_entry_with_its_hash_reckoned_anew_is_found(store: Store, store_url: str) -> None:
    fill(store)

    def rewrite(connection: sa.Connection) -> None:
        row = connection.execute(sa.select(audit).where(audit.c.id == 3)).one()
        forged = {**row._asdict(), "actor": "x", "previous": bytes(row.previous)}
        new = {"actor": "x", "hash": _hash(forged)}
        connection.execute(sa.update(audit).where(audit.c.id == 3).values(new))

    tamper(store_url, rewrite)
    assert findings(store) == [("audit_broken", 4)]


@pytest.mark.parametrize(("removed", "found"), [(1, [("audit_broken", 2)]), (3, [("audit_broken", 4)])])
def test_a_removed_entry_is_found(store: Store, store_url: str, removed: int, found: list[tuple[str, int]]) -> None:
    fill(store)
    tamper(store_url, lambda connection: connection.execute(sa.delete(audit).where(audit.c.id == removed)))
    assert findings(store) == found


def test_a_cut_off_end_is_found_and_stays_found(store: Store, store_url: str) -> None:
    fill(store)
    tamper(store_url, lambda connection: connection.execute(sa.delete(audit).where(audit.c.id >= 4)))
    assert findings(store) == [("audit_cut", 5)]
    store.audit("lan", "something_done", "", {}, NOW)
    assert ("audit_cut", 5) in findings(store)


def test_an_emptied_log_is_found(store: Store, store_url: str) -> None:
    fill(store)
    tamper(store_url, lambda connection: connection.execute(sa.delete(audit)))
    assert findings(store) == [("audit_cut", 5)]


def test_an_entry_put_in_between_is_found(store: Store, store_url: str) -> None:
    fill(store)

    def put_in(connection: sa.Connection) -> None:
        connection.execute(sa.delete(audit).where(audit.c.id == 3))
        row = connection.execute(sa.select(audit).where(audit.c.id == 2)).one()._asdict()
        connection.execute(sa.insert(audit).values({**row, "id": 3, "previous": row["hash"], "hash": b"x" * 32}))

    tamper(store_url, put_in)
    assert findings(store) == [("audit_changed", 3), ("audit_broken", 4)]


def test_an_entry_put_at_the_end_by_other_hands_is_found(store: Store, store_url: str) -> None:
    fill(store)
    with closing(Store(store_url)) as forger:  # reckons the right hash and knows nothing of the note outside
        forger.audit("x", "something_done", "", {}, NOW)
    assert findings(store) == [("audit_beyond_head", 6)]


def test_entries_changing_places_are_found(store: Store, store_url: str) -> None:
    fill(store)

    def swap(connection: sa.Connection) -> None:
        for old, new in ((2, 99), (3, 2), (99, 3)):
            connection.execute(sa.update(audit).where(audit.c.id == old).values(id=new))

    tamper(store_url, swap)
    assert {code for code, _ in findings(store)} == {"audit_broken"}


def test_a_missing_note_of_the_newest_entry_is_found(store: Store, head: Path) -> None:
    fill(store)
    head.unlink()
    assert findings(store) == [("audit_head_missing", 5)]


def test_a_note_that_could_not_be_written_stops_nothing_and_is_found(
    store: Store, head: Path, caplog: pytest.LogCaptureFixture
) -> None:
    fill(store)
    head.unlink()
    head.mkdir()  # as a full disk would
    store.audit("lan", "something_done", "", {}, NOW)
    assert len(store.audit_entries(10)) == 6
    assert "audit log" in caplog.text
    head.rmdir()
    assert findings(store) == [("audit_head_missing", 6)]


def test_the_note_is_for_its_owner_and_holds_one_line(store: Store, head: Path) -> None:
    fill(store)
    assert stat.S_IMODE(head.stat().st_mode) == 0o600
    assert head.read_text() == f"5 {store.audit_entries(1)[0].hash}\n"


def test_entries_of_many_hands_make_one_chain(store: Store, store_url: str, head: Path) -> None:
    others = [Store(store_url, head=head) for _ in range(3)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda each: [fill(each) for _ in range(3)], [store, *others]))
    for each in others:
        each.close()
    assert len(store.audit_entries(100)) == 60
    assert findings(store) == []


def test_numbers_and_unprintable_characters_stay_out_of_the_log(store: Store) -> None:
    store.audit(
        "0912345678", "something_done", "a\x00b\udc80", {"reason": "84912345678", "tokens": ["0912345678"]}, NOW
    )
    (entry,) = store.audit_entries(1)
    shown = f"{entry.actor} {entry.subject} {entry.detail}"
    assert "912345678" not in shown
    assert entry.subject == "ab?"
    assert findings(store) == []
