"""Processes of `loa` that need not read half a second's worth of modules anew: they fork from one that has.

Each is a process like any other, with arguments, environment, folder, stdin, stdout, stderr and exit code of its own.
What it cannot prove is that a command finds its modules by itself; so `loa.py` starts the first of each kind afresh,
and the modules of commands (`pipeline.cli`), which choose their language while they are read, are never read ahead.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import importlib
import json
import os
import signal
import socket
import struct
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any

READ_AHEAD = (
    *("pipeline.app", "pipeline.backup", "pipeline.doctor", "pipeline.outlook", "pipeline.rehearsal"),
    *("pipeline.store.migrations", "pipeline.store.store", "sqlalchemy.dialects.sqlite", "alembic.command"),
    *("argon2", "click", "getpass", "gettext", "lunar_vn", "phonenumbers", "rich.console", "rich.table"),
    *("pipeline.speech.pipeline", "pipeline.unattended"),
)
READ_BY_PYTHON = ("PYTHON", "LANG", "LC_", "LD_", "MALLOC_", "TZ")  # variables that count when a process starts
FRESH = ("LOA_TEST_FRESH", "COVERAGE_PROCESS_START", "COVERAGE_PROCESS_CONFIG")  # with one of these nothing is forked
NUMBER = struct.Struct("!i")


class Nursery:
    """Starts the process others fork from when it is first asked; that one ends with this process."""

    def __init__(self) -> None:
        self._first: subprocess.Popen[bytes] | None = None
        self._environ: Mapping[str, str] = {}

    def suits(self, environ: Mapping[str, str]) -> bool:
        """Whether a process with these variables can fork: Python itself would not behave otherwise for them."""
        self._environ = self._environ or dict(os.environ)
        return not any(map(environ.get, FRESH)) and _early(environ) == _early(self._environ)

    def run(
        self, arguments: Sequence[str], streams: Sequence[IO[bytes]], environ: Mapping[str, str], within_s: float
    ) -> int:
        """The exit code, negative for a signal. TimeoutExpired where it takes longer; then it is killed."""
        asked = json.dumps({"argv": [*arguments], "environ": {**environ}, "cwd": str(Path.cwd())}).encode()
        mine, theirs = socket.socketpair()
        with mine:
            with theirs:
                socket.send_fds(self._control(), [b"!"], [theirs.fileno(), *(each.fileno() for each in streams)])
            mine.settimeout(within_s)
            mine.sendall(NUMBER.pack(len(asked)) + asked)
            child = _number(mine)
            try:
                return _number(mine)
            except TimeoutError:
                os.kill(child, signal.SIGKILL)
                raise subprocess.TimeoutExpired([*arguments], within_s) from None

    def _control(self) -> socket.socket:
        if self._first is None:
            self._mine, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            command = [sys.executable, "-m", "tests.acceptance.nursery", str(theirs.fileno())]
            environ = {**self._environ, "OPENBLAS_NUM_THREADS": "1"}  # what has threads must not fork
            no, root = subprocess.DEVNULL, Path(__file__).parents[2]
            with theirs:
                self._first = subprocess.Popen(
                    command, pass_fds=[theirs.fileno()], cwd=root, env=environ, stdin=no, stdout=no
                )
            atexit.register(self._end)
        return self._mine

    def _end(self) -> None:
        self._mine.close()
        if self._first is not None:
            self._first.wait()


def _early(environ: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environ.items() if name.startswith(READ_BY_PYTHON)}


def _take(line: socket.socket, size: int) -> bytes:
    taken = b""
    while len(taken) < size:
        more = line.recv(size - len(taken))
        if not more:
            raise EOFError("the nursery has gone")
        taken += more
    return taken


def _number(line: socket.socket) -> int:
    return int(NUMBER.unpack(_take(line, NUMBER.size))[0])


def serve(control: socket.socket) -> dict[str, Any] | None:
    """Fork whenever asked. Returns in the forked process, with what it was asked; None once nobody can ask any more."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while True:
        _, handles, *_ = socket.recv_fds(control, 1, 4)
        if not handles:
            return None
        if not os.fork():
            control.close()
            return _fork_and_tell(*handles)
        for each in handles:
            os.close(each)


def _fork_and_tell(line: int, *streams: int) -> dict[str, Any]:
    """In between stands a process that waits for the exit code: nobody else may ask for it."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    with socket.socket(fileno=line) as told:
        asked: dict[str, Any] = json.loads(_take(told, _number(told)))
        child = os.fork()
        if not child:
            for place, each in enumerate(streams):
                os.dup2(each, place)
                os.close(each)
            return asked
        for each in streams:
            os.close(each)
        with contextlib.suppress(BrokenPipeError):
            told.sendall(NUMBER.pack(child))
            _, status = os.waitpid(child, 0)
            told.sendall(NUMBER.pack(os.waitstatus_to_exitcode(status)))
        os._exit(0)


def _become(asked: Mapping[str, Any]) -> None:
    os.environ.clear()
    os.environ.update(asked["environ"])
    os.chdir(asked["cwd"])
    sys.argv[:] = asked["argv"]
    sys.modules["__main__"].__package__ = None  # a command line is called by its own name
    sys.path[0] = str(Path(sys.argv[0]).parent)
    from pipeline.cli import main

    sys.exit(main())


if __name__ == "__main__":
    for module in READ_AHEAD:
        importlib.import_module(module)
    gc.freeze()  # what is shared stays shared
    with socket.socket(fileno=int(sys.argv[1])) as ear:
        wanted = serve(ear)
    if wanted is not None:
        _become(wanted)
