"""What cannot wait for a plan: signed, for one receiver, used once, over after moments. Never retained by a broker."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from pipeline.errors import AccessError
from pipeline.protocol.plan import RECEIVER
from pipeline.signing import Keyring, SigningKey, require_in_time, seal, unseal
from pipeline.strict_json import Table, dump

COMMAND = "command/1"
MOST_REPLY = 4_096
LONGEST = timedelta(minutes=10)  # a command may be valid at most so long


class Order(StrEnum):
    """What a command asks for."""

    SILENCE = "silence"  # stop what sounds now; what of the plan is due by now is withdrawn
    TONE = "tone"  # a test tone, in allowed hours only
    STATUS = "status"  # say how you are
    FETCH = "fetch"  # ask the station for plan, keyring and sounds now; hand in the journal


@dataclass(frozen=True, slots=True)
class Command:
    """`id`: unique for ever; a receiver follows each at most once. `airings`: of SILENCE, only these (none: all)."""

    id: str
    receiver: str
    order: Order
    issued: datetime
    expires: datetime
    airings: tuple[str, ...] = ()

    def payload(self) -> bytes:
        """As it is signed."""
        times = {"issued": self.issued.isoformat(), "expires": self.expires.isoformat()}
        facts = {"id": self.id, "receiver": self.receiver, "order": self.order.value, "airings": list(self.airings)}
        return dump({**facts, **times})

    def sealed(self, key: SigningKey) -> bytes:
        return seal(self.payload(), COMMAND, key)


def read_command(sealed: bytes, keyring: Keyring, receiver: str) -> Command:
    """The command of a sealed document, proven to be the station's and meant for this receiver.

    Raises AccessError: the codes of `unseal`, `document_unreadable`, `command_for_another`. Whether it is over or was
    followed before is the receiver's to judge.
    """
    table = Table.of(unseal(sealed, COMMAND, keyring), "command")
    try:
        order = Order(table.text("order", 20))
    except ValueError:
        raise AccessError("document_unreadable", document="command", why="order") from None
    command = Command(
        id=table.text("id", 64),
        receiver=table.matching("receiver", RECEIVER, 64),
        order=order,
        issued=table.moment("issued"),
        expires=table.moment("expires"),
        airings=table.texts("airings", 1_000, 80),
    )
    if not command.issued < command.expires <= command.issued + LONGEST:
        raise AccessError("document_unreadable", document="command", why="expires")
    require_in_time(sealed, keyring, command.issued)
    if command.receiver != receiver:
        raise AccessError("command_for_another", receiver=command.receiver)
    return command


@dataclass(frozen=True, slots=True)
class Reply:
    """What a receiver answers to a command: it did so (`code` empty), or why not."""

    command: str
    at: datetime
    code: str = ""

    def payload(self) -> bytes:
        return dump({"command": self.command, "at": self.at.isoformat(), "code": self.code})


def read_reply(data: bytes) -> Reply:
    """AccessError(`document_unreadable`) where it is none. Its sender is proven by the line it came over."""
    if len(data) > MOST_REPLY:
        raise AccessError("document_unreadable", document="reply", why="size")
    table = Table.of(data, "reply")
    return Reply(table.text("command", 64), table.moment("at"), table.text("code", 64, 0))
