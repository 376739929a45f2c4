"""From the score of every second to what may be said: heard, partly, not heard, or that nobody can tell.

A second alone says little under noise; a run of them does. Seconds are sorted into *found* and *not found* by the
likeliest sequence that changes rarely. Not to be found is not yet to be lost: only where the bulletin, as well as it
was heard elsewhere, would have stood out by far does a run count as lost. The rest is left open.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from pipeline.protocol.hearing import Verdict

Seconds = NDArray[np.bool_]
Scores = NDArray[np.float32]

CHANGE = 8.0  # what it costs (in log likelihood) to go from found to not found or back
SURE = 4.0  # standard deviations by which a run must stay behind what it would have scored
LOUDER_DB, LOUDER_FAINT_DB = 6.0, 3.0  # a run this much louder than what was found may hide the bulletin; a faint one
FAINT = 4.5  # what a found second scores at most where noise comes near the bulletin
CERTAIN, POSSIBLE = (7.0, 1.8), (5.5, 1.3)  # score and margin of a line: above it is the recording; below, chance
LEAST_SHARE, ENOUGH_S = 0.22, 45.0  # a shared opening is no bulletin: this share, or this many seconds, must be found
LEAST_S = 3.0  # of a call as well
SCATTERED_SHARE = 0.35  # where no single run is that long, this share of all together
LOST_SHARE, LOST_S = 0.08, 8.0  # more than this, or so many seconds running: a part did not sound
OPEN_SHARE = 0.6  # with nothing lost, this much found is enough
UNCOVERED, UNCOVERED_S = 0.1, 2.5  # a file that misses more than both of the airing has not heard it whole
MASKED_DB = 10.0  # a bulletin so far below what else sounds leaves no trace in a short recording
EDGE_S = 6.0
BEST = 6.0  # what a second scores where nothing disturbs it
MOST = 4.0  # what one second may weigh: a hooting car is no proof that a bulletin stopped


@dataclass(frozen=True, slots=True)
class Sorted:
    """Per second of the recording: found on the line; lost for sure. Neither: left open."""

    found: Seconds
    lost: Seconds


def sort(scores: Scores, sounds: Seconds, covered: Seconds, louder_db: Scores) -> Sorted:
    """`sounds`: seconds with something to find; `covered`: those that the microphone's file reaches; `louder_db`: of
    each second at the microphone, how loud it is (any reference)."""
    asked = sounds & covered
    found = _likeliest(scores, asked) & covered
    lost = np.zeros_like(found)
    if (found & asked).any():
        usual, loud = scores[found & asked], float(np.median(louder_db[found & asked]))
        mean, spread = float(usual.mean()), float(np.clip(usual.std(), 1.0, 2.0))
        margin_db = LOUDER_DB if mean > FAINT else LOUDER_FAINT_DB
        for start, stop in runs(~found):
            here = np.arange(start, stop)[asked[start:stop]]
            hidden = here.size > 0 and float(np.median(louder_db[here])) > loud + margin_db
            behind = (mean - float(scores[here].mean())) * np.sqrt(here.size) / spread if here.size else 0.0
            lost[start:stop] = behind > SURE and not hidden
    return Sorted(found, lost & covered)


def runs(seconds: Seconds) -> list[tuple[int, int]]:
    """Where it is true without a break, as (first, behind the last)."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], seconds, [False]]).astype(np.int8)))
    return [(int(start), int(stop)) for start, stop in zip(edges[::2], edges[1::2], strict=True)]


@dataclass(frozen=True, slots=True)
class Basis:
    """What a verdict rests on. score, margin: of the line. counted: seconds of the recording that must be found;
    covered: those that the file reaches. heard_db: levels of the file; expected_db: the one it should have had."""

    score: float
    margin: float
    counted: Seconds
    covered: Seconds
    sorted: Sorted
    heard_db: Scores
    expected_db: float | None = None


def verdict(given: Basis) -> tuple[Verdict, str]:
    """The verdict and its reason."""
    total = max(1, int(given.counted.sum()))
    found = int((given.sorted.found & given.counted).sum())
    lost = given.sorted.lost & given.counted
    uncovered_s = int((given.counted & ~given.covered).sum())
    uncovered = uncovered_s / total
    is_little = _is_little(given.sorted.found, given.counted)
    if not reaches(given, POSSIBLE) or found == 0 or (is_little and int(lost.sum()) > total / 2):
        return _denied(given, uncovered)
    if not reaches(given, CERTAIN) or (is_little and not lost.any()):
        return Verdict.UNSURE, "listening_short" if uncovered > 0.5 else "listening_faint"
    if int(lost.sum()) / total <= LOST_SHARE and max((stop - start for start, stop in runs(lost)), default=0) <= LOST_S:
        if uncovered > UNCOVERED and uncovered_s > UNCOVERED_S:
            return Verdict.PARTLY, "listening_short"
        return (Verdict.HEARD, "") if found / total >= OPEN_SHARE else (Verdict.UNSURE, "listening_faint")
    return (Verdict.NOT_HEARD, _instead(given.heard_db)) if is_little else (Verdict.PARTLY, _where(given))


def _is_little(found: Seconds, counted: Seconds) -> bool:
    """Whether so little was found that it may be what airings share: an opening, and a closing where lengths agree."""
    total, all_of_it = int(counted.sum()), int((found & counted).sum())
    enough = max(LEAST_S, min(LEAST_SHARE * total, ENOUGH_S))
    longest = max((int((found & counted)[start:stop].sum()) for start, stop in runs(found | ~counted)), default=0)
    return all_of_it < enough or (longest < enough and all_of_it < SCATTERED_SHARE * total)


class _Stands(Protocol):
    @property
    def score(self) -> float: ...
    @property
    def margin(self) -> float: ...


def reaches(line: _Stands, bounds: tuple[float, float]) -> bool:
    """Whether a line stands out as far as CERTAIN or POSSIBLE asks."""
    return line.score >= bounds[0] and line.margin >= bounds[1]


def _denied(given: Basis, uncovered: float) -> tuple[Verdict, str]:
    if uncovered > 0.5:
        return Verdict.UNSURE, "listening_short"
    if given.expected_db is not None and float(np.median(given.heard_db)) > given.expected_db + MASKED_DB:
        return Verdict.UNSURE, "listening_masked"
    return Verdict.NOT_HEARD, _instead(given.heard_db)


def _instead(heard_db: Scores) -> str:
    quiet = heard_db.size == 0 or float(np.quantile(heard_db, 0.95)) < -60.0
    return "listening_silence" if quiet else "listening_other_sound"


def _where(given: Basis) -> str:
    places = np.flatnonzero(given.sorted.found & given.counted)
    missing = np.flatnonzero(given.sorted.lost & given.counted)
    if missing.min() > places.max() - EDGE_S:
        return "listening_ended_early"
    return "listening_began_late" if missing.max() < places.min() + EDGE_S else "listening_gap"


def _likeliest(scores: Scores, asked: Seconds) -> Seconds:
    """Two states, found and not, by their likelihoods; how well a found second scores is learnt from the scores."""
    mean = float(np.clip(np.quantile(scores[asked], 0.9), 1.0, BEST)) if asked.any() else 1.0  # the best come first
    found = np.zeros(scores.size, dtype=bool)
    for _ in range(6):
        gain = np.clip(mean * scores - mean**2 / 2, -MOST, MOST)
        found = _path(np.where(asked, gain, 0.0))
        if not (found & asked).any():
            return found
        mean = float(np.clip(scores[found & asked].mean(), 1.0, BEST))
    return found


def _path(gain: NDArray[np.float64]) -> Seconds:
    """The likeliest sequence of two states where every change costs CHANGE (Viterbi)."""
    total, came = np.zeros(2), np.zeros((gain.size, 2), dtype=np.int8)
    for second, each in enumerate(gain):
        stay, change = total, total[::-1] - CHANGE
        came[second] = change > stay
        total = np.maximum(stay, change) + np.array((0.0, each))
    found, state = np.zeros(gain.size, dtype=bool), int(total.argmax())
    for second in range(gain.size - 1, -1, -1):
        found[second] = bool(state)
        state ^= int(came[second, state])
    return found
