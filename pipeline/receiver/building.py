"""Puts a receiver together from its folder."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.clock import ClockTrust
from pipeline.playout import Player
from pipeline.receiver.core import Core
from pipeline.receiver.ears import Ears, Overheard
from pipeline.receiver.folder import Folder
from pipeline.receiver.identity import Identity, read_identity
from pipeline.receiver.loudspeaker import Loudspeaker, Speaker
from pipeline.receiver.relay import Relay
from pipeline.receiver.running import Running, wall_clock
from pipeline.receiver.settings import load_settings
from pipeline.receiver.timekeeping import readable

if TYPE_CHECKING:
    from pipeline.receiver.broker import MqttBroker


@contextmanager
def build(root: Path) -> Iterator[tuple[Running, Identity]]:
    """The receiver of a folder, held for it alone.

    Raises ConfigError; AccessError (`machine_not_enrolled`, `identity_unreadable`); LoaError(`receiver_running`).
    """
    from pipeline.receiver.enrolling import renewed
    from pipeline.receiver.line import HttpsLine

    settings, identity, folder = load_settings(root / "receiver.yaml"), read_identity(root), Folder(root)
    with folder.alone():
        relay = Relay(settings.relay)
        relay.reset()  # whatever a run before this one left behind
        trust = ClockTrust(wall_clock, folder, always=settings.always_trusted)
        speaker: Speaker = Loudspeaker(Player(settings.device), relay, lambda: readable(wall_clock()))
        ears = None
        if settings.microphone is not None:
            ears = Ears(settings.microphone, folder.var / "heard")
            speaker = Overheard(speaker, ears)
        core = Core(
            folder,
            settings,
            identity.receiver,
            identity.root,
            speaker,
            clock=wall_clock,
            trust=trust,
            first_keyring=identity.keyring,
        )
        if ears is not None:
            ears.attach(core.journal, lambda: core.wake())
        lines, broker = (HttpsLine(identity), HttpsLine(identity), HttpsLine(identity)), _broker(identity)

        def renew() -> None:
            found = renewed(root, read_identity(root), lines[0], wall_clock())
            if found is None:
                return
            for line in lines:
                line.take(found)
            if broker is not None:
                broker.take(found)

        try:
            yield Running(core, lines[0], lines[1], broker, renew, urgent=lines[2]), identity
        finally:
            relay.off()
            if ears is not None:
                ears.close()
            for line in lines:
                line.close()


def _broker(identity: Identity) -> MqttBroker | None:
    if not identity.broker:
        return None
    from pipeline.receiver.broker import MqttBroker

    return MqttBroker(identity)
