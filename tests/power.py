"""Power cuts, simulated from what the database really asked of the kernel: what was not synced may be lost.

A child works on a real SQLite store under `strace` and notes each commit it was told of. Its writes and syncs are then
replayed up to a random moment: what was synced is there; of what was not, nothing, everything or some sectors are, in
any order. What this proves: nothing depends on a write that was not synced. What it cannot prove: that disk and kernel
keep what they say they have synced. `python -m tests.power` prints the figures, also for a laxer setting that loses.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from pipeline.domain import Receipt, State
from pipeline.store import Store
from tests.stores import START, airing, claim, plan

TARGETS = 240
SECTOR = 512
CHECKPOINT_PAGES = 40  # often, since that is where it is delicate
CALLS = "pwrite64,write,fsync,fdatasync,ftruncate,unlink"
NOTES = "notes"
CALL = re.compile(r"^\d+\s+(\w+)\((?:\d+<(?P<path>[^>]*)>|\"(?P<name>[^\"]*)\")(?:, (?P<rest>.*))?\) = (?P<result>\d+)")
DATA = re.compile(r"\"([^\"]*)\"(?:\.\.\.)?, (\d+)(?:, (\d+))?")


@dataclass
class Disk:
    """Files as they would be found: synced content, and writes (offset, bytes; None: cut to a length) since."""

    durable: dict[str, bytearray] = field(default_factory=dict)
    pending: dict[str, list[tuple[int, bytes | None]]] = field(default_factory=dict)

    def sync(self, path: str) -> None:
        content = self.durable.setdefault(path, bytearray())
        for offset, data in self.pending.pop(path, []):
            _apply(content, offset, data)

    def after_cut(self, dice: random.Random) -> dict[str, bytes]:
        """One of the many states the disk may be found in."""
        found: dict[str, bytes] = {}
        for path in sorted(self.durable.keys() | self.pending.keys()):
            content = bytearray(self.durable.get(path, b""))
            luck = dice.choice(["nothing", "everything", "some", "some"])
            for offset, data in self.pending.get(path, []):
                if luck == "everything":
                    _apply(content, offset, data)
                elif luck == "some":
                    _tear(content, offset, data, dice)
            if path in self.durable or content:
                found[path] = bytes(content)
        return found


def _apply(content: bytearray, offset: int, data: bytes | None) -> None:
    if data is None:
        del content[offset:]
        return
    content.extend(b"\0" * max(0, offset - len(content)))
    content[offset : offset + len(data)] = data


def _tear(content: bytearray, offset: int, data: bytes | None, dice: random.Random) -> None:
    if data is None:
        if dice.random() < 0.5:
            del content[offset:]
        return
    for at in range(0, len(data), SECTOR):
        if dice.random() < 0.5:
            _apply(content, offset + at, data[at : at + SECTOR])


@dataclass(frozen=True)
class Step:
    """One call of the child: what it did to which file, or a commit it was told of."""

    call: str
    path: str
    offset: int = 0
    data: bytes = b""


def work(folder: Path, synchronous: str) -> None:
    """What the child does: claims and records, and notes each commit once the store has returned."""
    store = Store(f"sqlite:///{folder / 'loa.db'}")

    def set_up(connection: Any, _: Any) -> None:
        connection.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}")
        if synchronous:
            connection.execute(f"PRAGMA synchronous = {synchronous}")

    sa.event.listen(store._database.engine, "connect", set_up)
    with (folder / NOTES).open("wb", buffering=0) as notes:
        while batch := claim(store, limit=3):
            ids = [each.delivery.id for each in batch]
            notes.write(f"claimed {ids}\n".encode())
            store.record([Receipt(each, START, State.ACCEPTED) for each in ids])
            notes.write(f"accepted {ids}\n".encode())
    store.close()


def trace(folder: Path, synchronous: str) -> tuple[Disk, list[Step]]:
    """The disk before the child began, and every step of it."""
    store = Store(f"sqlite:///{folder / 'loa.db'}")
    store.migrate()
    targets = [f"loa-{number}" for number in range(TARGETS)]
    plan(store, airing(targets=targets), channels=dict.fromkeys(targets, "thu-muc"))
    store.close()
    before = Disk({path.name: bytearray(path.read_bytes()) for path in folder.glob("loa.db*")})
    log = folder / "trace"
    child = [sys.executable, "-m", "tests.power", "--work", str(folder), "--synchronous", synchronous]
    strace = ["strace", "-f", "-y", "-xx", "-s", "100000000", "-e", f"trace={CALLS}", "-o", str(log)]
    subprocess.run([*strace, *child], check=True, capture_output=True)
    return before, list(_steps(log, folder))


def _steps(log: Path, folder: Path) -> Iterator[Step]:
    for line in log.read_text(encoding="ascii").splitlines():
        found = CALL.match(line)
        if not found:
            continue
        path = Path(_bytes(found["path"] or found["name"]).decode("utf-8", "replace"))
        if path.parent != folder or not (path.name.startswith("loa.db") or path.name == NOTES):
            continue
        call, rest = found[1], found["rest"] or ""
        if call in ("pwrite64", "write"):
            data = DATA.match(rest)
            assert data, line[:200]
            yield Step(call, path.name, int(data[3] or 0), _bytes(data[1])[: int(found["result"])])
        else:
            yield Step(call, path.name, int(rest) if call == "ftruncate" else 0)


def _bytes(escaped: str) -> bytes:
    return bytes.fromhex(escaped.replace("\\x", "")) if escaped.startswith("\\x") else escaped.encode()


def cut(before: Disk, steps: list[Step], at: int, dice: random.Random) -> tuple[dict[str, bytes], list[str]]:
    """The files after a power cut before step `at`, and what the child had been told by then."""
    disk = Disk({path: bytearray(content) for path, content in before.durable.items()})
    told: list[str] = []
    for step in steps[:at]:
        if step.path == NOTES:
            told += step.data.decode().splitlines()
        elif step.path.endswith("-shm"):
            continue  # made anew from the log
        elif step.call in ("fsync", "fdatasync"):
            disk.sync(step.path)
        elif step.call == "unlink":
            disk.durable.pop(step.path, None)
            disk.pending.pop(step.path, None)
        else:
            change = None if step.call == "ftruncate" else step.data
            disk.pending.setdefault(step.path, []).append((step.offset, change))
    return disk.after_cut(dice), told


def verdict(files: dict[str, bytes], told: list[str], folder: Path) -> str:
    """What is wrong with a database after a cut; empty where nothing is."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name, content in files.items():
        if not name.endswith("-shm"):
            (folder / name).write_bytes(content)
    try:
        with closing(sqlite3.connect(folder / "loa.db")) as connection:
            sound = connection.execute("PRAGMA integrity_check").fetchone()[0]
            states = dict(connection.execute("SELECT id, state FROM deliveries"))
    except sqlite3.DatabaseError as error:
        return f"damaged: {error}"
    if sound != "ok":
        return f"damaged: {sound}"
    for note in told:
        word, _, ids = note.partition(" ")
        allowed = {"accepted"} if word == "accepted" else {"sending", "accepted"}
        if any(states.get(each) not in allowed for each in json.loads(ids)):
            return "lost an acknowledged commit"
    return ""


def run(cuts: int, seed: int, synchronous: str = "") -> dict[str, Any]:
    """So many cuts at random moments of one run. `synchronous`: empty leaves the store's own setting."""
    dice = random.Random(seed)
    verdicts: Counter[str] = Counter()
    with tempfile.TemporaryDirectory(prefix="loa-power-") as name:
        folder = Path(name).resolve()
        before, steps = trace(folder, synchronous)
        for _ in range(cuts):
            files, told = cut(before, steps, dice.randrange(len(steps) + 1), dice)
            verdicts[verdict(files, told, folder / "after") or "nothing lost, sound"] += 1
    syncs = sum(step.call in ("fsync", "fdatasync") for step in steps)
    checkpoints = sum(step.call in ("fsync", "fdatasync") and step.path == "loa.db" for step in steps)
    commits = sum(step.path == NOTES for step in steps)
    return {
        "cuts": cuts,
        "steps": len(steps),
        "syncs": syncs,
        "checkpoints": checkpoints,
        "commits": commits,
    } | verdicts


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cuts", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--work", type=Path)
    parser.add_argument("--synchronous", default="")
    asked = parser.parse_args()
    if asked.work:
        work(asked.work, asked.synchronous)
        return
    for setting in ("", "NORMAL"):
        print(setting or "as the store sets it", run(asked.cuts, asked.seed, setting))  # noqa: T201


if __name__ == "__main__":
    main()
