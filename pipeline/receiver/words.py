"""What the receiver's log says: it is read at the machine, by whoever stands beside it, or over the telephone."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.messages import render


def worded(code: str, params: Mapping[str, str] | None = None) -> str:
    """The sentence of a code, the code in brackets for who looks after the software, and the remedy."""
    sentence, hint = render(code, params)
    return f"{sentence} ({code})" + (f": {hint}" if hint else "")
