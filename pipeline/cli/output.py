"""What all commands share: their options, and how problems and errors are shown."""

from __future__ import annotations

import json
import os
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import click

from pipeline.errors import ConfigError, ContentError, LoaError, Problem, Severity
from pipeline.messages import render, say

F = TypeVar("F", bound=Callable[..., Any])


def site_option(command: F) -> F:
    """`--site DIR`, before or after the command's name; the current folder by default."""

    def root(ctx: click.Context, _: click.Parameter, value: str | None) -> Path:
        return _folder(value or ctx.obj or ".")

    return click.option("--site", "root", type=click.Path(), default=None, callback=root, help=say("help_site"))(
        command
    )


def named_site_option(command: F) -> F:
    """`--site DIR` for commands that do without a site: None where nobody named one."""

    def root(ctx: click.Context, _: click.Parameter, value: str | None) -> Path | None:
        named = value or ctx.obj
        return _folder(named) if named else None

    return click.option("--site", "root", type=click.Path(), default=None, callback=root, help=say("help_site"))(
        command
    )


def _folder(name: str) -> Path:
    return Path(os.path.realpath(name))  # pathlib's own raises where links go round in a circle


def json_option(command: F) -> F:
    """`--json`: one JSON document on stdout and nothing else."""
    return click.option("--json", "as_json", is_flag=True, help=say("help_json"))(command)


def print_json(document: Mapping[str, Any]) -> None:
    """A line for each thing in a list: as readable as indented, and a year's calendar comes at once."""
    opening = "{"
    for name, value in document.items():
        label = f"{opening}{json.dumps(name)}: "
        if isinstance(value, list) and value:
            encoded = (json.dumps(each, ensure_ascii=False) for each in value)
            click.echo(f"{label}[\n  " + ",\n  ".join(encoded) + "]", nl=False)
        else:
            click.echo(label + json.dumps(value, ensure_ascii=False), nl=False)
        opening = ",\n "
    click.echo("}" if document else "{}")


PICTURES = (".svg", ".png")
STEERING = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def plain(text: str) -> str:
    """A line for a terminal, with no character in it that ends the line, steers the terminal or turns the writing."""
    return STEERING.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), text)


def require_picture(plot: Path | None) -> None:
    """A usage error where `--plot` names what is neither an SVG nor a PNG."""
    if plot is not None and plot.suffix.lower() not in PICTURES:
        raise usage_error("plot_suffix", file=plot)


def problem_facts(problem: Problem) -> dict[str, Any]:
    """A problem as machines read it."""
    message, hint = render(problem.code, problem.params)
    return {
        "file": problem.file,
        "line": problem.line,
        "column": problem.column,
        "severity": problem.severity.value,
        "code": problem.code,
        "message": message,
        "hint": hint,
    }


def print_problems(problems: Iterable[Problem], *, err: bool = True, most: int | None = None) -> None:
    """Every problem as `file:line:col: error|warning: what: hint`. `most`: warnings of a kind, then their number."""
    told: Counter[str] = Counter()
    for problem in problems:
        told[problem.code] += problem.severity is Severity.WARNING
        if most is not None and told[problem.code] > most:
            continue
        message, hint = render(problem.code, problem.params)
        place = f"{problem.file}:{problem.line}:{problem.column}: " if problem.file else ""
        text = f"{place}{problem.severity.value}: {message}" + (f": {hint}" if hint else "")
        click.echo(plain(text), err=err)
    for count in (each - most for each in told.values() if most is not None and each > most):
        click.echo(say("more_of_the_kind", count=count), err=err)


def has_errors(problems: Iterable[Problem]) -> bool:
    return any(problem.severity is Severity.ERROR for problem in problems)


def report_error(error: LoaError) -> int:
    """Show an error on stderr and return the exit code that goes with it."""
    if isinstance(error, ConfigError):
        print_problems(error.problems)
        return 2
    from pipeline.contacts.numbers import masked

    message, hint = render(error.code, error.params)
    words = f"error: {message}" + (f": {hint}" if hint else "")
    click.echo(plain(masked(words, bare=False)), err=True)  # it may repeat what somebody typed
    return 2 if isinstance(error, ContentError) else 1


def confirm_for_good(question: str) -> None:
    """Ask before what nobody can undo. Abort where the answer is no, UsageError where there is nobody to ask."""
    if not sys.stdin.isatty():
        raise usage_error("yes_missing")
    if not click.confirm(question, err=True):
        raise click.Abort


def usage_error(code: str, **params: object) -> click.UsageError:
    """A wrong argument: shown with its hint, exit code 2."""
    message, hint = render(code, {name: str(value) for name, value in params.items()})
    return click.UsageError(f"{message}: {hint}" if hint else message)
