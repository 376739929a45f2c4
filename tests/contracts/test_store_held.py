"""Both stores: what is held of one person, how it is deleted, and lists whose time is over."""

from __future__ import annotations

import sqlite3
import subprocess
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from pipeline.contacts import ListFacts
from pipeline.domain import ContactList, Receipt, State
from pipeline.store import Held, Note, Store
from pipeline.store.database import Database
from pipeline.store.wishes import read
from tests.stores import LEASE, NOW, START, Person, only, plan, states, text

PHONE = "84912345678"
ANN = Person(PHONE, "Nguyễn Thị Mẫu", "an-quang", "yes", None, "tổ trưởng")
BOB = Person("84987654321", "Trần Văn Mẫu", "quang-hung")
DAY = timedelta(days=1)
NOTE = Note("shell:ann", "contact_shown", "849******78")


def bring(store: Store, *people: Person, list_id: str = "to-truong", now: object = NOW, **facts: object) -> None:
    said = ListFacts(**{"basis": "Quy chế số 1", **facts})  # type: ignore[arg-type]
    store.import_contacts(list_id, None, people, facts=said, now=now)  # type: ignore[arg-type]


def expand(store: Store, *lists: str) -> None:
    plan(store, text(lists=lists))
    for row in store.sms_to_expand(START):
        store.expand_sms(row.id, lists, channel="tin", now=START)


def audited(store: Store) -> list[tuple[str, str]]:
    return [(each.action, each.subject) for each in store.audit_entries(100)]


# --- a list -----------------------------------------------------------------------------------------------------------


def test_an_update_keeps_what_it_does_not_say_of_the_list(store: Store) -> None:
    bring(store, ANN, purpose="cảnh báo", source="UBND", consent="phiếu", channel="tin", retention_days=365)
    whole = ContactList("to-truong", "Quy chế số 1", "tin", "cảnh báo", "UBND", "phiếu", 365)
    assert store.contact_lists() == {"to-truong": whole}
    bring(store, BOB, basis=None, now=NOW + DAY)
    assert store.contact_lists() == {"to-truong": whole}
    bring(store, basis="Quy chế số 2", retention_days=0, now=NOW + DAY)
    assert store.contact_lists()["to-truong"].retention_days is None
    assert store.contact_lists()["to-truong"].basis == "Quy chế số 2"


def test_a_list_tells_its_figures_and_what_it_shares(store: Store) -> None:
    bring(store, ANN, BOB, retention_days=30)
    bring(store, ANN, list_id="khac")
    bring(store, list_id="trong")
    store.leave_alone([PHONE], NOTE, NOW)
    found = store.list_states()
    assert {name: (each.contacts, each.reachable) for name, each in found.items()} == {
        "to-truong": (2, 1),
        "khac": (1, 0),
        "trong": (0, 0),
    }
    assert found["to-truong"].first_goes == NOW + 30 * DAY
    assert found["khac"].first_goes is None
    assert store.shared_with("to-truong") == {"khac": 1}
    assert store.shared_with("trong") == {}
    assert store.left_alone_in("to-truong") == 1


# --- one person -------------------------------------------------------------------------------------------------------


def test_everything_of_a_number_is_found_in_every_list(store: Store) -> None:
    bring(store, ANN, BOB)
    bring(store, Person(PHONE, "Mẫu Hai"), list_id="khac")
    expand(store, "to-truong", "khac")
    held = store.held_of(PHONE, NOW, NOTE)
    assert [(each.contact.list, each.contact.name, each.note) for each in held.contacts] == [
        ("khac", "Mẫu Hai", ""),
        ("to-truong", "Nguyễn Thị Mẫu", "tổ trưởng"),
    ]
    assert [each.delivery.target for each in held.deliveries] == ["to-truong/1"]
    assert held.left_alone == ""
    assert audited(store) == [("contact_shown", "849******78")]


def test_nothing_is_held_of_a_stranger_and_no_key_is_made_to_say_so(store: Store, tmp_path: Path) -> None:
    assert store.held_of(PHONE, NOW, NOTE) == Held()
    assert store.welcome(PHONE, NOTE, NOW) is False
    assert store.forgotten() is None
    assert not (tmp_path / "keys").exists()


@pytest.mark.parametrize("mark", [True, False])
def test_who_is_forgotten_is_gone_and_gets_nothing_that_waits(store: Store, mark: bool) -> None:
    bring(store, ANN, BOB)
    bring(store, ANN, list_id="khac")
    expand(store, "to-truong")
    assert store.forget(PHONE, NOTE, NOW, mark=mark) == (2, 1)
    held = store.held_of(PHONE, NOW)
    assert held.contacts == ()
    assert held.left_alone == ("forgotten" if mark else "")
    assert states(store) == {"to-truong/1": State.CANCELLED, "to-truong/2": State.PLANNED}
    assert store.deliveries([1])[0].code == "forgotten"
    assert [each.delivery.target for each in store.claim("tin", now=START, limit=9, lease=LEASE)] == ["to-truong/2"]
    told = store.forgotten()
    assert (told is not None and told(PHONE)) is mark
    assert told is None or not told(BOB.phone)


@pytest.mark.parametrize("mark", [True, False])
@pytest.mark.parametrize(
    ("said", "at", "gone"),
    [
        (None, START + DAY, 0),
        (State.ACCEPTED, START + DAY, 1),
        (State.RETRY, START + DAY, 0),
        (None, START + 31 * DAY, 1),
    ],
)
def test_a_number_of_which_a_message_is_in_doubt_is_deleted_when_that_is_known(
    store: Store, store_url: str, mark: bool, said: State | None, at: datetime, gone: int
) -> None:
    bring(store, ANN)
    bring(store, ANN, list_id="khac")
    expand(store, "to-truong", "khac")
    (held,) = store.claim("tin", now=START, limit=9, lease=LEASE)
    store.record([Receipt(held.delivery.id, START, State.UNKNOWN, code="timeout")])
    assert store.forget(PHONE, NOTE, START, mark=mark) == (2, 0)
    (kept,) = store.held_of(PHONE, START).contacts
    assert (kept.contact.phone, kept.note, kept.blocked) == (PHONE, "", "contact_forgetting")
    (doubt,) = store.doubtful("tin", 9)
    assert doubt.contact is not None
    assert doubt.contact.phone == PHONE
    assert store.finish_forgetting(START) == 0
    if said is not None:
        store.record([Receipt(held.delivery.id, START, said)])
    assert store.claim("tin", now=START, limit=9, lease=LEASE) == []
    if said is State.RETRY:
        assert states(store) == {"to-truong/1": State.CANCELLED}
        gone = 1
    assert store.finish_forgetting(at) == gone
    assert (store.held_of(PHONE, at).contacts == ()) is bool(gone)
    if gone:
        assert len(_lookups(store_url)) == (1 if mark else 0)
        assert _numbered(store_url) == 0
        assert store.finish_forgetting(at) == 0


def test_what_has_ended_no_longer_says_which_number_it_was_for(store: Store, store_url: str) -> None:
    bring(store, ANN, BOB)
    expand(store, "to-truong")
    store.forget(PHONE, NOTE, NOW)
    assert _numbered(store_url) == 1


def _numbered(url: str) -> int:
    database = Database(url)
    with database.read() as connection:
        count = connection.scalar(sa.text("SELECT count(*) FROM deliveries WHERE number IS NOT NULL"))
    database.close()
    return int(count or 0)


@pytest.mark.parametrize("mark", [True, False])
def test_without_a_mark_not_even_the_keyed_hmac_stays(store: Store, store_url: str, mark: bool) -> None:
    bring(store, ANN)
    expand(store, "to-truong")
    store.forget(PHONE, NOTE, NOW, mark=True)
    lookups = _lookups(store_url)
    assert len(lookups) == 1
    store.forget(PHONE, NOTE, NOW, mark=mark)
    assert _lookups(store_url) == (lookups if mark else set())


def _lookups(url: str) -> set[bytes]:
    database = Database(url)
    found: set[bytes] = set()
    with database.read() as connection:
        for query in (
            "SELECT lookup FROM contacts",
            "SELECT lookup FROM do_not_contact",
            "SELECT number FROM deliveries WHERE number IS NOT NULL",
        ):
            found |= {bytes(each) for each in connection.scalars(sa.text(query))}
    database.close()
    return found


def test_an_opted_out_number_stays_so_when_it_is_forgotten_and_comes_back_only_when_asked(store: Store) -> None:
    bring(store, ANN)
    assert store.leave_alone([PHONE, PHONE], NOTE, NOW, "do_not_contact") == 1
    assert store.leave_alone([PHONE], NOTE, NOW) == 0
    assert store.held_of(PHONE, NOW).left_alone == "do_not_contact"
    store.forget(PHONE, NOTE, NOW)
    assert store.held_of(PHONE, NOW).left_alone == "forgotten"
    assert store.leave_alone([PHONE], NOTE, NOW) == 0
    assert store.held_of(PHONE, NOW).left_alone == "forgotten"
    assert store.welcome(PHONE, NOTE, NOW) is True
    assert store.welcome(PHONE, NOTE, NOW) is False
    bring(store, ANN)
    expand(store, "to-truong")
    assert set(states(store).values()) == {State.PLANNED}


@pytest.mark.parametrize(
    "ask",
    [
        lambda store: store.leave_alone([PHONE], NOTE, START),
        lambda store: store.forget(PHONE, NOTE, START),
        lambda store: store.opt_out(PHONE, START),
        lambda store: store.block_contact(1, "landline"),
    ],
    ids=["opt-out", "forget", "opt-out of the provider", "block"],
)
@pytest.mark.parametrize("lists", [("to-truong",), ("khac", "to-truong")])
def test_a_wish_between_planning_and_sending_wins(
    store: Store, ask: Callable[[Store], object], lists: tuple[str, ...]
) -> None:
    bring(store, ANN, BOB)
    expand(store, *lists)
    ask(store)
    claimed = store.claim("tin", now=START, limit=9, lease=LEASE)
    assert [each.delivery.target for each in claimed] == ["to-truong/2"]
    assert states(store) == {"to-truong/1": State.CANCELLED, "to-truong/2": State.SENDING}


def test_what_a_channel_holds_for_those_left_alone_is_found_while_it_matters(store: Store) -> None:
    bring(store, ANN, BOB)
    expand(store, "to-truong")
    for each in store.claim("tin", now=START, limit=9, lease=LEASE):
        store.record([_accepted(each.delivery.id)])
    store.leave_alone([PHONE], NOTE, START)
    late = only(store).occurrence.too_late
    assert [each.target for each in store.handed_over_to_left_alone(START)] == ["to-truong/1"]
    assert store.handed_over_to_left_alone(late + timedelta(seconds=1)) == []


def _accepted(delivery: int) -> object:
    from pipeline.domain import Evidence, Receipt

    return Receipt(delivery, START, State.ACCEPTED, Evidence.NONE, ref="tep.csv")


# --- wishes outlive an older copy -------------------------------------------------------------------------------------


def test_putting_back_an_older_copy_undoes_no_wish(store: Store, store_url: str, tmp_path: Path) -> None:
    key, file = tmp_path / "keys" / "contacts.key", tmp_path / "wishes"
    cat = Person("84900000001")
    bring(store, ANN, BOB, cat)
    asking = Store(store_url, key=key, wishes=file)
    asking.leave_alone([cat.phone], NOTE, NOW)
    asking.forget(PHONE, NOTE, NOW)
    asking.leave_alone([BOB.phone], NOTE, NOW, "do_not_contact")
    asking.welcome(cat.phone, NOTE, NOW)
    assert asking.recall_wishes(NOW) == 0
    asking.close()
    assert file.stat().st_mode & 0o777 == 0o600
    assert "8491" not in file.read_text()

    _forget_that_it_ever_happened(store_url)
    bring(store, ANN, now=NOW + DAY)
    store.opt_out(cat.phone, NOW)
    again = Store(store_url, key=key, wishes=file)
    assert again.recall_wishes(NOW + DAY) == 3
    assert again.recall_wishes(NOW + DAY) == 0
    assert {each.contact.phone: each.contact for each in again.held_of(PHONE, NOW).contacts} == {}
    assert audited(again)[-1] == ("wishes_recalled", "")
    found = {each: again.held_of(each, NOW).left_alone for each in (PHONE, BOB.phone, cat.phone)}
    assert found == {PHONE: "forgotten", BOB.phone: "do_not_contact", cat.phone: ""}
    again.close()


def test_what_only_the_database_knows_is_written_down_too(store: Store, store_url: str, tmp_path: Path) -> None:
    file = tmp_path / "wishes"
    asking = Store(store_url, key=tmp_path / "keys" / "contacts.key", wishes=file)
    asking.opt_out(PHONE, NOW)
    asking.leave_alone([BOB.phone], NOTE, NOW, "do_not_contact")
    asking.welcome(BOB.phone, NOTE, NOW)
    asking.opt_out(BOB.phone, NOW)
    for _ in range(2):
        asking.note_wishes(NOW)
        assert sorted(each.code for each in read(file).values()) == ["opted_out", "opted_out"]
        assert len(file.read_text().splitlines()) == 4
    assert asking.recall_wishes(NOW) == 0
    asking.close()


def _forget_that_it_ever_happened(url: str) -> None:
    database = Database(url)
    with database.write() as connection:
        connection.execute(sa.text("DELETE FROM do_not_contact"))
        connection.execute(sa.text("DELETE FROM memory"))
    database.close()


def test_who_wants_no_mark_leaves_none_in_the_file_either(store_url: str, store: Store, tmp_path: Path) -> None:
    file = tmp_path / "wishes"
    asking = Store(store_url, key=tmp_path / "keys" / "contacts.key", wishes=file)
    asking.leave_alone([PHONE, BOB.phone], NOTE, NOW)
    asking.leave_alone([PHONE], NOTE, NOW)
    assert len(file.read_text().splitlines()) == 2
    asking.forget(PHONE, NOTE, NOW, mark=False)
    assert len(file.read_text().splitlines()) == 1
    assert asking.recall_wishes(NOW) == 0
    with file.open("a") as torn:
        torn.write("abc")
    assert asking.recall_wishes(NOW) == 0
    assert asking.held_of(BOB.phone, NOW).left_alone == "opted_out"
    asking.leave_alone([PHONE], NOTE, NOW)
    assert len(read(file)) == 2
    asking.close()


# --- retention --------------------------------------------------------------------------------------------------------


def test_what_no_import_names_is_deleted_when_its_time_is_over(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.store.store_contacts.DELETE_BATCH", 2)
    monkeypatch.setattr("pipeline.store.store_contacts.BREATH_S", 0)
    old = [Person(f"8490000000{number}") for number in range(5)]
    bring(store, *old, ANN, retention_days=30)
    bring(store, ANN, now=NOW + 10 * DAY)
    bring(store, BOB, list_id="khac")
    assert store.expiring(NOW + DAY, 29 * DAY) == {"to-truong": (5, NOW + 30 * DAY)}
    assert store.expiring(NOW, 29 * DAY) == {}
    assert store.delete_expired(NOW + 30 * DAY - timedelta(microseconds=1)) == {}
    assert store.delete_expired(NOW + 30 * DAY) == {"to-truong": 5}
    assert [each.phone for each in store.contacts_of("to-truong")] == [PHONE]
    assert store.contact_count("khac") == 1
    (entry,) = store.audit_entries(10)
    assert (entry.actor, entry.action, entry.subject) == ("station", "contacts_expired", "to-truong")
    assert dict(entry.detail) == {"count": 5, "days": 30}
    assert store.delete_expired(NOW + 40 * DAY) == {"to-truong": 1}
    assert store.contact_count("khac") == 1


def test_what_ended_for_a_deleted_number_no_longer_says_whose_it_was(store: Store, store_url: str) -> None:
    bring(store, ANN, BOB, retention_days=30)
    bring(store, BOB, list_id="khac")
    expand(store, "to-truong")
    store.miss_late(START + DAY)
    assert len(_lookups(store_url)) == 2
    store.delete_expired(NOW + 30 * DAY)
    assert len(_lookups(store_url)) == 1


def test_a_list_without_a_limit_is_never_shortened(store: Store) -> None:
    bring(store, ANN)
    assert store.expiring(NOW + 3_000 * DAY, 30 * DAY) == {}
    assert store.delete_expired(NOW + 3_000 * DAY) == {}


# --- gone from the disk -----------------------------------------------------------------------------------------------


def test_what_was_deleted_is_gone_from_the_file_and_its_journal(tmp_path: Path, empty_sqlite: Path) -> None:
    path = tmp_path / "loa.db"
    path.write_bytes(empty_sqlite.read_bytes())
    store = Store(f"sqlite:///{path}", key=tmp_path / "contacts.key")
    phones = [f"849{number * 7919 % 10**8:08d}" for number in range(400)]
    bring(store, *(Person(each, f"Mẫu {each[-4:]}") for each in phones), retention_days=30)
    bring(store, *(Person(each) for each in phones[:100]), list_id="khac")
    bring(store, *(Person(each, note="x" * 300) for each in phones[::3]), now=NOW + DAY)
    before = _sealed(path)
    assert all(each in _on_disk(path) for each in before)
    for phone in phones[:5]:
        store.forget(phone, NOTE, NOW, mark=False)
    assert _left_of(before, path) == []
    store.delete_expired(NOW + 30 * DAY)
    assert 0 < len(_sealed(path)) < len(before)
    assert _left_of(before, path) == []
    assert (tmp_path / "loa.db-wal").stat().st_size == 0
    store.close()


def _sealed(path: Path) -> set[bytes]:
    connection = sqlite3.connect(path)
    rows = connection.execute("SELECT phone, name, note, lookup FROM contacts").fetchall()
    connection.close()
    return {each for row in rows for each in row if each}


def _on_disk(path: Path) -> bytes:
    """Read by a process of its own: closing the file here would take away the locks of the store."""
    files = sorted(path.parent.glob("loa.db*"))
    return subprocess.run(["cat", *files], capture_output=True, check=True).stdout


def _left_of(before: set[bytes], path: Path) -> list[bytes]:
    gone, held = before - _sealed(path), _on_disk(path)
    assert gone
    return [each for each in gone if each in held]


def test_a_doubt_keeps_its_number_beyond_the_end_of_its_list(store: Store) -> None:
    bring(store, ANN, BOB, retention_days=30)
    expand(store, "to-truong")
    held = store.claim("tin", now=START, limit=9, lease=LEASE)
    store.record([Receipt(held[0].delivery.id, START, State.UNKNOWN, code="timeout")])
    store.record([Receipt(held[1].delivery.id, START, State.ACCEPTED)])
    assert store.delete_expired(NOW + 40 * DAY) == {"to-truong": 1}
    assert [each.contact is not None for each in store.doubtful("tin", 9)] == [True]
    store.record([Receipt(held[0].delivery.id, START, State.ACCEPTED)])
    assert store.delete_expired(NOW + 41 * DAY) == {"to-truong": 1}
