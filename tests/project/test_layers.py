"""The way through the house points down."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LIGHT = ("pipeline.app", "pipeline.unattended", "pipeline.fleet.watch", "pipeline.cli.bundle")


def test_imports_keep_the_layers() -> None:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout[-3000:]


@pytest.mark.parametrize("module", LIGHT)
def test_what_renders_nothing_waits_for_no_library_of_sounds(module: str) -> None:
    code = f"import sys, {module}; print([each for each in ('numpy', 'pydub') if each in sys.modules])"
    result = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"
