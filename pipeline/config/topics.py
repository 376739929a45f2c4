"""config/topics.yaml: what bulletins warn of, and whom they speak to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pipeline import documents
from pipeline.config.entries import Declared, EntriesOf
from pipeline.documents import Node
from pipeline.domain import Audience, Topic
from pipeline.fields import Field, Identifier, Reading, Record, Text

ALL = "all"  # in a rotation: every topic


def _topic(values: Mapping[str, Any], place: documents.Mapping, reading: Reading) -> Topic | None:
    if values["id"] == ALL:
        reading.error(place.values["id"], "topic_id_reserved", value=ALL)
        return None
    return Topic(**values)


def _audience(values: Mapping[str, Any], place: documents.Mapping, reading: Reading) -> Audience:
    return Audience(**values)


TOPIC = Record(
    (
        Field("id", Identifier(), "mã chủ đề", "id of the topic", required=True),
        Field("name", Text(limit=300, one_line=True), "tên chủ đề", "name of the topic", required=True),
    )
)

AUDIENCE = Record(
    (
        Field("id", Identifier(), "mã đối tượng nghe", "id of the audience", required=True),
        Field("name", Text(limit=300, one_line=True), "tên đối tượng nghe", "name of the audience", required=True),
    )
)

TOPICS = Record(
    (
        Field("topics", EntriesOf(TOPIC, _topic), "các chủ đề", "the topics", required=True),
        Field("audiences", EntriesOf(AUDIENCE, _audience), "các đối tượng nghe", "the audiences"),
    )
)


@dataclass
class TopicsFile:
    topics: Declared[Topic] = field(default_factory=Declared)
    audiences: Declared[Audience] = field(default_factory=Declared)


def read_topics(node: Node, reading: Reading) -> TopicsFile:
    """Topics and audiences in the order of the file."""
    return TopicsFile(**(TOPICS.read(node, reading) or {}))
