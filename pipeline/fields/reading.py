"""What one run over the files finds: problems with their places, references, and guesses at what was meant."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol, TypeVar

from pipeline.documents import Node, Scalar
from pipeline.errors import Mark, Problems, Severity

T_co = TypeVar("T_co", covariant=True)


class Reference(NamedTuple):
    """Something named in a file that must be declared elsewhere: `kind` is area, bulletin, topic, channel …"""

    kind: str
    id: str
    node: Node


@dataclass
class Reading:
    """What one run over the files has found so far."""

    problems: Problems = field(default_factory=Problems)
    references: list[Reference] = field(default_factory=list)

    def error(self, mark: Mark, code: str, **params: object) -> None:
        self.problems.error(mark, code, **params)

    def warning(self, mark: Mark, code: str, **params: object) -> None:
        self.problems.warning(mark, code, **params)

    def failed_since(self, start: int) -> bool:
        """Whether an error was noted after the first `start` problems."""
        return any(problem.severity is Severity.ERROR for problem in self.problems[start:])


class Kind(Protocol[T_co]):
    """Reads a node to a value of its type, or None once a problem is noted."""

    def read(self, node: Node, reading: Reading) -> T_co | None: ...

    def schema(self) -> dict[str, Any]: ...


def closest(word: str, known: Iterable[str], cutoff: float = 0.6) -> str:
    """The known word most like this one, or an empty text. Case and accents do not count."""
    plain = {identifier_from(each): each for each in known}
    return plain.get(nearest(identifier_from(word[:100]), plain, cutoff), "")


def nearest(word: str, known: Iterable[str], cutoff: float) -> str:
    """The known word most like this one to the letter, or an empty text."""
    matches = difflib.get_close_matches(word, known, n=1, cutoff=cutoff)
    return matches[0] if matches else ""


def shown(value: str) -> str:
    """A value as a problem repeats it: never longer than a line."""
    line = " ".join(value.split())
    return line if len(line) <= 60 else line[:59] + "…"


def identifier_from(text: str) -> str:
    """Lower-case letters, digits and hyphens nearest to a text: `Tổ trưởng` → `to-truong`."""
    plain = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    letters = "".join(character for character in plain if not unicodedata.combining(character)).lower()
    return re.sub(r"[^a-z0-9]+", "-", letters).strip("-") or "ma-1"


def scalar(node: Node, reading: Reading) -> str | None:
    """The text of a single value; an empty one is a problem, a flawed one was noted when the file was parsed."""
    if isinstance(node, Scalar) and node.flawed:
        return None
    if not isinstance(node, Scalar):
        reading.error(node, "expected_text")
        return None
    if not node.value.strip():
        reading.error(node, "text_empty")
        return None
    return node.value


def refuse_shape(node: Node, code: str, reading: Reading) -> None:
    """Note that a list or table belongs here, unless the parser has already refused what stands here."""
    if not (isinstance(node, Scalar) and node.flawed):
        reading.error(node, code)


def unknown_key(key: Scalar, known: Collection[str], reading: Reading) -> str:
    """Note a key nobody knows, with the nearest one that exists; returns that one, or an empty text."""
    close = closest(key.value, known)
    if close:
        reading.error(key, "key_unknown_close", key=shown(key.value), close=close)
    else:
        reading.error(key, "key_unknown", key=shown(key.value), known=", ".join(known))
    return close


MAX_GUESSES = 50  # a guess compares an id with every declared one; nobody reads more of them than these


def resolve(references: Iterable[Reference], declared: dict[str, Collection[str]], problems: Problems) -> None:
    """Note every reference to something that is not declared, with the nearest id that is."""
    guesses: dict[tuple[str, str], str] = {}
    for kind, name, node in references:
        known = declared.get(kind)
        if known is None or name in known:
            continue
        if (kind, name) not in guesses and len(guesses) < MAX_GUESSES:
            guesses[kind, name] = nearest(name, known, 0.6)
        if close := guesses.get((kind, name)):
            problems.error(node, "reference_unknown_close", kind=kind, value=name, close=close)
        else:
            problems.error(node, "reference_unknown", kind=kind, value=name)
