"""The station's voices in their order: the first that speaks the whole text is taken."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.domain import SpeechText
from pipeline.errors import LoaError, VoiceError
from pipeline.voices import VoiceEngine
from pipeline.voices.espeak import Espeak
from pipeline.voices.gtts import Gtts
from pipeline.voices.piper import Piper, PiperModel
from pipeline.voices.recorded import Recorded

NAMES = ("recorded", "piper", "gtts", "espeak-ng")  # as config/station.yaml knows them
ONLINE = frozenset({"gtts"})

Gate = Callable[[Path, VoiceEngine], None]
"""Called with a voice's file; raises AudioError where it is not what the voice was asked for."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A voice that was tried first and did not speak."""

    voice: str
    code: str
    retryable: bool


@dataclass(frozen=True, slots=True)
class Spoken:
    """Which voice has spoken. `fallback`: it was not the first of the chain."""

    fingerprint: str
    fallback: bool
    failures: tuple[Failure, ...] = ()


@dataclass(frozen=True, slots=True)
class Absent:
    """The place in the chain of a voice that cannot be used here, and why."""

    name: str
    code: str

    @property
    def fingerprint(self) -> str:
        return f"{self.name}/absent"

    @property
    def characters_per_s(self) -> tuple[float, float]:
        return 0.0, 0.0

    def check(self) -> None:
        raise VoiceError(self.code, voice=self.name)

    def synthesize(self, text: SpeechText, out: Path) -> None:
        self.check()


def speak(chain: Sequence[VoiceEngine], text: SpeechText, out: Path, gate: Gate) -> Spoken:
    """Write `out` by the first voice whose file passes `gate` (which raises AudioError or VoiceError).

    VoiceError all_voices_failed(reasons) and no file where none does; retryable if one of them was.
    """
    failures: list[Failure] = []
    for voice in chain:
        try:
            voice.synthesize(text, out)
            gate(out, voice)
            return Spoken(voice.fingerprint, bool(failures), tuple(failures))
        except LoaError as error:
            out.unlink(missing_ok=True)
            retryable = isinstance(error, VoiceError) and error.retryable
            failures.append(Failure(voice.name, error.code, retryable))
    reasons = ", ".join(f"{failure.voice}: {failure.code}" for failure in failures)
    raise VoiceError("all_voices_failed", retryable=any(failure.retryable for failure in failures), reasons=reasons)


def build_chain(
    names: Iterable[str],
    *,
    rate: float = 1.0,
    recording: Path | None = None,
    piper: PiperModel | None = None,
    online: bool = True,
    tld: str = "com",
) -> list[VoiceEngine]:
    """The voices of `names` in order. `recording`: the bulletin's own file, if it has one.

    A voice that is not here, or may not go online, keeps its place as Absent, so that the next one counts as a
    fallback. `recorded` without a recording is left out: nothing was promised. VoiceError: voice_unknown.
    """
    chain: list[VoiceEngine] = []
    for name in names:
        if name not in NAMES:
            raise VoiceError("voice_unknown", name=name, known=", ".join(NAMES))
        if name in ONLINE and not online:
            chain.append(Absent(name, "voice_offline"))
        elif name == "gtts":
            chain.append(Gtts(rate=rate, tld=tld))
        elif name == "espeak-ng":
            chain.append(Espeak(rate=rate))
        elif name == "piper":
            chain.append(Piper(piper, rate=rate) if piper else Absent(name, "voice_not_installed"))
        elif recording is not None:
            chain.append(Recorded(recording))
    return chain
