"""Texts in which Loa fills something in for a described provider: `{phone}`, `{text}`, `{secret:LOA_KEY}` …

A secret is only ever named: what is called like one has to be such a place. An address holds neither it nor a number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline import documents
from pipeline.config.online import BaseUrl
from pipeline.contacts.numbers import holds_number, showable
from pipeline.documents import Node
from pipeline.fields import Reading, Text, refuse_shape, shown

PHONES = ("phone", "phone_local", "phone_plus")
SEND_PLACES = (*PHONES, "text", "key", "sender", "unicode")
ASK_PLACES = ("key", "ref")
HEADER_PLACES = ("key", "sender")
LONGEST = 2_000  # characters of a text
PLACE = re.compile(r"\{(secret:[A-Z_][A-Z0-9_]{0,99}|[a-z_]+)\}", re.ASCII)
LITERALS = {"{true}": True, "{false}": False}
NUMBER = re.compile(r"\{number:(-?\d{1,9})\}", re.ASCII)

MAX_DEPTH = 5
_SECRET_NAMES = {"key", "apikey", "secret", "secretkey", "token", "password", "passwd", "pass", "pwd", "authorization"}
_OWN_HEADERS = {"host", "content-length", "transfer-encoding", "connection", "content-type", "expect", "upgrade"}


@dataclass(frozen=True)
class Filled:
    """A text in which places are filled in: `{phone}`, `{secret:LOA_KEY}` …"""

    told: Sequence[str] = SEND_PLACES  # the places that a wrong one is answered with

    def read(self, node: Node, reading: Reading) -> str | None:
        value = Text(limit=LONGEST, one_line=True).read(node, reading)
        if value is None:
            return None
        rest = PLACE.sub("", NUMBER.sub("", value))
        for literal in LITERALS:
            rest = rest.replace(literal, "")
        strange = {each for each in places_in(value) if not each.startswith("secret:")} - {*SEND_PLACES, *ASK_PLACES}
        strange -= {literal[1:-1] for literal in LITERALS}
        if strange or re.search(r"[{}]", rest):
            known = ", ".join(f"{{{name}}}" for name in (*self.told, "secret:TÊN_BIẾN"))
            place = f"{{{min(strange)}}}" if strange else shown(value)
            reading.error(node, "provider_place_unknown", value=place, known=known)
            return None
        return value

    def schema(self) -> dict[str, Any]:
        return {"type": ["string", "number", "boolean"]}


@dataclass(frozen=True)
class FilledTree:
    """Fields of a request: texts, lists and tables of them."""

    told: Sequence[str] = SEND_PLACES

    def read(self, node: Node, reading: Reading) -> dict[str, Any] | None:
        if not isinstance(node, documents.Mapping):
            refuse_shape(node, "expected_table", reading)
            return None
        found = self._read(node, reading, "", 1)
        return found if isinstance(found, dict) else None

    def _read(self, node: Node, reading: Reading, name: str, depth: int) -> Any:
        if depth > MAX_DEPTH:
            reading.error(node, "provider_fields_too_deep", limit=MAX_DEPTH)
            return None
        if isinstance(node, documents.Mapping):
            return {key: self._read(each, reading, key, depth + 1) for key, each in node.values.items()}
        if isinstance(node, documents.Sequence):
            return [self._read(each, reading, name, depth + 1) for each in node.items]
        return _public(node, name, reading, self.told)

    def schema(self) -> dict[str, Any]:
        return {"type": "object"}


class Headers:
    """Names and values of a request's headers."""

    def read(self, node: Node, reading: Reading) -> dict[str, str] | None:
        if not isinstance(node, documents.Mapping):
            refuse_shape(node, "expected_table", reading)
            return None
        found: dict[str, str] = {}
        for name, each in node.values.items():
            if not re.fullmatch(r"[A-Za-z0-9-]{1,60}", name, re.ASCII) or name.lower() in _OWN_HEADERS:
                reading.error(node.keys[name], "provider_header_bad", value=shown(name))
                continue
            value = _public(each, name, reading, HEADER_PLACES)
            if value is None:
                continue
            if wrong := sorted(places_in(value) & {*PHONES, "text"}):  # proxies log headers
                reading.error(each, "provider_place_in_header", value=f"{{{wrong[0]}}}")
                continue
            found[name] = value
        return found

    def schema(self) -> dict[str, Any]:
        return {"type": "object", "additionalProperties": {"type": "string"}}


def _public(node: Node, name: str, reading: Reading, told: Sequence[str]) -> str | None:
    """A text that gives no secret away: what is named like one has to be a place; a number in it is told."""
    value = Filled(told).read(node, reading)
    if value is not None and holds_number(value):
        reading.warning(node, "provider_number_written", key=showable(name))
    words = {word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name)} | {name.lower()}
    if value is not None and words & _SECRET_NAMES and not places_in(value) & {"key"} and "{secret:" not in value:
        reading.error(node, "provider_secret_written", key=shown(name))
        return None
    return value


class Address:
    """An https address (http on loopback) whose path may hold `{ref}` or `{key}`; a query stands in `fields`."""

    def read(self, node: Node, reading: Reading) -> str | None:
        value = Filled(ASK_PLACES).read(node, reading)
        if value is None or not isinstance(node, documents.Scalar):
            return None
        host = value.partition("://")[2].partition("/")[0]
        if "{" in host or places_in(value) - {"key", "ref"}:
            reading.error(node, "provider_place_in_address", value=shown(value))
            return None
        plain = documents.Scalar(node.file, node.line, node.column, PLACE.sub("x", value))
        return value if BaseUrl().read(plain, reading) is not None else None

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "pattern": "^https?://"}


def places_in(text: str) -> set[str]:
    """The names in braces of a text."""
    return set(PLACE.findall(text))


def texts_in(tree: Any) -> Iterator[str]:
    """Every text of a tree of fields."""
    if isinstance(tree, str):
        yield tree
    elif isinstance(tree, Mapping):
        for each in tree.values():
            yield from texts_in(each)
    elif isinstance(tree, list):
        for each in tree:
            yield from texts_in(each)
