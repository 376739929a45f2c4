"""Passages → mastered segments, kept by content so that nothing is ever rendered twice.

The key of a segment is a hash of the words as spoken, the reader's version, the voice's fingerprint, the mastering
preset and the encoder: change any of them and another segment is made; the old one stays what it was. Under the key
stand the facts, and in them the hash by which the audio is named: never half of one rendering and half of another.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline import speech
from pipeline.audio import chime, ffmpeg, gate, mastering
from pipeline.audio.faults import DOUBTS, UNKNOWN, Expected
from pipeline.audio.ffmpeg import Samples
from pipeline.config.mastering import Preset
from pipeline.domain import SpeechText
from pipeline.errors import AudioError, LoaError, VoiceError
from pipeline.voices import VoiceEngine
from pipeline.voices.recorded import Recorded

NOTICED_LU = 1.0  # softer than that beside others, and people hear it
ABANDONED_S = 86_400.0


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
    """A mastered MP3 of one passage. `fallback`: not by the first voice that may speak it.

    `doubt`: the gate refused it, no other voice passed, and its words are there: the code of what was heard.
    """

    path: Path
    sha256: str
    duration_s: float
    voice: str
    fallback: bool = False
    doubt: str = ""


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
        self._proven: dict[
            str, tuple[int, int, int]
        ] = {}  # by hash: the file that has it, as the disk tells them apart

    def begin(self) -> None:
        """A new run: voices that were away are asked again, and failures are those of this run."""
        self._down.clear()
        self.failures = []
        sweep(self.folder)

    def preset(self, urgent: bool) -> Preset:
        """What airings of EMERGENCY (`urgent`) and all others are mastered with."""
        return self._presets[urgent]

    def find(self, passage: Passage) -> Segment | None:
        """The segment by the best voice that has already spoken the passage; a doubtful one where there is no other."""
        doubtful: Segment | None = None
        for rank, voice in enumerate(self._voices(passage)):
            segment = self._cached(passage, voice, fallback=rank > 0)
            if segment is not None and not segment.doubt:
                return segment
            doubtful = doubtful or segment
        return doubtful

    def make(self, passage: Passage) -> Segment:
        """The segment by the best voice that can speak the passage now. VoiceError where none can.

        Where the gate passes none, the words air as the first voice spoke them that lost none: silence warns nobody.
        """
        doubted: list[tuple[int, VoiceEngine, str]] = []
        for rank, voice in enumerate(self._voices(passage)):
            segment = self._cached(passage, voice, fallback=rank > 0)
            if segment is not None and not segment.doubt:
                return segment
            if voice.fingerprint in self._down:
                continue
            made = self._attempt(passage, voice, fallback=rank > 0)
            if isinstance(made, Segment):
                return made
            if made in DOUBTS:
                doubted.append((rank, voice, made))
        if doubted:
            return self._in_doubt(passage, *doubted[0])
        reasons = [f"{each.voice}: {each.error.code}" for each in self.failures if each.passage == passage.name]
        raise VoiceError("all_voices_failed", reasons=", ".join(dict.fromkeys(reasons)))

    def signal(self, sound: Callable[[], Samples], *, urgent: bool) -> Segment:
        """A chime or signal, mastered like speech and kept by its name."""
        key = _hash([sound.__name__, chime.VERSION, self._finish(urgent)])
        if segment := self._read(key, fallback=False):
            return segment
        return self._keep(key, mastering.master_to_mp3(sound(), self.preset(urgent)), "", fallback=False)

    def _in_doubt(self, passage: Passage, rank: int, voice: VoiceEngine, code: str) -> Segment:
        self.failures.append(Failure(passage.name, voice.name, AudioError("aired_in_doubt", voice=voice.name)))
        kept = self._cached(passage, voice, fallback=rank > 0)
        return kept or self._render(passage, voice, fallback=rank > 0, doubt=code)

    def _attempt(self, passage: Passage, voice: VoiceEngine, *, fallback: bool) -> Segment | str:
        """The segment, or the code of what kept this voice from it."""
        try:
            return self._render(passage, voice, fallback=fallback)
        except (VoiceError, AudioError) as error:
            self.failures.append(Failure(passage.name, voice.name, error))
            if isinstance(error, VoiceError) and error.retryable:
                self._down.add(voice.fingerprint)  # once a run is enough to learn that a voice is away
            return error.code

    def _render(self, passage: Passage, voice: VoiceEngine, *, fallback: bool, doubt: str = "") -> Segment:
        self.folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="loa-") as scratch:
            spoken = Path(scratch) / "spoken.wav"
            voice.synthesize(passage.text, spoken)
            samples = ffmpeg.decode(spoken, demuxer="wav")
        if not doubt:
            self._judge(passage, voice, samples)
        preset = self.preset(passage.urgent)
        mastered = mastering.master_to_mp3(samples, preset)
        self.rendered += 1
        if preset.lufs - mastered.lufs > NOTICED_LU:
            softer = AudioError("passage_softer", by=f"{preset.lufs - mastered.lufs:.0f}")
            self.failures.append(Failure(passage.name, voice.name, softer))
        return self._keep(self._key(passage, voice), mastered, voice.fingerprint, fallback=fallback, doubt=doubt)

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
        try:
            known = json.loads((self.folder / f"{key}.json").read_text(encoding="utf-8"))
            found = Segment(
                self._audio(known["sha256"]),
                known["sha256"],
                float(known["duration_s"]),
                str(known["voice"]),
                fallback,
                str(known.get("doubt", "")),
            )
            return found if self._is_whole(found) else None
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def _audio(self, sha256: str) -> Path:
        return self.folder / f"{sha256}.mp3"

    def _is_whole(self, segment: Segment) -> bool:
        """Whether the audio has the hash it is named by; read again only when the file is another one. OSError."""
        there = segment.path.stat()
        identity = there.st_ino, there.st_size, there.st_mtime_ns
        if self._proven.get(segment.sha256) != identity:
            with segment.path.open("rb") as file:
                if hashlib.file_digest(file, "sha256").hexdigest() != segment.sha256:
                    return False
            self._proven[segment.sha256] = identity
        return True

    def _keep(self, key: str, mastered: mastering.Mastered, voice: str, *, fallback: bool, doubt: str = "") -> Segment:
        """Keep a rendering. Of two made at the same time the first stays: voices vary, recordings must not."""
        digest = hashlib.sha256(mastered.mp3).hexdigest()
        write_whole(self._audio(digest), mastered.mp3)
        known = {"sha256": digest, "duration_s": mastered.duration_s, "voice": voice, "doubt": doubt}
        with _alone(self.folder):
            first = self._read(key, fallback=fallback)
            if first is not None and (doubt or not first.doubt):
                return first
            write_whole(self.folder / f"{key}.json", json.dumps(known).encode())
        return Segment(self._audio(digest), digest, mastered.duration_s, voice, fallback, doubt)


def expected_of(words: str, voice: VoiceEngine) -> Expected:
    """What the gate may ask of a voice: its pace, and its pitch where the engine knows them."""
    return Expected(
        words,
        voice.characters_per_s,
        getattr(voice, "syllables_per_s", UNKNOWN.syllables_per_s),
        getattr(voice, "pitch_hz", UNKNOWN.pitch_hz),
        person=isinstance(voice, Recorded),
        in_one_piece=getattr(voice, "in_one_piece", False),
    )


def _hash(parts: Sequence[str]) -> str:
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One thread of one process at a time; the lock ends with the process, however that dies."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def told(error: LoaError | OSError) -> LoaError:
    """The same in a word an operator knows: a disk that refuses is a failure like any other, and ends nothing else."""
    return AudioError("audio_not_written", why=error.strerror or "") if isinstance(error, OSError) else error


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that a power cut leaves the old one or the new one, never a torn one. OSError: the old one."""
    part = path.with_name(f"{path.name}.{os.getpid()}.{os.urandom(4).hex()}.part")
    try:
        with part.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def sweep(folder: Path) -> None:
    """Delete what a process that was killed left half written: files of a name of their own, untouched for a day."""
    for part in folder.glob("*.part"):
        with contextlib.suppress(OSError):
            if time.time() - part.stat().st_mtime > ABANDONED_S:
                part.unlink()
