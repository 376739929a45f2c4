"""A forked process of `loa` is one like any other: what the other acceptance tests rest on."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from tempfile import TemporaryFile

import pytest

from tests.acceptance.loa import LOA, NURSERY, Ran, _run_afresh, _run_forked
from tests.acceptance.nursery import FRESH
from tests.sites import write_site

ENVIRON = {name: value for name, value in os.environ.items() if name not in FRESH} | {"LOA_LANG": "vi"}


@pytest.mark.parametrize(
    ("words", "stdin", "more"),
    [
        (("speech",), "gọi 113 lúc 17:00\n", {}),
        (("bulletin", "list"), "", {}),
        (("bulletin", "lisst"), "", {"LOA_LANG": "en"}),
        (("plan", "--help"), "", {"LOA_LANG": "en", "COLUMNS": "60"}),
    ],
)
def test_a_forked_command_says_what_a_fresh_one_says(
    words: tuple[str, ...], stdin: str, more: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(write_site(tmp_path))
    forked, fresh = (run([LOA, *words], stdin.encode(), {**ENVIRON, **more}) for run in (_run_forked, _run_afresh))
    assert forked == fresh
    assert forked != Ran(0, "", "")


def test_one_that_does_not_end_is_killed(tmp_path: Path) -> None:
    command = [LOA, "--site", str(write_site(tmp_path)), "run"]
    with TemporaryFile() as nothing, TemporaryFile() as said, pytest.raises(subprocess.TimeoutExpired):
        NURSERY.run(command, (nothing, said, said), ENVIRON, 0.5)


def test_variables_that_python_itself_reads_ask_for_a_fresh_one() -> None:
    assert NURSERY.suits(ENVIRON)
    assert not NURSERY.suits({**ENVIRON, "PYTHONIOENCODING": "latin-1"})
    assert not NURSERY.suits({**ENVIRON, "LOA_TEST_FRESH": "1"})
