"""Both stores: requests, one-offs that no file takes back, what waits and why, what goes on after a cut."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.domain import Occurrence, Priority, Receipt, Recording, State
from pipeline.errors import NotFoundError
from pipeline.store import ONE_OFF, Store
from tests.stores import AREAS, CHANNELS, LEASE, NOW, START, airing, claim, only, plan, rows, sent, states, text

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
SOUND = Recording("ab" * 32, Path("a.mp3"), 60.0, -16.0, -1.5, "espeak-ng/vi", False)


def one_off(**values: object) -> Occurrence:
    return airing(programme=ONE_OFF, slot="1", **values)  # type: ignore[arg-type]


def insert(store: Store, occurrence: Occurrence) -> int:
    return store.insert_one_off(occurrence, CHANNELS, areas=AREAS, now=NOW).id


# --- requests ---------------------------------------------------------------------------------------------------------


def test_a_request_is_open_until_somebody_says_what_came_of_it_and_only_once(store: Store) -> None:
    first, second = (store.ask("stop", areas, "an", NOW) for areas in (["an-quang"], []))
    assert [(each.id, each.areas, each.actor) for each in store.open_requests()] == [
        (first, ("an-quang",), "an"),
        (second, (), "an"),
    ]
    assert store.finish_request(first, {"silenced": ["loa-1"]}, START)
    assert not store.finish_request(first, {}, START + SECOND)
    assert [each.id for each in store.open_requests()] == [second]
    done = store.request(first)
    assert (done.done_at, done.result) == (START, {"silenced": ["loa-1"]})
    with pytest.raises(NotFoundError):
        store.request(99)


# --- one-offs ---------------------------------------------------------------------------------------------------------


def test_a_one_off_survives_every_change_of_the_files(store: Store) -> None:
    row = insert(store, one_off())
    for wanted in ([airing()], [], [airing(title="khác")]):
        plan(store, *wanted)
    assert store.occurrence(row).occurrence == one_off()
    assert states(store, row) == {"loa-1": State.PLANNED, "loa-2": State.PLANNED}
    assert {each.delivery.occurrence for each in claim(store) + claim(store)} >= {row}


# --- why it waits -----------------------------------------------------------------------------------------------------


def test_what_is_missed_names_what_it_waited_for(store: Store) -> None:
    plan(store, airing(), text())
    for each in rows(store):
        store.note_wait([each.id], "not_approved")
    missed = store.miss_late(text().too_late + SECOND)
    assert {(each.occurrence.slot, each.code) for each in missed} == {
        ("chieu", "not_approved"),
        ("nhan-tin", "not_approved"),
    }
    assert {each.code for each in store.deliveries_of(rows(store)[0].id)} == {"not_approved"}


def test_a_reason_that_has_passed_is_forgotten(store: Store) -> None:
    plan(store, airing(targets=("loa-1", "loa-3")))
    store.note_wait([only(store).id], "not_produced")
    sent(store)
    missed = store.miss_late(airing().too_late + SECOND)
    assert [(each.code, each.count) for each in missed] == [("too_late", 1)]


def test_what_was_tried_in_vain_is_missed_with_the_reason_of_the_channel(store: Store) -> None:
    plan(store, airing(targets=("loa-1",)))
    (held,) = sent(store)
    store.record([Receipt(held.id, START, State.RETRY, code="folder_full")])
    assert [each.code for each in store.miss_late(airing().too_late + SECOND)] == ["folder_full"]


def test_a_reason_is_not_written_on_what_is_settled(store: Store) -> None:
    plan(store, airing())
    store.cancel_occurrence(only(store).id, NOW, "by_hand")
    store.note_wait([only(store).id], "not_produced")
    assert only(store).code == "by_hand"


# --- claims of many ---------------------------------------------------------------------------------------------------


def test_many_occurrences_are_claimed_at_once_in_their_order_and_frozen_as_admitted(store: Store) -> None:
    plan(store, airing(slot="a"), airing(slot="b"))
    first, second = rows(store)
    cut = replace(second.occurrence, bulletins=("deepfake",), priority=Priority.PRIORITY)
    claimed = store.claim_all("thu-muc", [(second, cut), (first, first.occurrence)], now=START, limit=3, lease=LEASE)
    assert [(each.occurrence.slot, each.delivery.target) for each in claimed] == [
        ("b", "loa-1"), ("b", "loa-2"), ("a", "loa-1"),
    ]  # fmt: skip
    assert store.occurrence(second.id).occurrence == cut
    assert store.occurrence(first.id).occurrence == first.occurrence
    plan(store, airing(slot="a", title="khác"), airing(slot="b", title="khác"))
    assert store.occurrence(second.id).occurrence == cut


def test_a_row_that_has_changed_since_it_was_read_is_left_alone(store: Store) -> None:
    plan(store, airing())
    seen = only(store)
    plan(store, airing(bulletins=("deepfake",)))
    assert store.claim_all("thu-muc", [(seen, seen.occurrence)], now=START, limit=9, lease=LEASE) == []
    assert only(store).handed_over_at is None


# --- what goes on after a cut -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "code", "goes_on"),
    [
        (State.INTERRUPTED, "preempted", True),
        (State.CANCELLED, "preempted", True),
        (State.CANCELLED, "stopped", False),
        (State.CONFIRMED, "", False),
    ],
)
def test_what_gave_way_goes_on_once(store: Store, state: State, code: str, goes_on: bool) -> None:
    plan(store, airing(targets=("loa-1",)))
    (held,) = sent(store)
    store.record([Receipt(held.id, START, state, code=code)])
    resumed = store.resume([held.id], START + MINUTE)
    assert [(each.resume_of, each.state) for each in resumed] == ([(held.id, State.PLANNED)] if goes_on else [])
    assert store.resume([held.id], START + MINUTE) == []


def test_it_may_go_on_as_late_after_the_cut_as_its_slot_allows_and_no_other_cluster_profits(store: Store) -> None:
    plan(store, airing(targets=("loa-1", "loa-3")))
    (held,) = sent(store)
    cut = START + 20 * MINUTE
    store.record([Receipt(held.id, cut, State.INTERRUPTED, code="preempted")])
    (again,) = store.resume([held.id], cut)
    last = cut + airing().late_by
    assert store.claim("may-tram", now=last, limit=9, lease=LEASE) == []
    assert store.claim("thu-muc", now=last + SECOND, limit=9, lease=LEASE) == []
    assert [each.delivery.id for each in store.claim("thu-muc", now=last, limit=9, lease=LEASE)] == [again.id]


# --- on air -----------------------------------------------------------------------------------------------------------


def test_what_is_out_is_known_with_its_length(store: Store) -> None:
    plan(store, airing())
    store.save_recording("key", SOUND, NOW)
    assert store.airborne("thu-muc", now=START, until=START + MINUTE) == []
    first, second = sent(store)
    store.set_recordings({first.id: SOUND.sha256})
    store.record([Receipt(first.id, START, State.ACCEPTED)])
    out = store.airborne("thu-muc", now=START, until=START + MINUTE)
    assert [(each.delivery.id, each.length) for each in out] == [(first.id, MINUTE), (second.id, None)]
    assert [
        each.delivery.target for each in store.airborne("thu-muc", now=START, until=START + MINUTE, targets={"loa-2"})
    ] == ["loa-2"]
    assert store.airborne("may-tram", now=START, until=START + MINUTE) == []
    store.record([Receipt(first.id, START, State.CONFIRMED)])
    assert len(store.airborne("thu-muc", now=START, until=START + MINUTE)) == 1


@pytest.mark.parametrize(
    ("priority", "now", "found"),
    [
        (Priority.EMERGENCY, START, True),
        (Priority.EMERGENCY, START - SECOND, False),
        (Priority.EMERGENCY, airing().too_late + SECOND, False),
        (Priority.PRIORITY, START, False),
    ],
)
def test_only_an_emergency_that_is_due_wakes_the_urgent_lane(
    store: Store, priority: Priority, now: object, found: bool
) -> None:
    plan(store, airing(priority=priority))
    assert store.urgent_due(now, timedelta(0)) is found  # type: ignore[arg-type]


def test_stop_calls_off_what_is_due_and_leaves_what_comes_later(store: Store) -> None:
    plan(
        store,
        airing(targets=("loa-1",)),
        airing(START + MINUTE, slot="sau", targets=("loa-1",)),
        airing(slot="khac", targets=("loa-2",)),
    )
    stopped = store.cancel_due("thu-muc", {"loa-1"}, now=START, lead=timedelta(0), code="stopped")
    assert [each.target for each in stopped] == ["loa-1"]
    by_slot = {each.occurrence.slot: states(store, each.id) for each in rows(store)}
    assert by_slot == {
        "chieu": {"loa-1": State.CANCELLED},
        "sau": {"loa-1": State.PLANNED},
        "khac": {"loa-2": State.PLANNED},
    }


# --- the file ---------------------------------------------------------------------------------------------------------


def test_a_second_connection_leaves_the_journal_to_the_first(tmp_path: Path) -> None:
    """Closing another handle of the file drops a process's locks; the last to leave deletes the journal."""
    mine = Store(f"sqlite:///{tmp_path / 'loa.db'}")
    mine.migrate()
    with mine._database.read(), mine._database.read():
        pass  # two connections of this process, the second opened while the first was there
    script = (
        "import sys\nfrom pipeline.store import Store\n"
        "store = Store(sys.argv[1])\nstore.open_requests()\nstore.close()\n"
    )
    subprocess.run([sys.executable, "-c", script, f"sqlite:///{tmp_path / 'loa.db'}"], check=True)
    assert (tmp_path / "loa.db-wal").exists()
    mine.close()
