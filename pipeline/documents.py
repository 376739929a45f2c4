"""The files people write: strict YAML whose every scalar is text and whose every node knows its line and column.

YAML's guesses (`17:00` → 1020, `0113` → 75, `no` → False) never happen here: the loader resolves nothing, a `Kind` of
`pipeline.fields` gives a value its type. Anchors, aliases, tags, doubled keys and second documents are problems.
"""

from __future__ import annotations

import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import yaml

from pipeline.errors import Mark, Place, Problems
from pipeline.unicode_text import MAX_MARKS, compose, first_pile

MAX_BYTES = 4_000_000  # a country's areas.yaml is 2 MB
MAX_DEPTH = 16

_Loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)  # libyaml where the wheel has it
# Control characters, and what YAML would take for the end of a line where no editor shows one.
_REFUSED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")
_START = (yaml.MappingStartEvent, yaml.SequenceStartEvent)


@dataclass(frozen=True, slots=True)
class Node:
    """A value and where it stands. `flawed`: the YAML in or beneath it is refused, which is noted already."""

    file: str
    line: int
    column: int
    flawed: bool = field(default=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Scalar(Node):
    """A single value, always text (NFC). `plain`: written without quotes or block sign."""

    value: str
    plain: bool = True


@dataclass(frozen=True, slots=True)
class Sequence(Node):
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Mapping(Node):
    """Keys in their order; `keys` has the place of each key, `values` its value."""

    keys: dict[str, Scalar]
    values: dict[str, Node]


def read_text(path: Path, name: str, problems: Problems) -> str | None:
    """The text of a file as NFC, or None with a problem at `name` (its path relative to the site)."""
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            problems.error(Place(name), "file_not_regular")
            return None
        if found.st_size > MAX_BYTES:
            problems.error(Place(name), "file_too_large", size=found.st_size, limit=MAX_BYTES)
            return None
        raw = path.read_bytes()
    except FileNotFoundError:
        problems.error(Place(name), "file_missing")
        return None
    except PermissionError:
        problems.error(Place(name), "file_forbidden")
        return None
    except OSError as error:
        problems.error(Place(name), "file_unreadable", why=error.strerror or str(error))
        return None
    return decode(raw, name, problems)


def decode(raw: bytes, name: str, problems: Problems) -> str | None:
    """Bytes of a file as NFC text with `\\n` line ends, or None with a problem."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        problems.error(Place(name, raw.count(b"\n", 0, error.start) + 1, 1), "not_utf8")
        return None
    text = text.replace("\r\n", "\n")
    if (pile := first_pile(text)) is not None:
        problems.error(_place_of(text, pile, name), "marks_piled", limit=MAX_MARKS)
        return None
    text = compose(text)
    if found := _REFUSED.search(text):
        problems.error(_place_of(text, found.start(), name), "control_character", character=f"U+{ord(found[0]):04X}")
        return None
    return text


def _place_of(text: str, offset: int, name: str) -> Place:
    return Place(name, text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset))


def parse(text: str, name: str, problems: Problems, first_line: int = 1) -> Node | None:
    """The one document of a YAML text, or None with at least one problem where nothing can be read at all.

    What the house refuses (anchors, aliases, tags, doubled keys) is a problem each and leaves its node `flawed`, so
    that everything else in the file is still read. `first_line` is the line of the file on which `text` begins
    (front matter of a script).
    """
    builder = _Builder(name, problems, first_line)
    try:
        node = builder.document(yaml.parse(text, Loader=_Loader))
    except _TooDeepError as error:
        problems.error(error.place, "yaml_too_deep", limit=MAX_DEPTH)
        return None
    except yaml.MarkedYAMLError as error:
        _note_syntax(error, text, name, problems, first_line)
        return None
    except yaml.YAMLError as error:
        problems.error(Place(name, first_line, 1), "yaml_syntax", why=str(error).splitlines()[0])
        return None
    if node is None and not builder.refused:
        problems.error(Place(name, first_line, 1), "empty_file")
    return node


# A part of what the parser says -> code, and whether the mistake stands where the construct began.
_SYNTAX = (
    ("while scanning an a", "yaml_anchor", True),  # anchor or alias
    (" tag", "yaml_tag", False),
    ("mapping values are not allowed", "yaml_colon", False),
    ("while scanning a quoted scalar", "yaml_quote_open", True),
    ("expected ',' or ']'", "yaml_bracket_open", True),
    ("expected ',' or '}'", "yaml_bracket_open", True),
    ("could not find expected ':'", "yaml_no_colon", True),
    ("did not find expected", "yaml_indent", False),
    ("cannot start any token", "yaml_character", False),
    ("unknown escape character", "yaml_escape", False),
)


def _note_syntax(error: yaml.MarkedYAMLError, text: str, name: str, problems: Problems, first_line: int) -> None:
    said = f"{error.context or ''} {error.problem or ''}"
    code, at_start = next(
        ((code, at_start) for part, code, at_start in _SYNTAX if part in said), ("yaml_syntax", False)
    )
    mark = (at_start and error.context_mark) or error.problem_mark or error.context_mark
    line, column = (mark.line, mark.column) if mark else (0, 0)
    if "tab character" in said or _begins_with_tab(text, line):
        code = "yaml_tab"
    problems.error(Place(name, line + first_line, column + 1), code, why=error.problem or "?")


def _begins_with_tab(text: str, index: int) -> bool:
    lines = text.split("\n")
    return 0 <= index < len(lines) and "\t" in lines[index][: len(lines[index]) - len(lines[index].lstrip())]


class _TooDeepError(Exception):
    def __init__(self, place: Place) -> None:
        self.place = place
        super().__init__(place)


class _Builder:
    """Turns the event stream into nodes, and names what the house does not allow."""

    def __init__(self, name: str, problems: Problems, first_line: int) -> None:
        self.name, self.problems, self.first_line = name, problems, first_line
        self.refused = False

    def document(self, events: Iterator[yaml.Event]) -> Node | None:
        node: Node | None = None
        documents = 0
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self._error(self._place(event), "yaml_many_documents")
                    return None
            elif isinstance(event, (yaml.ScalarEvent, yaml.AliasEvent, *_START)):
                node = self.node(event, events, 1)
        if isinstance(node, Scalar) and not node.value and node.plain:
            return None
        return node

    def node(self, event: yaml.Event, events: Iterator[yaml.Event], depth: int) -> Node:
        noted = len(self.problems)
        self._refuse(event, depth)
        node = self._read(event, events, depth)
        return replace(node, flawed=True) if len(self.problems) > noted else node

    def _read(self, event: yaml.Event, events: Iterator[yaml.Event], depth: int) -> Node:
        place = self._place(event)
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(place, events, depth)
        if isinstance(event, yaml.SequenceStartEvent):
            return Sequence(place.file, place.line, place.column, tuple(self._items(events, depth)))
        if not isinstance(event, yaml.ScalarEvent):
            return Scalar(place.file, place.line, place.column, "", plain=False)
        # nothing of the kind stands in the file itself: it was written as an escape
        if _REFUSED.search(event.value) or first_pile(event.value) is not None:
            self._error(place, "yaml_escape")
        value = compose(event.value)
        return Scalar(place.file, place.line, place.column, value, plain=not event.style)

    def _items(self, events: Iterator[yaml.Event], depth: int) -> Iterator[Node]:
        for event in events:
            if isinstance(event, yaml.SequenceEndEvent):
                return
            yield self.node(event, events, depth + 1)

    def _mapping(self, place: Place, events: Iterator[yaml.Event], depth: int) -> Mapping:
        keys: dict[str, Scalar] = {}
        values: dict[str, Node] = {}
        for event in events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            key = self.node(event, events, depth + 1)
            value = self.node(next(events), events, depth + 1)
            if not isinstance(key, Scalar):
                self._error(key, "key_not_text")
            elif key.value in keys:
                self._error(key, "key_doubled", key=key.value, first=keys[key.value].line)
                values[key.value] = replace(values[key.value], flawed=True)
            else:
                keys[key.value], values[key.value] = key, value
        return Mapping(place.file, place.line, place.column, keys, values)

    def _refuse(self, event: yaml.Event, depth: int) -> None:
        place = self._place(event)
        if depth > MAX_DEPTH:
            raise _TooDeepError(place)
        if getattr(event, "anchor", None) is not None:
            self._error(place, "yaml_anchor")
        if getattr(event, "tag", None) is not None:
            self._error(place, "yaml_tag")

    def _error(self, mark: Mark, code: str, **params: object) -> None:
        self.refused = True
        self.problems.error(mark, code, **params)

    def _place(self, event: yaml.Event) -> Place:
        mark = event.start_mark
        line, column = (mark.line, mark.column) if mark else (0, 0)
        return Place(self.name, line + self.first_line, column + 1)
