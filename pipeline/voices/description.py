"""The .onnx.json beside a Piper model: what it says of the voice, and whether Piper could live with it."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.errors import ContentError

MOST_BYTES = 1_000_000
RATES = range(8_000, 48_001)
MOST_SPEAKERS = 10_000
MOST_SYMBOLS = 10_000
PHONEMES = ("espeak", "text")
OURS = "vi"


@dataclass(frozen=True, slots=True)
class Description:
    """`sample_rate` in Hz; `language` as the voice gives it: vi_VN. `doubts`: codes of warnings."""

    sample_rate: int
    language: str
    speakers: int
    doubts: tuple[str, ...]


def read_description(content: bytes) -> Description:
    """ContentError voice_config_bad with the key that is wrong: Piper would stop at it, or speak noise."""
    try:
        found = json.loads(content) if len(content) <= MOST_BYTES else None
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise ContentError("voice_config_unreadable")
    flaw = next(_flaws(found), "")
    if flaw:
        raise ContentError("voice_config_bad", key=flaw)
    speakers: int = found["num_speakers"]
    spoken = [each for each in (_text(found, "language", "code"), _text(found, "espeak", "voice")) if each]
    doubts = []
    if not spoken or not all(re.split(r"[-_]", each)[0].lower() == OURS for each in spoken):
        doubts.append("voice_not_vietnamese")
    if speakers > 1:
        doubts.append("voice_many_speakers")
    return Description(found["audio"]["sample_rate"], spoken[0] if spoken else "", speakers, tuple(doubts))


def _flaws(found: Mapping[str, Any]) -> Iterator[str]:
    """The keys that hold what they must not."""
    audio = found.get("audio")
    if not isinstance(audio, dict) or not _whole(audio.get("sample_rate"), RATES):
        yield "audio.sample_rate"
    if not _whole(found.get("num_speakers"), range(1, MOST_SPEAKERS + 1)):
        yield "num_speakers"
    if not _whole(found.get("num_symbols"), range(1, MOST_SYMBOLS + 1)):
        yield "num_symbols"
    if found.get("phoneme_type", PHONEMES[0]) not in PHONEMES:
        yield "phoneme_type"
    yield from _names(found)
    yield from _scales(found.get("inference", {}))
    if not _is_map(found.get("phoneme_id_map"), found.get("num_symbols")):
        yield "phoneme_id_map"


def _names(found: Mapping[str, Any]) -> Iterator[str]:
    for table, key in (("espeak", "voice"), ("language", "code")):
        if table in found and not re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]{0,40}", _text(found, table, key)):
            yield f"{table}.{key}"
    if found.get("phoneme_type", PHONEMES[0]) == PHONEMES[0] and "espeak" not in found:
        yield "espeak.voice"


def _scales(inference: object) -> Iterator[str]:
    if not isinstance(inference, dict):
        yield "inference"
        return
    for name in ("noise_scale", "length_scale", "noise_w"):
        value = inference.get(name, 1)
        if (
            isinstance(value, bool)
            or not isinstance(value, int | float)
            or not (math.isfinite(value) and 0 <= value < 10)
        ):
            yield f"inference.{name}"


def _is_map(found: object, symbols: object) -> bool:
    """Phoneme → ids that the model knows."""
    if not isinstance(found, dict) or not found or len(found) > MOST_SYMBOLS or not isinstance(symbols, int):
        return False
    known = range(symbols)
    return all(
        isinstance(ids, list) and ids and len(ids) < 100 and all(_whole(each, known) for each in ids)
        for ids in found.values()
    )


def _whole(value: object, within: range) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value in within


def _text(found: Mapping[str, Any], table: str, key: str) -> str:
    inner = found.get(table)
    value = inner.get(key) if isinstance(inner, dict) else None
    return value if isinstance(value, str) else ""
