"""scripts_audio/**/ID.md: front matter between two lines of `---`, then the text as it will be spoken → Bulletin."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

from pipeline.documents import Mapping, Node, Scalar, Sequence, parse
from pipeline.domain import Bulletin, Category, FrontMark, Priority, Source
from pipeline.errors import Place
from pipeline.fields import (
    IDENTIFIER,
    Choice,
    Day,
    Field,
    ListOf,
    LocalMoment,
    Named,
    Reading,
    Record,
    Text,
    identifier_from,
    shown,
)

FOLDER = "scripts_audio"
SUFFIX = ".md"
AUDIO_SUFFIXES = (".wav", ".mp3", ".ogg", ".flac", ".m4a")
FENCE = "---"
MAX_TEXT = 100_000  # characters: two hours on the air
MAX_SMS = 5_000
MAX_SMS_PARTS = 10

SOURCE = Record(
    (
        Field(
            "name", Text(limit=300, one_line=True), "cơ quan chịu trách nhiệm về nội dung", "who vouches", required=True
        ),
        Field("ref", Text(limit=300, one_line=True), "số hiệu văn bản hoặc trang đăng", "document number or page"),
        Field("date", Day(), "ngày của nguồn", "date of the source"),
    )
)

FRONT_MATTER = Record(
    (
        Field("title", Text(limit=300, one_line=True), "tên bản tin", "title", required=True),
        Field(
            "topic", Named("topic"), "chủ đề, mã trong config/topics.yaml", "topic of config/topics.yaml", required=True
        ),
        Field("category", Choice(tuple(Category)), "loại nội dung", "kind of content", required=True),
        Field("audience", ListOf(Named("audience")), "đối tượng nghe", "whom it speaks to"),
        Field("priority", Choice(tuple(Priority)), "mức độ, mặc định routine", "class, routine by default"),
        Field("source", SOURCE, "nguồn tin", "where it comes from", required=True),
        Field("expires", Day(), "sau ngày này không phát nữa", "not aired after this day"),
        Field("audio", Text(limit=300, one_line=True), "tệp ghi âm đặt cạnh tệp này", "recording beside this file"),
        Field("sms", Text(limit=MAX_SMS), "nội dung tin nhắn", "text of the SMS"),
        Field(
            "received",
            LocalMoment(),
            "lúc tin báo đến đài, giờ của đài, ví dụ 2026-11-22T08:15; để đo thời gian từ lúc nhận tin đến lúc phát",
            "when the warning reached the station, its local time; from then on the way to the air is measured",
        ),
        Field(
            "accept",
            ListOf(Text(limit=300), distinct=False),
            "những chỗ máy thắc mắc mà người soạn đã xem và đúng ý, chép y như trong lời đọc hoặc tin nhắn",
            "what the proofreader questions and somebody has looked at and means so, exactly as written",
        ),
    )
)


class Parts(NamedTuple):
    """The two halves of a script; `line` and `column` are where in the file the text begins."""

    front: str
    text: str
    line: int
    column: int = 1


def split(text: str, name: str, reading: Reading) -> Parts | None:
    """The front matter (from line 2 on) and the text, or None with a problem."""
    lines = [line.rstrip() for line in text.split("\n")]
    if lines[0] != FENCE:
        code = "empty_file" if not text.strip() else "front_matter_missing"
        reading.error(Place(name, 1, 1), code)
        return None
    if FENCE not in lines[1:]:
        reading.error(Place(name, 1, 1), "front_matter_open")
        return None
    end = lines.index(FENCE, 1)
    body = lines[end + 1 :]
    blank = next((count for count, line in enumerate(body) if line), len(body))
    if blank == len(body):
        return Parts("\n".join(lines[1:end]), "", end + 2)
    column = len(body[blank]) - len(body[blank].lstrip()) + 1
    return Parts("\n".join(lines[1:end]), "\n".join(body).strip(), end + 2 + blank, column)


def bulletin_id(name: str) -> str:
    """The id of a script by its name: that of the file, without folders and `.md`."""
    return PurePosixPath(name).name.removesuffix(SUFFIX)


def read_script(text: str, name: str, reading: Reading, *, root: Path) -> Bulletin | None:
    """The bulletin of a script, or None once a problem is noted.

    `name` is its path relative to the site, `root` the site, where a recording beside the script is looked for.
    """
    start = len(reading.problems)
    _check_id(name, reading)
    parts = split(text, name, reading)
    if parts is None:
        return None
    if not parts.text:
        reading.error(Place(name, parts.line, 1), "script_text_empty")
    if len(parts.text) > MAX_TEXT:
        reading.error(Place(name, parts.line, 1), "script_text_too_long", characters=len(parts.text), limit=MAX_TEXT)
    if not re.search(r"^[^#\s]", parts.front, re.MULTILINE):
        reading.error(Place(name, 1, 1), "front_matter_empty")
        return None
    node = parse(parts.front, name, reading.problems, first_line=2)
    values = None if node is None else FRONT_MATTER.read(node, reading)
    if values is None or not isinstance(node, Mapping):
        return None
    if "audio" in values:
        values["audio"] = _audio(node.values["audio"], values["audio"], name, root, reading)
    _check_sense(values, node, reading)
    if node.flawed or reading.failed_since(start):
        return None
    values["marks"] = tuple(_marks(node, parts.front.split("\n")))
    return _bulletin(values, parts, name)


MARKED = ("title", "sms", "source", "expires", "accept")


def _marks(node: Mapping, lines: list[str]) -> Iterator[FrontMark]:
    """The places of what proofreading may speak of; `lines` are those of the front matter, from line 2 on."""
    for key in MARKED:
        for each in _parts_of(node.values.get(key)):
            value = each.value.strip() if isinstance(each, Scalar) else ""
            written = lines[each.line - 2][each.column - 1 :]
            quoted = len(written) - len(written.lstrip("\"' "))
            exact = value != "" and written.startswith(value, quoted)
            yield FrontMark(key, value, each.line, each.column + (quoted if exact else 0), exact)


def _parts_of(found: Node | None) -> Iterable[Node]:
    """The entries of a list, the values of a table, or the value alone."""
    if isinstance(found, Sequence):
        return found.items
    if isinstance(found, Mapping):
        return found.values.values()
    return () if found is None else (found,)


def _bulletin(values: dict[str, Any], parts: Parts, name: str) -> Bulletin:
    values["accept"] = tuple(values.get("accept", ()))
    values["category"] = Category(values["category"])
    values["priority"] = Priority(values.get("priority", Priority.ROUTINE))
    values["source"] = Source(**values["source"])
    return Bulletin(id=bulletin_id(name), text=parts.text, file=name, line=parts.line, column=parts.column, **values)


def _check_id(name: str, reading: Reading) -> None:
    found = bulletin_id(name)
    if len(found) > 64 or not IDENTIFIER.fullmatch(found):
        reading.error(Place(name), "bad_file_name", value=shown(found), close=identifier_from(found)[:64].strip("-"))


def _audio(node: Node, value: str, name: str, root: Path, reading: Reading) -> str | None:
    """The recording's path relative to the site."""
    path = PurePosixPath(value)
    if path.is_absolute() or ".." in path.parts or re.search(r"[\\:]|^~", value):
        reading.error(node, "script_audio_outside", value=shown(value))
        return None
    if path.suffix.lower() not in AUDIO_SUFFIXES:
        reading.error(node, "script_audio_kind", value=shown(value), known=", ".join(AUDIO_SUFFIXES))
        return None
    found = str(PurePosixPath(name).parent / path)
    try:
        real = (root / found).resolve()
        confined = real.is_relative_to((root / FOLDER).resolve())
        size = real.stat().st_size if confined and real.is_file() else -1
    except (OSError, RuntimeError):
        confined, size = True, -1
    if not confined:
        reading.error(node, "script_audio_outside", value=shown(value))
    elif size < 0:
        reading.error(node, "script_audio_missing", value=shown(value))
    elif size == 0:
        reading.error(node, "script_audio_empty", value=shown(value))
    return found


def _check_sense(values: dict[str, Any], node: Mapping, reading: Reading) -> None:
    """What is well formed and yet cannot be meant."""
    expires, dated = values.get("expires"), values.get("source", {}).get("date")
    if expires is not None and dated is not None and expires < dated:
        reading.error(node.values["expires"], "expires_before_source", expires=expires, date=dated)
    if values.get("priority") == Priority.EMERGENCY and values.get("category") == Category.TRICK:
        reading.warning(node.values["priority"], "emergency_for_trick")
    if "sms" in values:
        from pipeline.sms import measure

        parts = measure(values["sms"]).segments
        if parts > MAX_SMS_PARTS:
            reading.warning(node.values["sms"], "sms_many_parts", parts=parts, limit=MAX_SMS_PARTS)
