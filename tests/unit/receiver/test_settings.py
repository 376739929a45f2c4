"""receiver.yaml: what it may say, where it is wrong, and that the docs know every key."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.errors import ConfigError
from pipeline.messages import CATALOGUE
from pipeline.receiver.relay import RelaySettings
from pipeline.receiver.settings import RECEIVER, MicrophoneSettings, ReceiverSettings, load_settings

DOCS = Path(__file__).parents[3] / "docs"
FULL = """
device: plughw:CARD=Headphones
windows: {"05:00-06:30": daily, rule: "Quy chế của xã"}
loudest: -6.5
lead_in: 3s
relay: {gpio: {chip: gpiochip0, line: 17, active: low}}
free_space: 500
clock: {trust: always}
microphone: {device: "hw:1", usual: -30}
"""


def load(folder: Path, text: str) -> ReceiverSettings:
    (folder / "receiver.yaml").write_text(text, encoding="utf-8")
    return load_settings(folder / "receiver.yaml")


def test_a_microphone_needs_no_usual_level_but_a_device(tmp_path: Path) -> None:
    assert load(tmp_path, "microphone: {device: default}").microphone == MicrophoneSettings("default")
    for wrong in ("microphone: {usual: -30}", "microphone: hw:1", "microphone: {device: a, usual: loud}"):
        with pytest.raises(ConfigError):
            load(tmp_path, wrong)


def test_every_key_is_read(tmp_path: Path) -> None:
    found = load(tmp_path, FULL)
    assert (found.device, found.loudest_db, found.free_space) == ("plughw:CARD=Headphones", -6.5, 500)
    assert (found.lead_in, found.always_trusted) == (timedelta(seconds=3), True)
    assert found.relay == RelaySettings(gpio=("gpiochip0", "17", "0", "1"))
    assert found.microphone == MicrophoneSettings("hw:1", -30.0)
    assert found.windows is not None
    assert found.windows.rule == "Quy chế của xã"


@pytest.mark.parametrize("text", [None, "", "\n"])
def test_without_a_file_everything_has_a_default(tmp_path: Path, text: str | None) -> None:
    found = load_settings(tmp_path / "receiver.yaml") if text is None else load(tmp_path, text)
    assert found == ReceiverSettings()


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("{file: /sys/x}", RelaySettings(file=("/sys/x", "1", "0"))),
        ('{file: {path: /sys/x, on: "255", off: "7"}}', RelaySettings(file=("/sys/x", "255", "7"))),
        ("{command: {on: [a, b], off: [c, b]}}", RelaySettings(command=(("a", "b"), ("c", "b")))),
        ("{gpio: {chip: gpiochip1, line: 4}}", RelaySettings(gpio=("gpiochip1", "4", "1", "0"))),
    ],
)
def test_a_relay_is_switched_one_of_three_ways(tmp_path: Path, written: str, meant: RelaySettings) -> None:
    assert load(tmp_path, f"relay: {written}").relay == meant


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        ("loudest: 3", "number_out_of_range", (1, 10)),
        ("device: default\nrelais: {}", "key_unknown_close", (2, 1)),
        ("relay: {}", "relay_one_way", (1, 8)),
        ("relay: {file: /x, gpio: {chip: a, line: 1}}", "relay_one_way", (1, 8)),
        ("relay: {file: x}", "bad_format", (1, 15)),
        ("relay: {command: {on: [a]}}", "key_missing", (1, 18)),
        ("lead_in: 2", "bad_short_duration", (1, 10)),
        ("lead_in: 31s", "duration_out_of_range", (1, 10)),
        ('windows: {"5-6": daily}', "bad_hours", (1, 11)),
        ("clock: {trust: maybe}", "bad_choice", (1, 16)),
        ("device: [a]", "expected_text", (1, 9)),
        ("a: &x 1", "yaml_anchor", (1, 4)),
    ],
)
def test_what_is_wrong_is_named_where_it_stands(tmp_path: Path, text: str, code: str, place: tuple[int, int]) -> None:
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, text)
    found = {each.code: (each.line, each.column) for each in caught.value.problems}
    assert found[code] == place
    assert set(found) <= set(CATALOGUE)


@pytest.mark.parametrize("page", ["receiver.md", "vi/may-thu.md"])
@pytest.mark.parametrize("key", [each.name for each in RECEIVER.fields])
def test_the_docs_know_every_key(page: str, key: str) -> None:
    assert f"`{key}`" in (text := (DOCS / page).read_text(encoding="utf-8")) or f"    {key}: " in text
