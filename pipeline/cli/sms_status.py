"""`loa sms status` and `loa sms resolve`: who got it, who did not and why, and what only a person can find out."""

from __future__ import annotations

import csv
import os
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli.output import json_option, print_json, site_option, usage_error
from pipeline.cli.passphrase import passphrase_option, read_passphrase
from pipeline.cli.sms_batches import forecast_words, never_sent_lines, progress_facts
from pipeline.cli.times import LocalDay
from pipeline.domain import State
from pipeline.messages import render, say

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from rich.table import Table

    from pipeline.dispatch.batches import Batches, Progress
    from pipeline.site import Site
    from pipeline.store import SmsOutcome, SmsTally, Store

OPEN = (State.SENDING, State.RETRY, State.UNKNOWN)
FEW = 20  # open deliveries that are named on a screen
COLUMNS = ("waiting", "under_way", "accepted", "on_handset", "failed", "unknown", "not_sent")
GROUPS = ("list", "area", "prefix")


@click.command(help=say("help_sms_status"))
@click.option("--list", "list_id", default=None, help=say("help_list"))
@click.option("--since", type=LocalDay(), default=None, help=say("help_sms_since"))
@click.option("--group", type=click.Choice(GROUPS), default="list", help=say("help_sms_group"))
@click.option("--csv", "out", type=click.Path(dir_okay=False, path_type=Path), default=None, help=say("help_sms_csv"))
@site_option
@json_option
def status(list_id: str | None, since: date | None, group: str, out: Path | None, root: Path, as_json: bool) -> None:
    from pipeline.app import has_store, open_store, wall_clock
    from pipeline.site import load_site

    site = load_site(root)
    zone = site.station.timezone
    if list_id is not None:
        _require_known(list_id, root)
    if not has_store(root):
        print_json(_document([], [], [], zone)) if as_json else click.echo(say("sms_status_nothing"))
        return
    start = datetime.combine(since, time(), zone) if since else None
    store = open_store(root)
    try:
        tallies = store.sms_tallies(start, list_id)
        unresolved = list(store.sms_outcomes(start, list_id, OPEN)) if tallies else []
        if out is not None:
            _write_csv(out, store.sms_outcomes(start, list_id) if tallies else (), zone)
        steered = _batches(site, store)
        batches, never = steered.under_way(wall_clock()), steered.never_sent(wall_clock())
        if as_json:
            print_json(_document(tallies, unresolved, batches, zone))
        else:
            for each in batches:
                click.echo(forecast_words(each, zone))
            for line in never_sent_lines(never, zone):
                click.echo(line)
            _show(site, tallies, unresolved, _grouped(store, tallies, group, start, list_id))
            for line in doubt_lines(site, unresolved, wall_clock()):
                click.echo(line)
    finally:
        store.close()


@click.command(help=say("help_sms_resolve"))
@click.argument("delivery", type=int)
@click.argument("outcome", type=click.Choice(("sent", "unsent")))
@click.option("--by", required=True, help=say("help_by"))
@passphrase_option
@site_option
def resolve(delivery: int, outcome: str, by: str, file: str | None, root: Path) -> None:
    from pipeline.app import open_store, wall_clock
    from pipeline.persons import Persons
    from pipeline.store import Note

    store = open_store(root)
    try:
        persons = Persons(store)
        persons.find(by)
        person = persons.identify(by, read_passphrase(file, by), wall_clock())
        note = Note(person.id, "sms_resolved", str(delivery), {"outcome": outcome})
        state = store.say_of_sms(delivery, sent=outcome == "sent", note=note, now=wall_clock())
    finally:
        store.close()
    click.echo(say(f"sms_resolved_{state.value}", delivery=delivery))


def _require_known(list_id: str, root: Path) -> None:
    """UsageError for a list that is not there and never was sent anything."""
    from pipeline.app import has_store, open_store
    from pipeline.contacts import require_plain

    require_plain(list_id, "")
    known = False
    if has_store(root):
        store = open_store(root)
        try:
            known = list_id in store.contact_lists() or bool(store.sms_tallies(None, list_id))
        finally:
            store.close()
    if not known:
        raise usage_error("contacts_list_unknown", list=list_id)


# --- as JSON and CSV --------------------------------------------------------------------------------------------------


def _document(
    tallies: Iterable[SmsTally], unresolved: Iterable[SmsOutcome], batches: Iterable[Progress], zone: ZoneInfo
) -> dict[str, Any]:
    counts = {state.value: 0 for state in State}
    for each in tallies:
        counts[each.state.value] += each.count
    return {
        "deliveries": counts,
        "unresolved": [_open_facts(each) for each in unresolved],
        "batches": [progress_facts(each, zone) for each in batches],
    }


def _batches(site: Site, store: Store) -> Batches:
    from pipeline.dispatch.admission import nothing_refused
    from pipeline.dispatch.batches import Batches

    return Batches(site, store, nothing_refused)


def _open_facts(each: SmsOutcome) -> dict[str, str]:
    return {
        "delivery": str(each.delivery),
        "list": each.list,
        "number": _masked(each),
        "state": each.state.value,
        "code": each.code,
        "since": each.since.isoformat(),
    }


def _masked(each: SmsOutcome) -> str:
    from pipeline.contacts import mask

    return mask(each.contact.phone) if each.contact else "***"


CSV_COLUMNS = (
    *("delivery", "programme", "slot", "start", "list", "area", "number", "prefix", "carrier_guess"),
    *("state", "outcome", "code", "reason", "since", "reference"),
)


def _write_csv(out: Path, found: Iterable[SmsOutcome], zone: ZoneInfo) -> None:
    """UTF-8 with BOM and CRLF; numbers are masked, cells that a spreadsheet would take for a formula guarded."""
    from pipeline.writing import writing_new

    with writing_new(out) as handle, os.fdopen(handle, "w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow(CSV_COLUMNS)
        writer.writerows(map(_guarded, (_csv_row(each, zone) for each in found)))


def _csv_row(each: SmsOutcome, zone: ZoneInfo) -> list[str]:
    from pipeline.contacts.carriers import carrier_guess, prefix_of

    prefix = prefix_of(each.contact.phone) if each.contact else ""
    return [
        str(each.delivery),
        each.programme,
        each.slot,
        f"{each.start.astimezone(zone):%Y-%m-%d %H:%M}",
        each.list,
        each.area,
        _masked(each),
        prefix,
        carrier_guess(prefix),
        each.state.value,
        say(f"sms_column_{_column(each.state)}"),
        each.code,
        render(each.code)[0] if each.code else "",
        f"{each.since.astimezone(zone):%Y-%m-%d %H:%M:%S}",
        each.ref,
    ]


def _guarded(cells: list[str]) -> list[str]:
    return ["'" + cell if cell.startswith(("=", "+", "-", "@")) else cell for cell in cells]


# --- for people -------------------------------------------------------------------------------------------------------


def _column(state: State) -> str:
    """The truth a state belongs to: what was taken over is never called arrived."""
    return {
        State.PLANNED: "waiting",
        State.SENDING: "under_way",
        State.RETRY: "under_way",
        State.ACCEPTED: "accepted",
        State.CONFIRMED: "on_handset",
        State.FAILED: "failed",
        State.UNKNOWN: "unknown",
    }.get(state, "not_sent")


def _grouped(
    store: Store, tallies: Iterable[SmsTally], group: str, since: datetime | None, list_id: str | None
) -> dict[str, Counter[str]]:
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for name, state, count in _named(store, tallies, group, since, list_id):
        found[name][_column(state)] += count
    return dict(sorted(found.items()))


def _named(
    store: Store, tallies: Iterable[SmsTally], group: str, since: datetime | None, list_id: str | None
) -> Iterator[tuple[str, State, int]]:
    if group != "prefix":
        yield from ((getattr(each, group) or "–", each.state, each.count) for each in tallies)
        return
    from pipeline.contacts.carriers import carrier_guess, prefix_of

    for each in store.sms_outcomes(since, list_id) if tallies else ():
        prefix = prefix_of(each.contact.phone) if each.contact else "–"
        guess = carrier_guess(prefix)
        yield f"{prefix} ({guess}?)" if guess else prefix, each.state, 1


def _show(site: Site, tallies: list[SmsTally], unresolved: list[SmsOutcome], grouped: dict[str, Counter[str]]) -> None:
    if not tallies:
        click.echo(say("sms_status_nothing"))
        return
    from pipeline.cli.tables import show

    show(_table(grouped))
    _show_reasons(tallies)
    zone = site.station.timezone
    for each in unresolved[:FEW]:
        since = f"{each.since.astimezone(zone):%d/%m %H:%M}"
        reason = render(each.code)[0] if each.code else say(f"sms_column_{_column(each.state)}")
        facts = {"delivery": each.delivery, "list": each.list, "number": _masked(each), "since": since}
        click.echo(say("sms_status_open", reason=reason, **facts))
    if len(unresolved) > FEW:
        click.echo(say("sms_status_more", count=len(unresolved) - FEW))


def doubt_lines(site: Site, unresolved: Iterable[SmsOutcome], now: datetime) -> Iterator[str]:
    """Who ends the doubts: Loa by asking, and when, or somebody who looks at the provider's page."""
    from pipeline.app import build_channels, is_station_running
    from pipeline.dispatch.doubts import next_question

    doubts = [each for each in unresolved if each.state is State.UNKNOWN]
    channels = build_channels(site, lambda: now) if doubts else {}
    # of whom nobody knows the number any more nobody can be asked about either
    found = [next_question(channels.get(each.channel), each.since, now) if each.contact else None for each in doubts]
    asked = [at for at in found if at is not None]
    if asked:
        at = (min(asked) + timedelta(seconds=59)).astimezone(site.station.timezone)
        code = "sms_status_asks" if is_station_running(site.root) else "sms_status_asks_later"
        yield say(code, count=len(asked), at=f"{at:%H:%M}")
    if len(asked) < len(doubts):
        yield say("sms_status_hint")


def _table(grouped: dict[str, Counter[str]]) -> Table:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    table = Table(title=say("sms_status_title"), title_justify="left", title_style="bold", box=SIMPLE_HEAD)
    table.add_column("")
    for column in COLUMNS:
        table.add_column(say(f"sms_column_{column}"), justify="right")
    for name, counts in grouped.items():
        table.add_row(name, *(str(counts[column] or "–") for column in COLUMNS))
    return table


def _show_reasons(tallies: Iterable[SmsTally]) -> None:
    reasons: Counter[tuple[str, str]] = Counter()
    for each in tallies:
        if each.code and _column(each.state) in ("failed", "unknown", "not_sent"):
            reasons[_column(each.state), each.code] += each.count
    for (column, code), count in sorted(reasons.items(), key=lambda item: (-item[1], item[0])):
        message, hint = render(code)
        line = say("sms_status_reason", count=count, what=say(f"sms_column_{column}"), reason=message)
        click.echo(f"{line}: {hint}" if hint else line)
