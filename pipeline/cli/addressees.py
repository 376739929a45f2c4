"""What the commands of contacts share: who asks, how a number comes in, how an entry and a refused row are shown."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli.output import plain, usage_error
from pipeline.messages import render, say

if TYPE_CHECKING:
    from pipeline.addressees import Addressees
    from pipeline.contacts import Rejected
    from pipeline.store import HeldContact

STDIN = "-"
MOST = 8_192  # characters


@contextmanager
def addressees(root: Path, *, making: bool = False) -> Iterator[Addressees]:
    """The contacts of a site. Broken files keep nobody from a person's request, only from bringing a list."""
    from pipeline.addressees import Addressees
    from pipeline.app import build_channels, has_store, open_store, require_usable, wall_clock
    from pipeline.cli.person import shell
    from pipeline.site import load_site

    site = load_site(root)
    if making or not has_store(root):
        require_usable(site)
    store = open_store(site.root)
    try:
        yield Addressees(site, store, shell(), wall_clock, build_channels(site, wall_clock))
    finally:
        store.close()


def read_phone(words: Sequence[str]) -> str:
    """E.164 digits of a number: as arguments, asked for at the terminal, or `-` and without any from stdin.

    ContentError, which does not repeat it, where it is none.
    """
    from pipeline.addressees import phone_of

    typed = " ".join(words).strip()
    if not words and sys.stdin.isatty():
        typed = click.prompt(say("number_prompt"), err=True)
    elif typed in ("", STDIN):
        typed = sys.stdin.read(MOST)
    if not typed.strip():
        raise usage_error("number_missing")
    return phone_of(typed.strip())


def entry_words(facts: Mapping[str, Any]) -> dict[str, Any]:
    """An entry for people: a dash for what is not said, a sentence for a code."""
    blocked = render(facts["blocked"])[0] if facts["blocked"] else ""
    return {name: value or "–" for name, value in {**facts, "blocked": blocked}.items()}


def entry_facts(held: HeldContact, *, full: bool = False) -> dict[str, Any]:
    """An entry of a list as it may be shown: its number masked, and others that somebody wrote beside the name.

    `full`: for its owner alone, who gets the words as they are kept.
    """
    from pipeline.contacts import mask
    from pipeline.contacts.numbers import masked

    each = held.contact
    return {
        "id": each.id,
        "number": mask(each.phone),
        "name": each.name if full else masked(each.name),
        "area": each.area,
        "consent": held.consent,
        "blocked": held.blocked,
    }


def refused(each: Rejected) -> dict[str, object]:
    """A row that was not taken, as machines read it."""
    return {"line": each.line, "code": each.code, "hint": render(each.message, each.params)[1]}


def tell_rejected(file: Path, rejected: Iterable[Rejected]) -> None:
    """Every row that was not taken, with its line, on stderr."""
    for each in rejected:
        tell_line(file, each.line, "error", each.message, each.params)


def tell_line(file: Path, line: int, severity: str, code: str, params: Mapping[str, str]) -> None:
    """What is to be said of one line of a list, on stderr."""
    message, hint = render(code, params)
    click.echo(plain(f"{file.name}:{line}:1: {severity}: {message}: {hint}"), err=True)
