"""config/mastering.yaml: presets of the station's own, and what is said of those that cannot be."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from pipeline.config.mastering import LEAST_DISTANCE, PRESETS, MasteringFile, Preset, read_mastering, urgent_by_default
from pipeline.documents import parse
from pipeline.errors import ConfigError, Problem
from pipeline.fields import Reading
from pipeline.messages import render
from pipeline.site import load_site, schemas, site_to_speak
from tests.sites import STATION, write_site

FILE = "config/mastering.yaml"
HORN = PRESETS["horn"]


def read(text: str) -> tuple[MasteringFile, list[tuple[str, int, int]]]:
    reading = Reading()
    node = parse(text, FILE, reading.problems)
    assert node is not None
    return read_mastering(node, reading), [(each.code, each.line, each.column) for each in reading.problems]


def one(settings: str) -> Preset:
    found, problems = read(f"presets: {{cho-que-toi: {{{settings}}}}}\n")
    assert not problems
    return found.presets["cho-que-toi"]


def slip(settings: str) -> list[tuple[str, int]]:
    """Codes and columns; a setting begins in column 25."""
    return [(code, column) for code, _, column in read(f"presets: {{cho-que-toi: {{{settings}}}}}\n")[1]]


def problems(root: Path) -> list[Problem]:
    return list(load_site(root).problems)


def test_without_the_file_there_are_the_four_that_everybody_has() -> None:
    assert list(PRESETS) == ["horn", "horn_urgent", "indoor", "fm"]
    assert [each.lufs for each in PRESETS.values()] == [-16, -15, -18, -23]
    assert all(each.dbtp == -1.0 for each in PRESETS.values())


def test_every_built_in_preset_can_be_reached() -> None:
    assert all(each.dbtp - each.lufs >= LEAST_DISTANCE for each in PRESETS.values())


def test_every_key_arrives_in_its_unit() -> None:
    written = "like: horn, high_pass: 250Hz, presence: 5dB, presence_at: 2.8kHz, presence_q: 1.4, release: 150dB/s"
    assert one(written + ", lufs: -17.5, dbtp: -1.5") == Preset(
        250.0, 2800.0, 5.0, 1.4, lufs=-17.5, dbtp=-1.5, headroom_db=1.0, release=0.15
    )


@pytest.mark.parametrize("name", list(PRESETS))
def test_what_is_not_written_is_that_of_the_preset_it_is_like(name: str) -> None:
    assert one(f"like: {name}") == PRESETS[name]


def test_a_built_in_preset_may_be_changed_and_the_others_stay() -> None:
    found, said = read("presets: {horn: {high_pass: 300 hz}}\n")
    assert not said
    assert found.presets["horn"].high_pass_hz == 300
    assert found.presets["horn"].presence_db == HORN.presence_db
    assert {name: found.presets[name] for name in PRESETS if name != "horn"} == {
        name: each for name, each in PRESETS.items() if name != "horn"
    }


@pytest.mark.parametrize(
    ("settings", "code", "column"),
    [
        ("high_pass: 250Hz", "preset_without_like", 24),
        ("like: trumpet", "bad_choice", 31),
        ("like: indor", "bad_choice_close", 31),
        ("like: horn, high_pass: 250", "bad_quantity", 48),
        ("like: horn, high_pass: 250dB", "bad_quantity", 48),
        ("like: horn, high_pass: 1e3Hz", "bad_quantity", 48),
        ("like: horn, high_pass: ٢٥٠Hz", "bad_quantity", 48),
        ("like: horn, high_pass: 20Hz", "quantity_out_of_range", 48),
        ("like: horn, high_pass: 1kHz", "quantity_out_of_range", 48),
        ("like: horn, presence: 5", "bad_quantity", 47),
        ("like: horn, presence: 10dB", "quantity_out_of_range", 47),
        ("like: horn, presence_at: 2500 dB", "bad_quantity", 50),
        ("like: horn, presence_at: 8kHz", "quantity_out_of_range", 50),
        ("like: horn, presence_q: 9", "number_out_of_range", 49),
        ("like: horn, release: 5dB/s", "quantity_out_of_range", 46),
        ("like: horn, lufs: nhỏ", "bad_number", 43),
        ("like: horn, lufs: -5", "number_out_of_range", 43),
        ("like: horn, lufs: -40", "number_out_of_range", 43),
        ("like: horn, dbtp: -0.5", "number_out_of_range", 43),
        ("like: horn, dbtp: 0", "number_out_of_range", 43),
        ("like: horn, dbtp: -4", "preset_unreachable", 43),
        ("like: horn, lufs: -15.5, dbtp: -2", "preset_unreachable", 43),
        ("like: horn, lufs: -14", "preset_unreachable", 43),
        ("like: horn, hi_pass: 250Hz", "key_unknown_close", 37),
        ("like: horn, compressor: 3dB", "key_unknown", 37),
        ("like: horn, like: fm", "key_doubled", 37),
    ],
)
def test_what_cannot_be_is_named_where_it_stands(settings: str, code: str, column: int) -> None:
    assert slip(settings) == [(code, column)]


def test_all_slips_of_a_preset_come_in_one_run() -> None:
    assert [code for code, _ in slip("like: horn, high_pass: 250, presence: 50dB, lufs: -14")] == [
        "bad_quantity",
        "quantity_out_of_range",
        "preset_unreachable",
    ]
    assert [code for code, _ in slip("like: horn, lufs: x, dbtp: -6")] == ["bad_number"]


def test_a_preset_with_a_slip_is_left_out_and_stays_known_by_name() -> None:
    found, said = read("presets:\n  a: {like: horn, lufs: x}\n  b: {like: fm}\n  c: {like: fm, lufs: 1}\n")
    assert [code for code, _, _ in said] == ["bad_number", "number_out_of_range"]
    assert found.presets.keys() - PRESETS.keys() == {"b"}
    assert found.named is not None
    assert {"a", "b", "c"} <= found.named


@pytest.mark.parametrize("name", ["Chợ", "chợ quê", "a--b", "-a", "a" * 65, "LOUD"])
def test_a_name_is_small_letters_digits_and_hyphens(name: str) -> None:
    assert [code for code, _, _ in read(f'presets: {{"{name}": {{like: horn}}}}\n')[1]] == ["bad_preset_name"]


@pytest.mark.parametrize(("text", "code"), [("presets: [horn]\n", "expected_table"), ("{}\n", "key_missing")])
def test_a_file_of_another_shape_is_refused(text: str, code: str) -> None:
    assert [each[0] for each in read(text)[1]] == [code]


def test_the_unreachable_is_told_with_what_can_be_reached() -> None:
    reading = Reading()
    node = parse("presets: {a: {like: horn, lufs: -14}}\n", FILE, reading.problems)
    assert node is not None
    read_mastering(node, reading)
    sentence, hint = render(reading.problems[0].code, reading.problems[0].params, "vi")
    assert "-14 LUFS" in sentence
    assert "-15" in hint


# --- in a site --------------------------------------------------------------------------------------------------------


def site_with(root: Path, mastering: str, station: str) -> Path:
    changes = {FILE: mastering} if mastering else {}
    return write_site(root, {**changes, "config/station.yaml": STATION.replace("mastering: horn\n", station)})


@pytest.mark.parametrize(
    ("station", "routine", "urgent"),
    [
        ("", "horn", "horn_urgent"),
        ("mastering: horn\n", "horn", "horn_urgent"),
        ("mastering: indoor\n", "indoor", "indoor"),
        ("mastering: fm\nmastering_urgent: horn_urgent\n", "fm", "horn_urgent"),
        ("mastering_urgent: horn\n", "horn", "horn"),
        ("mastering: cho\n", "cho", "cho"),
        ("mastering: horn\nmastering_urgent: cho\n", "horn", "cho"),
    ],
)
def test_emergency_has_a_preset_of_its_own(tmp_path: Path, station: str, routine: str, urgent: str) -> None:
    site = load_site(site_with(tmp_path, "presets: {cho: {like: horn, high_pass: 350Hz}}\n", station))
    assert not site.problems
    assert site.preset() == site.presets[routine]
    assert site.preset(urgent=True) == site.presets[urgent]


def test_only_horn_has_a_denser_twin() -> None:
    assert [urgent_by_default(name) for name in (*PRESETS, "cho")] == [
        "horn_urgent",
        "horn_urgent",
        "indoor",
        "fm",
        "cho",
    ]


@pytest.mark.parametrize(
    ("station", "code"),
    [
        ("mastering: hrn\n", "bad_choice_close"),
        ("mastering: trumpet\n", "bad_choice"),
        ("mastering: chợ\n", "bad_choice_close"),
        ("mastering_urgent: horn_urgnt\n", "bad_choice_close"),
    ],
)
def test_a_preset_that_nobody_knows_is_told_where_it_is_named(tmp_path: Path, station: str, code: str) -> None:
    root = site_with(tmp_path, "presets: {cho: {like: horn}}\n", station)
    assert [(each.file, each.line, each.code) for each in problems(root)] == [("config/station.yaml", 8, code)]
    with pytest.raises(ConfigError):
        site_to_speak(root, ("station", "lexicon", "mastering"), named=True)


def test_the_choice_names_the_presets_of_the_station_too(tmp_path: Path) -> None:
    (found,) = problems(site_with(tmp_path, "presets: {cho: {like: horn}}\n", "mastering: trumpet\n"))
    assert found.params["known"] == "cho, fm, horn, horn_urgent, indoor"


@pytest.mark.parametrize(
    "mastering", ["presets: {cho: {like: horn, lufs: x}}\n", "presets: [\n", "cho: {like: horn}\n", "presets: cho\n"]
)
def test_a_broken_file_is_one_problem_and_the_words_are_spoken_as_horn(tmp_path: Path, mastering: str) -> None:
    site = load_site(site_with(tmp_path, mastering, "mastering: cho\n"))
    assert {each.file for each in site.problems} == {FILE}
    assert site.usable
    assert site.preset() == site.preset(urgent=True) == HORN


def test_an_editor_marks_what_the_reader_refuses_and_takes_what_it_takes() -> None:
    validator = Draft202012Validator(schemas()["mastering.json"])
    good = "{presets: {a: {like: horn, high_pass: 250Hz, presence: 5 dB, presence_at: 2.5kHz, lufs: -16, dbtp: '-1'}}}"
    assert validator.is_valid(yaml.safe_load(good))
    for bad in ("high_pass: 250", "presence: 5Hz", "lufs: -5", "loud: 1", "like: trumpet", "release: 5"):
        assert not validator.is_valid(yaml.safe_load(f"{{presets: {{a: {{{bad}}}}}}}")), bad
    station = Draft202012Validator(schemas()["station.json"])
    assert station.is_valid({"name": "A", "mastering": "cho-que-toi"})
    assert not station.is_valid({"name": "A", "mastering": "Chợ quê"})
