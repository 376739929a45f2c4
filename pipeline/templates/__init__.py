"""Bulletins half written: for a new trick there is no time to begin with an empty page.

A template is a script whose gaps stand in square brackets, `[name: hint]`. Proofreading finds what is left of them, so
nothing with a gap can be approved.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib import resources

from pipeline.errors import ContentError
from pipeline.fields import closest, shown

FENCE = "---\n"
SUFFIX = ".md"
GAP = re.compile(r"\[([^\[\]:\n]{1,80})(?::[ ]*([^\[\]\n]{1,200}))?\](?!\()")
LIMIT = 2_000


@dataclass(frozen=True, slots=True)
class Gap:
    """What somebody has still to write: its name, a hint, and where it stands (from 1)."""

    name: str
    hint: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Template:
    """A script with gaps; `topic` is empty where only the writer can know it."""

    name: str
    text: str

    @property
    def title(self) -> str:
        return GAP.sub(lambda gap: f"[{gap[1]}]", (_value(self.text, "title") or "").strip('"'))

    @property
    def topic(self) -> str:
        return (_value(self.text, "topic") or "").strip('"')

    @property
    def audience(self) -> tuple[str, ...]:
        return tuple(re.findall(r"[a-z0-9-]+", _value(self.text, "audience") or ""))


def templates() -> dict[str, Template]:
    """The templates that come with Loa, by name."""
    files = sorted(resources.files(__name__).iterdir(), key=lambda file: file.name)
    names = [(file, file.name.removesuffix(SUFFIX)) for file in files if file.name.endswith(SUFFIX)]
    return {name: Template(name, file.read_text(encoding="utf-8")) for file, name in names}


def find(name: str) -> Template:
    """One template; ContentError where there is none of that name."""
    known = templates()
    if name not in known:
        raise ContentError("template_unknown", value=shown(name), close=closest(name, known) or "thu-doan-moi")
    return known[name]


def gaps(text: str) -> tuple[Gap, ...]:
    """Everything that is left to fill in a script, in the order of the page; comments of the front matter aside."""
    return tuple(_gaps(text))


def compose(
    template: Template,
    *,
    topic: str,
    received: datetime,
    audience: Collection[str],
    title: str = "",
    values: Mapping[str, str] | None = None,
) -> str:
    """The script of a new bulletin: gaps filled with `values` by their names, the rest left as they are.

    `audience`: the ids the station knows; the others are left out. `received`: the station's local time.
    ContentError for a value that no script can hold, or of a gap that the template has not got.
    """
    filling = {_folded(name): _checked(name, value) for name, value in (values or {}).items()}
    _require_gaps(template, values or {})
    _, front, text = template.text.split(FENCE, 2)
    front = GAP.sub(lambda gap: _quoted(_filled(gap, filling)), front)
    lines = {
        "title": f'"{_quoted(_checked("title", title))}"' if title else _value(front, "title"),
        "topic": f'"{topic}"',
        "audience": f"[{', '.join(each for each in template.audience if each in audience)}]",
        "received": f"{received:%Y-%m-%dT%H:%M}",
    }
    for key, value in lines.items():
        front = _put(front, key, value or "")
    return f"{FENCE}{front}{FENCE}{GAP.sub(lambda gap: _filled(gap, filling), text)}"


def _gaps(text: str) -> Iterator[Gap]:
    in_front = text.startswith(FENCE)
    for number, line in enumerate(text.split("\n"), 1):
        if number > 1 and line == FENCE.rstrip():
            in_front = False
        if in_front and line.lstrip().startswith("#"):
            continue
        bare = not in_front or '"' in line  # elsewhere in the front matter brackets are a list
        for found in GAP.finditer(line) if bare else ():
            yield Gap(found[1].strip(), (found[2] or "").strip(), number, found.start() + 1)


def _require_gaps(template: Template, names: Iterable[str]) -> None:
    known = {_folded(gap.name): gap.name for gap in gaps(template.text)}
    for name in names:
        if _folded(name) not in known:
            listed = ", ".join(f"[{each}]" for each in dict.fromkeys(known.values()))
            raise ContentError("gap_unknown", value=shown(name), template=template.name, known=listed)


def _folded(name: str) -> str:
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())


def _checked(name: str, value: str) -> str:
    """A value as it may stand on one line of a script."""
    text = unicodedata.normalize("NFC", value).strip()
    steering = any(unicodedata.category(each) in ("Cc", "Cf", "Cs", "Zl", "Zp") for each in text)
    if not text or steering or len(text) > LIMIT or re.search(r"[\[\]]", text):
        raise ContentError("gap_value_bad", name=shown(name))
    return text


def _filled(gap: re.Match[str], filling: Mapping[str, str]) -> str:
    return filling.get(_folded(gap[1]), gap[0])


def _quoted(text: str) -> str:
    """As it stands between double quotes in YAML."""
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _value(text: str, key: str) -> str | None:
    found = re.search(rf"^{key}: (.*)$", text, re.MULTILINE)
    return found[1] if found else None


def _put(front: str, key: str, value: str) -> str:
    """The front matter with one line changed, or added at its end."""
    line = f"{key}: {value}\n"
    changed, count = re.subn(rf"^{key}: .*\n", lambda _: line, front, count=1, flags=re.MULTILINE)
    return changed if count else front + line
