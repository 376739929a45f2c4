"""Spans of days against plain sets of days."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pipeline.schedule.days import SlotDays, Span, joined, within, without

SPANS = st.lists(st.tuples(st.integers(0, 60), st.integers(1, 6))).map(
    lambda found: joined((low, low + length) for low, length in found)
)


def _days(found: list[Span]) -> set[int]:
    return {day for low, high in found for day in range(low, high)}


@given(SPANS, SPANS)
def test_spans_are_taken_out_of_and_cut_with_each_other_like_sets(one: list[Span], other: list[Span]) -> None:
    left, both = without(one, other), within(one, other)
    assert (_days(left), _days(both)) == (_days(one) - _days(other), _days(one) & _days(other))
    assert left == sorted(left)
    assert both == sorted(both)


@given(SPANS)
def test_a_day_is_open_where_a_span_holds_it(found: list[Span]) -> None:
    days = SlotDays(frozenset(range(7)), 1, 0, tuple(found))
    assert {day for day in range(70) if day in days} == _days(found)


def test_spans_of_ten_thousand_years_are_cut_in_one_sweep() -> None:
    years = [(365 * year, 365 * year + 300) for year in range(10_000)]
    feasts = [(365 * year + 100, 365 * year + 110) for year in range(10_000)]
    assert len(without(years, feasts)) == 20_000
    assert within(years, feasts) == feasts
