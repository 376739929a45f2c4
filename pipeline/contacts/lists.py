"""What a list is called and why it is kept stand in the database as they are written: no number may be among it."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.contacts.numbers import holds_number
from pipeline.errors import ContentError


@dataclass(frozen=True, slots=True)
class ListFacts:
    """What an import says of its list. None: as it was before, nothing where the list is new.

    `retention_days` 0: no limit any more.
    """

    basis: str | None = None
    purpose: str | None = None
    source: str | None = None
    consent: str | None = None
    channel: str | None = None
    retention_days: int | None = None


def require_plain(list_id: str, basis: str, **others: str | None) -> None:
    """ContentError, which repeats nothing, where an id, a basis or another word holds a number or is no text."""
    if holds_number(list_id):
        raise ContentError("list_holds_number")
    for name, text in {"basis": basis, **others}.items():
        if any("\ud800" <= character <= "\udfff" for character in text or ""):
            raise ContentError(f"{_kind(name)}_not_text")
        if holds_number(text or ""):
            raise ContentError(f"{_kind(name)}_holds_number")


def _kind(name: str) -> str:
    return name if name == "basis" else "list_fact"
