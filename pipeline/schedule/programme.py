"""schedules/*.yaml → Programme. What is wrong in a slot takes that slot off the air and leaves the others on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from pipeline.documents import Mapping, Node, Scalar, Sequence
from pipeline.domain import Medium, Peak, Programme, SeasonHours, Slot
from pipeline.errors import Place
from pipeline.fields import (
    Choice,
    Day,
    Duration,
    Field,
    Identifier,
    ListOf,
    Named,
    Reading,
    Record,
    Text,
    Weekdays,
    Whole,
    closest,
    refuse_shape,
    resolve,
)
from pipeline.schedule.kinds import OWN_HOURS, TIMES, ExceptedDays, Extras, Play, Season
from pipeline.schedule.phases import idle_peaks
from pipeline.schedule.variations import HoursBySeason, Peaks, Suspensions, check_peaks

LATE_BY = {Medium.LOUDSPEAKER: timedelta(minutes=15), Medium.SMS: timedelta(hours=2)}
TITLE_LIMIT = 200
MOST_SLOTS = 2000  # of a programme
MOST_STARTS = 2000  # of a programme on one day: more than one a minute

SLOT = Record(
    (
        Field("id", Identifier(), "mã khung giờ, không trùng trong chương trình", "id, unique in the programme", True),
        Field(
            "days",
            Weekdays(),
            "các thứ trong tuần: [mon, wed, fri], hoặc một từ daily, weekdays, weekend",
            "days of the week: [mon, wed, fri], or one word daily, weekdays, weekend",
            True,
        ),
        Field(
            "at",
            TIMES,
            "giờ phát theo giờ địa phương (00:00 đến 23:59); một giờ hoặc danh sách",
            "local time of the start (00:00 to 23:59), one or a list",
            True,
        ),
        Field(
            "at_by_area",
            OWN_HOURS,
            "giờ riêng của một địa bàn và mọi nơi bên dưới, thay cho toàn bộ at",
            "an area's own hours, for it and all beneath, instead of the whole of at",
        ),
        Field(
            "at_by_season",
            HoursBySeason(),
            "giờ theo mùa, thay cho at vào những ngày ấy của mỗi năm: {“05-01..09-30”: “05:00”}; được vắt qua năm mới",
            "hours by time of year, instead of at on these days: {“05-01..09-30”: “05:00”}; may wrap over the new year",
        ),
        Field(
            "every",
            Whole(1, 1000),
            "cứ N tuần một lần, tính từ tuần (bắt đầu thứ hai) chứa ngày from",
            "every N weeks, counted from the Monday week of from",
        ),
        Field(
            "season",
            Season(),
            "chỉ phát trong những ngày này của mỗi năm, tháng-ngày: “12-01..12-31”; được vắt qua năm mới",
            "only on these days of every year, month-day: “12-01..12-31”; may wrap over the new year",
        ),
        Field(
            "peak",
            Peaks(),
            "đợt cao điểm: từ ngày đến ngày, chỉ ghi những gì khác ngày thường; một đợt hoặc danh sách",
            "a peak: from day to day, with what differs from other days; one or a list",
        ),
        Field(
            "suspended",
            Suspensions(),
            "tạm dừng khung giờ đến hết một ngày: {until: 2026-12-15, reason: sửa loa}",
            "the slot rests up to and including a day: {until: 2026-12-15, reason: repairs}",
        ),
        Field(
            "medium",
            Choice(tuple(each.value for each in Medium)),
            "loudspeaker (loa) hoặc sms",
            "loudspeaker or sms",
            True,
        ),
        Field(
            "areas",
            ListOf(Named("area"), empty=False),
            "địa bàn được nghe, gồm mọi nơi bên dưới; với sms: thu hẹp danh bạ",
            "areas that hear it, each with all beneath; for sms they narrow the lists",
        ),
        Field("except_areas", ListOf(Named("area")), "trừ các địa bàn này", "all but these areas"),
        Field(
            "contacts", ListOf(Identifier(), empty=False), "với sms: mã các danh bạ", "for sms: ids of contact lists"
        ),
        Field(
            "length",
            Duration(),
            "thời lượng tối đa một lượt phát loa: 90s, 10m, 1h30m",
            "airtime it may take at most, loudspeakers only: 90s, 10m, 1h30m",
        ),
        Field("play", Play(), "phát gì: bulletins hoặc rotate", "what is aired: bulletins or rotate", True),
        Field(
            "repeat",
            Whole(1, 100),
            "đọc toàn bộ mấy lần trong một lượt phát, mặc định 1",
            "how often the whole is read in one airing, 1 by default",
        ),
        Field(
            "late_by_at_most",
            Duration(),
            "trễ quá mức này thì không phát nữa mà ghi là bỏ lỡ; mặc định 15m với loa, 2h với sms",
            "later than this it is missed, not sent; 15m for loudspeakers, 2h for sms by default",
        ),
    )
)


@dataclass(frozen=True)
class SlotKind:
    """One slot; None once anything in it is wrong."""

    def read(self, node: Node, reading: Reading) -> Slot | None:
        start = len(reading.problems)
        values = SLOT.read(node, reading)
        if values is None or not isinstance(node, Mapping):
            return None
        medium = Medium(values["medium"]) if "medium" in values else None
        if medium is not None:
            _check_medium(medium, node, reading)
            check_peaks(values, medium, node, reading)
        if medium is None or node.flawed or reading.failed_since(start):
            return None
        return Slot(
            id=values["id"],
            days=values["days"],
            at=values["at"],
            medium=medium,
            play=values["play"],
            at_by_area=values.get("at_by_area", {}),
            every=values.get("every", 1),
            areas=values.get("areas", ()),
            except_areas=values.get("except_areas", ()),
            contacts=values.get("contacts", ()),
            length=values.get("length"),
            repeat=values.get("repeat", 1) if medium is Medium.LOUDSPEAKER else 1,
            late_by=values.get("late_by_at_most", LATE_BY[medium]),
            season=values.get("season"),
            line=node.line,
            seasons=values.get("at_by_season", ()),
            peaks=values.get("peak", ()),
            suspended=values.get("suspended", ()),
        )

    def schema(self) -> dict[str, Any]:
        return SLOT.schema()


def _check_medium(medium: Medium, node: Mapping, reading: Reading) -> None:
    """Loudspeakers need areas and know no contacts; SMS need contacts and know no length."""
    speaks = medium is Medium.LOUDSPEAKER
    target = "areas" if speaks else "contacts"
    if target not in node.keys:
        reading.error(node, "areas_missing" if speaks else "contacts_missing")
    wrong = "contacts" if speaks else "length"
    if wrong in node.keys:
        reading.error(node.keys[wrong], "contacts_for_loudspeaker" if speaks else "length_for_sms")
    repeat = node.values.get("repeat")
    if not speaks and isinstance(repeat, Scalar) and repeat.value.strip() not in ("", "1"):
        reading.warning(node.keys["repeat"], "repeat_for_sms")


@dataclass(frozen=True)
class Slots:
    """All slots of a programme; ids are unique."""

    def read(self, node: Node, reading: Reading) -> tuple[Slot, ...] | None:
        if not isinstance(node, Sequence):
            refuse_shape(node, "expected_list", reading)
            return None
        if not node.items:
            reading.error(node, "list_empty")
        if len(node.items) > MOST_SLOTS:
            reading.error(node, "slots_too_many", count=len(node.items), limit=MOST_SLOTS)
            return None
        first: dict[str, int] = {}
        slots: list[Slot] = []
        starts = 0
        for each in node.items:
            slot = SlotKind().read(each, reading)
            written = _written_id(each)
            if written is not None and written.value in first:
                reading.error(written, "slot_doubled", slot=written.value, first=first[written.value])
            elif slot is not None:
                starts += most_starts(slot)
                if starts > MOST_STARTS:
                    reading.error(each, "starts_too_many", slot=slot.id, limit=MOST_STARTS)
                    break
                slots.append(slot)
            if written is not None:
                first.setdefault(written.value, written.line)
        return tuple(slots)

    def schema(self) -> dict[str, Any]:
        return {"type": "array", "items": SLOT.schema(), "minItems": 1}


def most_starts(slot: Slot) -> int:
    """How often a slot may start on one day at most, in whichever season or peak."""
    others: tuple[SeasonHours | Peak, ...] = (*slot.seasons, *slot.peaks)
    ways = [(slot.at, slot.at_by_area)]
    ways += [(each.at or slot.at, {**slot.at_by_area, **each.at_by_area}) for each in others]
    return max(len({*at, *(time for own in by_area.values() for time in own)}) for at, by_area in ways)


def _written_id(slot: Node) -> Scalar | None:
    """The id of a slot as it stands there, even where the rest of the slot is wrong."""
    written = slot.values.get("id") if isinstance(slot, Mapping) else None
    return written if isinstance(written, Scalar) and written.value.strip() else None


PROGRAMME = Record(
    (
        Field(
            "programme", Identifier(), "mã chương trình, không trùng với tệp khác", "id, unique over all files", True
        ),
        Field(
            "title", Text(TITLE_LIMIT), "tên chương trình, được đọc khi mở đầu", "its title, read as the opening", True
        ),
        Field("from", Day(), "ngày bắt đầu, năm-tháng-ngày", "first day, year-month-day", True),
        Field("until", Day(), "ngày cuối cùng, vẫn còn phát", "last day, included"),
        Field("slots", Slots(), "các khung giờ", "the slots", True),
        Field(
            "except",
            ListOf(ExceptedDays(), or_one=True, distinct=False),
            "những ngày không phát: một ngày, ngày đầu..ngày cuối, hoặc tên một tập ngày của config/calendar.yaml",
            "days without any start: a day, first..last, or the name of a set of config/calendar.yaml",
        ),
        Field(
            "suspended",
            Suspensions(),
            "tạm dừng cả chương trình đến hết một ngày: {until: 2026-12-15, reason: …}",
            "the whole programme rests up to and including a day: {until: 2026-12-15, reason: …}",
        ),
        Field(
            "extra",
            Extras(),
            "lượt phát thêm vào ngày giờ khác, kể cả trong ngày nghỉ và ngoài from/until",
            "one-offs at another day and time, even on excepted days and outside from/until",
        ),
    )
)


KEYS = tuple(each.name for each in PROGRAMME.fields)


def read_programme(node: Node, name: str, reading: Reading) -> Programme | None:
    """The programme of a file (`name`, relative to the site), or None where its id or its days are unusable.

    A slot with an error is left out, so is a one-off; everything else goes on. References are left in `reading`.
    """
    known = len(reading.references)
    values = PROGRAMME.read(node, reading)
    if values is None or not isinstance(node, Mapping):
        return None
    _resolve_slots(node, known, reading)
    if "programme" not in values or not _has_life(values, node, reading):
        return None
    slots: tuple[Slot, ...] = values.get("slots", ())
    alive = {slot.id for slot in slots}
    programme = Programme(
        id=values["programme"],
        title=values.get("title", values["programme"]),
        first=values["from"],
        until=values.get("until"),
        slots=slots,
        exceptions=values.get("except", ()),
        extra=tuple(each for each in values.get("extra", ()) if each.slot in alive),
        file=name,
        suspended=values.get("suspended", ()),
    )
    for slot in slots:
        for peak in idle_peaks(programme, slot):
            reading.warning(Place(name, peak.line, peak.column), "peak_never_airs")
    return programme


def pauses_known(node: Mapping, programme: Programme, reading: Reading) -> bool:
    """Whether everything that silences all slots could be read: a lost pause must not be aired into.

    Where not, an error at its key says that the whole programme is held back.
    """
    read = {
        "except": len(programme.exceptions),
        "suspended": len(programme.suspended),
        "until": int(programme.until is not None),
    }
    for key, mark in node.keys.items():
        meant = key if key in KEYS else closest(key, KEYS)
        if meant in read and (key != meant or node.values[key].flawed or read[meant] != _entries(node.values[key])):
            reading.error(mark, "programme_held_back", programme=programme.id, key=meant)
            return False
    return True


def _entries(node: Node) -> int:
    """How many a list has; one may stand without a list."""
    return len(node.items) if isinstance(node, Sequence) else 1


def _has_life(values: dict[str, Any], node: Mapping, reading: Reading) -> bool:
    """Whether first and last day are known. An unreadable `until` must not mean: for ever."""
    first: date | None = values.get("from")
    until: date | None = values.get("until")
    if first is None or (until is None and "until" in node.keys):
        return False
    if until is not None and until < first:
        reading.error(node.values["until"], "until_before_from", first=first, until=until)
        return False
    return True


def _resolve_slots(node: Mapping, known: int, reading: Reading) -> None:
    """One-offs name slots of their own programme: resolved here, against all that are written, faulty ones too."""
    listed = node.values.get("slots")
    written = [_written_id(each) for each in listed.items] if isinstance(listed, Sequence) else []
    mine = [each for each in reading.references[known:] if each.kind == "slot"]
    reading.references[known:] = [each for each in reading.references[known:] if each.kind != "slot"]
    if all(written):
        resolve(mine, {"slot": {each.value.strip() for each in written if each}}, reading.problems)
