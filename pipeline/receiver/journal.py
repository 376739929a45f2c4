"""What the receiver did: append-only, numbered, every entry on the disk before anything rests on it.

A line is `CRC CHAIN JSON`: the CRC-32 of what follows, the first half of a hash over all lines so far, the entry. A
torn last line never counted and is dropped. Damage before it ends this journal at the last whole entry; another one
begins, says so, and repeats what could still be read behind the damage.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import secrets
import shutil
import threading
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

from pipeline.errors import LoaError
from pipeline.protocol.journal import Entry, Kind
from pipeline.receiver.accounts import ANOTHER_STATION, DISOWNED, NOTHING, Account, Accounts
from pipeline.receiver.folder import settle
from pipeline.receiver.segments import journals, line_of, segments_of, whole_length, whole_lines, without_gap

SEGMENT = 256_000  # bytes, after which another file begins
RESERVE = 512_000  # bytes kept back on the disk for entries that must be written when it is full
KEPT = timedelta(days=60)
NAME = re.compile(r"\d{4}-[0-9a-f]{12}")


class JournalError(LoaError):
    """The disk takes no entry, although room was made: nothing may happen that could not be written down."""


class Journal:
    """Open it while the folder is held. `make_room`: frees space on a full disk, and says whether it did.

    Raises JournalError(`journal_unwritable`) from `append`.
    """

    def __init__(self, folder: Path, clock: Callable[[], datetime], make_room: Callable[[], bool] = lambda: False):
        self._folder, self._clock, self.make_room = folder, clock, make_room
        self._threads = threading.RLock()
        self._accounts = Accounts()
        self._owed: list[Entry] = []
        self._together = 0
        self._handle, self._size = -1, 0
        self.id, self.written, self._chain = "", 0, ""
        self._first = ""  # the journal in which the station of now was first served
        self.unsure_before: datetime | None = None
        self._reserve = folder / "reserve"
        self.keep_reserve()
        self._take_up()

    # --- writing -------------------------------------------------------------------------------------------------

    def append(
        self,
        kind: Kind,
        airing: str = "",
        code: str = "",
        *,
        position_s: float = 0.0,
        facts: Mapping[str, object] | None = None,
    ) -> Entry:
        """One entry, on the disk once this returns; what is owed goes before it."""
        with self._threads:
            entry = self._made(kind, airing, code, position_s, facts or {})
            self._write([*self._owed, entry])
            self._owed = []
            self._learn(entry)
            return entry

    def note(
        self,
        kind: Kind,
        airing: str = "",
        code: str = "",
        *,
        position_s: float = 0.0,
        facts: Mapping[str, object] | None = None,
    ) -> None:
        """The same for what has already happened: it counts at once, and is owed to the disk where that refuses."""
        with self._threads:
            entry = self._made(kind, airing, code, position_s, facts or {})
            self._learn(entry)
            self._owed.append(entry)
            self.pay()

    def pay(self) -> None:
        """Write down what is owed, where the disk takes it again."""
        with self._threads, contextlib.suppress(JournalError):
            if not self._together:
                self._write(self._owed)
                self._owed = []

    @contextlib.contextmanager
    def together(self) -> Iterator[None]:
        """What is noted meanwhile goes to the disk at once, and with one sync."""
        self._together += 1
        try:
            yield
        finally:
            self._together -= 1
            self.pay()

    @property
    def is_owing(self) -> bool:
        return bool(self._owed)

    def _made(self, kind: Kind, airing: str, code: str, position_s: float, facts: Mapping[str, object]) -> Entry:
        texts = {name: str(value)[:300] for name, value in facts.items()}
        return Entry(0, self._clock(), kind, airing, code[:64], max(0.0, position_s), texts)

    def account(self, airing: str) -> Account:
        with self._threads:
            return self._accounts.by_airing.get(airing, NOTHING)

    @property
    def accounts(self) -> Mapping[str, Account]:
        """Of all airings it knows, as it goes on."""
        return self._accounts.by_airing

    @property
    def plans(self) -> Mapping[str, int]:
        """The highest version of a plan that was ever taken, by the key that signed it."""
        return self._accounts.plans

    def _write(self, entries: list[Entry]) -> None:
        """Number them and put them behind the others, all or none."""
        lines, chain = b"", self._chain
        if not entries:
            return
        for number, entry in enumerate(entries, self.written + 1):
            line, chain = line_of(replace(entry, seq=number), chain)
            lines += line
        if self._size > SEGMENT:
            self.close()
        self._put(lines)
        self._chain, self.written = chain, self.written + len(entries)

    def _put(self, lines: bytes) -> None:
        while True:
            try:
                if self._handle < 0:
                    self._begin_segment()
                written = os.write(self._handle, lines)
                if written < len(lines):
                    raise OSError(errno.ENOSPC, "short write")
                os.fsync(self._handle)
                self._size += len(lines)
                return
            except OSError as error:
                self._take_back()
                full = error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
                if not (full and (self._give_reserve() or self.make_room())):
                    raise JournalError("journal_unwritable", why=error.strerror or "") from None

    def _take_back(self) -> None:
        """What was written of entries that do not count."""
        with contextlib.suppress(OSError):
            if self._handle >= 0:
                os.ftruncate(self._handle, self._size)

    def _begin_segment(self) -> None:
        folder = self._folder / self.id
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = folder / f"{self.written + 1:012d}.log"  # no line that counts can stand there
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND | os.O_CLOEXEC, 0o600)
        settle(folder)
        settle(self._folder)
        self.close()
        self._handle, self._size = handle, os.fstat(handle).st_size

    def close(self) -> None:
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1

    # --- room ----------------------------------------------------------------------------------------------------

    def keep_reserve(self) -> None:
        """Fill the reserve where it was used and there is room again."""
        with contextlib.suppress(OSError):
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if self._reserve.exists() and self._reserve.stat().st_size == RESERVE:
                return
            if shutil.disk_usage(self._folder).free < 4 * RESERVE:
                return
            with self._reserve.open("wb") as file:
                file.write(bytes(RESERVE))
                file.flush()
                os.fsync(file.fileno())

    def _give_reserve(self) -> bool:
        try:
            self._reserve.unlink()
            settle(self._folder)
        except OSError:
            return False
        return True

    # --- handing in ----------------------------------------------------------------------------------------------

    def names(self) -> list[str]:
        """The journals of this station, the oldest first; the last one is written to."""
        return [each for each in journals(self._folder) if each >= self._first]

    def entries(self, journal: str, after: int, most: int) -> tuple[Entry, ...]:
        """Those that follow entry `after`, at most so many, without a gap."""
        with self._threads:
            found: list[Entry] = []
            segments = segments_of(self._folder / journal)
            starts = [int(path.stem) for path in segments]
            for path, following in zip(segments, [*starts[1:], None], strict=True):
                if following is not None and following <= after + 1:
                    continue
                for line in whole_lines(path)[0]:
                    if line.entry.seq > after and len(found) < most:
                        found.append(line.entry)
                if len(found) >= most:
                    break
            return without_gap(found, after)

    def last(self, journal: str) -> int:
        """The number of the last entry of a journal."""
        if journal == self.id:
            return self.written
        segments = segments_of(self._folder / journal)
        lines = whole_lines(segments[-1])[0] if segments else []
        return lines[-1].entry.seq if lines else 0

    def trim(self, held: Mapping[str, int]) -> None:
        """Delete what the station holds and is older than 60 days; never the file that is written to."""
        before = self._clock() - KEPT
        with self._threads:
            for journal in self.names():
                segments = segments_of(self._folder / journal)
                for path, following in pairwise(segments):
                    last = whole_lines(path)[0][-1:]
                    is_held = int(following.stem) - 1 <= held.get(journal, 0)
                    if not (is_held and last and last[0].entry.at < before):
                        break
                    path.unlink()
                if journal != self.id and self._is_done(journal, held.get(journal, 0), before):
                    shutil.rmtree(self._folder / journal, ignore_errors=True)

    def _is_done(self, journal: str, held: int, before: datetime) -> bool:
        segments = segments_of(self._folder / journal)
        lines = whole_lines(segments[-1])[0] if segments else []
        return not lines or (lines[-1].entry.seq <= held and lines[-1].entry.at < before)

    def begin_anew(self, code: str) -> None:
        """Go on in another journal: the station holds of this one what is not in it."""
        with self._threads:
            left = self.id
            self.pay()
            self._begin_another(int(left[:4]))
            self.append(Kind.FAULT, code=code, facts={"journal": left})

    def disown(self, keys: Collection[str]) -> None:
        """These keys were revoked: what their plans settled without a sound is open again."""
        with self._threads:
            for key in sorted(self.plans.keys() & set(keys) - self._accounts.disowned):
                self.note(Kind.FAULT, code=DISOWNED, facts={"key": key})

    # --- taking up -----------------------------------------------------------------------------------------------

    def _take_up(self) -> None:
        found = journals(self._folder)
        for self.id in found[:-1]:
            for path in segments_of(self._folder / self.id):
                for line in whole_lines(path)[0]:
                    self._learn(line.entry)
        if not found:
            self._begin_another(0)
            return
        self._continue(found[-1])

    def _continue(self, journal: str) -> None:
        self.id = journal
        saved: list[Entry] = []
        damaged = False
        segments = segments_of(self._folder / journal)
        for place, path in enumerate(segments):
            lines, behind, torn = whole_lines(path)
            for line in lines if not damaged else ():
                if self.written and line.entry.seq != self.written + 1:
                    damaged = True
                    break
                self._learn(line.entry)
                self.written, self._chain = line.entry.seq, line.chain
            if damaged:
                saved += [line.entry for line in lines if line.entry.seq > self.written]
            saved += behind
            damaged = damaged or bool(behind) or (torn and place < len(segments) - 1)
        if damaged:
            self._begin_after_damage(journal, saved)
        elif segments:
            self._handle = os.open(segments[-1], os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC)
            self._drop_torn(segments[-1])

    def _drop_torn(self, path: Path) -> None:
        """Cut off what was being written when the power went."""
        self._size = whole_length(path)
        if self._size < os.fstat(self._handle).st_size:
            os.ftruncate(self._handle, self._size)
            os.fsync(self._handle)

    def _begin_after_damage(self, damaged: str, saved: list[Entry]) -> None:
        kept = self.written
        self._begin_another(int(damaged[:4]))
        now = self._clock()
        self.append(
            Kind.FAULT, code="journal_damaged", facts={"journal": damaged, "kept": kept, "saved": len(saved),
                                                       "unsure_before": now.isoformat()},
        )  # fmt: skip
        for each in saved:
            self._learn(each)
        self._write(saved)

    def _begin_another(self, last: int) -> None:
        self.close()
        self.id, self.written, self._chain, self._size = f"{last + 1:04d}-{secrets.token_hex(6)}", 0, "", 0

    def _learn(self, entry: Entry) -> None:
        self._accounts.learn(entry)
        if entry.code == ANOTHER_STATION:
            self._first = self.id
        if entry.kind is Kind.FAULT and (moment := entry.facts.get("unsure_before")):
            self.unsure_before = datetime.fromisoformat(moment)
