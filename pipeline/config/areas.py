"""config/areas.yaml: the areas with their history, and the loudspeaker clusters that stand in them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Mapping as Table
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from pipeline import documents
from pipeline.config import receivers
from pipeline.config.belongings import PARENT, PLACE, Belongings
from pipeline.config.channels import CHANNEL_MEDIA, ChannelSettings
from pipeline.config.entries import Declared, EntriesOf, TableOfText, at
from pipeline.config.receivers import RECEIVER_TYPE
from pipeline.documents import Mapping, Node
from pipeline.domain import Area, Belonging, Medium, SpeakerCluster
from pipeline.fields import Day, Field, Identifier, ListOf, Named, Number, Reading, Record, Text, shown
from pipeline.protocol.plan import RECEIVER
from pipeline.sms import FIELDS, LONGEST_VALUE, is_place

FOLDER = Text(limit=64, pattern=r"\w(?:[\w .-]{0,62}[\w-])?", example="an-quang-01")
MOST = 999_999_999  # of a number in a position: which of the two is wrong, and by which limit, is told by its place
LONGEST_NAME = 64  # of a receiver: a certificate's common name
RESERVED_FOLDERS = ("audio",)  # the folder channel keeps its recordings there


@dataclass(frozen=True)
class Position:
    """`[latitude, longitude]` in degrees, WGS 84."""

    def read(self, node: Node, reading: Reading) -> tuple[float, float] | None:
        start = len(reading.problems)
        numbers = ListOf(Number(-MOST, MOST), distinct=False).read(node, reading)
        if numbers is None or reading.failed_since(start):
            return None
        if len(numbers) != 2:
            reading.error(node, "position_not_two")
            return None
        latitude, longitude = numbers
        if 90 < abs(latitude) <= 180 and abs(longitude) <= 90:
            reading.error(node, "position_swapped")
        elif beyond := _beyond(numbers):
            place, most = beyond
            at = node.items[place] if isinstance(node, documents.Sequence) else node
            reading.error(at, "number_out_of_range", value=f"{numbers[place]:g}", low=-most, high=most)
        else:
            return latitude, longitude
        return None

    def schema(self) -> dict[str, Any]:
        return {"type": "array", "items": Number(-180, 180).schema(), "minItems": 2, "maxItems": 2}


def _beyond(numbers: tuple[float, ...]) -> tuple[int, int] | None:
    """The place of the number that is none of its kind, and its limit."""
    return next(((place, most) for place, most in enumerate((90, 180)) if abs(numbers[place]) > most), None)


@dataclass(frozen=True)
class SmsFields:
    """A mapping of places, as they are written in an SMS between braces, to the words that stand there."""

    def read(self, node: Node, reading: Reading) -> dict[str, str] | None:
        start = len(reading.problems)
        table = TableOfText(LONGEST_VALUE).read(node, reading)
        if table is None or not isinstance(node, Mapping):
            return None
        for name, value in table.items():
            if not is_place(name):
                reading.error(node.keys[name], "area_field_name", name=name)
            elif name in FIELDS:
                reading.error(node.keys[name], "area_field_taken", name=name)
            elif not value.isprintable() or set(value) & set("{}"):
                reading.error(node.values[name], "area_field_value", name=name)
        return None if reading.failed_since(start) else table

    def schema(self) -> dict[str, Any]:
        return TableOfText(LONGEST_VALUE).schema()


FOLDER_ADDRESS = Record((Field("folder", FOLDER, "tên thư mục của cụm loa", "folder of the cluster"),))

AREA = Record(
    (
        Field("id", Identifier(), "mã địa bàn", "id of the area", required=True),
        Field("name", Text(limit=200, one_line=True), "tên đầy đủ", "full name", required=True),
        Field(
            "code",
            Text(pattern=r"[0-9]{1,10}", example='"14350"'),
            "mã đơn vị hành chính, để trong dấu nháy",
            "official code, quoted",
        ),
        Field("parent", Named("area"), "địa bàn cấp trên", "the area above"),
        Field(
            "parents",
            Belongings(PARENT, "parent"),
            "thay cho parent, khi cấp trên thay đổi vào một ngày: mỗi cấp trên với from hoặc until",
            "instead of parent, where it changes on a date: each parent with its from or until",
        ),
        Field("valid_from", Day(), "ngày bắt đầu có hiệu lực", "first day it exists"),
        Field("valid_until", Day(), "ngày cuối cùng còn hiệu lực", "last day it exists"),
        Field("becomes", ListOf(Named("area")), "các địa bàn thay thế sau khi sắp xếp", "the areas that succeed it"),
        Field(
            "fields",
            SmsFields(),
            "chữ riêng của địa bàn cho chỗ trống trong tin nhắn, ví dụ {truc: 0225 3842 113}; nơi bên dưới dùng chung",
            "words of the area for places of an SMS, such as {truc: 0225 3842 113}; all beneath it share them",
        ),
    )
)

CLUSTER = Record(
    (
        Field("id", Identifier(), "mã cụm loa", "id of the cluster", required=True),
        Field("name", Text(limit=200, one_line=True), "tên cụm loa", "name of the cluster", required=True),
        Field("area", Named("area"), "địa bàn đặt loa", "area it stands in"),
        Field(
            "areas",
            Belongings(PLACE, "area"),
            "thay cho area, khi cụm loa sang địa bàn khác vào một ngày: mỗi địa bàn với from hoặc until",
            "instead of area, where the cluster comes to another area on a date: each with its from or until",
        ),
        Field("channel", Named("channel"), "kênh phát, khai báo trong channels.yaml", "way out", required=True),
        Field(
            "address", TableOfText(), "địa chỉ trong kênh, ví dụ {folder: an-quang-01}", "address within the channel"
        ),
        Field("position", Position(), "[vĩ độ, kinh độ]", "[latitude, longitude]"),
    )
)


def _area(values: dict[str, Any], place: Mapping, reading: Reading) -> Area:
    if parents := values.get("parents", ()):
        _refuse_both("parent", "parents", place, reading)
        values = {**values, "parent": parents[-1].area}
    area = Area(**values)
    if area.valid_from and area.valid_until and area.valid_from > area.valid_until:
        reading.error(at(place, "valid_until"), "area_dates_reversed", first=area.valid_from, last=area.valid_until)
    if area.id in area.becomes:
        reading.error(at(place, "becomes"), "area_becomes_itself", value=area.id)
    return area


def _cluster(values: dict[str, Any], place: Mapping, reading: Reading) -> SpeakerCluster | None:
    if areas := values.get("areas", ()):
        _refuse_both("area", "areas", place, reading)
        values = {**values, "area": areas[-1].area}
    elif "area" not in values:
        reading.error(place, "key_missing", key="area")
        return None
    return SpeakerCluster(**values)


def _refuse_both(one: str, many: str, place: Mapping, reading: Reading) -> None:
    if one in place.keys:
        reading.error(place.keys[one], "parent_doubled", one=one, many=many)


AREAS = Record(
    (
        Field("areas", EntriesOf(AREA, _area), "các địa bàn", "the areas", required=True),
        Field("clusters", EntriesOf(CLUSTER, _cluster), "các cụm loa", "the loudspeaker clusters"),
    )
)


@dataclass
class AreasFile:
    areas: Declared[Area] = field(default_factory=Declared)
    clusters: Declared[SpeakerCluster] = field(default_factory=Declared)


def read_areas(node: Node, reading: Reading) -> AreasFile:
    """Areas and clusters in the order of the file."""
    found = AreasFile(**(AREAS.read(node, reading) or {}))
    _cut_cycles(found.areas, reading)
    _cut_dated_cycles(found.areas, reading)
    _cut_successions(found.areas, reading)
    _warn_of_dates(found, reading)
    return found


def _cut_cycles(areas: Declared[Area], reading: Reading) -> None:
    """A cycle is an error once, and its members stand without a parent."""
    settled: set[str] = set()
    for name in list(areas.things):
        path: dict[str, None] = {}
        current: str | None = name
        while current in areas.things and current not in settled and current not in path:
            path[current] = None
            current = areas.things[current].parent
        if current in path:
            steps = list(path)
            cycle = steps[steps.index(current) :]
            _tell_cycle(cycle, areas, reading)
            for member in cycle:
                areas.things[member] = replace(areas.things[member], parent=None, parents=())
        settled.update(path)


def _cut_dated_cycles(areas: Declared[Area], reading: Reading) -> None:
    """Nor may an area lie in what lies in it on another day: nobody could say what is beneath it."""
    things = areas.things
    if not any(area.parents for area in things.values()):
        return
    for cycle in list(_circles({name: _above(area) for name, area in things.items()})):
        first = cycle[0]
        _tell_cycle(cycle, areas, reading)
        things[first] = replace(things[first], parent=None, parents=())


def _tell_cycle(cycle: list[str], areas: Declared[Area], reading: Reading) -> None:
    key = "parents" if areas.things[cycle[0]].parents else "parent"
    reading.error(at(areas.places[cycle[0]], key), "area_cycle", areas=_circle(cycle))


def _above(area: Area) -> tuple[str, ...]:
    if area.parents:
        return tuple(each.area for each in area.parents)
    return () if area.parent is None else (area.parent,)


def _cut_successions(areas: Declared[Area], reading: Reading) -> None:
    """Areas that succeed each other in a circle are an error once a circle, which is cut where it begins."""
    for cycle in list(_circles({name: area.becomes for name, area in areas.things.items()})):
        first = cycle[0]
        if len(cycle) > 1:  # one that succeeds itself was told where it was read
            reading.error(at(areas.places[first], "becomes"), "area_succession_cycle", areas=_circle(cycle))
        areas.things[first] = replace(areas.things[first], becomes=())


def _circles(following: Table[str, Sequence[str]]) -> Iterator[list[str]]:
    """The circles that a walk from id to id closes, one for each id in which one begins."""
    settled: set[str] = set()
    told: set[str] = set()
    for begin in following:
        path, places = [begin], {begin: 0}
        ahead = [iter(() if begin in settled else following[begin])]
        while ahead:
            step = next(ahead[-1], None)
            if step is None:
                ahead.pop()
                settled.add(path[-1])
                del places[path.pop()]
            elif step in places and step not in told:
                told.add(step)
                yield path[places[step] : places[step] + LONG_CIRCLE + 1]
            elif step in following and step not in settled and step not in places:
                places[step] = len(path)
                path.append(step)
                ahead.append(iter(following[step]))


LONG_CIRCLE = 8  # areas that anybody will read


def _circle(cycle: list[str]) -> str:
    """Its members in their order, only the first few of a large one."""
    return " → ".join([*cycle[:LONG_CIRCLE], *(["…"] if len(cycle) > LONG_CIRCLE else []), cycle[0]])


def _warn_of_dates(found: AreasFile, reading: Reading) -> None:
    """What is beneath an area that has ended, or stands in one, is elsewhere or silent from then on: say so before."""
    things = found.areas.things
    for area, place in found.areas:
        stays = area.parents or ((Belonging(area.parent),) if area.parent else ())
        for stay in stays:
            _warn_of_parent(area, stay, things, at(place, "parents" if area.parents else "parent"), reading)
    for cluster, place in found.clusters:
        home = things.get(cluster.area)
        until = home.valid_until if home is not None else None
        if home is not None and until and not (cluster.areas and (cluster.areas[-1].last or date.max) <= until):
            heirs = ", ".join(home.becomes) or "…"
            reading.warning(
                at(place, "areas" if cluster.areas else "area"),
                "cluster_in_former_area",
                area=home.id,
                day=until,
                heirs=heirs,
            )


def _warn_of_parent(area: Area, stay: Belonging, things: Table[str, Area], mark: Node, reading: Reading) -> None:
    above = things.get(stay.area)
    if above is None:
        return
    first = max(stay.first or date.min, area.valid_from or date.min)
    last = min(stay.last or date.max, area.valid_until or date.max)
    if above.valid_until and last > above.valid_until:
        heirs = ", ".join(above.becomes)
        code = "area_follows_heirs" if heirs else "area_outlives_parent"
        more = {"heirs": heirs} if heirs else {}
        reading.warning(mark, code, area=area.id, parent=above.id, day=above.valid_until, **more)
    if area.parents and above.valid_from and first < above.valid_from:
        reading.warning(mark, "area_precedes_parent", area=area.id, parent=above.id, day=above.valid_from)


def check_addresses(clusters: Declared[SpeakerCluster], channels: Declared[ChannelSettings], reading: Reading) -> None:
    """Each cluster's channel is one of loudspeakers, and no two clusters share an address."""
    taken: dict[tuple[str, tuple[tuple[str, str], ...]], str] = {}
    for cluster, place in list(clusters):
        settings = channels.things.get(cluster.channel)
        if settings is None:
            continue
        start = len(reading.problems)
        if CHANNEL_MEDIA[settings.type] is not Medium.LOUDSPEAKER:
            reading.error(at(place, "channel"), "channel_not_loudspeaker", channel=settings.id)
        elif settings.type == "folder":
            _check_folder(cluster, place, reading)
        elif settings.type == RECEIVER_TYPE and RECEIVER.match(cluster.id) is None:
            reading.error(at(place, "id"), "receiver_name_unfit", value=shown(cluster.id), limit=LONGEST_NAME)
        elif settings.type == RECEIVER_TYPE:
            _check_adapter(cluster, settings, place, reading)
        address = settings.id, tuple(sorted(_address(cluster, settings)))
        if address in taken:
            reading.error(at(place, "address"), "address_doubled", channel=settings.id, other=taken[address])
        taken.setdefault(address, cluster.id)
        if reading.failed_since(start):
            del clusters.things[cluster.id]


def _address(cluster: SpeakerCluster, settings: ChannelSettings) -> Iterable[tuple[str, str]]:
    """Case-folded: a receiver's file system may not tell `A` from `a`."""
    if settings.type == "folder":
        return [("folder", cluster.address.get("folder", cluster.id).casefold())]
    if settings.type == RECEIVER_TYPE:  # a cluster has one receiver, named like it
        return [("receiver", cluster.id)]
    return [(name, value.casefold()) for name, value in cluster.address.items()]


def _check_adapter(cluster: SpeakerCluster, settings: ChannelSettings, place: Mapping, reading: Reading) -> None:
    name = cluster.address.get("adapter", receivers.NEUTRAL)
    if name not in receivers.ADAPTERS:
        known = ", ".join(receivers.ADAPTERS)
        reading.error(at(place, "address"), "adapter_unknown", value=shown(name), known=known)
    elif name != receivers.NEUTRAL and not settings.values.get("broker"):
        reading.error(at(place, "address"), "adapter_without_broker", value=name, channel=settings.id)


def _check_folder(cluster: SpeakerCluster, place: Mapping, reading: Reading) -> None:
    address = place.values.get("address")
    if isinstance(address, Mapping):
        FOLDER_ADDRESS.read(address, reading)
    if cluster.address.get("folder", cluster.id).casefold() in RESERVED_FOLDERS:
        reading.error(at(place, "address"), "folder_reserved", value=RESERVED_FOLDERS[0])
