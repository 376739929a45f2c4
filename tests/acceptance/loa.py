"""Runs `loa` as an operator does: a process of its own, exit code, stdout, stderr; `here` where that is no matter."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

from click.testing import CliRunner

LOA = str(Path(sys.executable).with_name("loa"))


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
    done = subprocess.run(command, input=given, capture_output=True, env=environ, timeout=240, check=False)
    ran = Ran(done.returncode, done.stdout.decode(), done.stderr.decode())
    assert "Traceback" not in ran.err, ran.err
    return ran
