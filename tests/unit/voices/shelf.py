"""Piper voices made of nothing: files of the right shape, and a program that speaks when asked."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pipeline.voices.installing import install
from pipeline.voices.piper import sha256_of

NOW = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
MODEL = b"\x08\x08\x12\x07pytorch" + bytes(2000)

PROGRAM = f"""#!{sys.executable} -IS
import json, os, pathlib, sys, time, wave
if "--help" in sys.argv:
    sys.exit(print("--model --length_scale --output_dir"))
given = dict(zip(sys.argv[1::2], sys.argv[2::2]))
lines = sys.stdin.buffer.read().decode().splitlines()
given["lines"], given["environment"] = lines, sorted(os.environ)
pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps(given))
LEVEL = os.getpid() % 1000 + 8000
for line in lines[:LINES]:
    with wave.open(f"{{given['--output_dir']}}/{{time.monotonic_ns()}}.wav", "wb") as file:
        file.setnchannels(1), file.setsampwidth(2), file.setframerate(22050)
        samples = round(22050 * len(line) / 15 * PACE) * SOUNDS
        wave_form = b"".join(
            (LEVEL * (1 if k // 40 % 2 else -1)).to_bytes(2, "little", signed=True) for k in range(80)
        )
        file.writeframes(bytes(4410) + (wave_form * (samples // 80 + 1))[: 2 * samples] + bytes(4410))
sys.exit(CODE)
"""


def description(**changes: Any) -> bytes:
    """The .onnx.json of a Vietnamese voice; `changes` replaces keys, or takes them out where None."""
    found: dict[str, Any] = {
        "audio": {"sample_rate": 22050, "quality": "medium"},
        "espeak": {"voice": "vi"},
        "inference": {"noise_scale": 0.667, "length_scale": 1, "noise_w": 0.8},
        "phoneme_type": "espeak",
        "phoneme_id_map": {"_": [0], "^": [1], "$": [2], "a": [14]},
        "num_symbols": 256,
        "num_speakers": 1,
        "language": {"code": "vi_VN"},
    }
    return json.dumps({name: value for name, value in {**found, **changes}.items() if value is not None}).encode()


def brought(folder: Path, stem: str = "vi_VN-vais1000-medium", model: bytes = MODEL, config: bytes = b"") -> Path:
    """A model with its description beside it, as somebody has downloaded them."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{stem}.onnx"
    path.write_bytes(model)
    path.with_name(f"{stem}.onnx.json").write_bytes(config or description())
    return path


def put(shelf: Path, name: str) -> None:
    """Install a voice on a shelf."""
    path = brought(shelf.parent / "brought")
    install(shelf, str(path), sha256=sha256_of(path), name=name, now=NOW)


def program(
    folder: Path, *, lines: int | None = None, sounds: int = 1, code: int = 0, pace: float = 1.0, name: str = "piper"
) -> Path:
    """A Piper that says a tone for each line, never twice the same; what it was given it writes to piper.json."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    text = PROGRAM.replace("[:LINES]", f"[:{lines}]").replace("SOUNDS", str(sounds)).replace("CODE", str(code))
    path.write_text(text.replace("PACE", str(pace)))
    path.chmod(0o755)
    return path
