"""How a command comes by a passphrase: from a file, from standard input, or hidden at the terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from pipeline.cli.output import usage_error
from pipeline.messages import say

F = TypeVar("F", bound=Callable[..., Any])

STDIN = "-"
MOST_BYTES = 8_192


def passphrase_option(command: F) -> F:
    """`--passphrase-file FILE`, `-` for standard input."""
    return click.option("--passphrase-file", "file", metavar="FILE", default=None, help=say("help_passphrase_file"))(
        command
    )


def read_passphrase(file: str | None, person: str, *, new: bool = False) -> str:
    """The passphrase of a person; a `new` one is asked for twice. UsageError where there is none to be had."""
    if file is not None:
        return _from_bytes(_content(file), file)
    if not asks():
        raise usage_error("passphrase_missing")
    again = say("passphrase_again") if new else False
    typed: str = click.prompt(
        say("passphrase_prompt", person=person), hide_input=True, confirmation_prompt=again, err=True
    )
    return typed


def asks() -> bool:
    """Whether somebody sits at a terminal."""
    return sys.stdin.isatty()


def _content(file: str) -> bytes:
    if file == STDIN:
        return sys.stdin.buffer.read(MOST_BYTES)
    try:
        with Path(file).open("rb") as opened:
            return opened.read(MOST_BYTES)
    except OSError:
        raise usage_error("passphrase_file_unreadable", file=file) from None


def _from_bytes(content: bytes, file: str) -> str:
    try:
        text = content.decode("utf-8-sig").rstrip("\r\n")
    except UnicodeDecodeError:
        raise usage_error("passphrase_file_unreadable", file=file) from None
    if not text:
        raise usage_error("passphrase_missing")
    if "\n" in text or "\r" in text:
        raise usage_error("passphrase_several_lines")
    return text
