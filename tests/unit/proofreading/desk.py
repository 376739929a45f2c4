"""A desk for the tests: a station with one hotline, and a bulletin of which a test changes what it is about."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from pipeline.config.report_channels import ReportChannel
from pipeline.domain import Bulletin, Category, Source
from pipeline.proofreading import Finding, Weight, proofread
from pipeline.site import Site, empty_site

HOTLINES = {
    each: ReportChannel(each, each, "phản ánh", date(2026, 11, 1))
    for each in ("156", "113", "canhbao.khonggianmang.vn")
}
SITE: Site = empty_site(Path())


def site(**changes: Any) -> Site:
    from dataclasses import replace

    return replace(SITE, **{"report_channels": HOTLINES, **changes})


def bulletin(text: str, **changes: Any) -> Bulletin:
    facts: dict[str, Any] = {
        "id": "a",
        "title": "Một bản tin",
        "topic": "14",
        "category": Category.TRICK,
        "source": Source("Công an xã", "01/TB", None),
        "file": "scripts_audio/a.md",
        "line": 10,
    }
    return Bulletin(text=text, **{**facts, **changes})


def found(text: str, on: date | None = None, **changes: Any) -> list[Finding]:
    return proofread(bulletin(text, **changes), site(), on=on)


def told(text: str, on: date | None = None, **changes: Any) -> list[tuple[str, str]]:
    """Codes and words of what is found, advice left out."""
    return list(_told(found(text, on, **changes)))


def _told(findings: list[Finding]) -> Iterator[tuple[str, str]]:
    for each in findings:
        if each.weight is not Weight.ADVICE and not each.accepted:
            yield each.code, each.written
