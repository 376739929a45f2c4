"""Both stores: occurrences follow the files until they are handed over."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from pipeline.domain import Medium, Priority, Receipt, State
from pipeline.errors import ConflictError
from pipeline.store import PlanChange, Store
from tests.stores import AREAS, CHANNELS, LEASE, NOW, START, WEEK, airing, claim, only, plan, rows, sent, states, text

HANOI = timezone(timedelta(hours=7))


def test_an_occurrence_comes_back_as_it_was_planned(store: Store) -> None:
    wanted = airing(
        length=timedelta(seconds=412, milliseconds=300),
        repeat=2,
        late_by=timedelta(minutes=20),
        priority=Priority.EMERGENCY,
        title="Cảnh báo “khẩn”",
    )
    assert plan(store, wanted) == PlanChange(added=(wanted.key,))
    assert only(store).occurrence == wanted


def test_a_start_is_kept_to_the_microsecond_and_returned_in_utc(store: Store) -> None:
    start = datetime(2026, 11, 23, 5, 0, 0, 1, tzinfo=HANOI)
    plan(store, airing(start))
    found = only(store).occurrence.start
    assert found == start
    assert found.tzinfo is UTC
    assert found.hour == 22


@pytest.mark.parametrize("hour", [5, 7], ids=["before 07:00 it is yesterday in UTC", "from 07:00 it is today"])
def test_bounds_are_instants_and_not_days(store: Store, hour: int) -> None:
    start = datetime(2026, 11, 23, hour, tzinfo=HANOI)
    plan(store, airing(start))
    assert [row.occurrence.start for row in store.occurrences(start, start + timedelta(microseconds=1))] == [start]
    assert store.occurrences(start - WEEK, start) == []
    assert store.occurrences(start + timedelta(microseconds=1), start + WEEK) == []


def test_a_time_without_zone_is_refused(store: Store) -> None:
    with pytest.raises(Exception, match=r"offset-naive|without its zone"):
        plan(store, airing(START.replace(tzinfo=None)))
    assert rows(store) == []


def test_loudspeakers_get_a_delivery_a_target_and_sms_none(store: Store) -> None:
    plan(store, airing(), text())
    loud, sms = rows(store)
    assert states(store, loud.id) == {"loa-1": State.PLANNED, "loa-2": State.PLANNED}
    assert states(store, sms.id) == {}
    assert loud.counts == {State.PLANNED: 2}


def test_occurrences_are_sorted_by_start_programme_and_slot(store: Store) -> None:
    later = START + timedelta(minutes=1)
    plan(store, airing(later, slot="a"), airing(slot="b"), airing(slot="a"), airing(slot="z", programme="a"))
    found = [(row.occurrence.start, row.occurrence.programme, row.occurrence.slot) for row in rows(store)]
    assert found == [(START, "a", "z"), (START, "canh-bao", "a"), (START, "canh-bao", "b"), (later, "canh-bao", "a")]


def test_planning_twice_changes_nothing(store: Store) -> None:
    wanted = [airing(), text(), airing(START + timedelta(days=1))]
    plan(store, *wanted)
    before = [store.deliveries_of(row.id) for row in rows(store)]
    assert not plan(store, *wanted, now=NOW + timedelta(minutes=1))
    assert [store.deliveries_of(row.id) for row in rows(store)] == before


def test_a_target_that_stands_twice_is_one_delivery(store: Store) -> None:
    plan(store, airing(targets=("loa-1", "loa-1")))
    assert list(states(store)) == ["loa-1"]


def test_an_occurrence_asked_for_twice_is_refused(store: Store) -> None:
    with pytest.raises(ConflictError) as caught:
        plan(store, airing(), airing(title="khác"))
    assert caught.value.code == "occurrence_doubled"
    assert rows(store) == []


@pytest.mark.parametrize(
    "change",
    [
        {"title": "khác"},
        {"bulletins": ("deepfake",)},
        {"areas": ()},
        {"length": timedelta(minutes=5)},
        {"repeat": 3},
        {"late_by": timedelta(minutes=1)},
        {"priority": Priority.PRIORITY},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_future_row_follows_every_change_of_the_files(store: Store, change: dict[str, object]) -> None:
    plan(store, airing())
    wanted = replace(airing(), **change)  # type: ignore[arg-type]
    assert plan(store, wanted) == PlanChange(changed=(wanted.key,))
    assert only(store).occurrence == wanted
    assert not plan(store, wanted)


def test_targets_that_come_and_go_are_followed(store: Store) -> None:
    plan(store, airing(targets=("loa-1", "loa-2")))
    kept = store.deliveries_of(only(store).id)[1]
    plan(store, airing(targets=("loa-2", "loa-3")))
    found = {each.target: each for each in store.deliveries_of(only(store).id)}
    assert {target: (each.state, each.code) for target, each in found.items()} == {
        "loa-1": (State.CANCELLED, "plan_changed"),
        "loa-2": (State.PLANNED, ""),
        "loa-3": (State.PLANNED, ""),
    }
    assert found["loa-2"] == kept
    assert found["loa-3"].channel == "may-tram"
    plan(store, airing(targets=("loa-1",)))
    assert states(store) == {"loa-1": State.PLANNED, "loa-2": State.CANCELLED, "loa-3": State.CANCELLED}


def test_a_cluster_moved_to_another_channel_is_followed(store: Store) -> None:
    plan(store, airing())
    change = plan(store, airing(), channels={**CHANNELS, "loa-1": "may-tram"})
    assert change.changed == (airing().key,)
    assert [each.channel for each in store.deliveries_of(only(store).id)] == ["may-tram", "thu-muc"]


def test_a_cluster_moved_to_another_area_is_followed(store: Store) -> None:
    plan(store, airing())
    assert plan(store, airing(), areas={**AREAS, "loa-1": "quang-hung"}).changed == (airing().key,)


def test_a_removed_occurrence_is_cancelled_and_a_restored_one_revived(store: Store) -> None:
    plan(store, airing())
    assert plan(store) == PlanChange(cancelled=(airing().key,))
    assert only(store).code == "plan_removed"
    assert only(store).cancelled_at == NOW
    assert set(states(store).values()) == {State.CANCELLED}
    assert not plan(store)
    assert claim(store) == []
    assert plan(store, airing()) == PlanChange(revived=(airing().key,))
    assert only(store).cancelled_at is None
    assert set(states(store).values()) == {State.PLANNED}
    assert len(claim(store)) == 2


def test_a_restored_occurrence_takes_what_changed_meanwhile(store: Store) -> None:
    plan(store, airing(targets=("loa-1",)))
    plan(store)
    wanted = airing(targets=("loa-2",), title="khác")
    assert plan(store, wanted) == PlanChange(revived=(wanted.key,))
    assert only(store).occurrence == wanted
    assert states(store) == {"loa-1": State.CANCELLED, "loa-2": State.PLANNED}


def test_only_rows_between_since_and_until_are_touched(store: Store) -> None:
    outside = [airing(START - timedelta(seconds=1)), airing(START + timedelta(hours=1))]
    plan(store, *outside, airing())
    change = store.upsert_plan([], CHANNELS, since=START, until=START + timedelta(hours=1), now=NOW)
    assert change == PlanChange(cancelled=(airing().key,))
    strangers = store.upsert_plan(outside, CHANNELS, since=START, until=START + timedelta(hours=1), now=NOW)
    assert not strangers


def _handed_over(store: Store) -> None:
    claim(store, limit=1)


def _missed(store: Store) -> None:
    store.miss_late(START + timedelta(minutes=16))


def _called_off(store: Store) -> None:
    store.cancel_occurrence(only(store).id, NOW, "stopped")


def _one_called_off(store: Store) -> None:
    store.record([Receipt(store.deliveries_of(only(store).id)[0].id, NOW, State.CANCELLED, code="stopped")])


FREEZING: list[Callable[[Store], None]] = [_handed_over, _missed, _called_off, _one_called_off]


@pytest.mark.parametrize("freeze", FREEZING)
@pytest.mark.parametrize("wanted", [(), (airing(title="khác", targets=("loa-3",)),)], ids=["removed", "changed"])
def test_what_has_begun_is_frozen(store: Store, freeze: Callable[[Store], None], wanted: tuple[()]) -> None:
    plan(store, airing())
    freeze(store)
    before = only(store), store.deliveries_of(only(store).id)
    assert not plan(store, *wanted)
    assert (only(store), store.deliveries_of(only(store).id)) == before


def test_an_sms_called_off_before_its_moment_stays_called_off(store: Store) -> None:
    plan(store, text())
    store.cancel_occurrence(only(store).id, NOW, "stopped")
    assert not plan(store, text())
    assert not plan(store, text(title="khác"))
    assert store.sms_to_expand(START) == []


def test_history_that_left_the_files_is_not_rewritten(store: Store) -> None:
    plan(store, airing())
    assert not plan(store, now=airing().too_late + timedelta(seconds=1))
    assert only(store).cancelled_at is None


def test_a_change_of_one_leaves_the_others(store: Store) -> None:
    tomorrow = airing(START + timedelta(days=1))
    plan(store, airing(), tomorrow)
    sent(store)
    change = plan(store, airing(title="khác"), replace(tomorrow, title="khác"))
    assert change == PlanChange(changed=(tomorrow.key,))


def test_a_target_without_channel_is_planned_and_missed_with_that_reason(store: Store) -> None:
    plan(store, airing(targets=("la",)))
    (missed,) = store.miss_late(START + timedelta(hours=1))
    assert (missed.code, missed.count) == ("cluster_without_channel", 1)
    assert states(store) == {"la": State.MISSED}


def test_an_expanded_sms_that_changes_looks_its_contacts_up_again(store: Store) -> None:
    from tests.stores import Person

    store.import_contacts("to-truong", "b", [Person("84900000001")], now=NOW)
    store.import_contacts("truong-thon", "b", [Person("84900000002")], now=NOW)
    plan(store, text())
    number = only(store).id
    store.expand_sms(number, ["to-truong"], channel="tin", now=NOW)
    plan(store, text(lists=("truong-thon",)))
    assert set(states(store).values()) == {State.CANCELLED}
    assert [row.id for row in store.sms_to_expand(START)] == [number]
    assert store.expand_sms(number, ["truong-thon"], channel="tin", now=START) == 1
    plan(store, text(lists=("to-truong", "truong-thon")))
    assert store.expand_sms(number, ["to-truong", "truong-thon"], channel="tin", now=START) == 2
    assert list(states(store).values()) == [State.PLANNED, State.PLANNED]


def test_counts_name_every_state_of_both_media(store: Store) -> None:
    plan(store, airing(), airing(START + WEEK - timedelta(hours=1)))
    store.claim("thu-muc", now=START, limit=1, lease=LEASE)
    counts = store.delivery_counts(START, START + timedelta(days=1))
    assert set(counts) == set(Medium)
    assert set(counts[Medium.SMS]) == set(State)
    assert {state: number for state, number in counts[Medium.LOUDSPEAKER].items() if number} == {
        State.SENDING: 1,
        State.PLANNED: 1,
    }
    assert sum(store.delivery_counts()[Medium.LOUDSPEAKER].values()) == 4


def test_only_the_airings_on_whose_day_a_cluster_stands_elsewhere_follow_its_move(store: Store) -> None:
    def moved(day: int) -> Callable[[datetime], dict[str, str]]:
        return lambda moment: {"loa-1": "xa-a" if moment < START + timedelta(days=day) else "xa-b"}

    def planned(day: int) -> PlanChange:
        bounds = {"since": START - WEEK, "until": START + WEEK}
        return store.upsert_plan(airings, CHANNELS, **bounds, now=NOW, areas=moved(day))

    airings = [airing(START + timedelta(days=each), targets=("loa-1",)) for each in range(3)]
    planned(1)
    assert not planned(1)
    assert planned(2) == PlanChange(changed=(airings[1].key,))
