"""A neural voice that the operator has installed: piper, GPL-3, as a separate process, with its model pinned.

It never says a text twice the same way: what it has spoken is kept by its key and not made again.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from pipeline.domain import SpeechText
from pipeline.errors import VoiceError
from pipeline.voices.wav import NORMAL, Pauses, paragraphs, read_wav, silence, trimmed, whole, write_wav

REVISION = 2
SLOWEST_CHARACTERS_PER_S = 2.0  # beyond this the output is not speech of the text any more
LOAD_S = 20.0  # a model on a slow machine
# It needs no more of ours, and the station's own environment holds secrets.
ENVIRONMENT = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "LD_LIBRARY_PATH", "OMP_NUM_THREADS")


@dataclass(frozen=True, slots=True)
class PiperModel:
    """`model`: the .onnx file, its .onnx.json beside it; the hashes: what both were when somebody installed them."""

    model: Path
    sha256: str
    config_sha256: str
    program: str | None = None  # None: beside the Python that runs Loa, or on the search path


class Piper:
    """`rate` 1.0 is the pace of the model. Vietnamese: vi_VN-vais1000-medium, 22,050 Hz, data CC BY 4.0."""

    name = "piper"

    def __init__(
        self, installed: PiperModel, *, rate: float = 1.0, pauses: Pauses = NORMAL, timeout_s: float = 180.0
    ) -> None:
        self.installed, self.rate, self.pauses, self.timeout_s = installed, rate, pauses, timeout_s

    @property
    def fingerprint(self) -> str:
        spoken = f"{self.rate:g} {self.pauses.fingerprint} r{REVISION}"
        hashes = f"{self.installed.sha256} {self.installed.config_sha256[:16]}"
        return f"piper/{self.installed.model.stem} {spoken} {hashes}"

    @property
    def characters_per_s(self) -> tuple[float, float]:
        """Wide: every model has a pace of its own."""
        return 7.0 * self.rate, 26.0 * self.rate

    def check(self) -> None:
        """VoiceError: piper_missing, piper_foreign, voice_not_installed, voice_altered."""
        _ = self._proven
        said = self._run([self._program, "--help"], "", timeout_s=LOAD_S)
        if b"--length" not in said:  # a tool for mice goes by the same name
            raise VoiceError("piper_foreign", retryable=True, program=self._program)

    def synthesize(self, text: SpeechText, out: Path) -> None:
        """Mono, 16 bit, at the model's rate.

        VoiceError: nothing_to_speak, piper_missing, voice_not_installed, voice_altered, voice_timed_out, voice_crashed,
        voice_silent, voice_endless.
        """
        with whole(out) as temporary, tempfile.TemporaryDirectory(prefix="loa-piper-") as folder:
            spoken = paragraphs(text)
            arguments = ["--model", str(self._proven), "--length_scale", f"{1 / self.rate:.3f}"]
            arguments += ["--sentence_silence", f"{self.pauses.sentence_s:.3f}", "--output_dir", folder]
            self._run([self._program, *arguments], "\n".join(spoken) + "\n", timeout_s=self.timeout_s)
            self._join(Path(folder), spoken, temporary)

    def _join(self, folder: Path, spoken: Sequence[str], out: Path) -> None:
        """One file a paragraph, named by the moment it was made, into one."""
        parts = sorted(folder.glob("*.wav"), key=lambda path: (len(path.name), path.name))
        if len(parts) != len(spoken):
            raise VoiceError("voice_crashed", voice=self.name)
        pcm: list[bytes] = []
        rates: set[int] = set()
        for part, paragraph in zip(parts, spoken, strict=True):
            sound, rate = read_wav(part)
            if len(sound) / 2 / rate > LOAD_S + len(paragraph) / SLOWEST_CHARACTERS_PER_S / self.rate:
                raise VoiceError("voice_endless", voice=self.name)
            words = trimmed(sound, rate)
            if not words:
                raise VoiceError("voice_silent", voice=self.name)
            rates.add(rate)
            pcm += [words, silence(self.pauses.paragraph_s, rate)]
        write_wav(out, pcm[:-1], rates.pop())

    @cached_property
    def _proven(self) -> Path:
        """The model, once its hash is that of the settings: another file may be anybody's voice."""
        model = self.installed.model
        pinned = {model: self.installed.sha256, config_of(model): self.installed.config_sha256}
        for path, expected in pinned.items():
            if not path.is_file():
                raise VoiceError("voice_not_installed", retryable=True, voice=f"piper/{model.stem}")
            if sha256_of(path) != expected:
                raise VoiceError("voice_altered", retryable=True, voice=path.name)
        return model

    @property
    def _program(self) -> str:
        found = find_program(self.installed.program)
        if found is None:
            raise VoiceError("piper_missing", retryable=True, program=self.installed.program or "piper")
        return found

    def _run(self, command: list[str], text: str, *, timeout_s: float) -> bytes:
        environment = {name: os.environ[name] for name in ENVIRONMENT if name in os.environ}
        try:
            done = subprocess.run(
                command,
                input=text.encode(),
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={**environment, "PYTHONUTF8": "1"},
                timeout=timeout_s,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise VoiceError("voice_timed_out", voice=self.name, seconds=round(timeout_s)) from None
        except OSError:  # no program of this machine's kind
            raise VoiceError("voice_crashed", voice=self.name) from None
        if done.returncode != 0:
            raise VoiceError("voice_crashed", voice=self.name)
        return done.stdout


def config_of(model: Path) -> Path:
    """The description that lies beside every model."""
    return model.with_name(f"{model.name}.json")


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def find_program(named: str | None) -> str | None:
    """The program that was named, or `piper` beside this Python, or on the search path."""
    if named is not None:
        return shutil.which(named)
    return shutil.which(str(Path(sys.executable).with_name("piper"))) or shutil.which("piper")
