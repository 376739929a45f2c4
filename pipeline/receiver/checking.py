"""What a receiver needs, examined one by one, so that a fault shows at noon and not at five in the morning."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

from pipeline.clock import ClockTrust
from pipeline.errors import LoaError
from pipeline.listening import record
from pipeline.playout import Player
from pipeline.receiver.ears import lacks
from pipeline.receiver.folder import Folder
from pipeline.receiver.identity import read_identity
from pipeline.receiver.relay import Relay
from pipeline.receiver.running import wall_clock
from pipeline.receiver.settings import ReceiverSettings, load_settings

Check = Callable[[], None]

SAMPLE_S = 2.0  # of the microphone


def examine(root: Path, *, try_relay: bool = False) -> Iterator[tuple[str, LoaError | None]]:
    """Name of each check, and what is wrong. ConfigError where the settings are: nothing else can be looked at then."""
    settings, folder = load_settings(root / "receiver.yaml"), Folder(root)
    checks: dict[str, Check] = {
        "identity": lambda: _enrolled(root),
        "player": lambda: _player(settings, folder),
        "clock": lambda: _clock(settings, folder),
        "disk": lambda: _disk(settings, folder),
        "line": lambda: _line(root),
    }
    if settings.microphone is not None:
        checks["microphone"] = lambda: _microphone(settings, folder)
    if try_relay:
        checks["relay"] = lambda: _relay(settings)
    for name, check in checks.items():
        try:
            check()
        except LoaError as error:
            yield name, error
        else:
            yield name, None


def _enrolled(root: Path) -> None:
    read_identity(root)


def _player(settings: ReceiverSettings, folder: Folder) -> None:
    if folder.var.is_dir() and not folder.is_held():  # a device that plays right now cannot be opened, and is well
        Player(settings.device).check()


def _clock(settings: ReceiverSettings, folder: Folder) -> None:
    doubt = ClockTrust(wall_clock, folder, always=settings.always_trusted).refusal()
    if doubt:
        raise LoaError(doubt, now=f"{wall_clock().astimezone():%d/%m/%Y %H:%M:%S}")


def _disk(settings: ReceiverSettings, folder: Folder) -> None:
    if not folder.var.is_dir():
        return
    try:
        tempfile.TemporaryFile(dir=folder.var).close()
    except OSError as error:
        raise LoaError("receiver_unwritable", folder=folder.root, why=error.strerror or error) from None
    free = folder.free_bytes()
    if free < settings.free_space * 1_000_000:
        raise LoaError("receiver_disk_low", free=free // 1_000_000, needed=settings.free_space)


def _line(root: Path) -> None:
    from pipeline.receiver.line import HttpsLine

    line = HttpsLine(read_identity(root))
    try:
        line.keyring()
    finally:
        line.close()


def _relay(settings: ReceiverSettings) -> None:
    relay = Relay(settings.relay)
    relay.on(timedelta(seconds=5))
    relay.off()
    if relay.fault:
        raise LoaError(relay.fault)


def _microphone(settings: ReceiverSettings, folder: Folder) -> None:
    code = lacks()
    if not code and settings.microphone is not None and folder.var.is_dir() and not folder.is_held():
        with tempfile.TemporaryDirectory(dir=folder.var) as place:  # on the disk that it will be written to
            taking = record(settings.microphone.device, SAMPLE_S + 1, Path(place) / "sample.wav")
            time.sleep(SAMPLE_S)
            code = taking.finish().code
    if code:
        raise LoaError(code)
