"""The station's voices in their order. Production takes the first whose speech passes the gate."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pipeline.config.voices import VOICES, VoiceSettings
from pipeline.domain import SpeechText
from pipeline.errors import VoiceError
from pipeline.voices import VoiceEngine
from pipeline.voices.espeak import Espeak
from pipeline.voices.gtts import Gtts
from pipeline.voices.installed import InstalledVoice, chosen
from pipeline.voices.piper import Piper, PiperModel
from pipeline.voices.wav import Pauses

RECORDED = "recorded"  # speaks only what it has recorded: it belongs to a bulletin, not to the chain
ONLINE = frozenset({"gtts"})


@dataclass(frozen=True, slots=True)
class Absent:
    """The place in the chain of a voice that cannot be used here, and why. Asked once a run: the error is retryable."""

    name: str
    error: VoiceError

    @property
    def fingerprint(self) -> str:
        return f"{self.name}/absent"

    @property
    def characters_per_s(self) -> tuple[float, float]:
        return 0.0, 0.0

    def check(self) -> None:
        raise self.error.with_traceback(None)

    def synthesize(self, text: SpeechText, out: Path) -> None:
        self.check()


def build_chain(settings: VoiceSettings, shelf: Path, *, online: bool = True) -> list[VoiceEngine]:
    """The voices of a station in their order, `recorded` left out. `shelf`: where its Piper voices are installed.

    A voice that is not here, or may not go online, keeps its place as Absent, so that the next one counts as a
    fallback.
    """
    return [_voice(name, settings, shelf, online=online) for name in settings.chain if name != RECORDED]


def _voice(name: str, settings: VoiceSettings, shelf: Path, *, online: bool) -> VoiceEngine:
    if name in ONLINE and not online:
        return Absent(name, VoiceError("voice_offline", retryable=True, voice=name))
    if name == "gtts":
        return Gtts(rate=settings.rate, tld=settings.gtts_tld, pauses=pauses_of(settings))
    if name == "espeak-ng":
        return Espeak(region=settings.espeak, rate=settings.rate, pauses=pauses_of(settings))
    if name == "piper":
        try:
            return piper_voice(chosen(shelf, settings.piper), settings)
        except VoiceError as error:
            return Absent(name, error)
    raise VoiceError("voice_unknown", name=name, known=", ".join(VOICES))


def piper_voice(voice: InstalledVoice, settings: VoiceSettings) -> Piper:
    """An installed voice as the station lets it speak. VoiceError voice_damaged where its facts are gone."""
    if voice.facts is None:
        raise VoiceError("voice_damaged", voice=voice.name)
    model = PiperModel(voice.model, voice.facts.sha256, voice.facts.config_sha256, settings.piper_program)
    return Piper(model, rate=settings.rate, pauses=pauses_of(settings))


def pauses_of(settings: VoiceSettings) -> Pauses:
    return Pauses(settings.pauses.sentence.total_seconds(), settings.pauses.paragraph.total_seconds())
