"""`loa backup` and `loa restore`: all that cannot be made again; keys apart; the old is moved aside, never lost."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from pipeline import __version__
from pipeline.app import open_store, sole_station
from pipeline.backup.archive import Manifest, unpack, write_archive
from pipeline.backup.mending import prepare
from pipeline.errors import ContentError, LoaError, StoreError
from pipeline.folders import CONFIG, SCHEDULES, SCRIPTS
from pipeline.site import load_site
from pipeline.store import Store
from pipeline.store.snapshots import is_whole

FOLDERS = (CONFIG, SCHEDULES, SCRIPTS)
DATABASE, HEAD, RECORDINGS, KEYS = "var/loa.db", "var/audit-head", "recordings.json", "var/keys"
STATION_FILES = (*FOLDERS, DATABASE, HEAD, RECORDINGS)
DEFAULT_FOLDER = Path("var") / "backup"
KEEP_DAILY = 7
SUFFIX, KEYS_SUFFIX = ".tar.gz", ".keys.tar.gz"
SQLITE = b"SQLite format 3\0"


@dataclass(frozen=True, slots=True)
class Backup:
    """What was written. `keys`: the file that must be kept elsewhere, None where the station has no key."""

    path: Path
    keys: Path | None
    files: int
    bytes: int
    database: str
    removed: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class Restored:
    """What was put back. `aside`: where the old lies now. `key`: empty, or the code of what is wrong with the key."""

    made_at: str
    aside: Path | None
    files: int
    database: bool
    key: str = ""


def make_backup(root: Path, now: datetime, to: Path | None = None, keep: int | None = None) -> Backup:
    """Write an archive of the station and, apart from it, one of its keys; both are read back before they count.

    The station may run meanwhile. `keep`: how many backups the folder may hold after this one.
    StoreError where something cannot be read or written; no half archive is left.
    """
    site = load_site(root)
    stamp = f"{now.astimezone(site.station.timezone):%Y%m%d-%H%M%S}"
    folder = to or root / DEFAULT_FOLDER
    with _scratch(root) as scratch, _opened(root) as store:
        folder.mkdir(parents=True, exist_ok=True)
        made_at = now.astimezone(site.station.timezone).isoformat(timespec="seconds")
        database = "sqlite" if store.is_sqlite else "postgresql"
        manifest = Manifest("station", made_at, site.station.name, __version__, database)
        path = _free(folder / f"loa-{stamp}.tar.gz")
        whole = _write(path, manifest, [*_written(root), *_made(root, store, scratch)], scratch)
        keys = list(_keys(root))
        if keys:
            _write(_keys_of(path), replace(manifest, kind="keys"), keys, scratch)
    removed = _prune(folder, "loa-*.tar.gz", keep) if keep else ()
    size = sum(size for size, _ in whole.files.values())
    return Backup(path, _keys_of(path) if keys else None, len(whole.files), size, database, removed)


def restore(root: Path, archive: Path, now: datetime, keys: Path | None = None) -> Restored:
    """Put a backup (or a daily copy of the database) in the place of what is there, which is moved aside first.

    ConflictError while a station runs. ContentError where the file is no backup, was changed, or is damaged;
    StoreError `store_newer` where it is of a later Loa. Nothing is moved before everything was checked.
    """
    if not archive.is_file() or (keys is not None and not keys.is_file()):
        raise ContentError("backup_missing_file", file=archive if not archive.is_file() else keys)
    (root / "var").mkdir(parents=True, exist_ok=True)
    with sole_station(root), _scratch(root) as scratch:
        manifest = _staged(archive, scratch, now)
        if keys is not None and unpack(keys, scratch, [KEYS]).kind != "keys":
            raise ContentError("backup_unreadable", file=keys.name)
        target = database_file(root)
        has_database = (scratch / DATABASE).is_file() and target is not None
        if has_database:
            prepare(scratch / DATABASE, "database_restored", manifest.made_at, archive.name, now)
        os.sync()
        aside = _swap(root, scratch, target if has_database else None, now)
        return Restored(manifest.made_at, aside, len(manifest.files), has_database, _key_trouble(root, has_database))


def copy_daily(store: Store, root: Path, now: datetime, keep: int = KEEP_DAILY) -> Path | None:
    """The database's copy of this local day (of `now`) under var/backup; None where it is there or is not SQLite."""
    folder = root / DEFAULT_FOLDER
    if not store.is_sqlite or any(folder.glob(f"loa-{now:%Y%m%d}-*.db")):
        return None
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"loa-{now:%Y%m%d-%H%M%S}.db"
    part = path.with_suffix(".part")
    part.unlink(missing_ok=True)
    try:
        store.snapshot(part)
        if not is_whole(part):
            raise StoreError("store_damaged", why="quick_check")
        _sync(part)
        part.replace(path)
    except OSError as error:
        raise StoreError("backup_unwritable", file=path.name, why=error.strerror) from error
    finally:
        part.unlink(missing_ok=True)
    _prune(folder, "loa-*.db", keep)
    return path


def daily_copies(root: Path) -> list[Path]:
    """The daily copies of the database, the newest first."""
    return sorted((root / DEFAULT_FOLDER).glob("loa-*.db"), reverse=True)


def database_file(root: Path) -> Path | None:
    """Where the station's SQLite database lies; None where it is a PostgreSQL."""
    url = os.environ.get("LOA_DATABASE_URL")
    if url is None:
        return root / DATABASE
    parsed = sa.make_url(url)
    return Path(parsed.database) if parsed.get_backend_name() == "sqlite" and parsed.database else None


# --- what goes in -----------------------------------------------------------------------------------------------------


def _written(root: Path) -> Iterator[tuple[str, Path]]:
    """What people write, without links that lead out of the site."""
    home = root.resolve()
    for folder in FOLDERS:
        for path in sorted((root / folder).rglob("*")):
            if path.is_file() and path.resolve().is_relative_to(home):
                yield path.relative_to(root).as_posix(), path


def _keys(root: Path) -> Iterator[tuple[str, Path]]:
    """Every key, without what is just being written or only says who writes."""
    for path in sorted((root / KEYS).rglob("*")):
        if path.is_file() and not path.is_symlink() and path.suffix != ".part" and not path.name.startswith("."):
            yield path.relative_to(root).as_posix(), path


def _made(root: Path, store: Store, scratch: Path) -> Iterator[tuple[str, Path]]:
    """The database with the head of its audit log, and which recordings there were."""
    if store.is_sqlite:
        head = _snapshot_with_head(root / HEAD, store, scratch)
        yield DATABASE, scratch / "loa.db"
        if head:
            yield HEAD, head
    index = scratch / RECORDINGS
    recordings = [
        {"file": each.name, "bytes": each.stat().st_size} for each in sorted((root / "var" / "audio").glob("*.mp3"))
    ]
    index.write_text(json.dumps(recordings, indent=1), encoding="utf-8")
    yield RECORDINGS, index


def _snapshot_with_head(head: Path, store: Store, scratch: Path) -> Path | None:
    """Both of the same moment: where the log grew in between, once more."""
    copy = scratch / "audit-head"
    for _ in range(5):
        before = head.read_bytes() if head.exists() else b""
        (scratch / "loa.db").unlink(missing_ok=True)
        store.snapshot(scratch / "loa.db")
        if before == (head.read_bytes() if head.exists() else b""):
            break
    copy.write_bytes(before)
    return copy if before else None


def _write(path: Path, manifest: Manifest, files: list[tuple[str, Path]], scratch: Path) -> Manifest:
    """Write under another name, read it back, and only then give it its own."""
    part = path.with_name(path.name + ".part")
    part.unlink(missing_ok=True)
    try:
        whole = write_archive(part, manifest, files)
        with tempfile.TemporaryDirectory(dir=scratch) as again:
            unpack(part, Path(again), [name for name, _ in files])
            if DATABASE in whole.files and not is_whole(Path(again) / DATABASE):
                raise StoreError("store_damaged", why="quick_check")
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return whole


def _prune(folder: Path, pattern: str, keep: int) -> tuple[Path, ...]:
    old = sorted((each for each in folder.glob(pattern) if KEYS_SUFFIX not in each.name), reverse=True)[keep:]
    for each in old:
        each.unlink(missing_ok=True)
        _keys_of(each).unlink(missing_ok=True)
    return tuple(old)


def _keys_of(path: Path) -> Path:
    return path.with_name(path.name.removesuffix(SUFFIX) + KEYS_SUFFIX)


def _free(path: Path) -> Path:
    """The path, or the next one that nothing has."""
    stem, number, free = path.name.removesuffix(SUFFIX), 1, path
    while free.exists():
        number += 1
        free = path.with_name(f"{stem}-{number}.tar.gz")
    return free


# --- what comes out ---------------------------------------------------------------------------------------------------


def _staged(archive: Path, scratch: Path, now: datetime) -> Manifest:
    """The archive's files under `scratch`, each as its manifest says, the database whole."""
    with archive.open("rb") as file:
        is_database = file.read(len(SQLITE)) == SQLITE
    if is_database:
        (scratch / "var").mkdir()
        shutil.copyfile(archive, scratch / DATABASE)
        made_at = datetime.fromtimestamp(archive.stat().st_mtime, tz=now.tzinfo).isoformat(timespec="seconds")
        manifest = Manifest("station", made_at, "", "", "sqlite", {DATABASE: (0, "")})
    else:
        manifest = unpack(archive, scratch, STATION_FILES)
    if manifest.kind != "station":
        raise ContentError("backup_is_keys", file=archive.name)
    if (scratch / DATABASE).is_file() and not is_whole(scratch / DATABASE):
        raise ContentError("backup_altered", file=archive.name)
    return manifest


def _swap(root: Path, scratch: Path, database: Path | None, now: datetime) -> Path | None:
    """Move the old aside and the new into place; where that fails everything goes back to where it was."""
    aside = root / f"var.before-{now:%Y%m%d-%H%M%S}"
    moves: list[tuple[Path, Path]] = []
    names = [name for name in (*FOLDERS, KEYS) if (scratch / name).exists()]
    if not (root / HEAD).exists() and (scratch / HEAD).exists():
        names.append(HEAD)
    old = [(root / name, aside / name) for name in (*names, "var/last-good")]
    new = [(scratch / name, root / name) for name in names]
    if database is not None:
        old += [
            (database.with_name(database.name + tail), aside / f"{DATABASE}{tail}") for tail in ("", "-wal", "-shm")
        ]
        new.append((scratch / DATABASE, database))
    try:
        for source, target in (*old, *new):
            if source.exists():
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.move(source, target)
                moves.append((source, target))
    except OSError as error:
        for source, target in reversed(moves):
            shutil.move(target, source)
        raise StoreError("restore_unwritable", why=error.strerror) from error
    if (root / KEYS).is_dir():
        (root / KEYS).chmod(0o700)
    return aside if aside.exists() else None


def _key_trouble(root: Path, has_database: bool) -> str:
    if not has_database:
        return ""
    try:
        with _opened(root) as store:
            store.check_key()
    except LoaError as error:
        return error.code
    return ""


@contextmanager
def _opened(root: Path) -> Iterator[Store]:
    store = open_store(root)
    try:
        yield store
    finally:
        store.close()


@contextmanager
def _scratch(root: Path) -> Iterator[Path]:
    """A folder on the station's own disk that is gone afterwards."""
    (root / "var").mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".scratch-", dir=root / "var") as folder:
        yield Path(folder)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
