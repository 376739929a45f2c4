"""The files a commune's device reads: a list a day (M3U), a manifest a folder, each written whole or not at all.

A list is what counts; the manifest repeats it with hashes and sizes, so that a device can verify and a list can be
rebuilt. Hence the order: what is added stands in the manifest first, what is taken out leaves the list first.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

LOG = logging.getLogger(__name__)

KEPT = timedelta(days=31)  # in the manifest, before the day that is written
MANIFEST = "manifest.json"
MP3 = ".mp3"
SUFFIXES = frozenset({MP3, ".wav", ".opus", ".g722"})
LISTED = ("key", "start", "duration_s", "title", "sha256", "size", "delivery", "target")  # of an entry, in the manifest
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Entry:
    """One recording at one moment. `size` (bytes), `delivery` and `target` stand in the manifest only.

    `suffix`: of its file, by the form its channel wants.
    """

    key: str
    start: datetime
    duration_s: float
    title: str
    sha256: str
    size: int = 0
    delivery: int = 0
    target: str = ""
    suffix: str = MP3

    @property
    def path(self) -> str:
        """Of its file, from the cluster's folder."""
        return f"../audio/{self.sha256}{self.suffix}"

    @property
    def end(self) -> datetime:
        return self.start + timedelta(seconds=self.duration_s)

    @property
    def day(self) -> date:
        """The local day of the station: the zone is that of the order."""
        return self.start.date()


def render(name: str, entries: Iterable[Entry]) -> str:
    """The text of a list, sorted by start."""
    lines = ["#EXTM3U", f"#PLAYLIST:{name}"]
    for entry in sorted(entries, key=lambda entry: (entry.start, entry.key)):
        lines += [
            f"#LOA:{quote(entry.key, safe=_PLAIN)}",
            f"#EXTINF:{entry.duration_s:.3f},{one_line(entry.title)}",
            f"#EXT-X-PROGRAM-DATE-TIME:{entry.start.isoformat()}",
            entry.path,
        ]
    return "\n".join([*lines, ""])


_PLAIN = " /:+@,;=#"


def parse(text: str) -> tuple[Entry, ...]:
    """The entries of a list. ValueError where a line is missing, doubled or strange."""
    lines = text.split("\n")
    if lines[0] != "#EXTM3U" or not text.startswith("#PLAYLIST:", 8) or lines[-1] or (len(lines) - 3) % 4:
        raise ValueError(lines[0])
    entries = tuple(_entry(lines[at : at + 4]) for at in range(2, len(lines) - 1, 4))
    if len({entry.key for entry in entries}) != len(entries):
        raise ValueError(len(entries))
    return entries


def _entry(lines: list[str]) -> Entry:
    key, info, moment, path = (
        line.removeprefix(prefix) if line.startswith(prefix) else ""
        for line, prefix in zip(lines, ("#LOA:", "#EXTINF:", "#EXT-X-PROGRAM-DATE-TIME:", "../audio/"), strict=True)
    )
    duration, comma, title = info.partition(",")
    start = datetime.fromisoformat(moment)
    sha256, suffix = _file(path)
    if not key or not comma or start.tzinfo is None:
        raise ValueError(lines)
    return Entry(unquote(key), start, float(duration), title, sha256, suffix=suffix)


def _file(name: str) -> tuple[str, str]:
    """Hash and suffix of a recording's file. ValueError where it is none."""
    sha256, dot, kind = name.partition(".")
    if not _SHA256.fullmatch(sha256) or dot + kind not in SUFFIXES:
        raise ValueError(name)
    return sha256, dot + kind


def one_line(title: str) -> str:
    """A title as NFC without line ends or control characters."""
    text = unicodedata.normalize("NFC", title)
    return " ".join("".join(" " if unicodedata.category(each) in ("Cc", "Zl", "Zp") else each for each in text).split())


class ClusterFolder:
    """The lists and the manifest of one cluster. One writer at a time: the channel holds the lock.

    `durable`: what was written survives a power cut; a rehearsal does without, at a fifth of the time.
    """

    def __init__(self, path: Path, *, durable: bool = True) -> None:
        self.path, self._durable = path, durable

    def list_of(self, day: date) -> Path:
        return self.path / f"{day.isoformat()}.m3u8"

    def read(self, day: date) -> tuple[Entry, ...]:
        """A day's entries as they stand on the disk. ValueError: damaged; OSError: missing or unreadable."""
        return parse(self.list_of(day).read_bytes().decode("utf-8"))

    def put(self, day: date, entries: Iterable[Entry]) -> str:
        """Add entries of one day; one with a known key replaces it. The code of what had to be mended, or ""."""
        added = {entry.key: entry for entry in entries}
        items = self.items()
        listed, code = self._listed(day, items, added)
        items.update(added)
        self._write_manifest(day, items)
        self._write_list(day, {**listed, **added})
        self._settle()
        return code

    def remove(self, day: date, keys: Iterable[str]) -> dict[str, Entry]:
        """Take entries out of a day; those that stood there are returned by key."""
        items = self.items()
        listed, _ = self._listed(day, items, {})
        gone = {key: listed.pop(key) for key in keys if key in listed}
        if gone:
            self._write_list(day, listed)
        if any(items.pop(key, None) for key in keys) or gone:
            self._write_manifest(day, items)
            self._settle()
        return gone

    def items(self) -> dict[str, Entry]:
        """The manifest by key; rebuilt from the lists where it is missing or damaged."""
        try:
            found = json.loads((self.path / MANIFEST).read_bytes())["items"]
            return {each["key"]: _item(each) for each in found}
        except FileNotFoundError:
            pass
        except (ValueError, KeyError, TypeError, AttributeError):
            LOG.warning("manifest damaged: %s", self.path.name)
            self._set_aside(self.path / MANIFEST)
        items: dict[str, Entry] = {}
        for path in sorted(self.path.glob("????-??-??.m3u8")):
            with contextlib.suppress(ValueError, OSError):
                items.update({entry.key: self._sized(entry) for entry in parse(path.read_bytes().decode("utf-8"))})
        return items

    def _listed(
        self, day: date, items: Mapping[str, Entry], added: Mapping[str, Entry]
    ) -> tuple[dict[str, Entry], str]:
        """A day's entries by key, mended from the manifest where the list is damaged or gone."""
        kept = {key: entry for key, entry in items.items() if entry.day == day}
        try:
            return {entry.key: entry for entry in self.read(day)}, ""
        except FileNotFoundError:
            code = "folder_list_rebuilt" if kept.keys() - added.keys() else ""
        except ValueError:
            self._set_aside(self.list_of(day))
            code = "folder_list_rebuilt" if kept else "folder_list_set_aside"
        if code:
            LOG.warning("%s: %s/%s", code, self.path.name, day)
        return kept, code

    def _set_aside(self, path: Path) -> None:
        """Keep a damaged file for a person; the good one replaces it in one step, so that no reader finds none."""
        self._write(path.with_name(path.name + ".broken"), path.read_bytes())

    def _sized(self, entry: Entry) -> Entry:
        with contextlib.suppress(OSError):
            return replace(entry, size=(self.path / entry.path).stat().st_size)
        return entry

    def _write_list(self, day: date, entries: Mapping[str, Entry]) -> None:
        self._write(self.list_of(day), render(f"{self.path.name} {day}", entries.values()).encode())

    def _write_manifest(self, day: date, items: Mapping[str, Entry]) -> None:
        kept = sorted(
            (each for each in items.values() if each.day >= day - KEPT), key=lambda each: (each.start, each.key)
        )
        shown = [
            {**{name: getattr(each, name) for name in LISTED}, "start": each.start.isoformat(), "path": each.path}
            for each in kept
        ]
        text = json.dumps({"folder": self.path.name, "items": shown}, ensure_ascii=False, indent=1)
        self._write(self.path / MANIFEST, text.encode())

    def _write(self, path: Path, data: bytes) -> None:
        write_whole(path, data, durable=self._durable)

    def _settle(self) -> None:
        if self._durable:
            fsync_folder(self.path)


def _item(found: Mapping[str, Any]) -> Entry:
    start = datetime.fromisoformat(found["start"])
    if start.tzinfo is None or not _SHA256.fullmatch(found["sha256"]):
        raise ValueError(found["sha256"])
    known = {name: found[name] for name in ("key", "title", "sha256", "size", "delivery", "target")}
    _, suffix = _file(found.get("path", f"../audio/{found['sha256']}.mp3").removeprefix("../audio/"))
    return Entry(start=start, duration_s=float(found["duration_s"]), suffix=suffix, **known)


def write_whole(path: Path, data: bytes, *, durable: bool = True) -> None:
    """Replace a file in one step: a reader finds the old one or the new one, whatever happens. OSError: the old one."""
    part = path.with_name(path.name + ".part")
    try:
        with part.open("wb") as file:
            file.write(data)
            file.flush()
            if durable:
                os.fsync(file.fileno())
        part.replace(path)
    except OSError:
        part.unlink(missing_ok=True)
        raise


def fsync_folder(path: Path) -> None:
    """Make the names in a folder survive a power cut."""
    handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
