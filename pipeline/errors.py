"""What can go wrong, grouped by who can act on it.

An error carries a code and parameters, never a finished sentence: the sentence of every code stands in
`pipeline.messages`, in Vietnamese and English, and is rendered where people read it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Protocol

NO_PARAMS: Mapping[str, str] = MappingProxyType({})


class Severity(StrEnum):
    """An error keeps what it names off the air; a warning only wants to be read."""

    ERROR = "error"
    WARNING = "warning"


class Mark(Protocol):
    """A place in a file: its name relative to the site, line and column counted from 1 (0: the file as a whole)."""

    @property
    def file(self) -> str: ...
    @property
    def line(self) -> int: ...
    @property
    def column(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Place:
    """A mark on its own, for problems of a whole file."""

    file: str
    line: int = 0
    column: int = 0


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing found in the files of a site: where, what, how grave."""

    code: str
    severity: Severity = Severity.ERROR
    file: str = ""
    line: int = 0
    column: int = 0
    params: Mapping[str, str] = field(default_factory=lambda: NO_PARAMS)


class Problems(list[Problem]):
    """Collects every problem of a run; nothing stops at the first."""

    def error(self, mark: Mark, code: str, **params: object) -> None:
        self._add(Severity.ERROR, mark, code, params)

    def warning(self, mark: Mark, code: str, **params: object) -> None:
        self._add(Severity.WARNING, mark, code, params)

    @property
    def errors(self) -> int:
        """How many of them are errors."""
        return sum(problem.severity is Severity.ERROR for problem in self)

    def _add(self, severity: Severity, mark: Mark, code: str, params: Mapping[str, object]) -> None:
        texts = {name: str(value) for name, value in params.items()}
        self.append(Problem(code, severity, mark.file, mark.line, mark.column, MappingProxyType(texts)))


class LoaError(Exception):
    """Base of everything Loa raises: a code of the message catalogue and its parameters."""

    def __init__(self, code: str, **params: object) -> None:
        self.code = code
        self.params: Mapping[str, str] = {name: str(value) for name, value in params.items()}
        super().__init__(code, self.params)

    def __str__(self) -> str:
        shown = " ".join(f"{name}={value!r}" for name, value in self.params.items())
        return f"{self.code} {shown}".rstrip()


class ConfigError(LoaError):
    """The files of the site are wrong: the operator corrects them. Holds all problems, not the first."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("site_has_errors", count=len(self.problems))


class ContentError(LoaError):
    """A text, recording or list that somebody brought cannot be used as it is."""


class TransitionError(LoaError):
    """A delivery was asked to go where its state does not lead: a fault of ours."""


class StoreError(LoaError):
    """The database refused."""


class NotFoundError(StoreError):
    """No such row."""


class ConflictError(StoreError):
    """Somebody else holds or has changed it."""


class AccessError(LoaError):
    """Somebody is not who they say, or may not do this."""


class VoiceError(LoaError):
    """A voice could not speak; the next one in the chain is tried. `retryable`: the same voice may do so later."""

    def __init__(self, code: str, *, retryable: bool = False, **params: object) -> None:
        self.retryable = retryable
        super().__init__(code, **params)


class AudioError(LoaError):
    """Decoding, mastering or measuring failed, or a file did not meet its figures."""


class Outcome(StrEnum):
    """What is known of a send that failed."""

    NOT_SENT = "not_sent"
    UNKNOWN = "unknown"
    REFUSED = "refused"


class SendError(LoaError):
    """The whole call to a channel failed; `outcome` says whether anything may have gone out."""

    def __init__(self, code: str, outcome: Outcome, **params: object) -> None:
        self.outcome = outcome
        super().__init__(code, **params)
