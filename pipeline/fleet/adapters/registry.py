"""Which `adapter` of a cluster's address is which module. `pipeline.config.receivers.ADAPTERS` has the same names."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.config.receivers import NEUTRAL
from pipeline.fleet.adapters import RECEIVER, Adapter
from pipeline.fleet.adapters.neutral import Neutral
from pipeline.protocol.plan import RECEIVER as NAME

REGISTRY: dict[str, Adapter] = {NEUTRAL: Neutral()}


def adapter_of(receiver: str, named: Mapping[str, str]) -> Adapter:
    """The adapter of a receiver; Loa's own where the files name none."""
    return REGISTRY[named.get(receiver, NEUTRAL)]


def origin_of(topic: str) -> tuple[str, str] | None:
    """Receiver and topic, as in `writes`, of what arrived; None where it is no device's."""
    for adapter in REGISTRY.values():
        for written in adapter.writes:
            before, _, after = written.partition(RECEIVER)
            receiver = topic[len(before) : len(topic) - len(after)]
            if topic == before + receiver + after and NAME.match(receiver):
                return receiver, written
    return None
