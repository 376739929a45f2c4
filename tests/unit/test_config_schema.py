"""The JSON Schemas that editors use: committed as generated, and of one mind with the reader."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from docs.reference import schemas
from pipeline.config import schema
from pipeline.receiver.settings import NAME, load_settings
from tests.sites import FILES
from tests.unit.test_config import WRITTEN

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "config" / "schema"
SAMPLES = [
    *sorted((ROOT / "config").glob("*.yaml")),
    *sorted((ROOT / "schedules").glob("*.yaml")),
    *sorted((ROOT / "scripts_audio").glob("**/*.md")),
]


def _schema_of(path: Path) -> dict[str, Any]:
    name = {"schedules": "programme", "config": path.stem}.get(path.parent.name, "script")
    return schemas()[f"{name}.json"]


def _as_editors_see(value: Any) -> Any:
    """JSON has no dates: editors leave them as they are written."""
    if isinstance(value, dict):
        return {str(key): _as_editors_see(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_as_editors_see(each) for each in value]
    return value.isoformat() if isinstance(value, date) else value


def _loaded(text: str, loader: type[yaml.SafeLoader] | type[yaml.BaseLoader]) -> Any:
    front = text.split("---\n")[1] if text.startswith("---\n") else text
    return _as_editors_see(yaml.load(front, Loader=loader))


def test_the_committed_schemas_are_those_of_the_code() -> None:
    assert {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.json")} == {
        name: schema.text(each) for name, each in schemas().items()
    }


@pytest.mark.parametrize("name", sorted(schemas()))
def test_a_schema_is_a_schema_and_explains_every_key(name: str) -> None:
    found = schemas()[name]
    Draft202012Validator.check_schema(found)
    assert found["title"]
    assert json.loads(schema.text(found)) == found
    for place, described in _properties(found, name):
        assert described.get("description"), place
        assert described.get("$comment") or "const" in described, place


def _properties(found: Any, place: str) -> list[tuple[str, dict[str, Any]]]:
    nested: list[tuple[str, dict[str, Any]]] = []
    if isinstance(found, dict):
        for key, value in found.items():
            if key == "properties":
                nested += [(f"{place}.{name}", each) for name, each in value.items()]
            nested += _properties(value, f"{place}.{key}")
    if isinstance(found, list):
        nested += [each for value in found for each in _properties(value, place)]
    return nested


@pytest.mark.parametrize("loader", [yaml.SafeLoader, yaml.BaseLoader])
@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_the_sample_site_is_valid_whether_or_not_an_editor_guesses(path: Path, loader: Any) -> None:
    loaded = _loaded(path.read_text(encoding="utf-8"), loader)
    assert [each.message for each in Draft202012Validator(_schema_of(path)).iter_errors(loaded)] == []


@pytest.mark.parametrize("loader", [yaml.SafeLoader, yaml.BaseLoader])
@pytest.mark.parametrize("name", sorted(FILES))
def test_the_site_of_the_tests_is_valid_too(name: str, loader: Any) -> None:
    errors = Draft202012Validator(_schema_of(ROOT / name)).iter_errors(_loaded(FILES[name], loader))
    assert [each.message for each in errors] == []


RECEIVER_PAGE = (ROOT / "docs" / "vi" / "may-thu.md").read_text(encoding="utf-8").split("\n## receiver.yaml")[1]
RELAYS = [
    "{file: /sys/class/gpio/gpio17/value}",
    '{file: {path: /dev/relay, on: "255", off: "0"}}',
    "{command: {on: [relay, on], off: [relay, off]}}",
    "{gpio: {chip: gpiochip0, line: 17, active: low}}",
]


@pytest.mark.parametrize("relay", RELAYS)
def test_what_the_page_of_receivers_shows_is_valid_and_read(tmp_path: Path, relay: str) -> None:
    shown = [line[4:] for line in RECEIVER_PAGE.split("\n- ")[0].splitlines() if line.startswith("    ")]
    text = "\n".join(f"relay: {relay}" if line.startswith("relay:") else line for line in shown)
    loaded = _loaded(text, yaml.BaseLoader)  # YAML 1.2, as editors read it: `on` is a word
    errors = Draft202012Validator(schemas()["receiver.json"]).iter_errors(loaded)
    assert [each.message for each in errors] == []
    (tmp_path / NAME).write_text(text, encoding="utf-8")
    assert load_settings(tmp_path / NAME).relay is not None
    assert {line.split(":")[0] for line in shown} == set(schemas()["receiver.json"]["properties"])


@pytest.mark.parametrize("kind", sorted(WRITTEN))
def test_every_kind_of_channel_is_valid(kind: str) -> None:
    loaded = yaml.safe_load(f"channels: {{x: {{type: {kind}, {WRITTEN[kind]}}}}}")
    assert Draft202012Validator(schemas()["channels.json"]).is_valid(loaded)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("station", "{name: A, timezon: B}"),
        ("station", "{}"),
        ("station", '{name: A, windows: {sms: {"7h-9h": daily}}}'),
        ("station", "{name: A, voices: {chain: [gtss]}}"),
        ("areas", "{areas: [{id: An Lão, name: A}]}"),
        ("areas", "{areas: [{id: a, name: A, valid_from: 1/7/2025}]}"),
        ("channels", "{channels: {x: {type: folder, path: var/x, device: y}}}"),
        ("channels", "{channels: {x: {type: twilio, account: env:A, token: s3cr3t}}}"),
        ("calendar", "{sets: {tet: [28/12]}}"),
        ("programme", "{programme: a, title: A, from: 2026-11-23, slots: []}"),
        ("script", "{title: A, topic: 1, category: x, source: {name: B}}"),
        ("receiver", "{divice: x}"),
        ("receiver", "{relay: {}}"),
        ("receiver", "{relay: {gpio: {chip: gpiochip0}}}"),
        ("receiver", "{relay: {file: /x, command: {on: [a], off: [b]}}}"),
        ("receiver", "{relay: {command: {on: [a]}}}"),
        ("receiver", "{loudest: 3}"),
        ("receiver", "{clock: {trust: never}}"),
        ("receiver", "{microphone: {usual: -30}}"),
    ],
)
def test_an_editor_marks_what_the_reader_refuses(name: str, text: str) -> None:
    assert not Draft202012Validator(schemas()[f"{name}.json"]).is_valid(_as_editors_see(yaml.safe_load(text)))
