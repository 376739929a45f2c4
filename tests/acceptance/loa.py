"""Runs `loa` as an operator does: a process of its own, exit code, stdout and stderr."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

LOA = str(Path(sys.executable).with_name("loa"))


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def loa(*arguments: str | Path, site: Path | None = None, stdin: str | bytes = b"", **environment: str) -> Ran:
    command = [LOA, *(["--site", str(site)] if site else []), *map(str, arguments)]
    given = stdin.encode() if isinstance(stdin, str) else stdin
    environ = {**os.environ, "LOA_LANG": "vi", **environment}
    done = subprocess.run(command, input=given, capture_output=True, env=environ, timeout=240, check=False)
    ran = Ran(done.returncode, done.stdout.decode(), done.stderr.decode())
    assert "Traceback" not in ran.err, ran.err
    return ran
