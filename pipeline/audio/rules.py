"""The rules of the quality gate: each looks at what was heard and names one fault, with place, figure and limit.

Every one rests on how speech, rooms or devices are, not on a fit.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from pipeline.audio.breaks import DEAD, Spot
from pipeline.audio.faults import CHARACTERS_PER_S, GRAVITY, Fault, Sound, decibels, fault
from pipeline.audio.ffmpeg import RATE
from pipeline.audio.hearing import FRAME

Counts = NDArray[np.int64]

FASTEST_SYLLABLES_PER_S = 9.0  # nobody articulates faster for longer than a word
HASTE = 1.25  # beyond the pace of machines by so much nobody reads: words are missing
PAUSE_S = 0.1  # a longer pause counts as this much: lists have many, and a hole must not stand for words
SLACK_S = 0.6  # a single word is slower or faster than a sentence
SHORTEST_WORD_S = 0.11
LETTERS = 4  # of a syllable and the blank behind it, on average
LEAST_DB = -45.0  # speech below: nobody set a level there, and raising it raises the noise with it
BEFORE_S, AFTER_S, BETWEEN_S = 1.5, 3.0, 7.0  # a station may set pauses of 5 s
BEGINS_AT, ENDS_AT = 0.15, 0.05  # of loud frames, in the first and last 2 ms: sounds come and go over 5 ms and more
FULL_SCALE_SHARE = 0.001
FLAT_TOP, FLAT_TOP_SHORT = 0.01, 0.06  # how much more often a level is reached than the one below, × share of time
OFFSET = 0.02
JUMPS = ((3.0, 9.0), (1.5, 12.0))  # dB between so many seconds of sound: sentences of one voice differ by 6, and by 9
STEADY_DB = 1.5  # speech rises and falls by 2 dB and more even within one vowel
LINE_SHARE = 0.8
NOISE_FLAT, NOISE_SHARE = 0.3, 0.6
HUM_DB, HUM_RISE = -40.0, 8.0
HUM_FLOOR_DB = 6.0  # below the hum nothing can be, but for what the phase of its lines does within 30 ms
NARROW_DB = -50.0  # above 4 kHz, of all: telephones stop at 3.4 kHz, any voice hisses above
NOISE_DB = 12.0
SHORTEST_S = 1.0  # of sound, below which averages say nothing


def faults_of(sound: Sound) -> Iterator[Fault]:
    """Everything the rules find, each as grave as it is for a voice or for a person's file."""
    if not sound.sounding.size:
        yield fault("audio_silent", person=sound.expected.person)
        return
    for rule in RULES:
        if rule is _breaks and sound.expected.in_one_piece:
            continue  # nothing can be torn there; its closures and bursts look as if
        for found in rule(sound):
            gravity = GRAVITY[found.code][sound.expected.person]
            if gravity is not None:
                yield Fault(found.code, gravity, found.at_s, found.params)


# --- level and silence ------------------------------------------------------------------------------------------------


def _quiet(sound: Sound) -> Iterator[Fault]:
    if sound.level_db < LEAST_DB:
        yield fault("audio_too_quiet", level=f"{sound.level_db:.0f}", limit=f"{LEAST_DB:.0f}")


def _silences(sound: Sound) -> Iterator[Fault]:
    first, last = int(sound.sounding[0]), int(sound.sounding[-1])
    before, after = first * FRAME / RATE, sound.heard.duration_s - (last + 1) * FRAME / RATE
    if before > BEFORE_S:
        yield fault("silence_before_long", 0.0, seconds=f"{before:.1f}", limit=BEFORE_S)
    if after > AFTER_S:
        yield fault("silence_after_long", (last + 1) * FRAME / RATE, seconds=f"{after:.1f}", limit=AFTER_S)
    gaps = np.diff(sound.sounding) * FRAME / RATE
    for index in np.flatnonzero(gaps > BETWEEN_S):
        at_s = float(sound.sounding[index]) * FRAME / RATE
        yield fault("silence_within_long", at_s, seconds=f"{gaps[index]:.1f}", limit=BETWEEN_S)


def _offset(sound: Sound) -> Iterator[Fault]:
    if abs(sound.heard.offset) > OFFSET:
        yield fault("audio_dc_offset", share=f"{sound.heard.offset:+.1%}", limit=f"{OFFSET:.0%}")


def _clipping(sound: Sound) -> Iterator[Fault]:
    """Amplitudes that pile up at one level, wherever that level is by now: the tops were cut off there."""
    count = sound.heard.duration_s * RATE
    full = sum(int(tops[-2:].sum()) for tops in sound.heard.tops) / count
    limit = FLAT_TOP if _seconds(sound.sounding.size) > SHORTEST_S else FLAT_TOP_SHORT
    piled = max((_piled(tops, count) for tops in sound.heard.tops), default=(0.0, 0.0))
    if full > FULL_SCALE_SHARE or piled[0] > limit:
        yield fault("audio_clipped", share=f"{max(full, piled[1]):.1%}")


def _piled(tops: Counts, count: float) -> tuple[float, float]:
    """How strongly a level between 40 and 100 % of the highest stands out, and the share of time spent there."""
    below = np.concatenate([[0], np.cumsum(tops)])
    highest = int(np.flatnonzero(tops)[-1]) + 1 if tops.any() else 0
    levels = np.arange(max(round(0.4 * highest), 30), highest + 1)
    if not levels.size:
        return 0.0, 0.0

    def tally(low: float, high: float) -> Counts:
        edges = [np.minimum((levels * each).astype(int), tops.size) for each in (low, high)]
        return np.asarray(below[edges[1]] - below[edges[0]])

    share, ratio = tally(0.88, 1.12) / count, tally(0.88, 1.12) / (tally(0.62, 0.86) + 1)
    score = np.where(ratio > 1.0, ratio * share, 0.0)
    best = int(score.argmax())
    return float(score[best]), float(share[best])


def _jumps(sound: Sound) -> Iterator[Fault]:
    """The same voice, suddenly much louder or softer and staying so: parts that were made apart, or a moved knob."""
    voice = np.flatnonzero(sound.heard.levels > sound.heard.levels.max() * 0.03)
    power = np.concatenate([[0.0], np.cumsum(np.square(sound.heard.levels[voice], dtype=np.float64))])
    for seconds, limit in JUMPS:
        width = round(seconds * RATE / FRAME)
        if voice.size < 2 * width:
            continue
        means = (power[width:] - power[:-width]) / width
        change = 10 * np.log10(means[width:] / means[:-width])
        worst = int(np.abs(change).argmax())
        if abs(change[worst]) > limit:
            at_s = float(voice[worst + width - 1]) * FRAME / RATE
            yield fault("level_jump", at_s, change=f"{change[worst]:+.0f}", limit=f"{limit:.0f}")
            return


# --- breaks in the wave -----------------------------------------------------------------------------------------------


def _breaks(sound: Sound) -> Iterator[Fault]:
    heard = sound.heard
    for code, spots in (("speech_hole", _holes(sound)), ("speech_repeated", _repeats(sound))):
        if spots:
            lost = sum(spot.length_s for spot in spots)
            yield fault(code, spots[0].at_s, count=len(spots), ms=round(1000 * lost))
    if heard.clicks:
        yield fault("audio_clicks", heard.clicks[0].at_s, count=len(heard.clicks))


def _holes(sound: Sound) -> Sequence[Spot]:
    """Where the room is heard in every pause, nothing at all is a hole."""
    floor = float(np.percentile(sound.heard.peaks, 2))
    first, last = (float(sound.sounding[end]) * FRAME / RATE for end in (0, -1))
    if sound.expected.person and floor > 2 * DEAD:
        return tuple(spot for spot in sound.heard.still if first < spot.at_s < last)
    return sound.heard.holes


def _repeats(sound: Sound) -> Sequence[Spot]:
    """A hasty engine says one figure like the other: where the text has three alike in a row, only what is shorter."""
    words = re.findall(r"\w+", sound.expected.text.casefold())
    thrice = any(first == second == third for first, second, third in zip(words, words[1:], words[2:], strict=False))
    return [spot for spot in sound.heard.repeats if not thrice or spot.length_s < SHORTEST_WORD_S]


def _cuts(sound: Sound) -> Iterator[Fault]:
    """Full voice in the first or last moment, well above what the room is by itself. A tone has no words to lose."""
    if any(found.code == "sound_is_tone" for found in _kind(sound)):
        return
    heard, room = sound.heard, 3 * float(np.percentile(sound.heard.peaks, 5))
    if heard.first > max(BEGINS_AT * sound.loud, room):
        yield fault("speech_begins_cut", 0.0, share=f"{heard.first / sound.loud:.0%}", limit=f"{BEGINS_AT:.0%}")
    if heard.last > max(ENDS_AT * sound.loud, room):
        share = f"{heard.last / sound.loud:.0%}"
        yield fault("speech_ends_cut", heard.duration_s, share=share, limit=f"{ENDS_AT:.0%}")


# --- what it is -------------------------------------------------------------------------------------------------------


def _kind(sound: Sound) -> Iterator[Fault]:
    """Speech is neither one line nor all lines, and never steady."""
    heard = sound.heard
    active = heard.loud > heard.loud.max() * 1e-3
    if _seconds(sound.voice.size) < SHORTEST_S / 2:
        return
    line, noise = float((heard.line[active] > LINE_SHARE).mean()), float((heard.flat[active] > NOISE_FLAT).mean())
    steady = float(np.std(20 * np.log10(sound.voice))) < STEADY_DB
    if noise > NOISE_SHARE:
        yield fault("sound_is_noise", share=f"{noise:.0%}", limit=f"{NOISE_SHARE:.0%}")
    elif line > NOISE_SHARE or steady:
        hertz = float(np.median(heard.line_hz[active]))
        yield fault("sound_is_tone", hz=round(hertz))


def _pitch(sound: Sound) -> Iterator[Fault]:
    """A voice out of the range of voices: played too fast or too slow, mostly by a wrong sample rate."""
    heard = sound.heard
    voiced = heard.pitch_hz[(heard.pitch_hz > 0) & (heard.loud > heard.loud.max() * 1e-3)]
    lowest, highest = sound.expected.pitch_hz
    middle = float(np.median(voiced)) if _seconds(voiced.size * 3.2) > SHORTEST_S else lowest
    if not lowest <= middle <= highest:
        yield fault("pitch_not_of_speech", hz=round(middle), lowest=round(lowest), highest=round(highest))


def _pace(sound: Sound) -> Iterator[Fault]:
    """As long as its words, pauses aside."""
    text, spoken = sound.expected.text, spoken_s(sound)
    slowest, fastest = sound.expected.characters_per_s
    characters, syllables = len(text), len(text.split())
    hurry = HASTE if sound.expected.person else max(fastest / CHARACTERS_PER_S[1], 1.0)
    fastest *= HASTE if sound.expected.person else 1.0
    calmest, quickest = sound.expected.syllables_per_s
    quickest = min(quickest, FASTEST_SYLLABLES_PER_S * hurry)
    if characters > fastest * (spoken + SLACK_S) or syllables > quickest * (spoken + SLACK_S):
        yield fault("speech_too_short", seconds=round(spoken, 1), characters=characters)
        return
    letters = max(characters, LETTERS * syllables)  # "ba ba ba" is slow in letters only
    if text and (letters < slowest * (spoken - SLACK_S) or syllables < calmest * (spoken - SLACK_S)):
        yield fault("speech_too_long", seconds=round(spoken, 1), characters=characters)


def _hum(sound: Sound) -> Iterator[Fault]:
    """Lines of the mains that are there in every second, in pauses too, and nothing of the kind beside them.

    A voice that says one number again and again on one note has lines as well; its pauses are quieter than they are.
    """
    whole = int(sound.heard.duration_s)
    if whole < 3:
        return
    always = np.percentile(sound.heard.hum[:whole], 20, axis=0)
    beside = np.percentile(sound.heard.around[:whole], 20, axis=0)
    lines = always[(always > HUM_RISE * beside) & (always > 1e-5)]
    level_db = decibels(float(np.sqrt(np.square(lines).sum()))) if lines.size else -math.inf
    hum = level_db - sound.level_db
    if hum > HUM_DB and sound.floor_db > level_db - HUM_FLOOR_DB:
        yield fault("audio_hum", level=f"{hum:.0f}", limit=f"{HUM_DB:.0f}")


def _band(sound: Sound) -> Iterator[Fault]:
    heard = sound.heard
    high = float((heard.high * heard.loud).sum() / heard.loud.sum())
    if 10 * math.log10(high + 1e-12) < NARROW_DB and _seconds(sound.voice.size) > SHORTEST_S:
        yield fault("audio_narrow")


def _noise(sound: Sound) -> Iterator[Fault]:
    """How far the speech stands above the twentieth of its quietest frames."""
    over = sound.level_db - decibels(float(np.percentile(sound.heard.levels, 5)))
    if over < NOISE_DB and sound.heard.duration_s > 3:
        yield fault("audio_noisy", over=f"{over:.0f}", limit=f"{NOISE_DB:.0f}")


# --- what was promised ------------------------------------------------------------------------------------------------


def _promise(sound: Sound) -> Iterator[Fault]:
    length, promised, slot = sound.heard.duration_s, sound.expected.length_s, sound.expected.slot_s
    if promised is not None and abs(length - promised) > 0.1 + 0.01 * promised:
        yield fault("length_not_as_promised", seconds=f"{length:.1f}", promised=f"{promised:.1f}")
    if slot is not None and length > slot:
        yield fault("longer_than_slot", slot, seconds=f"{length:.0f}", limit=f"{slot:.0f}")


Rule = Callable[[Sound], Iterable[Fault]]
RULES: tuple[Rule, ...] = (
    _offset,
    _kind,
    _quiet,
    _silences,
    _clipping,
    _breaks,
    _cuts,
    _pitch,
    _jumps,
    _hum,
    _pace,
    _band,
    _noise,
    _promise,
)


def spoken_s(sound: Sound) -> float:
    """Seconds of a voice: with every pause cut to PAUSE_S and the ends to nothing."""
    if not sound.sounding.size:
        return 0.0
    longest = round(PAUSE_S * RATE / FRAME)
    return _seconds(int(np.minimum(np.diff(sound.sounding), longest).sum()) + 1)


def _seconds(frames: float) -> float:
    return frames * FRAME / RATE
