"""Who vouches for a bulletin."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.proofreading.draft import Draft
from pipeline.proofreading.findings import Finding


def find_bare_source(draft: Draft) -> Iterator[Finding]:
    """A source that names nobody's paper and no day: who is asked next year will not find it."""
    source = draft.bulletin.source
    if not source.ref and source.date is None:
        yield draft.front("source", source.name).finding("source_unreferenced", 0, len(source.name))
