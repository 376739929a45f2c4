"""Runs `loa` as an operator does: a process of its own, exit code, stdout, stderr; `here` where that is no matter.

The first of each command is started afresh, the others fork from a process that has read most modules (`nursery.py`).
With LOA_TEST_FRESH=1 each is started afresh.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any
from unittest import mock

from click.testing import CliRunner

from tests.acceptance.nursery import Nursery

LOA = str(Path(sys.executable).with_name("loa"))
WITHIN_S = 240.0
WORD = re.compile(r"[a-z-]+")
NURSERY = Nursery()

_started: set[tuple[str, ...]] = set()


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def here(*arguments: str | Path, site: Path, stdin: str = "", **environment: str) -> Ran:
    """The same without a process: a second less for each of many calls that ask for nothing a process has to prove."""
    from pipeline.cli import main

    given = ["loa", "--site", str(site), *map(str, arguments)]
    environ = {"LOA_LANG": "vi", **environment}
    code: object = 0
    with CliRunner(mix_stderr=False).isolation(input=stdin, env=environ) as (out, err), mock.patch("sys.argv", given):
        try:
            main()
        except SystemExit as ended:
            code = ended.code
        assert isinstance(code, int)
        assert err is not None
        return Ran(code, out.getvalue().decode(), err.getvalue().decode())


def loa(*arguments: str | Path, site: Path | None = None, stdin: str | bytes = b"", **environment: str) -> Ran:
    command = [LOA, *(["--site", str(site)] if site else []), *map(str, arguments)]
    given = stdin.encode() if isinstance(stdin, str) else stdin
    environ = {**os.environ, "LOA_LANG": "vi", **environment}
    kind = tuple(str(each) for each in arguments[:2] if WORD.fullmatch(str(each)))
    run = _run_forked if kind in _started and NURSERY.suits(environ) else _run_afresh
    _started.add(kind)
    ran = run(command, given, environ)
    assert "Traceback" not in ran.err, ran.err
    return ran


def _run_afresh(command: Sequence[str], given: bytes, environ: Mapping[str, str]) -> Ran:
    done = subprocess.run(command, input=given, capture_output=True, env=environ, timeout=WITHIN_S, check=False)
    return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())


def _run_forked(command: Sequence[str], given: bytes, environ: Mapping[str, str]) -> Ran:
    with TemporaryFile() as stdin, TemporaryFile() as out, TemporaryFile() as err:
        stdin.write(given)
        stdin.seek(0)
        code = NURSERY.run(command, (stdin, out, err), environ, WITHIN_S)
        out.seek(0)
        err.seek(0)
        return Ran(code, out.read().decode(), err.read().decode())
