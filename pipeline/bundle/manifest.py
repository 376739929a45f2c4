"""What lies on a stick: every file with its hash and size, every line of its list, and until when it may be used."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from pipeline.bundle.contents import Contents
from pipeline.errors import ContentError

FORM = "bundle/1"
NAME, SEAL = "manifest.json", "manifest.sig"
MOST_BYTES = 30_000_000
MOST_FILES = 20_000
LARGEST = 2**32 - 1  # bytes of a file, by FAT32
_PATH = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}(?:/[A-Za-z0-9][A-Za-z0-9._-]{0,99}){0,3}", re.ASCII)
_SHA256 = re.compile(r"[0-9a-f]{64}", re.ASCII)
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Kept:
    """A file as it was written. `may_change`: people write into it."""

    sha256: str
    size: int
    may_change: bool = False


@dataclass(frozen=True, slots=True)
class Manifest:
    """What of a manifest a check needs. `until`: bulletin → the last day on which it may be played."""

    id: str
    station: str
    first: date
    last: date
    files: Mapping[str, Kept]
    until: Mapping[str, date]
    bulletins: tuple[str, ...]


def write_manifest(contents: Contents, files: Mapping[str, Kept]) -> bytes:
    """The manifest of a stick whose files are these."""
    document = {
        "form": FORM,
        "id": contents.id,
        "station": contents.station,
        "made_at": contents.made_at.isoformat(timespec="seconds"),
        "first": contents.first.isoformat(),
        "last": contents.last.isoformat(),
        "areas": list(contents.areas),
        "airings": [
            {
                "code": each.code,
                "programme": each.key[0],
                "slot": each.key[1],
                "start": each.start.isoformat(timespec="seconds"),
                "area": each.place.area,
                "cluster": each.place.cluster,
                "bulletins": list(each.bulletins),
                "file": each.file,
                "recording": each.recording.sha256,
                "length_s": round(each.recording.duration_s, 3),
            }
            for each in contents.lines
        ],
        "singles": [
            {
                "code": each.code,
                "bulletin": each.bulletin,
                "until": each.until.isoformat(),
                "file": each.file,
                "recording": each.recording.sha256,
                "length_s": round(each.recording.duration_s, 3),
            }
            for each in contents.singles
        ],
        "bulletins": [
            {
                "id": name,
                "title": each.title,
                "source": each.source.name,
                "expires": each.expires.isoformat() if each.expires else None,
                "report": list(contents.reports[name]),
            }
            for name, each in contents.bulletins.items()
        ],
        "files": [
            {"path": path, "sha256": kept.sha256, "size": kept.size} | ({"may_change": True} if kept.may_change else {})
            for path, kept in files.items()
        ],
    }
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


def read_manifest(data: bytes) -> Manifest:
    """What a manifest says. ContentError `bundle_manifest_broken` for whatever no manifest of ours would hold."""
    try:
        found = json.loads(data.decode("utf-8"))
        if found["form"] != FORM or not _ID.fullmatch(found["id"]) or len(found["id"]) > 64:
            raise ValueError(FORM)
        files = {_path(each["path"]): _kept(each) for each in found["files"]}
        if not 0 < len({path.lower() for path in files}) == len(found["files"]) <= MOST_FILES:
            raise ValueError(len(files))
        until = {str(each["bulletin"]): date.fromisoformat(each["until"]) for each in found["singles"]}
        first, last = date.fromisoformat(found["first"]), date.fromisoformat(found["last"])
        bulletins = tuple(str(each["id"]) for each in found["bulletins"])
        return Manifest(found["id"], str(found["station"]), first, last, files, until, bulletins)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise ContentError("bundle_manifest_broken") from None


def _path(path: Any) -> str:
    """One that stays beneath the stick, in names of ours."""
    if not isinstance(path, str) or not _PATH.fullmatch(path) or path.endswith(".") or path in (NAME, SEAL):
        raise ValueError("path")
    return path


def _kept(found: Mapping[str, Any]) -> Kept:
    size, sha256 = found["size"], found["sha256"]
    if type(size) is not int or not 0 <= size <= LARGEST or not _SHA256.fullmatch(sha256):
        raise ValueError("file")
    return Kept(sha256, size, found.get("may_change") is True)
