"""What people have to be told, and what must outlive a restart, on both databases."""

from __future__ import annotations

from datetime import timedelta

from pipeline.domain import Receipt, State
from pipeline.store import Store
from tests.stores import NOW, START, airing, only, plan, sent, text

HOUR = timedelta(hours=1)
WEEK_AGO = START - timedelta(days=7)


def test_a_notice_is_opened_once_and_counted_again(store: Store) -> None:
    store.notice("disk_low", params={"free": "1.0"}, now=NOW)
    store.notice("disk_low", params={"free": "0.5"}, now=NOW + HOUR)
    store.notice("disk_low", "var", {"free": "0.5"}, now=NOW + HOUR)
    first, second = store.open_notices()
    assert (first.count, first.first_at, first.last_at, first.params) == (2, NOW, NOW + HOUR, {"free": "0.5"})
    assert (second.subject, second.count) == ("var", 1)


def test_a_settled_notice_is_gone_and_opens_anew(store: Store) -> None:
    store.notice("disk_low", now=NOW)
    store.notice("disk_low", "var", now=NOW)
    store.notice("clock_untrusted", now=NOW)
    store.settle_notices({"disk_low"}, NOW + HOUR, keep={("disk_low", "var")})
    assert [(each.code, each.subject) for each in store.open_notices()] == [
        ("disk_low", "var"),
        ("clock_untrusted", ""),
    ]
    store.notice("disk_low", now=NOW + 2 * HOUR)
    assert [each.count for each in store.open_notices()] == [1, 1, 1]


def test_what_was_settled_long_ago_is_forgotten_and_the_log_says_how_many(store: Store) -> None:
    store.notice("disk_low", now=NOW)
    store.notice("clock_untrusted", now=NOW)
    store.settle_notices({"disk_low"}, NOW + HOUR)
    assert store.prune_notices(NOW + HOUR, NOW + HOUR) == 0
    assert store.audit_entries(1) == []
    assert store.prune_notices(NOW + 2 * HOUR, NOW + 3 * HOUR) == 1
    assert [each.code for each in store.open_notices()] == ["clock_untrusted"]
    (entry,) = store.audit_entries(1)
    assert (entry.action, entry.detail["count"]) == ("notices_pruned", 1)
    assert store.prune_notices(NOW + 2 * HOUR, NOW + 3 * HOUR) == 0


def test_what_happened_once_never_opens_again(store: Store) -> None:
    store.notice("airing_missed", "7", {"count": "1"}, now=NOW, once=True)
    store.notice("airing_missed", "7", {"count": "2"}, now=NOW + HOUR, once=True)
    (notice,) = store.open_notices()
    assert (notice.count, notice.last_at, notice.params) == (1, NOW, {"count": "2"})
    store.close_notices([notice.id], NOW + HOUR)
    store.notice("airing_missed", "7", {"count": "2"}, now=NOW + 2 * HOUR, once=True)
    assert store.open_notices() == []


def test_told_is_kept(store: Store) -> None:
    store.notice("disk_low", now=NOW)
    (notice,) = store.open_notices()
    assert notice.told_at is None
    store.mark_told([notice.id], NOW + HOUR)
    store.notice("disk_low", now=NOW + 2 * HOUR)
    assert store.open_notices()[0].told_at == NOW + HOUR


def test_the_troubles_of_new_receipts_are_counted_by_state_and_reason(store: Store) -> None:
    plan(store, airing())
    one, two = sent(store)
    store.record([Receipt(one.id, START, State.FAILED, code="device_gone"), Receipt(two.id, START, State.CONFIRMED)])
    last = store.next_receipt(0, 1000)
    touched, troubles = store.airing_troubles(0, last, WEEK_AGO)
    assert touched == {only(store).id}
    assert [(each.state, each.code, each.count) for each in troubles] == [(State.FAILED, "device_gone", 1)]
    assert store.airing_troubles(last, last, WEEK_AGO) == (frozenset(), [])
    assert store.airing_troubles(0, last, START + HOUR) == (frozenset(), [])


def test_what_was_missed_without_any_delivery_is_among_the_troubles(store: Store) -> None:
    plan(store, text())
    store.miss_late(START + timedelta(hours=3))
    _, troubles = store.airing_troubles(0, store.next_receipt(0, 1000), WEEK_AGO)
    assert [(each.state, each.code, each.count) for each in troubles] == [(State.MISSED, "too_late", 1)]


def test_a_value_is_kept_and_replaced(store: Store) -> None:
    assert store.recall("last_seen") is None
    store.remember("last_seen", "a", NOW)
    store.remember("last_seen", "b", NOW + HOUR)
    assert store.recall("last_seen") == "b"


def test_receipts_are_read_on_however_far_their_numbers_leap(store: Store) -> None:
    plan(store, airing())
    one, two = sent(store)
    store.record([Receipt(one.id, START, State.FAILED, code="device_gone")])
    first = store.next_receipt(0, 1)
    assert store.next_receipt(first, 10) == first
    if store.is_sqlite:
        store.skip_numbers(NOW)
    store.record([Receipt(two.id, START, State.FAILED, code="device_gone")])
    last = store.next_receipt(first, 1)
    assert last > first
    assert store.airing_troubles(first, last, WEEK_AGO)[0] == {only(store).id}
    assert store.next_receipt(0, 1) == first
    assert store.next_receipt(0, 2) == last
