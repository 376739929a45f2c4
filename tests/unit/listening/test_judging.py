"""Found is not lost is not open: what may be said follows from all three."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.listening.judging import Basis, Scores, runs, sort, verdict
from pipeline.protocol.hearing import Verdict

SECONDS = 100
QUIET, LOUD = -40.0, -20.0


def scores(*spans: tuple[int, int], mean: float = 4.0) -> Scores:
    """By chance everywhere, `mean` above it in the spans."""
    made = np.random.default_rng(5).standard_normal(SECONDS)
    for start, stop in spans:
        made[start:stop] += mean
    return made.astype(np.float32)


def judged(
    given: Scores,
    *,
    score: float = 20.0,
    margin: float = 4.0,
    covered_to: int = SECONDS,
    loud: tuple[int, int] = (0, 0),
    loud_db: float = LOUD,
    words: tuple[int, int] = (0, SECONDS),
    expected_db: float | None = None,
) -> tuple[Verdict, str]:
    everywhere = np.ones(SECONDS, dtype=bool)
    covered, counted = np.arange(SECONDS) < covered_to, np.zeros(SECONDS, dtype=bool)
    counted[slice(*words)] = True
    levels = np.full(SECONDS, QUIET, dtype=np.float32)
    levels[slice(*loud)] = loud_db
    given = np.where(covered, given, 0).astype(np.float32)
    basis = Basis(score, margin, counted, covered, sort(given, everywhere, covered, levels), levels, expected_db)
    return verdict(basis)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (scores((0, 100)), (Verdict.HEARD, "")),
        (scores((0, 100), mean=1.6), (Verdict.HEARD, "")),
        (scores((0, 40), (44, 100)), (Verdict.HEARD, "")),
        (scores((0, 60)), (Verdict.PARTLY, "listening_ended_early")),
        (scores((45, 100)), (Verdict.PARTLY, "listening_began_late")),
        (scores((0, 40), (60, 100)), (Verdict.PARTLY, "listening_gap")),
        (scores((0, 15)), (Verdict.NOT_HEARD, "listening_other_sound")),
        (scores((0, 15), (85, 100)), (Verdict.NOT_HEARD, "listening_other_sound")),
        (scores((0, 15), (30, 45), (70, 85)), (Verdict.PARTLY, "listening_gap")),
        (scores(), (Verdict.NOT_HEARD, "listening_other_sound")),
    ],
)
def test_what_was_found_and_lost_makes_the_verdict(given: Scores, said: tuple[Verdict, str]) -> None:
    assert judged(given) == said


def test_a_lorry_hides_the_bulletin_and_does_not_end_it() -> None:
    hidden = scores((0, 40), (60, 100))
    assert judged(hidden, loud=(40, 60)) == (Verdict.HEARD, "")
    assert judged(hidden) == (Verdict.PARTLY, "listening_gap")


def test_under_noise_a_little_more_of_it_hides_a_faint_bulletin() -> None:
    """The same gap, 4 dB louder than the rest."""
    assert judged(scores((0, 40), (60, 100), mean=5.5), loud=(40, 60), loud_db=-36.0) == (
        Verdict.PARTLY,
        "listening_gap",
    )
    assert judged(scores((0, 40), (60, 100), mean=1.8), loud=(40, 60), loud_db=-36.0) == (Verdict.HEARD, "")


def test_pauses_between_sentences_do_not_tear_what_was_found() -> None:
    speaking = np.arange(SECONDS) % 6 != 5
    covered, levels = np.ones(SECONDS, dtype=bool), np.full(SECONDS, QUIET, dtype=np.float32)
    given = np.where(speaking, scores((0, 32)), 0).astype(np.float32)
    basis = Basis(20.0, 4.0, speaking, covered, sort(given, speaking, covered, levels), levels)
    assert verdict(basis) == (Verdict.PARTLY, "listening_ended_early")


def test_what_stays_hidden_for_half_of_it_leaves_it_open() -> None:
    assert judged(scores((0, 40)), loud=(40, 100)) == (Verdict.UNSURE, "listening_faint")


@pytest.mark.parametrize(
    ("score", "margin", "verdict"),
    [
        (3.0, 4.0, Verdict.NOT_HEARD),
        (6.5, 4.0, Verdict.UNSURE),
        (9.0, 1.6, Verdict.UNSURE),
        (9.0, 1.2, Verdict.NOT_HEARD),
        (9.0, 4.0, Verdict.HEARD),
    ],
)
def test_near_chance_nobody_is_sure(score: float, margin: float, verdict: Verdict) -> None:
    assert judged(scores((0, 100)), score=score, margin=margin)[0] is verdict


def test_a_file_that_ends_before_the_airing_denies_nothing() -> None:
    assert judged(scores(), score=2.0, covered_to=30) == (Verdict.UNSURE, "listening_short")
    assert judged(scores((0, 100)), covered_to=50) == (Verdict.PARTLY, "listening_short")
    assert judged(scores((0, 100)), covered_to=95) == (Verdict.HEARD, "")


def test_the_opening_that_every_airing_has_does_not_count_beside_named_words() -> None:
    assert judged(scores((0, 30)))[0] is Verdict.PARTLY
    assert judged(scores((0, 30)), words=(30, 90))[0] is Verdict.NOT_HEARD
    assert judged(scores((30, 90)), words=(30, 90)) == (Verdict.HEARD, "")


def test_noise_above_what_the_loudspeaker_usually_brings_denies_nothing() -> None:
    assert judged(scores(), score=3.0, expected_db=-55.0) == (Verdict.UNSURE, "listening_masked")
    assert judged(scores(), score=3.0, expected_db=-45.0)[0] is Verdict.NOT_HEARD


@pytest.mark.parametrize(
    ("seconds", "expected"), [("", []), ("...", []), ("##.#", [(0, 2), (3, 4)]), (".##", [(1, 3)])]
)
def test_runs_are_where_it_holds_without_a_break(seconds: str, expected: list[tuple[int, int]]) -> None:
    assert runs(np.array([each == "#" for each in seconds], dtype=bool)) == expected
