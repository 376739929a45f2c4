"""The loudspeakers of a rehearsal: folders that nothing leaves, and speakers that read them as a device would.

A rehearsal puts one in the place of every loudspeaker channel. It confirms only what it found in the day's list,
whole by its hash, decoded to the end and as long as announced. Not in the registry: no site can ask for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path

from pipeline.channels.folder import AUDIO, LEAD, FolderChannel, Place
from pipeline.channels.playlist import ClusterFolder, Entry
from pipeline.domain import (
    AudioContent,
    Clock,
    Dedupe,
    Delivery,
    Evidence,
    Medium,
    Outgoing,
    Receipt,
    State,
)
from pipeline.errors import AudioError
from pipeline.playout import decoded_seconds, sha256_of

Lists = dict[tuple[str, date], dict[str, Entry] | None]  # None: no device could read it

DECODERS = 2
TOLERANCE = 0.1  # seconds between the length announced and the length decoded


class VirtualSpeaker:
    """Stands for the channel `id`, beneath a folder of the rehearsal; `clock` tells the simulated time."""

    medium = Medium.LOUDSPEAKER
    max_batch = FolderChannel.max_batch
    dedupe = Dedupe.KEY
    evidence = Evidence.VIRTUAL

    def __init__(self, id: str, path: Path, clock: Clock, *, lead: timedelta = LEAD) -> None:
        self.id, self.lead, self.path, self._clock = id, lead, path, clock
        self._folder = FolderChannel(id, path, clock, lead=lead, durable=False)
        self._lengths: dict[str, Future[float]] = {}  # by hash
        self._decoders = ThreadPoolExecutor(DECODERS, thread_name_prefix="virtual-speaker")
        self._hashes: dict[Path, tuple[tuple[int, int], str]] = {}

    def check(self) -> None:
        """The rehearsal's folder can be written."""
        self._folder.check()

    def send(self, orders: Sequence[Outgoing]) -> list[Receipt]:
        """As a folder takes them; decoding what came begins at once and beside the rehearsal."""
        receipts = self._folder.send(orders)
        for sha256 in {order.content.recording.sha256 for order in orders if isinstance(order.content, AudioContent)}:
            self._decode(sha256)
        return receipts

    def withdraw(self, deliveries: Sequence[Delivery]) -> list[Receipt]:
        """As a folder gives them back."""
        return self._folder.withdraw(deliveries)

    def poll(self, deliveries: Sequence[Delivery]) -> list[Receipt]:
        """CONFIRMED (VIRTUAL, in simulated time) for what has ended and was sound, FAILED with what is wrong."""
        lists: Lists = {}
        places = self._folder.find(deliveries)
        receipts = [self._listen(each, places.get(each.id), lists) for each in deliveries]
        return [receipt for receipt in receipts if receipt]

    def _listen(self, delivery: Delivery, place: Place | None, lists: Lists) -> Receipt | None:
        if place is None:
            return self._unlisted(delivery)
        folder, day, key = place
        if (folder, day) not in lists:
            lists[folder, day] = self._read(folder, day)
        listed = lists[folder, day]
        if listed is None:
            return self._failed(delivery, "speaker_found_no_list")
        entry = listed.get(key)
        if entry is None:
            return self._unlisted(delivery)
        if self._clock() < entry.end:
            return None
        if code := self._fault(entry, delivery.recording):
            return self._failed(delivery, code)
        times = (entry.start, entry.end)
        return Receipt(delivery.id, self._clock(), State.CONFIRMED, Evidence.VIRTUAL, "", delivery.ref, *times)

    def _unlisted(self, delivery: Delivery) -> Receipt:
        if delivery.state is State.UNKNOWN:  # a crash before it was listed: provably unsent
            return Receipt(delivery.id, self._clock(), State.RETRY, code="folder_not_listed")
        return self._failed(delivery, "speaker_found_no_entry")

    def _read(self, folder: str, day: date) -> dict[str, Entry] | None:
        try:
            return {entry.key: entry for entry in ClusterFolder(self.path / folder).read(day)}
        except (OSError, ValueError):
            return None

    def _fault(self, entry: Entry, expected: str) -> str:
        """The code of what a listener would have missed, or an empty text."""
        if expected and expected != entry.sha256:
            return "speaker_found_other_recording"
        path = self.path / AUDIO / f"{entry.sha256}.mp3"
        try:
            if self._hash(path) != entry.sha256:
                return "recording_altered"
        except OSError:
            return "recording_missing"
        seconds = self._decode(entry.sha256).result()
        if not seconds:
            return "recording_undecodable"
        return "" if abs(seconds - entry.duration_s) <= TOLERANCE else "played_length_differs"

    def _hash(self, path: Path) -> str:
        stat = path.stat()
        looks = (stat.st_size, stat.st_mtime_ns)
        if self._hashes.get(path, (None, ""))[0] != looks:
            self._hashes[path] = looks, sha256_of(path)
        return self._hashes[path][1]

    def _decode(self, sha256: str) -> Future[float]:
        """Seconds of a recording once wholly decoded, 0 where it cannot be; each is decoded once."""
        if sha256 not in self._lengths:
            path = self.path / AUDIO / f"{sha256}.mp3"
            self._lengths[sha256] = self._decoders.submit(_seconds, path)
        return self._lengths[sha256]

    def _failed(self, delivery: Delivery, code: str) -> Receipt:
        return Receipt(delivery.id, self._clock(), State.FAILED, code=code, ref=delivery.ref)


def _seconds(path: Path) -> float:
    try:
        return decoded_seconds(path)
    except AudioError:
        return 0.0
