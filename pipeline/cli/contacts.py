"""`loa contacts`: telephone numbers go into the database, encrypted, and nowhere else."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import click

from pipeline.cli import contact_requests
from pipeline.cli.addressees import addressees, entry_facts, entry_words, refused, tell_line, tell_rejected
from pipeline.cli.output import json_option, plain, print_json, print_problems, site_option, usage_error
from pipeline.messages import render, say

MAX_DAYS = 36_500


@click.group(help=say("help_contacts"))
def contacts() -> None: ...


for _command in contact_requests.COMMANDS:
    contacts.add_command(_command)


@contacts.command(name="import", help=say("help_contacts_import"))
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--list", "list_id", required=True, help=say("help_list"))
@click.option("--basis", default=None, help=say("help_basis"))
@click.option("--purpose", default=None, help=say("help_purpose"))
@click.option("--source", default=None, help=say("help_list_source"))
@click.option("--consent", default=None, help=say("help_list_consent"))
@click.option("--channel", default=None, help=say("help_list_channel"))
@click.option("--retention", type=click.IntRange(0, MAX_DAYS), default=None, help=say("help_retention"))
@site_option
@json_option
def import_(file: Path, list_id: str, root: Path, as_json: bool, **facts: Any) -> None:
    from pipeline.contacts import ListFacts, require_plain

    days: int | None = facts.pop("retention")
    said: dict[str, str | None] = {name: text and text.strip() for name, text in facts.items()}
    require_plain(list_id, said["basis"] or "")  # first: a wrong id is shown
    _require_identifier(list_id)
    if said["basis"] == "":
        raise usage_error("basis_empty")
    with addressees(root, making=True) as people:
        if said["basis"] is None and list_id not in people.store.contact_lists():
            raise usage_error("option_missing", option="--basis")
        done = people.bring(file, list_id, ListFacts(**said, retention_days=days))
    rows = done.rows
    counts = {
        "rows": rows.rows,
        "imported": done.counts.imported,
        "repaired": rows.repaired,
        "updated": done.counts.updated,
        "duplicates": rows.duplicates,
    }
    if as_json:
        print_json({**counts, "rejected": [refused(each) for each in rows.rejected]})
    else:
        click.echo(say("contacts_summary", list=list_id, rejected=len(rows.rejected), **counts))
    print_problems(done.problems)
    tell_rejected(file, rows.rejected)
    for warning in rows.warnings:
        tell_line(file, warning.line, "warning", warning.code, warning.params)
    told = Counter(each.code for each in rows.warnings)
    for code, count in rows.warned.items():
        if count > told[code]:
            click.echo(say("contacts_more_of_a_kind", what=render(code)[0], count=count - told[code]), err=True)


@contacts.command(help=say("help_contacts_lists"))
@site_option
@json_option
def lists(root: Path, as_json: bool) -> None:
    with addressees(root) as people:
        known, states = people.store.contact_lists(), people.store.list_states()
        zone = people.site.station.timezone
    facts = [
        {
            "id": name,
            "purpose": each.purpose,
            "basis": each.basis,
            "source": each.source,
            "consent": each.consent,
            "channel": each.channel,
            "retention_days": each.retention_days,
            "contacts": states[name].contacts,
            "reachable": states[name].reachable,
            "first_deleted": _day(states[name].first_goes, zone),
            "imported": _day(states[name].imported_at, zone),
        }
        for name, each in known.items()
    ]
    if as_json:
        print_json({"lists": facts})
        return
    for each in facts:
        shown = {key: "–" if value in (None, "") else value for key, value in each.items()}
        click.echo(plain(say("contacts_list_line", **shown)))
        click.echo(plain(say("contacts_list_why", **shown)))
    if not facts:
        click.echo(say("contacts_no_lists"))


@contacts.command(name="list", help=say("help_contacts_list"))
@click.argument("list_id", metavar="LIST")
@click.option("--count", type=click.IntRange(1, 1_000), default=50, show_default=True, help=say("help_list_count"))
@click.option("--after", type=click.IntRange(0), default=0, help=say("help_list_after"))
@site_option
@json_option
def list_(list_id: str, count: int, after: int, root: Path, as_json: bool) -> None:
    from pipeline.contacts import require_plain
    from pipeline.store import Note

    require_plain(list_id, "")
    with addressees(root) as people:
        if list_id not in people.store.contact_lists():
            raise usage_error("contacts_list_unknown", list=list_id)
        note = Note(people.actor, "contacts_listed", list_id, {"count": count})
        found = people.store.entries(list_id, count, note, people.clock(), after=after)
    if as_json:
        print_json({"list": list_id, "contacts": [entry_facts(each) for each in found]})
        return
    for each in found:
        click.echo(plain(say("contacts_entry_line", **entry_words(entry_facts(each)))))
    if len(found) == count:
        click.echo(say("contacts_more", after=found[-1].contact.id), err=True)


def _require_identifier(list_id: str) -> None:
    from pipeline.fields import IDENTIFIER, identifier_from

    if not IDENTIFIER.fullmatch(list_id) or len(list_id) > 64:
        raise usage_error("bad_identifier", value=list_id, close=identifier_from(list_id))


def _day(at: Any, zone: Any) -> str | None:
    return None if at is None else at.astimezone(zone).date().isoformat()
