"""Both stores: numbers are found, never read, without the key; who opted out is left alone."""

from __future__ import annotations

import logging
import stat
import traceback
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from pipeline.domain import Contact, ContactList, State
from pipeline.errors import StoreError
from pipeline.store import Counts, Store
from pipeline.store.database import Database
from tests.stores import LEASE, NOW, START, Person, only, plan, states, text

PHONE = "84912345678"
ANN = Person(PHONE, "Nguyễn Thị Mẫu", "an-quang", "yes", date(2026, 1, 2), "tổ trưởng")
BOB = Person("84987654321", "Trần Văn Mẫu", "quang-hung")
LATER = NOW + timedelta(days=1)


def bring(store: Store, *people: Person, list_id: str = "to-truong", now: object = NOW) -> Counts:
    return store.import_contacts(list_id, "Quy chế số 1", people, now=now)  # type: ignore[arg-type]


def everything(url: str) -> str:
    """All the database holds, as text and as bytes in hexadecimal."""
    database = Database(url)
    found: list[str] = []
    with database.read() as connection:
        for table in sa.inspect(connection).get_table_names():
            for row in connection.execute(sa.text(f'SELECT * FROM "{table}"')):
                found += [bytes(each).hex() if isinstance(each, bytes | memoryview) else str(each) for each in row]
                found += [bytes(each).decode(errors="replace") for each in row if isinstance(each, bytes | memoryview)]
    database.close()
    return "\n".join(found)


# --- kept -------------------------------------------------------------------------------------------------------------


def test_a_contact_comes_back_as_it_was_brought(store: Store) -> None:
    assert bring(store, ANN, BOB) == Counts(imported=2)
    assert list(store.contacts_of("to-truong")) == [
        Contact(1, "to-truong", PHONE, "Nguyễn Thị Mẫu", "an-quang"),
        Contact(2, "to-truong", "84987654321", "Trần Văn Mẫu", "quang-hung"),
    ]
    assert store.contact_count("to-truong") == 2
    assert store.contact_lists() == {"to-truong": ContactList("to-truong", "Quy chế số 1")}
    assert store.contacts([2])[2].phone == "84987654321"


def test_contacts_are_narrowed_by_area(store: Store) -> None:
    bring(store, ANN, BOB)
    assert [each.area for each in store.contacts_of("to-truong", ["quang-hung", "khac"])] == ["quang-hung"]
    assert list(store.contacts_of("to-truong", [])) == []
    assert list(store.contacts_of("khac")) == []


def test_a_long_list_is_read_whole(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.store.store_contacts.PAGE", 3)
    monkeypatch.setattr("pipeline.store.store_contacts.IMPORT_BATCH", 4)
    phones = [f"849000000{number:02d}" for number in range(9)]
    assert bring(store, *map(Person, phones)) == Counts(imported=9)
    assert [each.phone for each in store.contacts_of("to-truong")] == phones


def test_samples_stay_marked(store: Store) -> None:
    store.import_contacts("mau", "rehearsal", [Contact(0, "mau", "840000000001", "Mẫu 01", sample=True)], now=NOW)
    assert next(store.contacts_of("mau")).sample


def test_imported_updated_and_duplicates_are_told_apart(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.store.store_contacts.IMPORT_BATCH", 2)
    again = replace(ANN, name="Khác")
    assert bring(store, ANN, again, BOB, again) == Counts(imported=2, duplicates=2)
    assert next(store.contacts_of("to-truong")).name == ANN.name
    assert bring(store, BOB, Person("84900000001"), BOB, now=LATER) == Counts(imported=1, updated=1, duplicates=1)
    assert store.contact_count("to-truong") == 3


def test_an_update_takes_what_is_given_and_keeps_the_rest(store: Store) -> None:
    bring(store, ANN)
    bring(store, Person(PHONE, area="quang-hung"), now=LATER)
    assert next(store.contacts_of("to-truong")) == Contact(1, "to-truong", PHONE, ANN.name, "quang-hung")
    bring(store, Person(PHONE, name="Mới"), now=LATER + LEASE)
    assert next(store.contacts_of("to-truong")).name == "Mới"


def test_a_list_keeps_its_channel_where_an_import_names_none(store: Store) -> None:
    store.import_contacts("a", "cũ", [], channel="tin", now=NOW)
    store.import_contacts("a", "mới", [], now=LATER)
    assert store.contact_lists() == {"a": ContactList("a", "mới", "tin")}


def test_the_same_number_may_stand_in_two_lists(store: Store) -> None:
    bring(store, ANN)
    assert bring(store, ANN, list_id="truong-thon") == Counts(imported=1)


def test_an_import_that_breaks_off_can_be_repeated(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.store.store_contacts.IMPORT_BATCH", 1)

    def breaking() -> Iterator[Person]:
        yield ANN
        raise OSError("đĩa hỏng")

    with pytest.raises(OSError, match="đĩa hỏng"):
        store.import_contacts("to-truong", "b", breaking(), now=NOW)
    assert bring(store, ANN, BOB, now=LATER) == Counts(imported=1, updated=1)


# --- unreadable without the key ---------------------------------------------------------------------------------------


def test_nothing_in_the_database_names_a_person(store: Store, store_url: str, tmp_path: Path) -> None:
    bring(store, ANN, BOB)
    plan(store, text())
    store.expand_sms(only(store).id, ["to-truong"], channel="tin", now=START)
    store.opt_out(BOB.phone, NOW)
    held = everything(store_url)
    files = b"".join(path.read_bytes() for path in tmp_path.glob("loa.db*"))
    for word in (PHONE, PHONE[2:], BOB.phone, "Nguyễn", "Mẫu", "tổ trưởng"):
        assert word not in held
        assert word.encode().hex() not in held
        assert word.encode() not in files


def test_the_same_name_is_never_the_same_bytes(store: Store, store_url: str) -> None:
    bring(store, *(Person(f"8490000000{number}", "Mẫu") for number in range(5)))
    bring(store, *(Person(f"8490000000{number}", "Mẫu") for number in range(5)), list_id="khac")
    database = Database(store_url)
    with database.read() as connection:
        names = [bytes(each) for each in connection.scalars(sa.text("SELECT name FROM contacts"))]
    database.close()
    assert len(set(names)) == 10


def test_the_key_is_made_at_the_first_import_for_its_owner_only(store: Store, tmp_path: Path) -> None:
    key = tmp_path / "keys" / "contacts.key"
    assert not key.parent.exists()
    bring(store, ANN)
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert stat.S_IMODE(key.parent.stat().st_mode) == 0o700
    assert list(key.parent.iterdir()) == [key]


def test_the_key_is_used_again_by_the_next_run(store: Store, store_url: str, tmp_path: Path) -> None:
    bring(store, ANN)
    key = tmp_path / "keys" / "contacts.key"
    before = key.read_bytes()
    another = Store(store_url, key=key)
    assert bring(another, ANN, now=LATER) == Counts(updated=1)
    assert next(another.contacts_of("to-truong")).phone == PHONE
    another.close()
    assert key.read_bytes() == before


def test_a_key_left_by_an_import_that_died_is_used(store: Store, store_url: str, tmp_path: Path) -> None:
    key = tmp_path / "keys" / "contacts.key"
    bring(store, ANN)
    other = tmp_path / "other.key"
    other.write_bytes(key.read_bytes())
    another = Store(store_url, key=other)
    assert another.contacts([1])[1].phone == PHONE
    another.close()


@pytest.mark.parametrize("ask", ["import", "read", "list", "opt out", "claim"])
@pytest.mark.parametrize("fate", ["missing", "wrong", "damaged", "unset"])
def test_without_the_right_key_nothing_is_read_or_made(
    store: Store, store_url: str, tmp_path: Path, ask: str, fate: str
) -> None:
    bring(store, ANN)
    plan(store, text())
    store.expand_sms(only(store).id, ["to-truong"], channel="tin", now=START)
    key = tmp_path / "keys" / "contacts.key"
    if fate == "missing":
        key.unlink()
    elif fate == "wrong":
        key.write_text("loa-contacts-key-1 " + "00" * 32)
    elif fate == "damaged":
        key.write_text(key.read_text()[:40])
    another = Store(store_url, key=None if fate == "unset" else key)
    asking = {
        "import": lambda: bring(another, BOB),
        "read": lambda: another.contacts([1]),
        "list": lambda: list(another.contacts_of("to-truong")),
        "opt out": lambda: another.opt_out(PHONE, NOW),
        "claim": lambda: another.claim("tin", now=START, limit=1, lease=LEASE),
    }
    with pytest.raises(StoreError) as caught:
        asking[ask]()
    another.close()
    code = {"damaged": "unreadable"}.get(fate, fate)
    assert caught.value.code == f"contacts_key_{code}"
    assert key.exists() is (fate != "missing")
    assert states(store) == {"to-truong/1": State.PLANNED}


def test_a_list_nobody_imported_needs_no_key(store: Store, tmp_path: Path) -> None:
    assert list(store.contacts_of("to-truong")) == []
    assert store.contact_lists() == {}
    assert not (tmp_path / "keys").exists()


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE contacts SET phone = (SELECT phone FROM contacts WHERE id = 2) WHERE id = 1",
        "UPDATE contacts SET name = phone WHERE id = 1",
        "UPDATE contacts SET list_id = 'khac' WHERE id = 1",
    ],
    ids=["another's number", "another field", "another list"],
)
def test_what_was_moved_in_the_database_is_noticed(store: Store, store_url: str, damage: str) -> None:
    bring(store, ANN, BOB)
    bring(store, Person("84900000001"), list_id="khac")
    database = Database(store_url)
    with database.write() as connection:
        connection.execute(sa.text(damage))
    database.close()
    with pytest.raises(StoreError) as caught:
        store.contacts([1])
    assert caught.value.code == "contact_unreadable"


def test_no_number_stands_in_an_error_a_log_or_a_repr(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    bring(store, ANN)
    broken = replace(ANN, phone="84912345679", area=object())  # type: ignore[arg-type]
    with pytest.raises(sa.exc.SQLAlchemyError) as caught:
        bring(store, broken)
    told = "".join(traceback.format_exception(caught.value)) + caplog.text + repr(list(store.contacts_of("to-truong")))
    for word in ("8491234567", "Nguyễn", "tổ trưởng", "[parameters:"):
        assert word not in told


# --- left alone -------------------------------------------------------------------------------------------------------


def expand(store: Store, *lists: str, areas: tuple[str, ...] = ()) -> int:
    plan(store, text(lists=lists))
    (row,) = store.sms_to_expand(START)
    return store.expand_sms(row.id, lists, areas=areas, channel="tin", now=START)


def test_an_sms_occurrence_becomes_one_delivery_a_contact(store: Store) -> None:
    bring(store, ANN, BOB)
    assert expand(store, "to-truong") == 2
    assert states(store) == {"to-truong/1": State.PLANNED, "to-truong/2": State.PLANNED}
    assert only(store).expanded_at == START
    assert store.sms_to_expand(START) == []
    claimed = store.claim("tin", now=START, limit=9, lease=LEASE)
    assert [each.contact and each.contact.phone for each in claimed] == [ANN.phone, BOB.phone]


def test_an_occurrence_is_expanded_once(store: Store) -> None:
    bring(store, ANN)
    expand(store, "to-truong")
    bring(store, BOB, now=LATER)
    assert store.expand_sms(only(store).id, ["to-truong"], channel="tin", now=START) is None
    assert len(states(store)) == 1


def test_expanding_never_wakes_what_has_gone_out(store: Store, store_url: str) -> None:
    bring(store, ANN, BOB)
    expand(store, "to-truong")
    store.claim("tin", now=START, limit=1, lease=LEASE)
    database = Database(store_url)
    with database.write() as connection:
        connection.execute(sa.text("UPDATE occurrences SET expanded_at = NULL"))
    database.close()
    assert store.expand_sms(only(store).id, ["to-truong"], channel="tin", now=START) is None
    assert states(store) == {"to-truong/1": State.SENDING, "to-truong/2": State.PLANNED}


@pytest.mark.parametrize(
    ("moment", "found"),
    [
        (START - timedelta(microseconds=1), 0),
        (START, 1),
        (text().too_late, 1),
        (text().too_late + timedelta(microseconds=1), 0),
    ],
)
def test_contacts_are_looked_up_when_the_moment_has_come(store: Store, moment: object, found: int) -> None:
    plan(store, text())
    assert len(store.sms_to_expand(moment)) == found  # type: ignore[arg-type]


def test_a_number_in_two_lists_gets_one_sms_by_the_list_named_first(store: Store) -> None:
    bring(store, ANN)
    bring(store, ANN, BOB, list_id="truong-thon")
    assert expand(store, "truong-thon", "to-truong") == 2
    assert set(states(store)) == {"truong-thon/2", "truong-thon/3"}


def test_an_sms_is_narrowed_to_its_areas(store: Store) -> None:
    bring(store, ANN, BOB)
    assert expand(store, "to-truong", areas=("an-quang",)) == 1
    assert set(states(store)) == {"to-truong/1"}


def test_whoever_opted_out_was_blocked_or_refused_gets_nothing(store: Store) -> None:
    refusing = Person("84900000001", consent="no")
    blocked = Person("84900000002")
    bring(store, ANN, BOB, refusing, blocked)
    store.opt_out(BOB.phone, NOW)
    store.opt_out(BOB.phone, LATER)
    store.block_contact(4, "landline")
    bring(store, BOB, replace(blocked, name="x"), now=LATER)
    assert expand(store, "to-truong") == 1
    assert set(states(store)) == {"to-truong/1"}


def test_an_opt_out_before_the_first_import_holds(store: Store) -> None:
    store.opt_out(PHONE, NOW)
    bring(store, ANN, BOB)
    assert expand(store, "to-truong") == 1


def test_an_opt_out_after_the_look_up_still_counts(store: Store) -> None:
    bring(store, ANN, BOB)
    expand(store, "to-truong")
    store.opt_out(PHONE, START)
    (claimed,) = store.claim("tin", now=START, limit=1, lease=LEASE)
    assert claimed.delivery.target == "to-truong/2"
    assert states(store) == {"to-truong/1": State.CANCELLED, "to-truong/2": State.SENDING}
    assert store.deliveries([1])[0].code == "opted_out"


def test_a_list_with_nobody_to_send_to_stays_unexpanded_until_somebody_says_why(store: Store) -> None:
    bring(store, ANN)
    store.opt_out(PHONE, NOW)
    assert expand(store, "to-truong") == 0
    (row,) = store.sms_to_expand(START)
    store.miss_occurrence(row.id, START, "no_contacts")
    assert store.sms_to_expand(START) == []
    assert (only(store).code, only(store).missed_at) == ("no_contacts", START)
    assert store.miss_late(START + timedelta(days=1)) == []
