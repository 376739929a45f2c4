"""An adapter for a loudspeaker that nobody makes: the worked example of docs/adding-a-device.md.

The device holds up to 64 entries and no more, plays from the beginning only, and knows neither signatures nor hours. It
reports each play once it is over, with the times of its own clock, as `begun` and `over`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from pipeline.domain import Evidence
from pipeline.errors import AccessError
from pipeline.fleet.adapters import RECEIVER, Noted, Parcel, Said, Sealed, Told
from pipeline.protocol.command import Order, Reply
from pipeline.protocol.journal import Entry, Kind
from pipeline.protocol.plan import Airing
from pipeline.protocol.status import Status
from pipeline.strict_json import Table, dump

SCHEDULE, ORDER = f"horn/2/{RECEIVER}/schedule", f"horn/2/{RECEIVER}/order"
STATE, REPORT, ANSWER = f"horn/2/{RECEIVER}/state", f"horn/2/{RECEIVER}/report", f"horn/2/{RECEIVER}/answer"
MOST = 64
WORDS = {Order.SILENCE: "STOP", Order.STATUS: "STATE"}
KINDS = {"done": Kind.ENDED, "cut": Kind.STOPPED, "error": Kind.FAILED, "late": Kind.MISSED}


class Horn:
    """Each report names its entry and the seconds since 1970 at which it began and was over."""

    id = "horn-2"
    evidence = Evidence.DEVICE
    reads = (SCHEDULE, ORDER)
    writes = (STATE, REPORT, ANSWER)
    kept = (SCHEDULE, STATE)
    most_bytes = 4_096

    def keyring(self, sealed: Sealed) -> Sequence[Parcel]:
        return []

    def plan(self, sealed: Sealed) -> Sequence[Parcel]:
        plan = sealed.plan()
        many, offset = len(plan.airings) > MOST, any(each.offset_s for each in plan.airings)
        if many or offset:
            raise AccessError("adapter_cannot", adapter=self.id, why="too_many" if many else "offset")
        entries = [self._entry(each, plan.gain_db(each.begin), sealed.sounds) for each in plan.airings]
        until = int(plan.expires.timestamp())
        return [Parcel(SCHEDULE, dump({"rev": plan.version, "until": until, "entries": entries}), retain=True)]

    def command(self, sealed: Sealed) -> Sequence[Parcel]:
        command = sealed.command()
        if command.order not in WORDS or command.airings:
            return []  # it stops everything or nothing
        until = int(command.expires.timestamp())
        return [Parcel(ORDER, dump({"id": command.id, "do": WORDS[command.order], "until": until}))]

    def read(self, told: Told) -> Sequence[Said]:
        table = Table.of(told.payload, self.id)
        said: Said
        if told.topic == STATE:
            said = self._state(table, told.at)
        elif told.topic == REPORT:
            said = Noted(self._report(table))
        else:
            said = Reply(table.text("id", 64), told.at, "" if table.flag("ok") else "refused")
        table.end()
        return [] if told.topic == ANSWER and told.retained else [said]

    def _entry(self, airing: Airing, gain_db: float, sounds: str) -> dict[str, object]:
        return {
            "tag": airing.id,
            "url": sounds + airing.sound,
            "sha256": airing.sound,
            "at": int(airing.begin.timestamp()),
            "not_after": int(airing.latest.timestamp()),
            "urgent": airing.priority.value == "emergency",
            "db": gain_db,
        }

    def _state(self, table: Table, at: datetime) -> Status:
        return Status(
            online=table.flag("up"),
            at=at,  # it says no time of its own
            plan=table.whole("rev", 0, 1 << 53),
            missing=table.whole("lacks", 0, MOST),
            queue=table.whole("left", 0, MOST),
            free_bytes=table.whole("free", 0, 1 << 53),
            version=table.text("fw", 40, 0),
        )

    def _report(self, table: Table) -> tuple[Entry, ...]:
        tag, over = table.text("tag", 80), _moment(table, "over")
        result = table.text("result", 10)
        if result not in KINDS:
            raise AccessError("document_unreadable", document=self.id, why="result")
        last = Entry(0, over, KINDS[result], tag, "" if result == "done" else f"horn_{result}")
        if last.kind in (Kind.FAILED, Kind.MISSED):
            return (last,)
        return Entry(0, _moment(table, "begun"), Kind.STARTED, tag), last


def _moment(table: Table, key: str) -> datetime:
    return datetime.fromtimestamp(table.whole(key, 946_684_800, 7_258_118_399), UTC)
