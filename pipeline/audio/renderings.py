"""A recording in other kinds of file, for devices that play no MP3: made from it, and proven against it once decoded.

The master is the MP3 that was measured. What each codec costs beside it, the log-spectral distance from the unencoded
master tells (dB, 180 Hz to the end of the band): Opus 1.69 instead of 1.52, µ-law 2.20 instead of 1.98, G.722 2.35
instead of 2.29. For that, no second copy is kept that nobody has heard.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pipeline.audio.ffmpeg import convert
from pipeline.audio.measure import Loudness, measure_file
from pipeline.domain import Form
from pipeline.errors import AudioError

VERSION = "1"  # part of the key of everything rendered: raise it when the same form sounds different
PEAK_DB = -1.0  # dBTP of what is decoded
ATTEMPTS = 5
FIRST_CEILING_DB = -1.3
STEP_DB = 0.2  # below what was still too much
OVERSAMPLED = 4


@dataclass(frozen=True, slots=True)
class Shape:
    """How a form is written and what may differ once it is decoded.

    `band`: what the resampler lets through, as a share of half the rate; 0: the codec takes what there is.
    `tolerance_lu`: a narrower band is a little softer: measured −0.1 for µ-law, −0.2 for Opus, on speech.
    """

    suffix: str
    demuxer: str
    rate: int
    codec: str
    tolerance_lu: float
    frame_s: float = 0.02
    band: float = 0.0


SHAPES: Mapping[Form, Shape] = {
    Form.WAV: Shape(".wav", "wav", 48_000, "-c:a pcm_s16le -f wav", 0.5),
    Form.OPUS: Shape(".opus", "ogg", 48_000, "-c:a libopus -b:a 32k -application audio -frame_duration 20 -f ogg", 0.5),
    Form.MULAW: Shape(".wav", "wav", 8_000, "-c:a pcm_mulaw -f wav", 1.5, band=0.92),  # to 3.7 kHz
    Form.G722: Shape(".g722", "g722", 16_000, "-c:a g722 -f g722", 0.5, band=0.95),  # to 7.6 kHz
}


def render(source: Path, heard: Loudness, form: Form, out: Path) -> Loudness:
    """Write an MP3 of the house, measured as `heard`, in another form; what was measured on the result once decoded.

    AudioError, and no file: rendering_altered(form, what, found, expected), and those of `ffmpeg.convert`.
    """
    shape = SHAPES[form]
    ceiling: float | None = None
    try:
        for _ in range(ATTEMPTS):
            convert(source, out, list(_arguments(shape, ceiling)), demuxer="mp3")
            found = measure_file(out, demuxer=shape.demuxer)
            if found.dbtp <= PEAK_DB:
                _require_alike(found, heard, form)
                return found
            # a filter rings and a codec errs: only then are the peaks held, lower each time
            over = found.dbtp - PEAK_DB
            ceiling = FIRST_CEILING_DB if ceiling is None else ceiling - over - STEP_DB
        raise _altered(form, "dBTP", found.dbtp, PEAK_DB)
    except AudioError:
        out.unlink(missing_ok=True)
        raise


def _arguments(shape: Shape, ceiling_db: float | None) -> Iterator[str]:
    narrowed = f"aresample={shape.rate}" + (f":filter_size=128:cutoff={shape.band}" if shape.band else "")
    filters = [narrowed]
    if ceiling_db is not None:
        limit = 10 ** (ceiling_db / 20)
        limiter = f"alimiter=limit={limit:.4f}:attack=2:release=60:level=false:latency=true"
        filters += [f"aresample={shape.rate * OVERSAMPLED}", limiter, f"aresample={shape.rate}"]
    yield from ("-af", ",".join(filters), "-ar", str(shape.rate), *shape.codec.split())


def _require_alike(found: Loudness, heard: Loudness, form: Form) -> None:
    shape = SHAPES[form]
    if abs(found.duration_s - heard.duration_s) > shape.frame_s:
        raise _altered(form, "s", found.duration_s, heard.duration_s)
    if abs(found.lufs - heard.lufs) > shape.tolerance_lu:
        raise _altered(form, "LUFS", found.lufs, heard.lufs)


def _altered(form: Form, what: str, found: float, expected: float) -> AudioError:
    return AudioError("rendering_altered", form=form.value, what=what, found=f"{found:.2f}", expected=f"{expected:.2f}")
