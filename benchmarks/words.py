"""How near to the loudness of its preset a single word comes: too short for the meter, and yet it has to air.

Eight calls of one or two words, espeak-ng of three regions at two paces and Piper's stand-in, four presets. Said: how
many none could lift to the target, and the softest. `python -m benchmarks words`
"""

from __future__ import annotations

import tempfile
from itertools import product
from pathlib import Path

from benchmarks.gate import piper
from pipeline.audio import ffmpeg, mastering
from pipeline.config.mastering import PRESETS
from pipeline.domain import SpeechText
from pipeline.errors import AudioError
from pipeline.voices import VoiceEngine
from pipeline.voices.espeak import VOICES, Espeak

CALLS = ("Có.", "Cháy!", "Báo.", "Một.", "Sạt lở! Sơ tán ngay!", "Tức tốc.", "Sập.", "Không.")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        found, lost = measured(Path(folder))
    softer = [each for each in found if each[0] < -mastering.SEGMENT_TOLERANCE_LU]
    print(f"{len(found) + lost} calls: {lost} not aired, {len(softer)} softer than the target")
    for lu, name, call, preset in sorted(found)[:5]:
        print(f"  {lu:+.1f} LU  {name}  {call}  {preset}")


def measured(folder: Path) -> tuple[list[tuple[float, str, str, str]], int]:
    voices: list[tuple[str, VoiceEngine]] = [
        (f"espeak-{region} {rate}", Espeak(region=region, rate=rate)) for region in VOICES for rate in (1.0, 2.0)
    ]
    voices += [(f"piper {rate}", voice) for rate in (1.0, 1.6) if (voice := piper(folder, rate))]
    found: list[tuple[float, str, str, str]] = []
    lost = 0
    for (name, voice), call in product(voices, CALLS):
        voice.synthesize(SpeechText((call,)), folder / "a.wav")
        samples = ffmpeg.decode(folder / "a.wav", demuxer="wav")
        for preset, chosen in PRESETS.items():
            try:
                found.append((mastering.master_to_mp3(samples, chosen).lufs - chosen.lufs, name, call, preset))
            except AudioError:
                lost += 1
    return found, lost


if __name__ == "__main__":
    main()
