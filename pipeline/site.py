"""Every file of a site, read once, with all its problems. A broken file stops only what needs it."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from pipeline import config, documents, scripts
from pipeline.areas import AreaTree
from pipeline.config import Config
from pipeline.config import schema as config_schema
from pipeline.config.channels import ChannelSettings
from pipeline.config.mastering import HORN, PRESETS, Preset
from pipeline.config.report_channels import ReportChannel, cited
from pipeline.config.station import StationSettings
from pipeline.documents import Node
from pipeline.domain import Audience, Bulletin, DayRange, Medium, Programme, Slot, SpeakerCluster, Topic, YearDays
from pipeline.errors import ConfigError, Mark, Place, Problem, Severity
from pipeline.fields import Reading, closest, resolve, shown
from pipeline.folders import CONFIG, SCHEDULES, SCRIPTS, YAML, files_in, is_site
from pipeline.sms import FIELDS, bare_places, places

if TYPE_CHECKING:
    from pipeline.speech.lexicon import Lexicon

SCHEMA = f"{CONFIG}/schema"
HELD_BACK = "programme_held_back"


@dataclass(frozen=True, slots=True)
class Site:
    """What the files of a folder say. Errors keep what they name out of here; `problems` has all of them in order.

    A programme whose pauses cannot be known is held back as a whole, so is a slot whose excepted areas are unknown.
    A cluster may name a channel that is not in `channels`: its deliveries fail with a reason, not in silence.
    `usable` is False where station, areas or channels could not be read at all.
    """

    root: Path
    station: StationSettings
    areas: AreaTree
    clusters: Mapping[str, SpeakerCluster]
    channels: Mapping[str, ChannelSettings]
    sms_channel: str | None
    topics: Mapping[str, Topic]
    audiences: Mapping[str, Audience]
    calendar: Mapping[str, tuple[DayRange | YearDays, ...]]
    lexicon: Lexicon
    report_channels: Mapping[str, ReportChannel]
    bulletins: Mapping[str, Bulletin]
    programmes: tuple[Programme, ...]
    problems: tuple[Problem, ...]
    usable: bool = True
    closed: tuple[str, ...] = ()  # sets of the calendar on whose days nothing ROUTINE is aired
    callbacks: tuple[str, int] | None = None  # where providers' reports are listened for
    presets: Mapping[str, Preset] = field(default_factory=lambda: PRESETS)

    def preset(self, *, urgent: bool = False) -> Preset:
        """What recordings are mastered with, those of EMERGENCY (`urgent`) and all others.

        One that could not be read is among the problems; the words must not fall silent for their tone, so `horn`
        stands in for it.
        """
        name = self.station.mastering_urgent if urgent else self.station.mastering
        return self.presets.get(name, PRESETS[HORN])

    @property
    def silent(self) -> tuple[Problem, ...]:
        """Files of programmes that are kept off the air as a whole, each by the first problem that does so."""
        carried, found = {each.file for each in self.programmes}, dict[str, Problem]()
        for each in self.problems:
            grave = each.severity is Severity.ERROR or each.code == HELD_BACK
            if grave and each.file.startswith(f"{SCHEDULES}/") and each.file not in carried:
                found.setdefault(each.file, each)
        return tuple(found.values())

    def placed_on(self, on: date) -> dict[str, str]:
        """Cluster → the area in which it stands on a day; without those that stand in none."""
        return {each.id: area for each in self.clusters.values() if (area := each.area_on(on)) is not None}

    def clusters_in(self, areas: Collection[str], on: date) -> dict[str, str]:
        """The clusters that stand in these areas or beneath them on a day, each with its area."""
        beneath = self.areas.beneath(areas, on)
        return {cluster: area for cluster, area in self.placed_on(on).items() if area in beneath}


def load_site(root: Path) -> Site:
    """Read a site. Never raises for what stands in its files: that is in `problems`, by file, line and column."""
    reading = Reading()
    if not is_site(root, reading):
        return replace(empty_site(root), problems=tuple(reading.problems))
    found = _read_config(root, reading)
    bulletins, scripts_found = _read_scripts(root, reading)
    programmes, pauses = _read_programmes(root, reading)
    resolve(reading.references, {**found.declared, "bulletin": scripts_found}, reading.problems)
    kept = tuple(_kept(programmes, pauses, found, reading))
    _warn_of_order(found, {each.id for each in programmes}, reading)
    _check_places(found, bulletins.values(), reading)
    return _site(root, found, bulletins, kept, reading)


def _check_places(found: Config, bulletins: Iterable[Bulletin], reading: Reading) -> None:
    """Places of SMS that nobody has words for, or not for everybody: people would read the braces."""
    own = {name for area in found.areas.areas.things.values() for name in area.fields}
    known = ", ".join(f"{{{name}}}" for name in (*FIELDS, *sorted(own)))
    for bulletin in bulletins:
        text = bulletin.sms or ""
        mark = next((each for each in bulletin.marks if each.key == "sms"), None)
        place = Place(bulletin.file, mark.line, mark.column) if mark else Place(bulletin.file)
        for name in places(text):
            if name not in own and name not in FIELDS:
                reading.warning(place, "sms_field_unknown", field=f"{{{name}}}", known=known)
            elif name in bare_places(text):
                reading.error(place, "sms_field_bare", field=f"{{{name}}}", example=f"{{{name}:…}}")


def _warn_of_order(found: Config, programmes: Collection[str], reading: Reading) -> None:
    """A name in `order` that no programme bears: a slip that would let another one go first."""
    for name in found.station.order.programmes:
        if name not in programmes and name != "_send":
            reading.warning(Place(f"{CONFIG}/station{YAML}"), "order_programme_unknown", value=shown(name))


def site_to_speak(root: Path, needs: Collection[str], *, named: bool) -> Site:
    """As much of a site as a single text needs: config/ alone, and the defaults where nobody named a site and none is.

    ConfigError with everything that is wrong with the files of config/ in `needs` (without `.yaml`), where that lost
    anything: defaults never stand in for what somebody wrote.
    """
    if not named and not any(os.path.lexists(root / CONFIG / f"{stem}{YAML}") for stem in config.FILES):
        return empty_site(root)
    reading = Reading()
    found = _read_config(root, reading, needs) if is_site(root, reading) else None
    if found is None or reading.problems.errors:
        raise ConfigError(each for each in _sorted(reading.problems) if each.severity is Severity.ERROR)
    return _site(root, found, {}, (), reading)


def empty_site(root: Path) -> Site:
    """Defaults and nothing else: enough to speak a sentence, not to run a station."""
    reading = Reading()
    return replace(_site(root, config.read_config({}, config.FILES, reading), {}, (), Reading()), usable=False)


def _site(
    root: Path, found: Config, bulletins: Mapping[str, Bulletin], programmes: tuple[Programme, ...], reading: Reading
) -> Site:
    from pipeline.speech.lexicon import Lexicon

    channels = found.channels.channels.things
    return Site(
        root=root,
        station=found.station,
        areas=AreaTree(found.areas.areas.things.values()),
        clusters=found.areas.clusters.things,
        channels=channels,
        sms_channel=found.channels.sms if found.channels.sms in channels else None,
        callbacks=found.channels.callbacks,
        topics=found.topics.topics.things,
        audiences=found.topics.audiences.things,
        calendar=found.calendar.sets,
        lexicon=Lexicon(found.lexicon, zero=found.station.speech.zero),
        report_channels=found.report_channels.things,
        bulletins=_at_station(bulletins, found.station.timezone),
        programmes=programmes,
        problems=_sorted(reading.problems),
        presets=found.mastering.presets,
        closed=found.calendar.closed,
        usable=not any(file.required and name in found.broken for name, file in config.FILES.items()),
    )


def _at_station(bulletins: Mapping[str, Bulletin], zone: ZoneInfo) -> Mapping[str, Bulletin]:
    """The bulletins with the moments that people typed by the station's clock as aware ones."""
    return {
        name: replace(each, received=each.received.replace(tzinfo=zone)) if each.received else each
        for name, each in bulletins.items()
    }


def _sorted(problems: Collection[Problem]) -> tuple[Problem, ...]:
    """By place; the same thing found twice at one place is said once."""
    found = {(each.file, each.line, each.column, each.code, str(dict(each.params))): each for each in problems}
    return tuple(found[key] for key in sorted(found))


def stale(site: Site, bulletin: Bulletin, on: date) -> tuple[ReportChannel, ...]:
    """The report channels a bulletin names whose last check no longer holds on a day."""
    named = cited(f"{bulletin.text}\n{bulletin.sms or ''}", site.report_channels.values())
    return tuple(each for each in named if each.valid_until < on)


# --- the folders ------------------------------------------------------------------------------------------------------


def _parsed(path: Path, name: str, reading: Reading) -> Node | None:
    text = documents.read_text(path, name, reading.problems)
    return None if text is None else documents.parse(text, name, reading.problems)


# --- config/ ----------------------------------------------------------------------------------------------------------


def _read_config(root: Path, reading: Reading, wanted: Collection[str] = config.FILES) -> Config:
    nodes: dict[str, Node] = {}
    broken: set[str] = set()
    for name, path in files_in(root, CONFIG, reading):
        where = PurePosixPath(name)
        if str(where.parent) == CONFIG and where.suffix == YAML and where.stem in config.FILES:
            if where.stem not in wanted:
                continue
            node = _parsed(path, name, reading)
            if node is not None:
                nodes[where.stem] = node
            if not isinstance(node, documents.Mapping):
                broken.add(where.stem)
        elif where.suffix.lower() in (YAML, ".yml"):
            _warn_unknown(name, where, reading)
    for stem, file in config.FILES.items():
        if file.required and stem in wanted and stem not in nodes and stem not in broken:
            broken.add(stem)
            reading.error(Place(f"{CONFIG}/{stem}{YAML}"), "config_file_missing", name=f"{stem}{YAML}")
    return config.read_config(nodes, broken, reading)


def _warn_unknown(name: str, where: PurePosixPath, reading: Reading) -> None:
    if close := closest(where.stem, config.FILES):
        reading.warning(Place(name), "config_file_unknown_close", close=f"{CONFIG}/{close}{YAML}")
    else:
        reading.warning(Place(name), "config_file_unknown", known=", ".join(f"{stem}{YAML}" for stem in config.FILES))


# --- scripts_audio/ ---------------------------------------------------------------------------------------------------


def _read_scripts(root: Path, reading: Reading) -> tuple[dict[str, Bulletin], Collection[str]]:
    """Bulletins by id, and the ids of all scripts, those of broken ones too."""
    bulletins: dict[str, Bulletin] = {}
    files: dict[str, str] = {}
    recordings: set[str] = set()
    for name, path in files_in(root, SCRIPTS, reading):
        suffix = PurePosixPath(name).suffix
        if suffix.lower() in scripts.AUDIO_SUFFIXES:
            recordings.add(name)
        elif suffix != scripts.SUFFIX:
            reading.warning(Place(name), "script_not_read")
        elif (found := scripts.bulletin_id(name)) in files:
            reading.error(Place(name), "script_id_doubled", value=shown(found), other=files[found])
        else:
            files[found] = name
            text = documents.read_text(path, name, reading.problems)
            bulletin = None if text is None else scripts.read_script(text, name, reading, root=root)
            if bulletin is not None:
                bulletins[found] = bulletin
    used = {bulletin.audio for bulletin in bulletins.values()}
    if len(bulletins) == len(files):
        for recording in sorted(recordings - used):
            reading.warning(Place(recording), "recording_unused")
    return bulletins, files


# --- schedules/ -------------------------------------------------------------------------------------------------------


def _read_programmes(root: Path, reading: Reading) -> tuple[list[Programme], Mapping[str, Mark]]:
    """The programmes, and by id where their pauses are written."""
    from pipeline.schedule import pauses_known, read_programme

    programmes: list[Programme] = []
    pauses: dict[str, Mark] = {}
    found = list(_programme_nodes(root, reading))
    first = _first_files(found)
    for name, node in found:
        programme = read_programme(node, name, reading)
        if not _is_first(node, name, first, reading) or not isinstance(node, documents.Mapping):
            continue
        if programme is not None and pauses_known(node, programme, reading):
            programmes.append(programme)
            pauses[programme.id] = node.keys.get("except", node)
    return programmes, pauses


def _programme_nodes(root: Path, reading: Reading) -> Iterator[tuple[str, Node]]:
    for name, path in files_in(root, SCHEDULES, reading):
        where = PurePosixPath(name)
        if str(where.parent) != SCHEDULES:
            reading.warning(Place(name), "schedule_in_subfolder")
        elif where.suffix != YAML:
            looks_meant = where.suffix.lower() in (YAML, ".yml")
            reading.warning(Place(name), "schedule_wrong_suffix" if looks_meant else "schedule_not_read")
        elif (node := _parsed(path, name, reading)) is not None and not _holds_numbers(node, reading):
            yield name, node


_MOBILE = re.compile(r"(\+?84|0)[35789][0-9]{8}", re.ASCII)


def _holds_numbers(node: Node, reading: Reading) -> bool:
    """Whether telephone numbers stand where contact lists are named (noted, never repeated)."""
    if isinstance(node, documents.Scalar):
        found = _MOBILE.fullmatch(re.sub(r"[\s.-]", "", node.value)) is not None
        if found:
            reading.error(node, "private_number")
        return found
    within = node.items if isinstance(node, documents.Sequence) else ()
    if isinstance(node, documents.Mapping):
        within = (*node.keys.values(), *node.values.values())
    return sum(_holds_numbers(each, reading) for each in within) > 0  # every one is noted


def _first_files(found: Iterable[tuple[str, Node]]) -> Mapping[str, str]:
    """By id the file that is read for it where several have it: the one named like the id, else the first.

    A copy is named anyhow: it must not shut out what it was made from because its name comes before.
    """
    files: dict[str, str] = {}
    for name, node in sorted(found, key=lambda each: PurePosixPath(each[0]).stem != _written_id(each[1])):
        files.setdefault(_written_id(node), name)
    return files


def _is_first(node: Node, name: str, files: Mapping[str, str], reading: Reading) -> bool:
    """Whether no other file is read for the programme's id."""
    value = _written_id(node)
    if value and isinstance(node, documents.Mapping) and (other := files[value]) != name:
        reading.error(node.values["programme"], "programme_doubled", value=shown(value), other=other)
        return False
    return True


def _written_id(node: Node) -> str:
    given = node.values.get("programme") if isinstance(node, documents.Mapping) else None
    return given.value.strip() if isinstance(given, documents.Scalar) else ""


def _kept(
    programmes: list[Programme], pauses: Mapping[str, Mark], found: Config, reading: Reading
) -> Iterator[Programme]:
    """Programmes without what cannot be honoured: pauses and excepted areas that nobody knows."""
    known = found.areas.areas.things
    for programme in programmes:
        if lost := {each for each in programme.exceptions if isinstance(each, str)} - found.calendar.sets.keys():
            declared = found.declared.get("calendar")
            blame = reading.warning if declared is None or lost <= set(declared) else reading.error
            blame(pauses[programme.id], HELD_BACK, programme=programme.id, key="except")
            continue
        slots: list[Slot] = []
        for slot in programme.slots:
            place = Place(programme.file, slot.line, 1)
            if not known.keys() >= set(slot.except_areas):
                reading.warning(place, "slot_held_back", slot=slot.id)
                continue
            if slot.medium is Medium.SMS and not found.channels.names_sms:
                reading.warning(place, "slot_without_sms_channel", slot=slot.id)
            slots.append(slot)
        yield replace(programme, slots=tuple(slots))


# --- schemas ----------------------------------------------------------------------------------------------------------


def schemas() -> dict[str, dict[str, Any]]:
    """JSON Schemas of every kind of file, by their file name in config/schema/."""
    from pipeline.schedule import PROGRAMME

    records = {name: (file.title, file.record) for name, file in config.FILES.items()}
    records["script"] = ("Phần đầu của bản tin", scripts.FRONT_MATTER)
    records["programme"] = ("Chương trình", PROGRAMME)
    return config_schema.schemas(records)
