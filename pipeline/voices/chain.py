"""The station's voices in their order. Production takes the first whose speech passes the gate."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pipeline.domain import SpeechText
from pipeline.errors import VoiceError
from pipeline.voices import VoiceEngine
from pipeline.voices.espeak import Espeak
from pipeline.voices.gtts import Gtts
from pipeline.voices.piper import Piper, PiperModel
from pipeline.voices.recorded import Recorded

NAMES = ("recorded", "piper", "gtts", "espeak-ng")  # as config/station.yaml knows them
ONLINE = frozenset({"gtts"})


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
