"""What a list is called and why it is kept stand in the database as they are written: no number may be among it."""

from __future__ import annotations

from pipeline.contacts.numbers import holds_number
from pipeline.errors import ContentError


def require_plain(list_id: str, basis: str) -> None:
    """ContentError, which repeats nothing, where an id or a basis holds a telephone number or is no text."""
    if holds_number(list_id):
        raise ContentError("list_holds_number")
    if any("\ud800" <= character <= "\udfff" for character in basis):
        raise ContentError("basis_not_text")
    if holds_number(basis):
        raise ContentError("basis_holds_number")
