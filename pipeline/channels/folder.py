"""Loudspeakers that read a folder (a shared disk, a synchronised folder, a USB stick): one M3U list a day and cluster.

Recordings lie once under `audio/`, named by their hash, for all clusters. A folder never says whether something
sounded: its receipts end at ACCEPTED. The same delivery twice is one entry, since an entry is found by its key.
"""

from __future__ import annotations

import contextlib
import errno
import logging
import re
import threading
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pipeline.channels.playlist import ClusterFolder, Entry, fsync_folder, one_line
from pipeline.channels.shelf import Shelf, locked
from pipeline.domain import (
    AudioContent,
    Clock,
    Dedupe,
    Delivery,
    Evidence,
    Medium,
    Outgoing,
    Receipt,
    Recording,
    State,
)
from pipeline.errors import Outcome, SendError
from pipeline.playout import intact

if TYPE_CHECKING:
    from pipeline.config.channels import ChannelSettings

LOG = logging.getLogger(__name__)

LEAD = timedelta(minutes=10)
AUDIO, LOCK = "audio", ".lock"
_SAFE_NAME = re.compile(r"\w(?:[\w. -]{0,62}[\w-])?")
_RESERVED = re.compile(r"audio|con|prn|aux|nul|(?:com|lpt)\d", re.IGNORECASE)  # the last ones by Windows players


class Place(NamedTuple):
    """Where a delivery stands: which cluster's folder, which day's list, which entry."""

    folder: str
    day: date
    key: str

    def __str__(self) -> str:
        return f"{self.folder}/{self.day}#{self.key}"


def build(settings: ChannelSettings, root: Path, clock: Clock) -> FolderChannel:
    """The channel of `type: folder`; `path` lies beneath the site."""
    path = settings.values.get("path")
    return FolderChannel(settings.id, root / path if path else None, clock, lead=settings.values.get("lead", LEAD))


class FolderChannel:
    """Writes day lists beneath `path`; None: the setting is missing, and `check` says so."""

    medium = Medium.LOUDSPEAKER
    max_batch = 500  # lists a call: well within dispatch's lease even on a slow USB stick
    dedupe = Dedupe.KEY
    evidence = Evidence.NONE

    def __init__(
        self, id: str, path: Path | None, clock: Clock, *, lead: timedelta = LEAD, durable: bool = True
    ) -> None:
        self.id, self.lead, self._path, self._clock, self._durable = id, lead, path, clock, durable
        self._threads = threading.Lock()
        self._shelf = Shelf()

    @property
    def path(self) -> Path:
        """The folder of the channel; SendError where none is set."""
        if self._path is None:
            raise SendError("channel_setting_missing", Outcome.NOT_SENT, channel=self.id, setting="path")
        return self._path

    def check(self) -> None:
        """The folder can be made and written."""
        with self._locked():
            probe = self.path / ".loa-probe"
            try:
                probe.write_bytes(b"")
                probe.unlink()
            except OSError as error:
                raise SendError(_why(error), Outcome.NOT_SENT, channel=self.id) from None

    def send(self, orders: Sequence[Outgoing]) -> list[Receipt]:
        """One receipt per order: ACCEPTED once its list is on the disk; RETRY where the disk refused; else FAILED."""
        with self._locked():
            placed: dict[int, tuple[Path, Entry]] = {}
            failed: dict[int, tuple[State, str]] = {}
            sounds: dict[Recording, tuple[int, str]] = {}
            for at, order in enumerate(orders):
                try:
                    placed[at] = self._entry(order, sounds)
                except SendError as error:
                    failed[at] = State.FAILED, error.code
                except OSError as error:
                    failed[at] = State.RETRY, _why(error)
            said = self._write(placed)
        if orders and all(state is State.RETRY for state, _ in {**failed, **said}.values()):
            raise SendError((failed | said)[0][1], Outcome.NOT_SENT, channel=self.id)
        now = self._clock()
        results = {**failed, **said}
        return [self._receipt(order, now, *results[at], placed.get(at)) for at, order in enumerate(orders)]

    def withdraw(self, deliveries: Sequence[Delivery]) -> list[Receipt]:
        """Take entries out of their lists. One whose start has passed may have begun to sound: INTERRUPTED.

        No receipt for what is over, nor for a list that cannot be rewritten; SendError where that is all.
        """
        now = self._clock()
        receipts: list[Receipt] = []
        with self._locked():
            lists: dict[tuple[str, date], dict[str, Delivery]] = defaultdict(dict)
            found = self.find(deliveries)
            for delivery in deliveries:
                if place := found.get(delivery.id):
                    lists[place.folder, place.day][place.key] = delivery
            refused: list[OSError] = []
            for (folder, day), wanted in lists.items():
                try:
                    receipts += _take_out(ClusterFolder(self.path / folder, durable=self._durable), day, wanted, now)
                except OSError as error:
                    LOG.warning("%s: %s/%s not rewritten", self.id, folder, day)
                    refused.append(error)
        if refused and not receipts:
            raise SendError(_why(refused[0]), Outcome.NOT_SENT, channel=self.id)
        return receipts

    def poll(self, deliveries: Sequence[Delivery]) -> list[Receipt]:
        """Ends the doubt a crash left: an UNKNOWN one that is listed was ACCEPTED, one that is not returns to RETRY.

        Says nothing where the folder does not look like ours (a stick that is not plugged in).
        """
        doubtful = [each for each in deliveries if each.state is State.UNKNOWN]
        if not doubtful or not (self.path / LOCK).exists():
            return []
        places = self.find(doubtful)
        return [receipt for each in doubtful if (receipt := self._settled(each, places.get(each.id)))]

    def _settled(self, delivery: Delivery, place: Place | None) -> Receipt | None:
        now = self._clock()
        try:
            if place and any(
                entry.key == place.key for entry in ClusterFolder(self.path / place.folder).read(place.day)
            ):
                return Receipt(delivery.id, now, State.ACCEPTED, ref=str(place))
        except FileNotFoundError:
            pass
        except (OSError, ValueError):
            return None  # a damaged list is mended by the next send, and read then
        return Receipt(delivery.id, now, State.RETRY, code="folder_not_listed")

    def find(self, deliveries: Sequence[Delivery]) -> dict[int, Place]:
        """Where deliveries stand, by their id: from the ref, or, where a crash lost that, from the manifests."""
        found = {each.id: place for each in deliveries if (place := _place_of(each.ref))}
        lost = {(each.id, each.target) for each in deliveries if each.id not in found}
        for manifest in sorted(self.path.glob("*/manifest.json")) if lost else ():
            with contextlib.suppress(OSError):  # one unreadable folder must not hide what stands in the others
                for entry in ClusterFolder(manifest.parent).items().values():
                    if (entry.delivery, entry.target) in lost:
                        found[entry.delivery] = Place(manifest.parent.name, entry.day, entry.key)
        return found

    def _entry(self, order: Outgoing, sounds: dict[Recording, tuple[int, str]]) -> tuple[Path, Entry]:
        """The place and entry of an order, its recording laid down; every recording is verified once a call."""
        if not isinstance(order.content, AudioContent):
            raise SendError("channel_needs_audio", Outcome.NOT_SENT)
        if order.is_quiet(self._clock()):
            raise SendError("outside_window", Outcome.NOT_SENT)
        recording = order.content.recording
        folder = self.path / safe_name(order.address.get("folder") or order.target)
        if not folder.resolve().is_relative_to(self.path.resolve()):
            raise SendError("folder_name_unsafe", Outcome.NOT_SENT)
        if recording not in sounds:
            code = intact(recording)
            sounds[recording] = (0, code) if code else (self._shelf.lay_down(recording, self.path / AUDIO), "")
        size, code = sounds[recording]
        if code:
            raise SendError(code, Outcome.NOT_SENT)
        title = one_line(order.content.title)
        sound = (recording.duration_s, title, recording.sha256, size)
        suffix = recording.path.suffix
        entry = Entry(order.key, order.start, *sound, delivery=order.delivery, target=order.target, suffix=suffix)
        return folder, entry

    def _write(self, placed: dict[int, tuple[Path, Entry]]) -> dict[int, tuple[State, str]]:
        """Rewrite each list once; what became of every order placed."""
        lists: dict[tuple[Path, date], list[int]] = defaultdict(list)
        for at, (folder, entry) in placed.items():
            lists[folder, entry.day].append(at)
        said: dict[int, tuple[State, str]] = {}
        for (folder, day), members in lists.items():
            try:
                if not folder.exists():
                    folder.mkdir()
                    fsync_folder(self.path)
                result = (
                    State.ACCEPTED,
                    ClusterFolder(folder, durable=self._durable).put(day, [placed[at][1] for at in members]),
                )
            except OSError as error:
                result = State.RETRY, _why(error)
            said.update(dict.fromkeys(members, result))
        return said

    def _receipt(
        self, order: Outgoing, now: datetime, state: State, code: str, place: tuple[Path, Entry] | None
    ) -> Receipt:
        ref = str(Place(place[0].name, place[1].day, order.key)) if place and state is State.ACCEPTED else ""
        return Receipt(order.delivery, now, state, code=code, ref=ref)

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        with self._threads:
            try:
                self.path.mkdir(parents=True, exist_ok=True)
                lock = self.path / LOCK
                lock.touch()
            except OSError as error:
                raise SendError(_why(error), Outcome.NOT_SENT, channel=self.id) from None
            with locked(lock) as alone:
                if not alone:
                    raise SendError("folder_busy", Outcome.NOT_SENT, channel=self.id)
                yield


def _place_of(ref: str) -> Place | None:
    folder, _, rest = ref.partition("/")
    day, _, key = rest.partition("#")
    try:
        return Place(safe_name(folder), date.fromisoformat(day), key)
    except (SendError, ValueError):
        return None


def safe_name(text: str) -> str:
    """A folder's name as NFC; SendError unless it is one plain name on every file system a device may use."""
    name = unicodedata.normalize("NFC", text)
    if not _SAFE_NAME.fullmatch(name) or _RESERVED.fullmatch(name.split(".")[0]) or len(name.encode()) > 128:
        raise SendError("folder_name_unsafe", Outcome.NOT_SENT)
    return name


def _take_out(cluster: ClusterFolder, day: date, wanted: dict[str, Delivery], now: datetime) -> list[Receipt]:
    try:
        standing = {entry.key: entry for entry in cluster.read(day)}
    except (OSError, ValueError):
        standing = {}
    over = {key for key in wanted if key in standing and standing[key].end <= now}
    cluster.remove(day, wanted.keys() - over)
    receipts = []
    for key in sorted(wanted.keys() - over):
        begun = key in standing and standing[key].start <= now
        state, code = (State.INTERRUPTED, "withdrawn_after_start") if begun else (State.CANCELLED, "")
        receipts.append(Receipt(wanted[key].id, now, state, code=code, ref=wanted[key].ref))
    return receipts


def _why(error: OSError) -> str:
    return {errno.ENOSPC: "folder_full", errno.EDQUOT: "folder_full"}.get(error.errno or 0, "folder_not_writable")
