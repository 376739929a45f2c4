"""Every code that the house uses has its sentence, in Vietnamese and English, and both name the same things."""

from __future__ import annotations

import ast
import re
import string
from collections import Counter
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

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


def _names(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}
