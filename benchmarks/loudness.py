"""What an independent meter says of the joined files: every bulletin × preset × voice, as the air would carry them.

The meter is the distribution's ffmpeg (its own MP3 decoder, its `ebur128` filter); ours is libebur128 behind another
ffmpeg. A line per voice and preset: the least and the greatest loudness against the target, the highest true peak.
"""

from __future__ import annotations

import math
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from benchmarks._voices import Voice, voices
from pipeline import speech
from pipeline.audio import chime, ffmpeg, mastering, mp3
from pipeline.config.mastering import PRESETS, Preset
from pipeline.domain import SpeechText
from pipeline.site import load_site

ROOT = Path(__file__).parents[1]
TOLERANCE_LU = 0.3
LEAD_IN_S, PAUSE_S = 0.5, 1.2
WORKERS = 2

_FILTER = "ebur128=peak=true:metadata=1,ametadata=mode=print:file=-"
_LOUDNESS = re.compile(r"lavfi\.r128\.I=(-?[\d.]+)")
_PEAK = re.compile(r"lavfi\.r128\.true_peaks_ch\d+=([\d.]+)")


@dataclass(frozen=True, slots=True)
class Found:
    """Of one joined file, by the independent meter; `apart`: LUFS from the target."""

    voice: str
    preset: str
    bulletin: str
    apart: float
    dbtp: float


def independent_meter() -> str | None:
    """The distribution's ffmpeg, where it is installed; the one of the wheel does not count."""
    found = shutil.which("ffmpeg")
    return found if found and Path(found).resolve() != Path(ffmpeg.ffmpeg()).resolve() else None


def measured(path: Path, meter: str) -> tuple[float, float]:
    """LUFS and dBTP of a file."""
    arguments = ["-hide_banner", "-nostdin", "-v", "error", "-i", str(path), "-af", _FILTER, "-f", "null", "-"]
    told = subprocess.run([meter, *arguments], capture_output=True, text=True, check=True, timeout=120).stdout
    return float(_LOUDNESS.findall(told)[-1]), 20 * math.log10(max(map(float, _PEAK.findall(told))))


def joined(speeches: list[ffmpeg.Samples], chosen: Preset, out: Path, *, urgent: bool = False) -> None:
    """Signal, speeches and pauses as frames, like an airing."""
    sound = chime.emergency_signal() if urgent else chime.opening_chime()
    parts: list[bytes | Path] = [mp3.silence(LEAD_IN_S)]
    for each in (sound, *speeches):
        parts += [mastering.master_to_mp3(each, chosen).mp3, mp3.silence(PAUSE_S)]
    mp3.join(parts, out)


def bulletins() -> dict[str, SpeechText]:
    """The site's bulletins as they are spoken."""
    site = load_site(ROOT)
    return {name: speech.read_aloud(each.text, site.lexicon) for name, each in sorted(site.bulletins.items())}


def every(meter: str, folder: Path) -> Iterator[Found]:
    texts = bulletins()

    def one(case: tuple[Voice, str]) -> list[Found]:
        voice, bulletin = case
        samples = voice.speak(texts[bulletin])
        found = []
        for name, chosen in PRESETS.items():
            out = folder / f"{voice.name.replace('/', '-')}-{bulletin}-{name}.mp3"
            joined([samples], chosen, out, urgent=name == "horn_urgent")
            lufs, dbtp = measured(out, meter)
            found.append(Found(voice.name, name, bulletin, lufs - chosen.lufs, dbtp))
            out.unlink()
        return found

    with ThreadPoolExecutor(WORKERS) as pool:
        for each in pool.map(one, [(voice, bulletin) for bulletin in texts for voice in voices()]):
            yield from each


def main() -> None:
    meter = independent_meter()
    if meter is None:
        print("the distribution's ffmpeg is not installed: nothing was measured")
        return
    with tempfile.TemporaryDirectory() as folder:
        found = list(every(meter, Path(folder)))
    for voice, name in dict.fromkeys((each.voice, each.preset) for each in found):
        some = [each for each in found if (each.voice, each.preset) == (voice, name)]
        low, high = min(each.apart for each in some), max(each.apart for each in some)
        peak = max(each.dbtp for each in some)
        print(f"{voice:24} {name:12} {len(some):3} files: {low:+.2f} … {high:+.2f} LU, at most {peak:.2f} dBTP")
    off = [each for each in found if abs(each.apart) > TOLERANCE_LU or each.dbtp > PRESETS[each.preset].dbtp]
    print(f"{len(found)} files, {len(off)} outside ±{TOLERANCE_LU} LU or above the true peak")
    for each in off:
        print(f"  {each}")


if __name__ == "__main__":
    main()
