"""How a journal lies on the disk: lines in segments, segments in a folder of their journal."""

from __future__ import annotations

import hashlib
import re
import zlib
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import AccessError
from pipeline.protocol.journal import Entry, read_entry
from pipeline.strict_json import Table, dump

NAME = re.compile(r"\d{4}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Line:
    """An entry, and the hash over all lines up to it."""

    entry: Entry
    chain: str


def read_all(folder: Path) -> list[Entry]:
    """Every entry that lies in a receiver's journals, the oldest first: for people, beside a running receiver."""
    paths = [path for journal in journals(folder) for path in segments_of(folder / journal)]
    return [line.entry for path in paths for line in whole_lines(path)[0]]


def journals(folder: Path) -> list[str]:
    try:
        return sorted(each.name for each in folder.iterdir() if NAME.fullmatch(each.name) and each.is_dir())
    except OSError:
        return []


def segments_of(folder: Path) -> list[Path]:
    try:
        return sorted(each for each in folder.iterdir() if re.fullmatch(r"\d{12}\.log", each.name))
    except OSError:
        return []


def line_of(entry: Entry, chain: str) -> tuple[bytes, str]:
    text = dump(entry.as_json())
    chain = hashlib.sha256(chain.encode() + text).hexdigest()[:32]
    body = chain.encode() + b" " + text
    return f"{zlib.crc32(body):08x} ".encode() + body + b"\n", chain


def _parsed(raw: bytes) -> Line | None:
    crc, _, body = raw.partition(b" ")
    if crc != f"{zlib.crc32(body):08x}".encode():
        return None
    chain, _, text = body.partition(b" ")
    try:
        return Line(read_entry(Table.of(text, "journal")), chain.decode("ascii"))
    except (AccessError, UnicodeDecodeError):
        return None


def whole_lines(path: Path) -> tuple[list[Line], list[Entry], bool]:
    """The lines up to the first damage; what can be read behind it; whether something is torn or damaged."""
    try:
        raw = path.read_bytes()
    except OSError:
        return [], [], True
    lines: list[Line] = []
    behind: list[Entry] = []
    damaged = False
    for part in raw.split(b"\n")[:-1]:
        found = _parsed(part)
        if found is None:
            damaged = True
        elif damaged:
            behind.append(found.entry)
        else:
            lines.append(found)
    return lines, behind, damaged or not raw.endswith(b"\n")


def whole_length(path: Path) -> int:
    """Bytes up to the end of the last whole line."""
    size = 0
    for part in path.read_bytes().split(b"\n")[:-1]:
        if _parsed(part) is None:
            break
        size += len(part) + 1
    return size


def without_gap(entries: list[Entry], after: int) -> tuple[Entry, ...]:
    found: list[Entry] = []
    for entry in entries:
        if entry.seq != after + 1 + len(found):
            break
        found.append(entry)
    return tuple(found)
