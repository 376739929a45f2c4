"""What is told, in words: Vietnamese first, English below, and nothing personal in it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from pipeline.domain import State
from pipeline.messages import CATALOGUE, Language, render, say
from pipeline.store import Notice

LONGEST_LIST = 5  # notices of one kind a digest spells out

NEWS = frozenset(
    {
        "afternoon_ready",
        "edit_comes",
        "edit_goes",
        "edit_moves",
        "edit_changes",
        "edit_changes_bulletins",
        "edit_changes_targets",
    }
)
"""Codes that are told and are no trouble."""

AIRING_CODES: Mapping[State, str] = {
    State.MISSED: "airing_missed",
    State.FAILED: "airing_failed",
    State.INTERRUPTED: "airing_interrupted",
    State.UNKNOWN: "airing_unknown",
}

LANGUAGES: tuple[Language, ...] = ("vi", "en")


def sentence(notice: Notice, lang: Language | None = None) -> tuple[str, str]:
    """What a notice says, and what to do."""
    return words_of(notice.code, notice.params, lang)


def words_of(code: str, params: Mapping[str, str], lang: Language | None = None) -> tuple[str, str]:
    """The sentence of a code and its remedy. Parameters `why` and `medium` are codes themselves.

    Where the sentence has no remedy of its own, that of its reason stands in.
    """
    params, reason = dict(params), ""
    if "why" in params:
        params["why"], reason = render(params["why"], params if params["why"] in CATALOGUE else {}, lang)
    if params.get("medium"):
        params["medium"] = say(f"medium_{params['medium']}", lang)
    text, hint = render(code, params, lang)
    return text, hint or reason


def digest(station: str, notices: Sequence[Notice]) -> tuple[str, str]:
    """Title and body of what is told of these notices: Vietnamese first, English below."""
    troubles = sum(each.code not in NEWS for each in notices)
    title = say("tell_title" if troubles else "tell_title_good", "vi", station=station, count=troubles)
    return title, "\n\n".join("\n".join(_lines(station, notices, lang)) for lang in LANGUAGES)


def _lines(station: str, notices: Sequence[Notice], lang: Language) -> list[str]:
    kinds: dict[str, list[Notice]] = {}
    for each in notices:
        kinds.setdefault(each.code, []).append(each)
    lines = [say("tell_opening", lang, station=station)]
    for kind in kinds.values():
        for each in kind[:LONGEST_LIST]:
            text, hint = sentence(each, lang)
            lines.append(f"• {text}" + (f" → {hint}" if hint else ""))
        if len(kind) > LONGEST_LIST:
            lines.append(say("tell_more", lang, count=len(kind) - LONGEST_LIST))
    return lines


_NUMBER = re.compile(r"(?<![\w+])(?:\+?84|0)(?:[ .-]?\d){8,10}(?!\w)", re.ASCII)


def masked(text: str) -> str:
    """Without anything that looks like a telephone number: what is told leaves the house."""
    return _NUMBER.sub("***", text)
