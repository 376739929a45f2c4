"""The sounds a receiver holds: fetched in the order they are needed, named by their hash, proven before they play."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.playout import sha256_of
from pipeline.protocol.plan import SHA256
from pipeline.receiver.folder import settle
from pipeline.receiver.ports import Line, LineError

FLOOR = 50_000_000  # bytes that are left free on the disk
UNUSED_DAYS = 30  # what no plan has named for so long goes
BUSY_S = 2.0  # another lane fetches what is missing
BACKOFF_S = (5.0, 20.0, 60.0, 300.0, 900.0)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A sound some airing needs. In a list the one that is needed soonest comes first."""

    sha256: str
    size: int


class Sounds:
    """One folder of them. Threads may share it."""

    def __init__(self, folder: Path, *, floor: int = FLOOR) -> None:
        self._folder, self._floor = folder, floor
        self._threads = threading.RLock()
        self._held: dict[str, os.stat_result] = {}  # as they were when their hash was proven

    def path(self, sha256: str) -> Path:
        """Where it lies or would lie; ValueError for what is no hash."""
        if SHA256.match(sha256) is None:
            raise ValueError(sha256)
        return self._folder / sha256

    def is_held(self, sha256: str) -> bool:
        """Whether its file is there, unchanged since it was proven; asked often, hence without reading it."""
        with self._threads:
            known, found = self._held.get(sha256), _stat(self.path(sha256))
            if found is None:
                self._held.pop(sha256, None)
                return False
            return known is not None and _is_same(known, found)

    def prove(self, sha256: str) -> bool:
        """Read it and compare its hash; what is not what its name says is thrown away."""
        path = self.path(sha256)
        before = _stat(path)
        try:
            if before is None or sha256_of(path) != sha256:
                path.unlink(missing_ok=True)
                before = None
        except OSError:
            before = None
        with self._threads:
            if before is None:
                self._held.pop(sha256, None)
                return False
            self._held[sha256] = before
            return True

    def missing(self, wanted: Iterable[Wanted]) -> list[Wanted]:
        """Those not held, in their order; files that have not been looked at since the start are proven first."""
        return [each for each in wanted if not (self.is_held(each.sha256) or self.prove(each.sha256))]

    def fetch(self, each: Wanted, line: Line) -> bool:
        """Get one, going on where a `.part` ends. False where what came is not what its name says.

        Raises LineError; OSError where the disk refuses.
        """
        path = self.path(each.sha256)
        part = path.with_name(path.name + ".part")
        found = _stat(part)
        if found is None or found.st_size > each.size:
            part.unlink(missing_ok=True)
        line.sound(each.sha256, each.size, part)
        if part.stat().st_size != each.size or sha256_of(part) != each.sha256:
            part.unlink(missing_ok=True)
            return False
        with part.open("rb") as file:
            os.fsync(file.fileno())
        part.chmod(0o600)
        part.replace(path)
        settle(self._folder)
        return self.prove(each.sha256)

    def lacks(self, more: int, free: int) -> int:
        """Bytes that have to go before so many more may come; 0 or less where there is room."""
        return self._floor + more - free

    def evict(self, needed: Sequence[Wanted], amount: int, *, keep: int = 0) -> int:
        """Delete until `amount` bytes came free, and say how many did.

        What no airing needs goes first, then what is needed last; the first `keep` of the needed stay.
        """
        order = {each.sha256: place for place, each in enumerate(needed)}
        freed = 0
        for path in sorted(self._files(), key=lambda path: (-order.get(path.name[:64], 1 << 30), path.name)):
            if freed >= amount or order.get(path.name[:64], 1 << 30) < keep:
                break
            with contextlib.suppress(OSError):
                size = path.lstat().st_size
                path.unlink()
                freed += size
        return freed

    def tidy(self, needed: Iterable[str], now_s: float) -> None:
        """Delete what no plan has named for 30 days, and what is no sound at all."""
        wanted = set(needed)
        for path in self._files():
            name = path.name[:64]
            with contextlib.suppress(OSError):
                if SHA256.match(name) is None or path.name not in (name, f"{name}.part"):
                    path.unlink()
                elif name in wanted:
                    if path.name == name and now_s - path.lstat().st_atime > 86_400:
                        _touch(path, now_s)
                elif now_s - path.lstat().st_atime > UNUSED_DAYS * 86_400:
                    path.unlink()

    def _files(self) -> list[Path]:
        try:
            return [each for each in self._folder.iterdir() if not each.is_dir()]
        except OSError:
            return []


class Claims:
    """What is being fetched right now, so that two lanes never fetch the same."""

    def __init__(self) -> None:
        self._threads, self._taken = threading.Lock(), set[str]()

    @contextlib.contextmanager
    def one_of(self, wanted: Sequence[Wanted]) -> Iterator[Wanted | None]:
        """The first that nobody fetches; None where there is none."""
        with self._threads:
            found = next((each for each in wanted if each.sha256 not in self._taken), None)
            if found is not None:
                self._taken.add(found.sha256)
        try:
            yield found
        finally:
            if found is not None:
                self._taken.discard(found.sha256)


class Fetching:
    """Decides what to fetch next, and how long to leave alone what did not come. One thread calls it."""

    def __init__(
        self,
        sounds: Sounds,
        line: Line,
        *,
        free: Callable[[], int],
        refused: Callable[[str, str], None],
        monotonic: Callable[[], float] = time.monotonic,
        claims: Claims | None = None,
    ) -> None:
        self._sounds, self._line, self._free, self._refused = sounds, line, free, refused
        self._monotonic = monotonic
        self._claims = claims if claims is not None else Claims()
        self._failures: dict[str, tuple[int, float]] = {}  # how often, and not again before
        self._faults: dict[str, str] = {}  # by sound, kept between the tries

    @property
    def faults(self) -> frozenset[str]:
        """Codes of what on this machine keeps sounds from coming: `disk_full`, `disk_fault`."""
        return frozenset(self._faults.copy().values())

    def step(self, needed: Sequence[Wanted]) -> float:
        """Fetch the first that is missing and may be tried. Seconds after which to come again (0: at once)."""
        missing = self._sounds.missing(needed)
        self._faults = {each.sha256: self._faults[each.sha256] for each in missing if each.sha256 in self._faults}
        if not missing:
            self._failures.clear()
            return 3600.0
        now = self._monotonic()
        ready = [each for each in missing if self._failures.get(each.sha256, (0, 0.0))[1] <= now]
        if not ready:
            return max(1.0, min(self._failures.get(each.sha256, (0, now))[1] for each in missing) - now)
        with self._claims.one_of(ready) as claimed:
            return BUSY_S if claimed is None else self._get(claimed, needed)

    def hurry(self) -> None:
        """The line is there again: try all at once."""
        self._failures.clear()

    def _get(self, each: Wanted, needed: Sequence[Wanted]) -> float:
        try:
            if not self._make_room(each, needed):
                self._faults[each.sha256] = "disk_full"
                self._put_off(each)
            elif self._sounds.fetch(each, self._line):
                self._failures.pop(each.sha256, None)
            else:
                self._refused(each.sha256, "sound_altered")
                self._put_off(each)
        except LineError as error:
            self._faults.pop(each.sha256, None)
            if error.is_strange:
                self._refused(each.sha256, error.code)
            self._put_off(each)
        except OSError as error:
            self._faults[each.sha256] = "disk_full" if error.errno in (errno.ENOSPC, errno.EDQUOT) else "disk_fault"
            self._put_off(each)
        return 0.0

    def _put_off(self, each: Wanted) -> None:
        failures = self._failures.get(each.sha256, (0, 0.0))[0]
        wait = BACKOFF_S[min(failures, len(BACKOFF_S) - 1)]
        self._failures[each.sha256] = failures + 1, self._monotonic() + wait

    def _make_room(self, each: Wanted, needed: Sequence[Wanted]) -> bool:
        lacks = self._sounds.lacks(each.size, self._free())
        if lacks > 0:  # what is needed later may go for what is needed sooner
            self._sounds.evict(needed, lacks, keep=needed.index(each) + 1)
        return self._sounds.lacks(each.size, self._free()) <= 0


def _stat(path: Path) -> os.stat_result | None:
    try:
        found = path.lstat()
    except OSError:
        return None
    return found if stat.S_ISREG(found.st_mode) else None


def _is_same(one: os.stat_result, two: os.stat_result) -> bool:
    return (one.st_ino, one.st_size, one.st_mtime_ns) == (two.st_ino, two.st_size, two.st_mtime_ns)


def _touch(path: Path, now_s: float) -> None:
    """Note by its time of access that a plan still names it; its time of change is what it was proven by."""
    os.utime(path, ns=(int(now_s * 1e9), path.lstat().st_mtime_ns))
