"""A neural voice that the operator has installed: piper, GPL-3, as a separate process, with its model pinned."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from pipeline.domain import SpeechText
from pipeline.errors import VoiceError
from pipeline.voices.wav import paragraphs, whole

REVISION = 1


@dataclass(frozen=True, slots=True)
class PiperModel:
    """`model`: the .onnx file, its .onnx.json beside it; `sha256`: what it was when somebody listened to it."""

    model: Path
    sha256: str
    program: str = "piper"


class Piper:
    """`rate` 1.0 is the pace of the model. Vietnamese: vi_VN-vais1000-medium, 22,050 Hz, data CC BY 4.0."""

    name = "piper"

    def __init__(self, installed: PiperModel, *, rate: float = 1.0, timeout_s: float = 180.0) -> None:
        self.installed = installed
        self.rate = rate
        self.timeout_s = timeout_s

    @property
    def fingerprint(self) -> str:
        return f"piper/{self.installed.model.stem} {self.rate:g} r{REVISION} {self.installed.sha256}"

    @property
    def characters_per_s(self) -> tuple[float, float]:
        """Wide: every model has a pace of its own."""
        return 7.0 * self.rate, 26.0 * self.rate

    def check(self) -> None:
        """VoiceError: voice_not_installed, voice_altered."""
        _ = self._proven

    def synthesize(self, text: SpeechText, out: Path) -> None:
        """Mono, 16 bit, at the model's rate.

        VoiceError: nothing_to_speak, voice_not_installed, voice_altered, voice_timed_out, voice_crashed.
        """
        with whole(out) as temporary:
            spoken = paragraphs(text)
            arguments = ["--model", str(self._proven), "--length_scale", f"{1 / self.rate:.3f}"]
            arguments += ["--sentence_silence", "0.35", "--output_file", str(temporary)]
            self._run(arguments, "\n".join(spoken))
            if not temporary.exists() or temporary.stat().st_size <= 44:
                raise VoiceError("voice_silent", voice=self.name)

    @cached_property
    def _proven(self) -> Path:
        """The model, once its hash is that of the settings: another file may be anybody's voice."""
        model = self.installed.model
        if shutil.which(self.installed.program) is None or not model.is_file():
            raise VoiceError("voice_not_installed", voice=self.name)
        with model.open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != self.installed.sha256:
                raise VoiceError("voice_altered", voice=model.name)
        return model

    def _run(self, arguments: list[str], text: str) -> None:
        try:
            done = subprocess.run(
                [self.installed.program, *arguments],
                input=text.encode(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                timeout=self.timeout_s,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise VoiceError("voice_timed_out", voice=self.name, seconds=round(self.timeout_s)) from None
        if done.returncode != 0:
            raise VoiceError("voice_crashed", voice=self.name)
