"""The settings of a site: one module per file of config/, each with its `Record` and a `read_*`.

    station.py          name, hours, ceilings, approval
    voices.py           its voices and how they speak
    areas.py            areas with their history, loudspeaker clusters
    belongings.py       in what they lie, where that changes on a date
    channels.py         the ways out
    provider.py         an SMS provider that is described, not programmed
    online.py           addresses, secrets, rates
    callbacks.py        where providers report to
    topics.py           topics and audiences
    calendar.py         named sets of days
    lexicon.py          readings of the station's own
    mastering.py        what each kind of loudspeaker wants of a recording
    report_channels.py  where people report
    entries.py          lists of things with an id, each whole or left out
    schema.py           the JSON Schemas of all of them

`read_config` reads what was parsed into `Config`; the files themselves are opened by `pipeline.site`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from pipeline.config.areas import AREAS, AreasFile, check_addresses, read_areas
from pipeline.config.calendar import CALENDAR, CalendarFile, read_calendar
from pipeline.config.channels import CHANNELS, ChannelsFile, read_channels
from pipeline.config.entries import Declared
from pipeline.config.lexicon import LEXICON, read_lexicon
from pipeline.config.mastering import MASTERING, MasteringFile, check_preset_names, read_mastering
from pipeline.config.receivers import check_tones
from pipeline.config.report_channels import REPORT_CHANNELS, ReportChannel, read_report_channels
from pipeline.config.station import STATION, StationSettings, read_station
from pipeline.config.topics import TOPICS, TopicsFile, read_topics
from pipeline.documents import Node
from pipeline.domain import Medium
from pipeline.errors import Severity
from pipeline.fields import Reading, Record

if TYPE_CHECKING:
    from pipeline.speech.lexicon import LexiconEntry


class ConfigFile(NamedTuple):
    """One file of config/: its record, its Vietnamese title, and whether a site can be without it."""

    title: str
    record: Record
    required: bool = False


FILES: Mapping[str, ConfigFile] = {
    "station": ConfigFile("Đơn vị", STATION, required=True),
    "areas": ConfigFile("Địa bàn và cụm loa", AREAS, required=True),
    "channels": ConfigFile("Kênh phát và gửi", CHANNELS, required=True),
    "topics": ConfigFile("Chủ đề và đối tượng nghe", TOPICS),
    "calendar": ConfigFile("Các tập ngày", CALENDAR),
    "lexicon": ConfigFile("Cách đọc riêng", LEXICON),
    "report_channels": ConfigFile("Kênh phản ánh", REPORT_CHANNELS),
    "mastering": ConfigFile("Các kiểu chỉnh âm", MASTERING),
}


@dataclass
class Config:
    """Everything in config/. `declared` has the ids that references may name, kind by kind; a kind whose file could
    not be read is absent, so that one broken file is one problem."""

    station: StationSettings
    areas: AreasFile
    channels: ChannelsFile
    topics: TopicsFile
    calendar: CalendarFile
    lexicon: tuple[LexiconEntry, ...]
    report_channels: Declared[ReportChannel]
    mastering: MasteringFile = field(default_factory=MasteringFile)
    declared: dict[str, Collection[str]] = field(default_factory=dict)
    broken: Collection[str] = ()


def read_config(nodes: Mapping[str, Node], broken: Collection[str], reading: Reading) -> Config:
    """Settings from the parsed files by name; `broken` are those that could not be parsed or must not be missing."""
    config = Config(
        station=read_station(nodes.get("station"), reading),
        areas=read_areas(nodes["areas"], reading) if "areas" in nodes else AreasFile(),
        channels=read_channels(nodes["channels"], reading) if "channels" in nodes else ChannelsFile(),
        topics=read_topics(nodes["topics"], reading) if "topics" in nodes else TopicsFile(),
        calendar=read_calendar(nodes["calendar"], reading) if "calendar" in nodes else CalendarFile(),
        lexicon=read_lexicon(nodes["lexicon"], reading) if "lexicon" in nodes else (),
        report_channels=(
            read_report_channels(nodes["report_channels"], reading) if "report_channels" in nodes else Declared()
        ),
        mastering=_presets(nodes, broken, reading),
        broken=broken,
    )
    check_preset_names(config.mastering, reading)
    check_addresses(config.areas.clusters, config.channels.channels, reading)
    check_tones(config.channels.channels, config.station.windows.get(Medium.LOUDSPEAKER), reading)
    unread = {problem.file for problem in reading.problems if problem.severity is Severity.ERROR}
    config.declared = {
        kind: ids
        for kind, (name, ids) in _ids(config).items()
        if name not in broken and (ids or f"config/{name}.yaml" not in unread)
    }
    return config


def _presets(nodes: Mapping[str, Node], broken: Collection[str], reading: Reading) -> MasteringFile:
    if "mastering" in nodes:
        return read_mastering(nodes["mastering"], reading)
    return MasteringFile(named=None) if "mastering" in broken else MasteringFile()


def _ids(config: Config) -> dict[str, tuple[str, Collection[str]]]:
    return {
        "area": ("areas", config.areas.areas.places),
        "cluster": ("areas", config.areas.clusters.places),
        "channel": ("channels", config.channels.channels.places),
        "topic": ("topics", config.topics.topics.places),
        "audience": ("topics", config.topics.audiences.places),
        "calendar": ("calendar", config.calendar.names),
    }
