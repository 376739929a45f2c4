"""One recording against one file of a microphone: the way from two sounds to a hearing."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.listening import aligning, judging
from pipeline.listening.aligning import Laid, Line
from pipeline.listening.sound import FPS, Sound, load, running_mean
from pipeline.protocol.hearing import Hearing

EARLIEST_S, LATEST_S = -2.0, 15.0  # how much before and after its moment a recording is looked for
MARGIN_S = 1.5
AGAIN_S = 2.0  # a player or recorder that faltered moves the rest of an airing by less


def compare(
    recording: Path,
    heard: Path,
    *,
    lead_s: float = 0.0,
    from_s: float = 0.0,
    to_s: float | None = None,
    words: Sequence[tuple[float, float]] = (),
    usual_db: float | None = None,
) -> Hearing:
    """What a microphone heard of a recording.

    lead_s: how long `heard` had run when the airing began. from_s, to_s: the part of the recording that was played.
    words: the seconds of the recording that count (its bulletins, without the opening that every airing has); all,
    where none are named. usual_db: `level_db` as this microphone usually finds it; with it, what a noise would have
    hidden is not denied. Takes about two seconds of processor for ten minutes, and an hour at most.
    AudioError: recording_undecodable, hearing_unreadable; SendError: decoder_missing.
    """
    whole, mic = load(recording, "recording_undecodable"), load(heard, "hearing_unreadable")
    played = _part(whole, from_s, to_s)
    first, last = (round((lead_s + each) * FPS) for each in (EARLIEST_S - MARGIN_S, LATEST_S + MARGIN_S))
    laid = aligning.lay(played.picture, mic.picture, range(first, last + 1))
    line = _line(laid, played)
    covered, sorted = _covered(line, mic), _sort(laid, line, mic)
    counted = laid.sounds & _named(words, laid.sounds.size, from_s)
    expected = None if usual_db is None else _loud_db(played) + usual_db
    verdict, reason = judging.verdict(
        judging.Basis(line.score, line.margin, counted, covered, sorted, _decibel(mic.power), expected)
    )
    score, found = round(max(0.0, line.score), 1), sorted.found & counted
    if not judging.reaches(line, judging.POSSIBLE) or not found.any():
        return Hearing(verdict, score, reason=reason)
    places = np.flatnonzero(found)
    return Hearing(
        verdict,
        score,
        share=round(places.size / int(counted.sum()), 3),
        from_s=round(from_s + float(places[0]), 1),
        to_s=round(from_s + float(min(places[-1] + 1, played.frames / FPS)), 1),
        delay_s=round(float(line.delays[places].mean()) / FPS - lead_s, 2),
        level_db=_gain_db(played, mic, line, found),
        reason=reason,
    )


def _sort(laid: Laid, line: Line, mic: Sound) -> judging.Sorted:
    covered, louder, scores = _covered(line, mic), _levels_db(mic, line), aligning.along(laid, line)
    sorted = judging.sort(scores, laid.sounds, covered, louder)
    if not judging.reaches(line, judging.CERTAIN) or not sorted.lost.any():
        return sorted
    return judging.sort(_with_others(laid, line, scores, sorted), laid.sounds, covered, louder)


def _line(laid: Laid, played: Sound) -> Line:
    line = aligning.best_line(laid, laid.sounds)
    if line.score < judging.CERTAIN[0] or line.margin >= judging.CERTAIN[1]:
        return line
    return aligning.best_line(laid, laid.sounds, aligning.repeats(played.picture, laid.scores.shape[1]))


def _part(sound: Sound, from_s: float, to_s: float | None) -> Sound:
    part = slice(round(from_s * FPS), None if to_s is None else round(to_s * FPS))
    return Sound(sound.picture[part], sound.power[part])


def _covered(line: Line, mic: Sound) -> NDArray[np.bool_]:
    begins = line.delays + np.arange(line.delays.size) * FPS
    return np.asarray((begins >= 0) & (begins + FPS <= mic.frames))


def _with_others(laid: Laid, line: Line, scores: NDArray[np.float32], sorted: judging.Sorted) -> NDArray[np.float32]:
    """Scores, where what seems lost lies on a line nearby: frames were dropped by the player or the recorder."""
    scores = scores.copy()
    for start, stop in judging.runs(sorted.lost):
        among = np.zeros(scores.size, dtype=bool)
        among[start:stop] = True
        other = aligning.best_line(_near(laid, line), among)
        if judging.reaches(other, judging.CERTAIN):
            scores[start:stop] = np.maximum(scores, aligning.along(laid, other))[start:stop]
    return scores


def _near(laid: Laid, line: Line) -> Laid:
    width = round(AGAIN_S * FPS)
    centre = int(np.median(line.delays)) - laid.first
    low = max(0, centre - width)
    return Laid(laid.scores[:, low : centre + width + 1], laid.first + low, laid.sounds)


def _named(words: Sequence[tuple[float, float]], seconds: int, from_s: float) -> NDArray[np.bool_]:
    if not words:
        return np.ones(seconds, dtype=bool)
    middle = from_s + np.arange(seconds) + 0.5
    return np.asarray(np.any([(middle >= start) & (middle <= end) for start, end in words], axis=0))


def _decibel(power: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(10 * np.log10(power + 1e-12), dtype=np.float32)


def _loud_db(sound: Sound) -> float:
    """The level at which a recording speaks."""
    return float(np.quantile(_decibel(sound.power), 0.75)) if sound.frames else 0.0


def _levels_db(mic: Sound, line: Line) -> NDArray[np.float32]:
    """Of the file, at the place of each second of the recording."""
    begins = np.clip(line.delays + np.arange(line.delays.size) * FPS, 0, max(0, mic.frames - FPS))
    smooth = running_mean(mic.power, FPS)
    return _decibel(smooth[np.minimum(begins + FPS // 2, mic.frames - 1)])


def _gain_db(played: Sound, mic: Sound, line: Line, found: NDArray[np.bool_]) -> float | None:
    """How loud it arrived: by how much the file grows louder where the recording does. Steady noise has no part."""
    index = np.concatenate([np.arange(second * FPS, (second + 1) * FPS) for second in np.flatnonzero(found)])
    there = index + np.repeat(line.delays[found], FPS)
    inside = (there >= 0) & (there < mic.frames)
    sent, came = running_mean(played.power, FPS // 5)[index[inside]], running_mean(mic.power, FPS // 5)[there[inside]]
    sent, came = sent - sent.mean(), came - came.mean()
    slope = float((sent * came).sum() / max(float((sent * sent).sum()), 1e-20))
    return round(10 * float(np.log10(slope)), 1) if slope > 0 else None
