"""A QR picture a bulletin: what it is, who vouches for it, where to report, and its id. No address to be opened."""

from __future__ import annotations

import io
from typing import Any

from pipeline.bundle.contents import Contents
from pipeline.messages import say

MOST = 200  # characters of one line: a code that is too dense is read by no cheap telephone
QUIET = 4  # modules of white around it, by ISO/IEC 18004
SCALE = 8  # pixels a module


def words(contents: Contents, bulletin: str) -> str:
    """What the picture says, in lines."""
    found = contents.bulletins[bulletin]
    lines = [
        found.title,
        say("bundle_qr_source", "vi", source=found.source.name),
        *([say("bundle_qr_report", "vi", places="; ".join(places))] if (places := contents.reports[bulletin]) else []),
        say("bundle_qr_id", "vi", bulletin=found.id, bundle=contents.id),
    ]
    return "\n".join(" ".join(line.split())[:MOST] for line in lines)


def svg(text: str) -> str:
    """As a part of a page, one unit a module."""
    drawn: str = _code(text).svg_inline(border=QUIET, omitsize=True, svgclass=None, lineclass=None)
    return drawn


def png(text: str) -> bytes:
    """As a file that every telephone shows."""
    out = io.BytesIO()
    _code(text).save(out, kind="png", scale=SCALE, border=QUIET)
    return out.getvalue()


def _code(text: str) -> Any:
    import segno

    return segno.make(text, error="m", encoding="utf-8", micro=False, boost_error=False)
