"""What the tests of channels share: tones as recordings, orders, a player that swallows all, a case per plug-in."""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import os
import subprocess
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pipeline.channels import Channel, Foresees, Plays
from pipeline.channels.registry import build_channel
from pipeline.config.channels import ChannelSettings
from pipeline.domain import AudioContent, Delivery, Outgoing, Receipt, Recording, State, TextContent
from pipeline.playout import ffmpeg
from pipeline.store import Store
from tests.contracts import far_twilio
from tests.contracts.far_http import SECRET, described, far_http
from tests.fleets import FarReceivers, fleet_at, write_delivery

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
START = datetime(2026, 11, 23, 17, 0, tzinfo=ZONE)
NOW = START - timedelta(minutes=5)
TITLE = "Cảnh báo: giả danh công an, “viện kiểm sát”"
PHONE = "84912345678"


@functools.cache
def tone(seconds: float = 1.0, hertz: int = 440) -> bytes:
    """An MP3 in the form the house makes them."""
    source = f"sine={hertz}:duration={seconds}:sample_rate=32000"
    form = ["-c:a", "libmp3lame", "-b:a", "64k", "-reservoir", "0", "-write_xing", "0", "-id3v2_version", "0"]
    command = [ffmpeg(), "-v", "error", "-f", "lavfi", "-i", source, *form, "-f", "mp3", "pipe:1"]
    return subprocess.run(command, check=True, capture_output=True).stdout


def recording(folder: Path, seconds: float = 1.0, hertz: int = 440) -> Recording:
    folder.mkdir(parents=True, exist_ok=True)
    sound = tone(seconds, hertz)
    path = folder / f"{hertz}-{seconds}.mp3"
    path.write_bytes(sound)
    length = len(sound) / 288 * 0.036  # frames of 36 ms
    return Recording(hashlib.sha256(sound).hexdigest(), path, length, -16.0, -1.5, "espeak-ng/vi", False)


def order(
    delivery: int,
    content: AudioContent | TextContent | Recording,
    *,
    start: datetime = START,
    target: str = "an-quang-01",
    address: Mapping[str, str] | None = None,
) -> Outgoing:
    if isinstance(content, Recording):
        content = AudioContent(content, TITLE)
    occurrence = ("canh-bao", "chieu", start)
    return Outgoing(delivery, f"loa-{delivery}", occurrence, start, target, address or {}, content)


def delivery(receipt: Receipt, target: str = "an-quang-01", **more: Any) -> Delivery:
    """The row a store would hold after a receipt."""
    row = Delivery(receipt.delivery, 1, target, "kenh", receipt.state, ref=receipt.ref)
    return dataclasses.replace(row, **more)


def fake_player(folder: Path, script: str = "cat >/dev/null", name: str = "aplay") -> Path:
    """A program in the place of the player; `$0.log` has a line for each time it sounded something."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(f'#!/bin/sh\ncase "$*" in *{os.devnull}) exit 0;; esac\necho "$*" >>"$0.log"\n{script}\n')
    path.chmod(0o755)
    return path


def send_all(channel: Channel, orders: list[Outgoing]) -> list[Receipt]:
    """Batches as large as the channel takes; what plays ends before the next."""
    receipts: list[Receipt] = []
    for at in range(0, len(orders), channel.max_batch):
        receipts += channel.send(orders[at : at + channel.max_batch])
        if isinstance(channel, Plays):
            channel.wait()
    return receipts


@dataclass(frozen=True)
class Case:
    """How the suite sets up one kind of channel. `text`: whether words arrive at its far end.

    `serve`: starts a far end that keeps what it takes under `var/` of the site, and gives the settings that lead there.
    """

    type: str
    values: Mapping[str, Any]
    required: str
    sms: bool = False
    text: bool = True
    withdrawn: State = State.CANCELLED
    takes_back: bool = True
    serve: Callable[[Path], AbstractContextManager[Mapping[str, Any]]] | None = None
    behind: Callable[[Channel, Path, Callable[[], datetime]], None] | None = None  # what a station puts behind it

    def build(self, root: Path, clock: Callable[[], datetime], **changed: Any) -> Channel:
        values = {name: value for name, value in {**self.values, **changed}.items() if value is not None}
        channel = build_channel(ChannelSettings("kenh", self.type, values), root, clock)
        if self.behind is not None:
            self.behind(channel, root, clock)
        return channel

    def order(self, number: int, root: Path, *, start: datetime = START, wrong: bool = False) -> Outgoing:
        """An order the channel can take, or (`wrong`) one that it cannot, whatever its other settings."""
        words = unicodedata.normalize("NFD", TITLE)
        address = {"folder": f"cum-{number}", "phone": str(int(PHONE) + number), "name": "Nguyễn Văn Mẫu"}
        content: AudioContent | TextContent = TextContent(words)
        if self.sms == wrong:
            content = AudioContent(recording(root / "made"), words)
        return order(number, content, start=start, target=f"cum-{number}", address=address)


@contextmanager
def _described_provider(root: Path) -> Iterator[Mapping[str, Any]]:
    with far_http(root / "var" / "far") as far:
        yield described(far.url)


@contextmanager
def _twilio(root: Path) -> Iterator[Mapping[str, Any]]:
    with far_twilio.serving(far_twilio.Behaviour(keep_in=root / "var" / "far")) as far:
        yield {"base_url": far.url}


def _fleet(channel: Channel, root: Path, clock: Callable[[], datetime]) -> None:
    """Receivers that say at once what they hold, and a database beside the far end."""
    names = [f"cum-{number}" for number in range(4)]
    (root / "database").mkdir(exist_ok=True)
    fresh = not (root / "database" / "loa.db").exists()
    store = Store(f"sqlite:///{root / 'database' / 'loa.db'}")
    store.migrate()
    fleet = fleet_at(root, store, clock, names, channel="kenh", enrolled=fresh)
    for number, name in enumerate(names) if fresh else ():
        write_delivery(store, number, name, START, channel="kenh", state=State.SENDING)
    fleet.issuing.wire = FarReceivers(fleet, clock, folder=root / "var" / "far")
    for name in names:
        FarReceivers(fleet, clock).say(name)
    assert isinstance(channel, Foresees)
    channel.plans = fleet


CASES = {
    case.type: case
    for case in (
        Case("folder", {"path": "var/playout"}, required="path"),
        Case("sound_card", {"device": "loa"}, required="device", text=False),
        Case(
            "sms_file",
            {"path": "var/handover", "rows_per_file": 1000, "price_per_part": 350, "keep_days": 30},
            required="path",
            sms=True,
        ),
        Case("twilio", far_twilio.SETTINGS, required="token", sms=True, takes_back=False, serve=_twilio),
        Case(
            "receiver",
            {"listen": ("127.0.0.1", 8443), "address": "https://loa.test:8443"},
            required="address",
            behind=_fleet,
        ),
        Case("http_sms", {}, required="url", sms=True, takes_back=False, serve=_described_provider),
    )
}


SECRETS = {"LOA_FAR": SECRET, **far_twilio.SECRETS}
"""Environment variables that the cases name."""


def far_end(root: Path) -> dict[str, bytes]:
    """Everything that stands where the channel delivers, by name."""
    places = [path for path in (root / "var").rglob("*") if path.is_file() and not path.name.startswith(".")]
    places = [path for path in places if "keys" not in path.relative_to(root).parts]  # those never leave the station
    places += (root / "bin").glob("*.log")
    return {str(path.relative_to(root)): path.read_bytes() for path in places if not path.name.endswith(".playing")}
