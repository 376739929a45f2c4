"""The docs know everything the house can do."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from docs.reference import TWINS, Twin, page
from pipeline.cli import COMMANDS

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("twin", TWINS, ids=lambda twin: twin.path)
def test_the_reference_of_every_key_is_the_one_of_the_code(twin: Twin) -> None:
    assert (ROOT / twin.path).read_text(encoding="utf-8") == page(twin), "run `make schema`"


@pytest.mark.parametrize("twin", TWINS, ids=lambda twin: twin.path)
def test_every_key_says_what_it_is(twin: Twin) -> None:
    rows = [line for line in page(twin).splitlines() if line.startswith(("| `", "| **`"))]
    assert len(rows) > 80
    silent = [row for row in rows if row.split("|")[2].strip() == "" and "`channels.ID" not in row]
    assert not silent


@pytest.mark.parametrize("command", COMMANDS)
def test_the_readme_names_every_command(command: str) -> None:
    assert f"loa {command}" in (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", [*sorted(ROOT.glob("docs/**/*.md")), ROOT / "README.md"], ids=lambda path: path.name)
def test_no_link_of_the_docs_is_dead(path: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", path.read_text(encoding="utf-8")):
        assert "://" in target or (path.parent / target).exists(), target
