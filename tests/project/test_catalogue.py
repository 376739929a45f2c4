"""Every code that the house uses has its sentence, in Vietnamese and English, and both name the same things."""

from __future__ import annotations

import ast
import re
import string
from collections import Counter
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Literal

import pytest

import pipeline.messages
from pipeline.messages import CATALOGUE, render

PACKAGE = Path(__file__).parents[2] / "pipeline"
CALLS = re.compile(
    r"(error|warning|Error|Problem|render|say|usage_error|_warn|_note|Rejected|Rejection|refuse|_refuse)$"
)
CODE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)+")


def used_codes() -> dict[str, str]:
    """Code → where it is used."""
    found: dict[str, str] = {}
    for path in PACKAGE.rglob("*.py"):
        if path.parent.name in {"messages", "versions", "migrations"}:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            for text in _codes_of(node):
                found.setdefault(text, f"{path.relative_to(PACKAGE)}:{node.lineno}")  # type: ignore[attr-defined]
    return found


def _codes_of(node: ast.AST) -> list[str]:
    if not isinstance(node, ast.Call):
        return []
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    literals = [keyword.value for keyword in node.keywords if keyword.arg == "code"]
    if CALLS.search(name):
        literals += node.args[:2]
    return [
        each.value
        for each in literals
        if isinstance(each, ast.Constant) and isinstance(each.value, str) and CODE.fullmatch(each.value)
    ]


def test_every_code_has_its_sentence() -> None:
    missing = {code: place for code, place in used_codes().items() if code not in CATALOGUE}
    assert not missing


@pytest.mark.parametrize("code", sorted(CATALOGUE))
def test_both_languages_name_the_same_things(code: str) -> None:
    message = CATALOGUE[code]
    assert message.vi
    assert message.en
    assert bool(message.hint_vi) == bool(message.hint_en)
    assert _names(message.vi) == _names(message.en)
    assert _names(message.hint_vi) == _names(message.hint_en)


def test_no_code_stands_twice() -> None:
    modules = [import_module(f"pipeline.messages.{each.name}") for each in iter_modules(pipeline.messages.__path__)]
    codes = [code for module in modules for code in getattr(module, "MESSAGES", {})]
    assert [code for code, count in Counter(codes).items() if count > 1] == []


def test_an_unknown_code_still_says_what_it_knows() -> None:
    assert render("no_such_code", {"file": "a.yaml"}) == ("no_such_code a.yaml", "")


@pytest.mark.parametrize("code", sorted(CATALOGUE))
@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_sentence_without_its_parameters_shows_no_holes(code: str, language: Literal["vi", "en"]) -> None:
    for text in render(code, None, language):
        assert not re.search(r"\(\s*\)|“\s*”|\s$", text)
        assert not [name for name in _names(CATALOGUE[code].en + CATALOGUE[code].hint_en) if f"{{{name}}}" in text]


@pytest.mark.parametrize(
    ("code", "params", "sentence"),
    [
        ("all_voices_failed", {}, "no voice could speak it"),
        ("all_voices_failed", {"reasons": ""}, "no voice could speak it"),
        ("all_voices_failed", {"reasons": "piper: x"}, "no voice could speak it (piper: x)"),
        ("file_unreadable", {}, "the file cannot be read"),
        ("path_shared", {"value": "x"}, "the channel already uses the folder “x”"),
        ("recording_incomplete", {"found": "3"}, "the recording lasts 3 s instead of … s"),
        ("command_unknown", {"command": "{0} {x}"}, "there is no command “{0} {x}”"),
    ],
)
def test_what_is_not_known_is_left_out_of_a_sentence(code: str, params: dict[str, str], sentence: str) -> None:
    assert render(code, params, "en")[0] == sentence


def _names(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


ACTION = re.compile(r'(?:Note|audit|_audit|_entry)\(\s*(?:[\w.]+(?:\([^()]*\))?|"[^"]*")\s*,\s*"([a-z_]+)"')


def test_what_the_audit_log_notes_has_its_sentence() -> None:
    found = {action for path in PACKAGE.rglob("*.py") for action in ACTION.findall(path.read_text(encoding="utf-8"))}
    assert {"bundle_made", "receiver_revoked", "entries_pruned", "sms_handed"} <= found
    assert sorted(action for action in found if f"audit_{action}" not in CATALOGUE) == []
