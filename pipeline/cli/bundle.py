"""`loa bundle`: a USB stick for loudspeakers without a network; whether one is whole; the sheet that comes back."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli.bundle_list import list_
from pipeline.cli.output import (
    has_errors,
    json_option,
    plain,
    print_json,
    print_problems,
    problem_facts,
    site_option,
    usage_error,
)
from pipeline.cli.passphrase import passphrase_option, read_passphrase
from pipeline.cli.progress import bar
from pipeline.cli.times import LocalDay
from pipeline.errors import Problem, Severity
from pipeline.messages import render, say

if TYPE_CHECKING:
    from pipeline.app import Station
    from pipeline.bundle.checking import Checked
    from pipeline.bundle.choosing import Wish
    from pipeline.bundle.contents import Contents, LeftOut
    from pipeline.bundle.evidence import Returned
    from pipeline.bundle.writing import Written
    from pipeline.domain import Person

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is taken for another one
LONGEST = 60  # days
FEW = 30  # problems of a stick that are shown; --json has them all


class Bundle(click.Group):
    """Makes a stick where no command is named: `loa bundle --out DIR`."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section(say("help_commands")):
            formatter.write_dl([(name, say(f"help_bundle_{name}")) for name in self.commands])


@click.group(cls=Bundle, invoke_without_command=True, help=say("help_bundle"))
@click.option("--out", type=click.Path(path_type=Path), default=None, help=say("help_bundle_out"))
@click.option("--from", "first", type=LocalDay(), default=None, help=say("help_from"))
@click.option("--days", type=click.IntRange(1, LONGEST), default=7, show_default=True, help=say("help_bundle_days"))
@click.option("--areas", multiple=True, help=say("help_bundle_areas"))
@click.option("--bulletins", multiple=True, help=say("help_bundle_bulletins"))
@site_option
@json_option
@click.pass_context
def bundle(
    ctx: click.Context,
    out: Path | None,
    first: date | None,
    days: int,
    areas: tuple[str, ...],
    bulletins: tuple[str, ...],
    root: Path,
    as_json: bool,
) -> None:
    if ctx.invoked_subcommand is not None:
        ctx.obj = str(root)
        return
    if out is None:
        raise usage_error("option_missing", option="--out")
    from pipeline.app import Station
    from pipeline.bundle.sealing import signer
    from pipeline.bundle.writing import require_place, write

    require_place(out)
    station = Station.open(root)
    try:
        wish = _wish(station, first, days, areas, bulletins)
        contents = _choose(station, wish)
        _tell_left_out(contents)
        if not contents.lines and not contents.singles:
            ctx.exit(_say_empty(contents, wish, as_json=as_json))
        written = write(contents, out, signer(root, station.clock), lambda written: _keep(station, contents, written))
    finally:
        station.close()
    problems = station.site.problems
    print_json(_document(contents, written, problems)) if as_json else _show(contents, written)
    print_problems(each for each in problems if each.severity is Severity.ERROR)  # a programme may be missing for it
    ctx.exit(2 if has_errors(problems) else 1 if contents.left_out else 0)


@bundle.command(name="check", help=say("help_bundle_check"))
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@site_option
@json_option
@click.pass_context
def check_(ctx: click.Context, folder: Path, root: Path, as_json: bool) -> None:
    found = _look_at(folder, root)
    if as_json:
        print_json(_checked(found))
    else:
        whole = not has_errors(found.problems)
        days = {"first": f"{found.manifest.first:%d/%m/%Y}", "last": f"{found.manifest.last:%d/%m/%Y}"}
        code = "bundle_whole" if whole else "bundle_not_whole"
        click.echo(plain(say(code, bundle=found.manifest.id, files=found.files, **days)))
        if found.proven:
            click.echo(say("bundle_proven"))
    for each in found.problems[:FEW]:
        message, hint = render(each.code, each.params)
        click.echo(plain(f"{each.file}: {each.severity.value}: {message}" + (f": {hint}" if hint else "")), err=True)
    if len(found.problems) > FEW:
        click.echo(say("more_of_the_kind", count=len(found.problems) - FEW), err=True)
    ctx.exit(1 if has_errors(found.problems) else 0)


@bundle.command(name="returned", help=say("help_bundle_returned"))
@click.argument("table", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--by", required=True, help=say("help_by"))
@passphrase_option
@site_option
@json_option
@click.pass_context
def returned(ctx: click.Context, table: Path, by: str, file: str | None, root: Path, as_json: bool) -> None:
    from pipeline.app import clock_trust
    from pipeline.bundle.evidence import take
    from pipeline.bundle.returned import read_sheet

    sheet = read_sheet(table)
    with _as_person(root, by, file) as (station, person), clock_trust(root) as (trust, now):
        doubt = trust.refusal()
        result = take(station, sheet, person, now, write_off=not doubt)
    if doubt:
        message, hint = render(doubt)
        click.echo(plain(f"warning: {message}" + (f": {hint}" if hint else "")), err=True)
    if as_json:
        print_json(_returned(result))
    else:
        click.echo(_summary(result))
    print_problems(result.problems)
    ctx.exit(1 if result.refused else 0)


bundle.add_command(list_)


# --- making -----------------------------------------------------------------------------------------------------------


def _wish(station: Station, first: date | None, days: int, areas: tuple[str, ...], bulletins: tuple[str, ...]) -> Wish:
    from pipeline.bundle.choosing import Wish
    from pipeline.cli.send import bulletin_of, names_of, require_areas

    today = station.today()
    if first is not None and first < today:
        raise usage_error("bundle_from_past", first=first, today=today)
    named, wanted = names_of(areas), names_of(bulletins)
    require_areas(station.site, named)
    for each in wanted:
        bulletin_of(station.site, each)
    return Wish(first or today, days, tuple(named), tuple(wanted))


def _choose(station: Station, wish: Wish) -> Contents:
    from pipeline.bundle.choosing import choose

    made_on = f"{station.today():%Y%m%d}"
    id = f"usb-{made_on}-{''.join(secrets.choice(LETTERS) for _ in range(5))}"
    with bar(say("progress_bundle")) as progress:
        return choose(station, wish, id, progress)


def _keep(station: Station, contents: Contents, written: Written) -> None:
    from pipeline.store import BundleKept, Note

    kept = BundleKept(contents.id, contents.made_at, contents.first, contents.last, contents.areas, written.manifest)
    detail = {"manifest": written.manifest, "rows": len(contents.rows), "areas": list(contents.areas)}
    station.store.keep_bundle(kept, contents.rows, Note("station", "bundle_made", contents.id, detail))


def _tell_left_out(contents: Contents) -> None:
    """On stderr, whatever is printed: what is not on the stick, and why."""
    for each in contents.left_out:
        click.echo(plain(f"warning: {_left_out(each)}"), err=True)
    for name, code in contents.failures:
        message, hint = render(code)
        click.echo(plain(f"{name[:40]}: {message}" + (f": {hint}" if hint else "")), err=True)
    if contents.by_themselves:
        click.echo(plain(say("bundle_by_themselves", clusters=", ".join(contents.by_themselves))), err=True)


def _left_out(each: LeftOut) -> str:
    message, hint = render(each.code)
    facts: dict[str, object] = {"name": each.name, "reason": message + (f": {hint}" if hint else "")}
    if each.first is None:
        return say("bundle_left_out_line", **facts)
    return say("bundle_left_out_times", count=each.count, first=f"{each.first:%d/%m %H:%M}", **facts)


def _say_empty(contents: Contents, wish: Wish, *, as_json: bool) -> int:
    days = {"first": f"{wish.first:%d/%m/%Y}", "last": f"{wish.last:%d/%m/%Y}"}
    code = "bundle_empty" if contents.left_out else "bundle_nothing_planned"
    message, hint = render(code, days)
    click.echo(f"error: {message}: {hint}", err=True)
    if as_json:
        print_json({"bundle": None, "airings": 0, "rows": 0, "singles": [], "left_out": _facts_left_out(contents)})
    return 1


def _show(contents: Contents, written: Written) -> None:
    from pipeline.bundle.writing import LIST
    from pipeline.cli.words import size_words

    facts: dict[str, object] = {
        "bundle": contents.id,
        "folder": written.folder,
        "airings": len({each.key for each in contents.lines}),
        "rows": len(contents.lines),
        "singles": len(contents.singles),
        "files": written.files,
        "size": size_words(written.size),
    }
    click.echo(plain(say("bundle_done", **facts)))
    click.echo(say("bundle_signed" if written.signed else "bundle_unsigned"))
    click.echo(say("bundle_done_next", list=LIST))


def _document(contents: Contents, written: Written, problems: Iterable[Problem]) -> dict[str, Any]:
    return {
        "bundle": contents.id,
        "folder": str(written.folder),
        "first": contents.first.isoformat(),
        "last": contents.last.isoformat(),
        "airings": len({each.key for each in contents.lines}),
        "rows": len(contents.lines),
        "singles": [each.bulletin for each in contents.singles],
        "files": written.files,
        "bytes": written.size,
        "manifest": written.manifest,
        "signed": written.signed,
        "left_out": _facts_left_out(contents),
        "by_themselves": list(contents.by_themselves),
        "problems": [problem_facts(each) for each in problems],
    }


def _facts_left_out(contents: Contents) -> list[dict[str, Any]]:
    return [
        {
            "name": each.name,
            "code": each.code,
            "count": each.count,
            "first": each.first.isoformat(timespec="seconds") if each.first else None,
            "message": render(each.code)[0],
        }
        for each in contents.left_out
    ]


# --- checking, and what comes back ------------------------------------------------------------------------------------


def _look_at(folder: Path, root: Path) -> Checked:
    """With what the station knows, where one is; a stick may be checked on any machine."""
    from pipeline.app import has_store, open_store, refusal_of, wall_clock
    from pipeline.bundle.checking import Book, check
    from pipeline.bundle.sealing import verifier
    from pipeline.site import load_site

    site = load_site(root)
    today = wall_clock().astimezone(site.station.timezone).date()
    verify = verifier(root, wall_clock)
    if not site.usable or not has_store(root):
        return check(folder, today, verify)
    store = open_store(root)
    try:
        refuse = refusal_of(site, store, lambda: today)

        def manifest_of(id: str) -> str | None:
            kept = store.bundle(id)
            return kept.manifest if kept else None

        def refusal(name: str) -> str:
            bulletin = site.bulletins.get(name)
            return refuse(bulletin) if bulletin else "bulletin_gone"

        return check(folder, today, verify, Book(manifest_of, refusal))
    finally:
        store.close()


def _checked(found: Checked) -> dict[str, Any]:
    return {
        "bundle": found.manifest.id,
        "station": found.manifest.station,
        "first": found.manifest.first.isoformat(),
        "last": found.manifest.last.isoformat(),
        "files": found.files,
        "manifest": found.sha256,
        "whole": not has_errors(found.problems),
        "proven": found.proven,
        "problems": [problem_facts(each) for each in found.problems],
    }


def _returned(result: Returned) -> dict[str, Any]:
    from pipeline.store import Taken

    kept = [each for each in Taken if each not in (Taken.OTHERWISE, Taken.WAITING)]
    return {
        "bundles": list(result.bundles),
        "rows": result.rows,
        **{each.value: result.taken[each] for each in kept},
        "refused": result.refused,
        "blank": result.blank,
        "problems": [problem_facts(each) for each in result.problems],
    }


def _summary(result: Returned) -> str:
    """What came of a sheet, without what there was none of."""
    found = {name: count for name, count in _returned(result).items() if isinstance(count, int) and name != "rows"}
    parts = ", ".join(say(f"sheet_count_{name}", count=count) for name, count in found.items() if count)
    return say("sheet_summary", rows=result.rows, parts=parts) if result.rows else say("sheet_summary_none")


@contextmanager
def _as_person(root: Path, by: str, file: str | None) -> Iterator[tuple[Station, Person]]:
    """The station, and who is known to work at it."""
    from pipeline.app import Station
    from pipeline.persons import Persons

    station = Station.open(root)
    try:
        persons = Persons(station.store)
        persons.find(by)
        yield station, persons.identify(by, read_passphrase(file, by), station.clock())
    finally:
        station.close()
