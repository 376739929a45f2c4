"""Passages → mastered segments, kept by content so that nothing is ever rendered twice.

The key of a segment is a hash of the words as spoken, the reader's version, the voice's fingerprint, the mastering
preset and the encoder: change any of them and another segment is made; the old one stays what it was.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline import speech
from pipeline.audio import chime, ffmpeg, gate, mastering
from pipeline.audio.faults import UNKNOWN, Expected
from pipeline.audio.ffmpeg import Samples
from pipeline.config.mastering import Preset
from pipeline.domain import SpeechText
from pipeline.errors import AudioError, LoaError, VoiceError
from pipeline.voices import VoiceEngine
from pipeline.voices.recorded import Recorded


@dataclass(frozen=True, slots=True)
class Passage:
    """Something to be spoken: a bulletin, or the station's own words around it.

    `audio`: a recorded voice for it; `urgent`: for an airing of EMERGENCY, which may have a mastering of its own.
    """

    name: str
    text: SpeechText
    audio: Path | None = None
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class Segment:
    """A mastered MP3 of one passage. `fallback`: not by the first voice that may speak it."""

    path: Path
    sha256: str
    duration_s: float
    voice: str
    fallback: bool = False


@dataclass(frozen=True, slots=True)
class Failure:
    """A voice that could not speak a passage."""

    passage: str
    voice: str
    error: LoaError


class Segments:
    """The cache of one station's segments and the way to fill it. Safe to use from several threads."""

    def __init__(
        self,
        folder: Path,
        chain: Sequence[VoiceEngine],
        preset: Preset,
        *,
        recorded: bool,
        urgent: Preset | None = None,
    ) -> None:
        self.folder, self.chain, self.recorded = folder, tuple(chain), recorded
        self._presets = {False: preset, True: urgent or preset}
        self.failures: list[Failure] = []
        self.rendered = 0
        self._down: set[str] = set()

    def begin(self) -> None:
        """A new run: voices that were away are asked again, and failures are those of this run."""
        self._down.clear()
        self.failures = []

    def preset(self, urgent: bool) -> Preset:
        """What airings of EMERGENCY (`urgent`) and all others are mastered with."""
        return self._presets[urgent]

    def find(self, passage: Passage) -> Segment | None:
        """The segment by the best voice that has already spoken the passage."""
        for rank, voice in enumerate(self._voices(passage)):
            if segment := self._cached(passage, voice, fallback=rank > 0):
                return segment
        return None

    def make(self, passage: Passage) -> Segment:
        """The segment by the best voice that can speak the passage now. VoiceError where none can."""
        for rank, voice in enumerate(self._voices(passage)):
            segment = self._cached(passage, voice, fallback=rank > 0)
            if segment is None and voice.fingerprint not in self._down:
                segment = self._attempt(passage, voice, fallback=rank > 0)
            if segment is not None:
                return segment
        reasons = [f"{each.voice}: {each.error.code}" for each in self.failures if each.passage == passage.name]
        raise VoiceError("all_voices_failed", reasons=", ".join(dict.fromkeys(reasons)))

    def signal(self, sound: Callable[[], Samples], *, urgent: bool) -> Segment:
        """A chime or signal, mastered like speech and kept by its name."""
        key = _hash([sound.__name__, chime.VERSION, self._finish(urgent)])
        if segment := self._read(key, fallback=False):
            return segment
        return self._keep(key, mastering.master_to_mp3(sound(), self.preset(urgent)), "", fallback=False)

    def _attempt(self, passage: Passage, voice: VoiceEngine, *, fallback: bool) -> Segment | None:
        try:
            return self._render(passage, voice, fallback=fallback)
        except (VoiceError, AudioError) as error:
            self.failures.append(Failure(passage.name, voice.name, error))
            if isinstance(error, VoiceError) and error.retryable:
                self._down.add(voice.fingerprint)  # once a run is enough to learn that a voice is away
            return None

    def _render(self, passage: Passage, voice: VoiceEngine, *, fallback: bool) -> Segment:
        self.folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="loa-") as scratch:
            spoken = Path(scratch) / "spoken.wav"
            voice.synthesize(passage.text, spoken)
            samples = ffmpeg.decode(spoken, demuxer="wav")
        self._judge(passage, voice, samples)
        mastered = mastering.master_to_mp3(samples, self.preset(passage.urgent))
        self.rendered += 1
        return self._keep(self._key(passage, voice), mastered, voice.fingerprint, fallback=fallback)

    def _judge(self, passage: Passage, voice: VoiceEngine, samples: Samples) -> None:
        """AudioError for what may not air. What is only told of a person's file stands among the failures."""
        person = isinstance(voice, Recorded)
        expected = expected_of(passage.text.text, voice)
        faults = gate.examine(samples, expected).faults
        if isinstance(voice, Recorded):
            faults = gate.in_order([*gate.channels(voice.path, demuxer=voice.demuxer()), *faults])
        gate.refuse(faults)
        told = faults if person else ()
        self.failures += [Failure(passage.name, voice.name, fault.error()) for fault in told]

    def _voices(self, passage: Passage) -> list[VoiceEngine]:
        own: list[VoiceEngine] = [Recorded(passage.audio)] if passage.audio and self.recorded else []
        return [*own, *self.chain]

    def _key(self, passage: Passage, voice: VoiceEngine) -> str:
        parts = [
            *passage.text.paragraphs,
            speech.VERSION,
            voice.fingerprint,
            self._finish(passage.urgent),
        ]
        return _hash(parts)

    def _finish(self, urgent: bool) -> str:
        """Everything after the voice that changes the sound."""
        return f"{self.preset(urgent)} {mastering.VERSION} {ffmpeg.RATE} {ffmpeg.BITRATE}"

    def _cached(self, passage: Passage, voice: VoiceEngine, *, fallback: bool) -> Segment | None:
        return self._read(self._key(passage, voice), fallback=fallback)

    def _read(self, key: str, *, fallback: bool) -> Segment | None:
        audio, facts = self.folder / f"{key}.mp3", self.folder / f"{key}.json"
        try:
            known = json.loads(facts.read_text(encoding="utf-8"))
            whole = audio.stat().st_size == known["size"]
        except (OSError, ValueError, KeyError):
            return None
        return Segment(audio, known["sha256"], known["duration_s"], known["voice"], fallback) if whole else None

    def _keep(self, key: str, mastered: mastering.Mastered, voice: str, *, fallback: bool) -> Segment:
        audio, facts = self.folder / f"{key}.mp3", self.folder / f"{key}.json"
        digest = hashlib.sha256(mastered.mp3).hexdigest()
        write_whole(audio, mastered.mp3)
        known = {"sha256": digest, "size": len(mastered.mp3), "duration_s": mastered.duration_s, "voice": voice}
        write_whole(facts, json.dumps(known).encode())
        return Segment(audio, digest, mastered.duration_s, voice, fallback)


def expected_of(words: str, voice: VoiceEngine) -> Expected:
    """What the gate may ask of a voice: its pace, and its pitch where the engine knows them."""
    return Expected(
        words,
        voice.characters_per_s,
        getattr(voice, "syllables_per_s", UNKNOWN.syllables_per_s),
        getattr(voice, "pitch_hz", UNKNOWN.pitch_hz),
        person=isinstance(voice, Recorded),
    )


def _hash(parts: Sequence[str]) -> str:
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that a power cut leaves the old one or the new one, never a torn one."""
    part = path.with_name(f"{path.name}.{os.getpid()}.{os.urandom(4).hex()}.part")
    with part.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
