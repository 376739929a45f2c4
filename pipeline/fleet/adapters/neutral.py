"""Loa's own protocol: the sealed documents as they are. Journals come over HTTPS, numbered by the receiver itself."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.domain import Evidence
from pipeline.errors import AccessError
from pipeline.fleet.adapters import RECEIVER, Parcel, Said, Sealed, Told
from pipeline.protocol import names
from pipeline.protocol.command import read_reply
from pipeline.protocol.status import MOST_BYTES, read_status

PLAN, KEYRING, COMMAND = names.plan_topic(RECEIVER), names.keyring_topic(RECEIVER), names.command_topic(RECEIVER)
STATUS, REPLY = names.status_topic(RECEIVER), names.reply_topic(RECEIVER)


class Neutral:
    """What `loa receiver run` speaks, and every device whose maker follows docs/receiver-protocol.md."""

    id = "loa"
    evidence = Evidence.DEVICE
    reads = (PLAN, KEYRING, COMMAND)
    writes = (STATUS, REPLY)
    kept = (PLAN, KEYRING, STATUS)
    most_bytes = MOST_BYTES

    def keyring(self, sealed: Sealed) -> Sequence[Parcel]:
        return [Parcel(KEYRING, sealed.document, retain=True)]

    def plan(self, sealed: Sealed) -> Sequence[Parcel]:
        return [Parcel(PLAN, sealed.document, retain=True)]

    def command(self, sealed: Sealed) -> Sequence[Parcel]:
        reply_to = REPLY.replace(RECEIVER, sealed.receiver)
        return [Parcel(COMMAND, sealed.document, reply_to=reply_to, correlation=sealed.id.encode())]

    def read(self, told: Told) -> Sequence[Said]:
        if told.topic == STATUS:
            return [read_status(told.payload)]
        if told.topic == REPLY:
            return [] if told.retained else [read_reply(told.payload)]
        raise AccessError("document_unreadable", document="topic", why="unknown")
