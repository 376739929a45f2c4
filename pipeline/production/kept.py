"""What an airing goes on with while it is made anew: the recording of the very words that were accepted for it.

A station that is upgraded, speaks faster, with another voice or for slower devices makes every recording anew, and that
takes minutes to hours. What has been made of the same words airs until then; a word that changed has another key.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from pipeline.config.voices import URGENT_ONLY
from pipeline.domain import Occurrence, Priority, Recording
from pipeline.production.assembly import Airing
from pipeline.production.words import Words
from pipeline.site import Site

FORM = 1  # of what is hashed: raise it when words are read otherwise


@dataclass(frozen=True, slots=True)
class Current:
    """What airs as things stand. `kept`: made of the same words, otherwise than it would be made today."""

    airing: Airing
    recording: Recording | None
    kept: bool = False


def key_of(words: Words, occurrence: Occurrence) -> str:
    """Of what is heard of an airing and where; nothing of how it is spoken, mastered and framed."""
    facts = [
        "words",
        FORM,
        occurrence.title,
        occurrence.priority is Priority.EMERGENCY,
        occurrence.repeat,
        occurrence.length.total_seconds() if occurrence.length is not None else None,
        sorted(occurrence.targets),
        [words.accepted(each) for each in occurrence.bulletins],
    ]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()


def may_air(recording: Recording | None, site: Site, occurrence: Occurrence) -> bool:
    """Whether there is one by a voice that may speak here: some stations are rather silent than by a fallback."""
    withheld = site.station.voices.air_fallback == URGENT_ONLY and occurrence.priority is Priority.ROUTINE
    return recording is not None and not (withheld and recording.fallback)


def goes_before(found: Recording, made: Current, site: Site, occurrence: Occurrence) -> bool:
    """Whether what was made of the same words airs in place of what is made today, which is not whole or may not."""
    return made.recording is None or (made.recording.sha256 != found.sha256 and may_air(found, site, occurrence))


def unheard(occurrence: Occurrence, cues: Path) -> tuple[str, ...]:
    """The bulletins that are not in a recording, by the cues beside it; none where nobody can tell."""
    try:
        found = json.loads(cues.read_text(encoding="utf-8"))["cues"]
        heard = {each["bulletin"] for each in found}
    except (OSError, ValueError, LookupError, TypeError):
        return ()
    return tuple(name for name in occurrence.bulletins if name not in heard)


def replaces(found: Recording, known: Recording | None) -> bool:
    """Whether it is what is to be kept from now on: never a fallback in place of the first voice."""
    return known is None or (known.sha256 != found.sha256 and (known.fallback or not found.fallback))
