"""An hour of airing from segments that are there: laid out, joined and tagged; verified; in every other form; memory.

Joining is what stands between a changed programme and its recording; decoding the whole to verify it, and other forms,
are work of the background. Seconds are of processor time, ffmpeg's included, with those of the wall beside them.
"""

from __future__ import annotations

import multiprocessing
import resource
import tempfile
from functools import partial
from pathlib import Path

from benchmarks.audio import PARAGRAPH, say, timed
from pipeline.audio import cues, ffmpeg, mastering, measure, mp3, renderings, tags
from pipeline.audio.cues import Kind
from pipeline.audio.renderings import SHAPES
from pipeline.config.mastering import PRESETS
from pipeline.domain import SpeechText
from pipeline.production.assembly import Airing, Frame, Spoken, cues_of, lay_out, tags_of
from pipeline.production.segments import Passage, Segment, Segments
from pipeline.voices.espeak import Espeak

HOUR_S = 3600.0
WORDS = SpeechText((PARAGRAPH,) * 3)
HORN = PRESETS["horn"]
FRAME = Frame(lead_in_s=0.5, pause_s=1.2, opening=True, separator=True, emergency=False)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        segments = Segments(Path(folder), [], HORN, recorded=False)
        airing = an_hour(Path(folder))
        signal = partial(segments.signal, urgent=False)
        lay_out(airing, signal)  # signals are made once in the life of a station
        joined, cost, wall = timed(lambda: join(airing, signal, Path(folder) / "hour.mp3"))
        say(f"{joined.duration_s:.0f} s from {len(airing.spoken)} segments: joined, tagged, with cues")
        say(f"  in {cost:.3f} s of processor, {wall:.3f} s on the wall, its two readings and one fsync included")
        heard, cost, wall = timed(lambda: measure.measure_file(Path(folder) / "hour.mp3"))
        say(f"  decoded whole and measured: {cost:.1f} s ({wall:.1f} s on the wall)")
        say(f"  {heard.lufs:.2f} LUFS, {heard.dbtp:.2f} dBTP, {heard.duration_s - joined.duration_s:+.4f} s")
        for form, shape in SHAPES.items():
            out = Path(folder) / f"hour{shape.suffix}"
            render = partial(renderings.render, Path(folder) / "hour.mp3", heard, form, out)
            found, cost, wall = timed(render)
            longer = found.duration_s - heard.duration_s
            apart = f"{found.lufs - heard.lufs:+.2f} LU, {found.dbtp:.2f} dBTP, {longer:+.4f} s"
            say(f"  {form.value:6} {out.stat().st_size / 1e6:6.1f} MB in {cost:5.1f} s ({wall:.1f} s): {apart}")
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            most, child = pool.apply(memory, (airing, Path(folder)))
        say(f"  memory at the highest: {most:.0f} MB, and ffmpeg beside it {child:.0f} MB")


def an_hour(folder: Path) -> Airing:
    """Bulletins of a minute and a half each, all of one segment: joining does not know that they are the same."""
    Espeak().synthesize(WORDS, folder / "a.wav")
    made = mastering.master_to_mp3(ffmpeg.decode(folder / "a.wav", demuxer="wav"), HORN)
    (folder / "a.mp3").write_bytes(made.mp3)
    bulletin = Spoken(
        Kind.BULLETIN, Segment(folder / "a.mp3", "a", made.duration_s, "espeak-ng"), Passage("a", WORDS), "Bản tin"
    )
    count = round(HOUR_S / (FRAME.length_s([bulletin] * 2, [], 1) - FRAME.length_s([bulletin], [], 1)))
    return Airing((bulletin,) * count, (), (), FRAME, "Cảnh báo", "Đài")


def join(airing: Airing, signal: partial[Segment], out: Path) -> mp3.Joined:
    parts = lay_out(airing, signal)
    joined = mp3.join((each.sound for each in parts), out, lambda audio: tags.written(tags_of(airing, parts, audio)))
    heard = cues_of(parts)
    cues.document(heard, recording=joined.sha256, duration_s=joined.duration_s)
    cues.transcript(heard, title=airing.title)
    return joined


def memory(airing: Airing, folder: Path) -> tuple[float, float]:
    """MB at the highest of joining, verifying and rendering an hour, in a fresh process; and of its ffmpeg."""
    signal = partial(Segments(folder, [], HORN, recorded=False).signal, urgent=False)
    join(airing, signal, folder / "again.mp3")
    heard = measure.measure_file(folder / "again.mp3")
    renderings.render(folder / "again.mp3", heard, next(iter(SHAPES)), folder / "again.out")
    marks = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return int(marks["VmHWM"].split()[0]) / 1024, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


if __name__ == "__main__":
    main()
