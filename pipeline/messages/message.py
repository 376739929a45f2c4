"""What one entry of the catalogue holds."""

from __future__ import annotations

from typing import NamedTuple


class Message(NamedTuple):
    """A sentence and, where something can be done, the remedy. `{name}` stands for a parameter."""

    vi: str
    en: str
    hint_vi: str = ""
    hint_en: str = ""
