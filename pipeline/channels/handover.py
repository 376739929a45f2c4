"""A folder of hand-overs: per batch a CSV, an XLSX and a manifest, mode 0600, written so that nothing is torn.

Both tables are written in full as `.part` before the manifest gets its name. The manifest is the commit: without one
there is no hand-over and no table to be seen, with one the tables are put in place, after a crash by the next call.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from pipeline.channels.tables import HandedRow, from_csv, to_csv, to_xlsx

Manifest = dict[str, Any]
FactsOf = Callable[[Sequence[HandedRow]], Mapping[str, Any]]
_STRAY_AFTER = timedelta(days=1)


class HandoverFolder:
    """The files of one channel. Methods raise OSError where the disk refuses."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def prepare(self) -> None:
        """Make the folder, for its owner only."""
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)

    def probe(self) -> None:
        """Write and remove a file, as a batch would."""
        self.prepare()
        probe = self.path / ".probe.part"
        _write(probe, b"loa")
        probe.unlink()

    def handed_over(self, prefix: str) -> dict[str, str]:
        """The keys in all batches whose names begin so → the file each stands in."""
        return {
            key: manifest["file"]
            for manifest in self._manifests(f"{prefix}*.json")
            for _, key in manifest["deliveries"]
        }

    def deliveries(self) -> dict[int, str]:
        """Every delivery that stands in a batch → the file it stands in."""
        return {delivery: each["file"] for each in self._manifests("*.json") for delivery, _ in each["deliveries"]}

    def batches(self) -> list[Manifest]:
        """The manifest of every batch, by name."""
        return list(self._manifests("*.json"))

    def write(self, stem: str, rows: Sequence[HandedRow], facts: Mapping[str, Any]) -> str:
        """Hand over a batch; the name of its CSV. After an OSError nothing of it is there."""
        try:
            return self._commit(stem, rows, facts)
        except OSError:
            for suffix in (".json", ".csv", ".xlsx", ".csv.part", ".xlsx.part", ".json.part"):
                with contextlib.suppress(OSError):
                    (self.path / (stem + suffix)).unlink(missing_ok=True)
            raise

    def take_back(self, file: str, deliveries: Iterable[int], facts_of: FactsOf) -> list[int]:
        """Remove deliveries from a batch that nobody has acknowledged; those that were taken out.

        The whole batch goes where none is left, otherwise it is written anew without them: unless somebody has changed
        its CSV meanwhile, and nobody can tell which rows they are.
        """
        manifest = self._manifest(_stem(file))
        if manifest is None or manifest["acknowledged"]:
            return []
        wanted = set(deliveries)
        taken = [delivery for delivery, _ in manifest["deliveries"] if delivery in wanted]
        if len(taken) == len(manifest["deliveries"]):
            self._remove(_stem(file))
        elif taken:
            rows = self._rows(manifest)
            if rows is None:
                return []
            left = [row for row in rows if row.delivery not in wanted]
            self._commit(_stem(file), left, {**manifest, **facts_of(left)})
        return taken

    def acknowledge(self, file: str, now: datetime) -> bool:
        """The operator has the batch: its tables go, its manifest stays without their digests."""
        manifest = self._manifest(_stem(file))
        if manifest is None:
            return False
        # a digest of a table with few numbers would give them away to whoever tries them all
        kept = {**manifest, "acknowledged": now.isoformat(), "sha256": None, "xlsx_sha256": None}
        self._replace(_stem(file) + ".json", _as_json(kept))
        self._remove(_stem(file), manifest_too=False)
        return True

    def expire(self, now: datetime, keep: timedelta) -> list[str]:
        """Remove batches older than that and what crashes left behind; the names of the batches' files."""
        expired = [
            manifest["file"]
            for manifest in self._manifests("*.json")
            if datetime.fromisoformat(manifest["created"]) + keep <= now
        ]
        for file in expired:
            self._remove(_stem(file))
        for stray in self._strays(now):
            stray.unlink(missing_ok=True)
        return expired

    # --- within -------------------------------------------------------------------------------------------------------

    def _commit(self, stem: str, rows: Sequence[HandedRow], facts: Mapping[str, Any]) -> str:
        tables = {f"{stem}.csv": to_csv(rows), f"{stem}.xlsx": to_xlsx(rows)}
        csv, xlsx = (hashlib.sha256(content).hexdigest() for content in tables.values())
        manifest = {
            **facts,
            "file": f"{stem}.csv",
            "sha256": csv,
            "xlsx": f"{stem}.xlsx",
            "xlsx_sha256": xlsx,
            "acknowledged": None,
            "deliveries": [[row.delivery, row.key] for row in rows],
        }
        for name, content in tables.items():
            _write(self.path / (name + ".part"), content)
        self._replace(f"{stem}.json", _as_json(manifest))
        for name in tables:
            (self.path / (name + ".part")).replace(self.path / name)
        _sync_folder(self.path)
        return f"{stem}.csv"

    def _replace(self, name: str, content: bytes) -> None:
        part = self.path / (name + ".part")
        _write(part, content)
        part.replace(self.path / name)
        _sync_folder(self.path)

    def _remove(self, stem: str, *, manifest_too: bool = True) -> None:
        suffixes = (".csv", ".xlsx", ".csv.part", ".xlsx.part", *((".json",) if manifest_too else ()))
        for suffix in suffixes:
            (self.path / (stem + suffix)).unlink(missing_ok=True)
        _sync_folder(self.path)

    def _manifests(self, pattern: str) -> Iterator[Manifest]:
        for path in sorted(self.path.glob(pattern)):
            manifest = self._manifest(path.stem)
            if manifest is not None:
                yield manifest

    def _manifest(self, stem: str) -> Manifest | None:
        """A committed batch with its tables in place; None where there is none or the file is not ours."""
        try:
            manifest = json.loads((self.path / f"{stem}.json").read_bytes())
        except (OSError, ValueError):
            return None
        if not isinstance(manifest, dict) or not {"file", "created", "deliveries", "acknowledged"} <= set(manifest):
            return None
        for name, digest in ((f"{stem}.csv", "sha256"), (f"{stem}.xlsx", "xlsx_sha256")):
            self._finish(name, manifest.get(digest))
        return manifest

    def _finish(self, name: str, digest: str | None) -> None:
        """What a crash left undone: a table of a committed batch gets its name, any other remnant goes."""
        part = self.path / (name + ".part")
        if not part.exists():
            return
        if hashlib.sha256(part.read_bytes()).hexdigest() == digest:
            part.replace(self.path / name)
        else:
            part.unlink()
        _sync_folder(self.path)

    def _rows(self, manifest: Manifest) -> list[HandedRow] | None:
        content = (self.path / manifest["file"]).read_bytes()
        if hashlib.sha256(content).hexdigest() != manifest.get("sha256"):
            return None
        return [HandedRow(*ids, *row) for ids, row in zip(manifest["deliveries"], from_csv(content), strict=True)]

    def _strays(self, now: datetime) -> Iterator[Path]:
        for path in self.path.glob("*.part"):
            if datetime.fromtimestamp(path.stat().st_mtime, UTC) + _STRAY_AFTER <= now:
                yield path


def _stem(file: str) -> str:
    """The name of a batch from the name of its file, whatever stands in a database."""
    return re.sub(r"[^A-Za-z0-9_.-]", "", Path(file).name).removesuffix(".csv")


def _as_json(manifest: Manifest) -> bytes:
    return (json.dumps(manifest, ensure_ascii=False, indent=1) + "\n").encode()


def _write(path: Path, content: bytes) -> None:
    path.unlink(missing_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
