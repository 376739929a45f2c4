"""Edits while the station runs: notices them, reads them once they are quiet, and keeps the last good files.

A site is read from a copy under `var/`, so that what is checked, what is kept and what is aired are the same files,
even while somebody goes on writing.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from pipeline.errors import Severity
from pipeline.folders import CONFIG, SCHEDULES, SCRIPTS
from pipeline.site import Site, load_site

FOLDERS = (CONFIG, SCHEDULES, SCRIPTS)
LAST_GOOD = Path("var") / "last-good"
QUIET_S = 2.0
WHOLE_EVERY_S = 60.0  # how often files are read although nothing about them looks new
HASHED = (".yaml", ".yml", ".md")

Looks = tuple[int, int, int]


class Watch:
    """Whether the files of a site differ from those last taken, and have been left alone for a while."""

    def __init__(
        self, root: Path, *, quiet_s: float = QUIET_S, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._root, self._quiet_s, self._monotonic = root, quiet_s, monotonic
        self._hashes: dict[str, tuple[Looks, str]] = {}
        self._looking = threading.Lock()
        self._read_all_at = monotonic()
        self._seen = self._taken = self._look()
        self._since = monotonic()

    def changed(self) -> bool:
        """True once for each change: when nothing has moved for `quiet_s` seconds."""
        now, looks = self._monotonic(), self._look()
        if looks != self._seen:
            self._seen, self._since = looks, now
        if self._seen == self._taken or now - self._since < self._quiet_s:
            return False
        self._taken = self._seen
        return True

    def is_settled(self) -> bool:
        """Whether the files look as they were when last taken."""
        return self._look() == self._taken

    def again(self) -> None:
        """What was taken could not be read after all: it counts as changed."""
        self._taken = {}

    def _look(self) -> dict[str, str]:
        """Each file by name with a hash of its words; a recording by its size and time."""
        with self._looking:
            return self._marks()

    def _marks(self) -> dict[str, str]:
        if self._monotonic() - self._read_all_at >= WHOLE_EVERY_S:
            self._hashes.clear()
            self._read_all_at = self._monotonic()
        found: dict[str, str] = {}
        for folder in FOLDERS:
            for name, path in _files(self._root / folder, folder):
                found[name] = self._mark(name, path)
        self._hashes = {name: known for name, known in self._hashes.items() if name in found}
        return found

    def _mark(self, name: str, path: Path) -> str:
        try:
            stat = path.stat()
            looks = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
            if path.suffix not in HASHED:
                return repr(looks)
            known = self._hashes.get(name)
            if known is None or known[0] != looks:
                known = looks, hashlib.sha256(path.read_bytes()).hexdigest()
                self._hashes[name] = known
        except OSError as error:
            return f"error {error.errno}"
        return known[1]


def take(root: Path) -> Site:
    """Read the site from a copy; where nothing is wrong with it the copy becomes the last good one.

    OSError where the copy cannot be written.
    """
    copy = root / LAST_GOOD.with_suffix(".new")
    kept = root / LAST_GOOD
    shutil.rmtree(copy, ignore_errors=True)
    copy.mkdir(parents=True)
    for folder in FOLDERS:
        if (root / folder).is_dir():
            shutil.copytree(root / folder, copy / folder, symlinks=True, copy_function=_copier(root, kept))
    site = load_site(copy)
    if has_errors(site):
        shutil.rmtree(copy, ignore_errors=True)
    else:
        _promote(copy, kept)
    return replace(site, root=root)


def last_good(root: Path) -> Site | None:
    """The site of the last good files, None where none were kept or they are no longer good."""
    for kept in (
        root / LAST_GOOD,
        root / LAST_GOOD.with_suffix(".old"),
    ):  # between two renames only the old one is there
        if kept.is_dir():
            site = load_site(kept)
            if site.usable and not has_errors(site):
                return replace(site, root=root)
    return None


def in_force(found: Site) -> Site:
    """What a station runs by: its files as found; where those hold errors the last good ones, if any are kept."""
    return (last_good(found.root) if has_errors(found) else None) or found


def has_errors(site: Site) -> bool:
    """Whether anything in the files keeps something off the air."""
    return any(problem.severity is Severity.ERROR for problem in site.problems)


def _promote(copy: Path, kept: Path) -> None:
    old = kept.with_suffix(".old")
    shutil.rmtree(old, ignore_errors=True)
    if kept.exists():
        kept.rename(old)
    copy.rename(kept)
    shutil.rmtree(old, ignore_errors=True)


def _copier(root: Path, kept: Path) -> Callable[[str, str], object]:
    """Copies a file; a recording that the last good copy already has is shared with it."""

    def copy(source: str, target: str) -> object:
        before = kept / Path(source).relative_to(root)
        if before.suffix not in HASHED and _same(Path(source), before):
            os.link(before, target)
            return target
        return shutil.copy2(source, target, follow_symlinks=False)

    return copy


def _same(one: Path, two: Path) -> bool:
    try:
        first, second = one.lstat(), two.lstat()
    except OSError:
        return False
    return (first.st_mtime_ns, first.st_size, first.st_mode) == (second.st_mtime_ns, second.st_size, second.st_mode)


def _files(folder: Path, name: str) -> Iterator[tuple[str, Path]]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return
    for entry in entries:
        if entry.name.startswith("."):
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _files(Path(entry.path), f"{name}/{entry.name}")
        else:
            yield f"{name}/{entry.name}", Path(entry.path)
