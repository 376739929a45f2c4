"""After a power cut the database is sound and holds every commit that was acknowledged."""

from __future__ import annotations

import os
import shutil
import subprocess

import pytest

from tests.power import run

SOUND = "nothing lost, sound"
CUTS = 100


@pytest.fixture(autouse=True)
def strace() -> None:
    program = shutil.which("strace")
    works = program and subprocess.run([program, "true"], capture_output=True, check=False).returncode == 0
    if not works and os.environ.get("LOA_TEST_REAL") == "all":
        pytest.fail("strace is not installed, or may not trace here")
    if not works:
        pytest.skip("strace is not installed, or may not trace here")


def test_no_power_cut_costs_an_acknowledged_commit() -> None:
    figures = run(CUTS, seed=2)
    assert figures["checkpoints"] > 5
    assert figures[SOUND] == CUTS, figures


def test_a_laxer_setting_would_be_found_out() -> None:
    assert run(CUTS, seed=2, synchronous="NORMAL")[SOUND] < CUTS
