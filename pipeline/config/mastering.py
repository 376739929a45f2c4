"""config/mastering.yaml: what each kind of loudspeaker wants of a recording, over the presets that Loa knows.

presets:
  cho-que-toi: {like: horn, high_pass: 250Hz, presence: 5dB, presence_at: 2.5kHz, lufs: -16, dbtp: -1}
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from pipeline import documents
from pipeline.config.entries import at
from pipeline.documents import Node
from pipeline.fields import Choice, Field, Number, Reading, Record, Reference, closest, refuse_shape, scalar, shown


@dataclass(frozen=True, slots=True)
class Preset:
    """What a kind of loudspeaker wants: Hz, dB, LUFS, dBTP. `lufs` and `dbtp` are those of the decoded file."""

    high_pass_hz: float
    presence_hz: float
    presence_db: float
    presence_q: float
    lufs: float
    dbtp: float = -1.0
    headroom_db: float = 1.0  # kept below `dbtp` before encoding: MP3 moves the peaks
    release: float = 0.2  # dB a millisecond


HORN, HORN_URGENT = "horn", "horn_urgent"

PRESETS: Mapping[str, Preset] = {
    # A horn gives nothing below 200 Hz, where power only heats its coil, and is heard by its consonants above
    # 2 kHz: docs/mastering.md has the experiment that these figures were chosen by.
    HORN: Preset(high_pass_hz=200.0, presence_hz=2200.0, presence_db=7.5, presence_q=1.0, lufs=-16.0),
    # For wind and traffic: denser. One LU is what is left: for −14 the limiter takes 8 dB more.
    HORN_URGENT: Preset(200.0, 2200.0, 7.5, 1.0, lufs=-15.0, headroom_db=1.3),
    # A loudspeaker in a house has bass and is near: less edge, less density.
    "indoor": Preset(100.0, 3000.0, 2.0, 0.8, lufs=-18.0),
    # A transmitter has processing of its own: EBU R 128 as it stands.
    "fm": Preset(80.0, 3000.0, 0.0, 0.8, lufs=-23.0),
}

# Loudness may come as near as this to the true peak. Measured on four voices at the corners of what may be written: at
# 14 the limiter gets there at the first or second encoding, at 13 at the third, at 12 it fails on some bulletins.
LEAST_DISTANCE = 14.0

NAME = re.compile(r"[a-z0-9]+([-_][a-z0-9]+)*", re.ASCII)
PRESET = "preset"  # the kind of its references


@dataclass
class MasteringFile:
    """Presets by name: the built-in ones and those of the file. `named`: those that may be referred to, the ones that
    could not be read too; None where that cannot be known."""

    presets: Mapping[str, Preset] = field(default_factory=lambda: PRESETS)
    named: frozenset[str] | None = frozenset(PRESETS)


def urgent_by_default(mastering: str) -> str:
    """The preset of EMERGENCY where nobody named one.

    `horn` has a denser twin for the same loudspeakers. Any other preset was made for loudspeakers of which nothing
    else is known: it stays.
    """
    return HORN_URGENT if mastering == HORN else mastering


class PresetName:
    """The name of a preset, built in or of config/mastering.yaml; looked up once both files are read."""

    def read(self, node: Node, reading: Reading) -> str | None:
        value = scalar(node, reading)
        if value is None:
            return None
        reading.references.append(Reference(PRESET, value.strip(), node))
        return value.strip()

    def schema(self) -> dict[str, Any]:
        return {"anyOf": [{"enum": list(PRESETS)}, {"type": "string", "pattern": f"^{NAME.pattern}$", "maxLength": 64}]}


@dataclass(frozen=True)
class Quantity:
    """A number with its unit, `250Hz`; `units`: by what each is multiplied, the first being the one of the value."""

    low: float
    high: float
    units: Mapping[str, float]
    example: str

    def read(self, node: Node, reading: Reading) -> float | None:
        value = scalar(node, reading)
        if value is None:
            return None
        match = re.fullmatch(r"(-?\d{1,6}(?:\.\d{1,3})?) ?([A-Za-z/]{1,8})", value.strip(), re.ASCII)
        factor = {unit.lower(): each for unit, each in self.units.items()}.get(match[2].lower()) if match else None
        if match is None or factor is None:
            reading.error(node, "bad_quantity", value=shown(value), example=self.example)
            return None
        number = round(float(match[1]) * factor, 9)
        if not self.low <= number <= self.high:
            low, high = self._text(self.low), self._text(self.high)
            reading.error(node, "quantity_out_of_range", value=shown(value), low=low, high=high)
            return None
        return number

    def schema(self) -> dict[str, Any]:
        units = "|".join("".join(_either(letter) for letter in unit) for unit in self.units)
        limits = f"{self._text(self.low)} … {self._text(self.high)}"
        return {"type": "string", "pattern": rf"^-?\d{{1,6}}(\.\d{{1,3}})? ?({units})$", "examples": [limits]}

    def _text(self, number: float) -> str:
        unit, factor = next(iter(self.units.items()))
        return f"{number / factor:g}{unit}"


def _either(letter: str) -> str:
    return f"[{letter.lower()}{letter.upper()}]" if letter.isalpha() else letter


HERTZ = {"Hz": 1.0, "kHz": 1000.0}
DECIBEL = {"dB": 1.0}
PER_MILLISECOND = {"dB/s": 0.001}

PRESET_KEYS = Record(
    (
        Field(
            "like", Choice(tuple(PRESETS)), "lấy theo kiểu có sẵn nào, rồi sửa", "the built-in preset it is taken from"
        ),
        Field(
            "high_pass",
            Quantity(40, 400, HERTZ, "250Hz"),
            "cắt tiếng trầm dưới tần số này (loa nén không phát được, chỉ tốn công suất)",
            "high-pass, second order: what a horn cannot give only costs power",
        ),
        Field(
            "presence",
            Quantity(-6, 9, DECIBEL, "6dB"),
            "nâng dải nghe rõ phụ âm lên bao nhiêu",
            "how far the band of the consonants is lifted",
        ),
        Field("presence_at", Quantity(1000, 6000, HERTZ, "2500Hz"), "tâm của dải nâng đó", "the middle of that band"),
        Field(
            "presence_q",
            Number(0.3, 4.0),
            "độ hẹp của dải nâng: số lớn là hẹp",
            "how narrow that band is, as Q",
        ),
        Field(
            "release",
            Quantity(0.05, 1.0, PER_MILLISECOND, "200dB/s"),
            "bộ chặn đỉnh trả lại mức âm nhanh đến đâu sau mỗi đỉnh; nhanh thì tiếng đặc hơn",
            "how fast the limiter recovers after a peak; fast is denser",
        ),
        Field(
            "lufs",
            Number(-31.0, -10.0),
            "độ to của tệp phát, tính bằng LUFS (EBU R 128)",
            "loudness of the decoded file in LUFS (EBU R 128)",
        ),
        Field(
            "dbtp",
            Number(-9.0, -1.0),
            "đỉnh thật cao nhất của tệp phát, tính bằng dBTP",
            "highest true peak of the decoded file in dBTP",
        ),
    )
)

# Key of the file → field of the preset.
_FIELDS = {
    "high_pass": "high_pass_hz",
    "presence": "presence_db",
    "presence_at": "presence_hz",
    "presence_q": "presence_q",
    "release": "release",
    "lufs": "lufs",
    "dbtp": "dbtp",
}


class Presets:
    """Presets by name. A built-in name changes that preset; any other says with `like` what it is taken from."""

    def read(self, node: Node, reading: Reading) -> MasteringFile | None:
        if not isinstance(node, documents.Mapping):
            refuse_shape(node, "expected_table", reading)
            return None
        presets = dict(PRESETS)
        for name, key in node.keys.items():
            if not NAME.fullmatch(name) or len(name) > 64:
                reading.error(key, "bad_preset_name", value=shown(name))
            elif (preset := self._preset(name, node.values[name], reading)) is not None:
                presets[name] = preset
        return MasteringFile(presets, frozenset(PRESETS) | frozenset(node.keys))

    def _preset(self, name: str, node: Node, reading: Reading) -> Preset | None:
        start = len(reading.problems)
        values = PRESET_KEYS.read(node, reading)
        if values is None or not isinstance(node, documents.Mapping):
            return None
        base = PRESETS.get(values.get("like", name))
        if base is None and "like" not in node.keys:
            reading.error(node, "preset_without_like", known=", ".join(PRESETS))
        if base is None:
            return None
        preset = replace(base, **{_FIELDS[key]: value for key, value in values.items() if key in _FIELDS})
        if all(key in values for key in ("lufs", "dbtp") if key in node.values):
            _refuse_unreachable(preset, node, reading)
        return None if node.flawed or reading.failed_since(start) else preset

    def schema(self) -> dict[str, Any]:
        return {
            "type": "object",
            "propertyNames": {"pattern": f"^{NAME.pattern}$", "maxLength": 64},
            "additionalProperties": PRESET_KEYS.schema(),
        }


def _refuse_unreachable(preset: Preset, node: documents.Mapping, reading: Reading) -> None:
    """Note a loudness to which the limiter cannot bring every voice below this true peak."""
    if preset.dbtp - preset.lufs < LEAST_DISTANCE:
        figures = {"lufs": f"{preset.lufs:g}", "dbtp": f"{preset.dbtp:g}", "limit": f"{preset.dbtp - LEAST_DISTANCE:g}"}
        reading.error(at(node, "lufs" if "lufs" in node.values else "dbtp"), "preset_unreachable", **figures)


MASTERING = Record((Field("presets", Presets(), "các kiểu chỉnh âm", "the presets", required=True),))


def read_mastering(node: Node, reading: Reading) -> MasteringFile:
    """Presets of the file over the built-in ones."""
    values = MASTERING.read(node, reading) or {}
    found: MasteringFile = values.get("presets") or MasteringFile(named=None)
    return found


def check_preset_names(found: MasteringFile, reading: Reading) -> None:
    """Note what names a preset that nobody knows, with the nearest one that exists."""
    for reference in [each for each in reading.references if each.kind == PRESET]:
        reading.references.remove(reference)
        if found.named is None or reference.id in found.named:
            continue
        if close := closest(reference.id, found.named):
            reading.error(reference.node, "bad_choice_close", value=shown(reference.id), close=close)
        else:
            known = ", ".join(sorted(found.named))
            reading.error(reference.node, "bad_choice", value=shown(reference.id), known=known)
