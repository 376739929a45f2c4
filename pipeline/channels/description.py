"""A described provider: its settings → the requests that go out, and what its answers mean. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from pipeline.channels.line import Answer
from pipeline.config.places import LITERALS, NUMBER, PLACE
from pipeline.domain import State

MAX_CODE, MAX_REF = 100, 100
MOST = 64 * 1024  # characters of an answer that is read at all
MATCHED = 1_000  # characters of an answer that a pattern looks at
SECRET = "secret:"

_TYPES = {"json": "application/json; charset=utf-8", "form": "application/x-www-form-urlencoded"}
_TRY_LATER = {401: "sms_credentials", 403: "sms_credentials", 404: "sms_place_unknown", 405: "sms_place_unknown"}
_NOBODY_KNOWS = {408, 409, 425}


_PLAIN = re.compile(r"[\x20-\x7e]*")


@dataclass(frozen=True, slots=True)
class Request:
    """What goes out for one message; it holds secrets and telephone numbers. `path` with its query."""

    method: str
    path: str = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    body: str = field(default="", repr=False)

    @property
    def is_sound(self) -> bool:
        """Whether address and headers are plain ASCII: anything else cannot be written into a line."""
        return all(_PLAIN.fullmatch(text) for text in (self.path, *self.headers.values()))


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an answer says of one message. `state` None: it says nothing."""

    state: State | None
    code: str = ""
    ref: str = ""


def fill(text: str, values: Mapping[str, str], encode: Callable[[str], str] = str) -> str:
    """A text with its places filled in; KeyError where a value is missing."""
    return PLACE.sub(lambda found: encode(values[found[1]]), text)


def request_of(described: Mapping[str, Any], values: Mapping[str, str]) -> Request:
    """The request of a description (`url`, `method`, `form`, `fields`, `headers`) for one message."""
    method = str(described["method"]).upper()
    path = urlsplit(fill(described["url"], values, lambda text: quote(text, safe=""))).path or "/"
    fields = _filled(described.get("fields", {}), values)
    headers = {name: fill(text, values) for name, text in described.get("headers", {}).items()}
    headers |= {"Accept": "application/json, text/plain;q=0.5", "User-Agent": "loa"}
    form = "query" if method == "GET" else described["form"]
    if form == "query":
        return Request(method, f"{path}?{_urlencoded(fields)}" if fields else path, headers)
    body = json.dumps(fields, ensure_ascii=False) if form == "json" else _urlencoded(fields)
    return Request(method, path, {**headers, "Content-Type": _TYPES[form]}, body)


def code_of(answer: Answer, places: Sequence[str]) -> str:
    """The code of an answer: what stands at the places, joined by `/`; `http:STATUS` where nothing does."""
    found = [look_up(answer.text, place) for place in places]
    return "/".join(found)[:MAX_CODE] if any(found) else f"http:{answer.status}"


def sent_verdict(answer: Answer, described: Mapping[str, Any]) -> Verdict:
    """What became of a message that was handed over, by `answer:` of a description."""
    if answer.status == 429:
        return Verdict(State.RETRY, "sms_too_fast")
    if 300 <= answer.status < 400:
        return Verdict(State.UNKNOWN, "sms_redirected")
    if answer.status >= 500:  # what stands before the provider may say so of a message that went through
        return Verdict(State.UNKNOWN, "sms_provider_failing")
    code = code_of(answer, described.get("code", ()))
    if code in described["sent"]:
        return Verdict(State.ACCEPTED, "", _ref(answer, described))
    if code in described.get("repeated", ()):
        return Verdict(State.ACCEPTED, "sms_repeated", _ref(answer, described))
    for group, state in (("unsent", State.RETRY), ("refused", State.FAILED)):
        if code in described.get(group, {}):
            return Verdict(state, described[group][code])
    if answer.status in _TRY_LATER:
        return Verdict(State.RETRY, _TRY_LATER[answer.status])
    if answer.status >= 400 and answer.status not in _NOBODY_KNOWS:
        return Verdict(State.FAILED, "sms_refused")
    return Verdict(State.UNKNOWN, "sms_answer_unreadable")


def asked_verdict(answer: Answer, described: Mapping[str, Any]) -> Verdict:
    """What the provider says of a message it was asked about, by `ask:`; RETRY: it does not know it."""
    if answer.status == 429 or 300 <= answer.status < 400 or answer.status >= 500:
        return Verdict(None)
    code = code_of(answer, described.get("code", ()))
    for group, state in (("arrived", State.CONFIRMED), ("waiting", State.ACCEPTED)):
        if code in described.get(group, ()):
            return Verdict(state, "", _ref(answer, described))
    if code in described.get("failed", {}):
        return Verdict(State.FAILED, described["failed"][code])
    if code in described.get("unlisted", ()):
        return Verdict(State.RETRY, "sms_not_listed")
    return Verdict(None)


def look_up(text: str, place: str) -> str:
    """The text at a place of an answer; empty where there is none."""
    if len(text) > MOST:
        return ""
    if place.startswith("regex:"):
        found = re.search(place.removeprefix("regex:").strip(), text[:MATCHED])
        return (found[1] or "").strip() if found else ""
    try:
        value = json.loads(text)
        for step in place.split("."):
            value = value[int(step)] if isinstance(value, list) else value[step]
    except (ValueError, RecursionError, KeyError, IndexError, TypeError):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value).strip() if isinstance(value, str | int | float) else ""


def _ref(answer: Answer, described: Mapping[str, Any]) -> str:
    ref = look_up(answer.text, described["ref"]) if "ref" in described else ""
    return ref if len(ref) <= MAX_REF and ref.isprintable() else ""


def _filled(tree: Any, values: Mapping[str, str]) -> Any:
    if isinstance(tree, Mapping):
        return {name: _filled(each, values) for name, each in tree.items()}
    if isinstance(tree, list):
        return [_filled(each, values) for each in tree]
    if tree in LITERALS:
        return LITERALS[tree]
    if number := NUMBER.fullmatch(tree):
        return int(number[1])
    return fill(tree, values)


def _urlencoded(fields: Mapping[str, Any]) -> str:
    flat = {name: json.dumps(each) if isinstance(each, bool | dict) else each for name, each in fields.items()}
    return urlencode(flat, doseq=True)
