"""`loa contacts show|export|forget|opt-out|opt-in|unblock`: what one person asks of those who keep their number.

A number typed as an argument can be seen by whoever lists the processes of the machine: without one it is asked for,
or read from standard input.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli.addressees import addressees, entry_facts, entry_words, read_phone, refused, tell_line, tell_rejected
from pipeline.cli.output import confirm_for_good, json_option, plain, print_json, site_option, usage_error
from pipeline.messages import render, say

if TYPE_CHECKING:
    from datetime import tzinfo

    from pipeline.addressees import LeftAlone
    from pipeline.store import Held, HeldDelivery

SHOWN_DELIVERIES = 10

# any number of words: people type 0912 345 678, and a word too many would be repeated by a usage error
number_argument = click.argument("number", metavar="[NUMBER|-]", nargs=-1)


@click.command(help=say("help_contacts_show"))
@number_argument
@site_option
@json_option
def show(number: tuple[str, ...], root: Path, as_json: bool) -> None:
    from pipeline.contacts import mask

    phone = read_phone(number)
    with addressees(root) as people:
        held = people.look(phone)
        zone = people.site.station.timezone
    facts = held_facts(held, mask(phone), zone)
    if as_json:
        print_json(facts)
        return
    click.echo(plain(say("contact_number_line", number=mask(phone), lists=len(held.contacts))))
    if held.left_alone:
        click.echo(say("contact_left_alone_line", why=say(held.left_alone), day=facts["left_alone_since"]))
    for entry in facts["lists"]:
        click.echo(plain(say("contact_held_line", **entry_words(entry))))
    for sent in facts["messages"][:SHOWN_DELIVERIES]:
        click.echo(plain(say("contact_message_line", **{**sent, "state": _state_words(sent["state"])})))
    if len(facts["messages"]) > SHOWN_DELIVERIES:
        click.echo(say("contact_more_messages", count=len(facts["messages"]) - SHOWN_DELIVERIES))


@click.command(help=say("help_contacts_export"))
@number_argument
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), default=None, help=say("help_export_out"))
@site_option
def export(number: tuple[str, ...], out: Path | None, root: Path) -> None:
    from pipeline.contacts import mask

    phone = read_phone(number)
    with addressees(root) as people:
        held = people.look(phone, "contact_exported")
        zone = people.site.station.timezone
        lists = people.store.contact_lists()
    facts = held_facts(held, mask(phone), zone, full=out is not None)
    for entry in facts["lists"]:
        about = lists[entry["list"]]
        entry |= {"purpose": about.purpose, "basis": about.basis, "source": about.source, "how": about.consent}
        entry["retention_days"] = about.retention_days
    if out is None:
        print_json(facts)
        return
    _write_own(out, {**facts, "number": f"+{phone}"})
    click.echo(say("contact_exported", file=out))


@click.command(help=say("help_contacts_forget"))
@number_argument
@click.option("--without-mark", is_flag=True, help=say("help_without_mark"))
@click.option("--yes", is_flag=True, help=say("help_yes"))
@site_option
@json_option
def forget(number: tuple[str, ...], without_mark: bool, yes: bool, root: Path, as_json: bool) -> None:
    from pipeline.contacts import mask

    phone = read_phone(number)
    if not yes:
        confirm_for_good(say("forget_confirm", number=mask(phone)))
    with addressees(root) as people:
        done = people.forget(phone, mark=not without_mark)
    facts = {
        "number": mask(phone),
        "contacts": done.contacts,
        "called_off": done.called_off,
        "taken_out": done.taken_out,
        "marked": done.marked,
        "left_in": list(done.stuck),
        "in_doubt": done.in_doubt,
    }
    if as_json:
        print_json(facts)
    else:
        click.echo(say("contact_forgotten", **{name: facts[name] for name in ("number", "contacts", "called_off")}))
        click.echo(say("contact_marked" if done.marked else "contact_unmarked"))
        click.echo(say("contact_in_copies"))
        if done.in_doubt:
            click.echo(say("contact_forgets_later", count=done.in_doubt))
    _stuck(done.stuck)


@click.command(name="opt-out", help=say("help_contacts_opt_out"))
@number_argument
@click.option("--file", type=click.Path(dir_okay=False, path_type=Path), default=None, help=say("help_numbers_file"))
@site_option
@json_option
def opt_out(number: tuple[str, ...], file: Path | None, root: Path, as_json: bool) -> None:
    from pipeline.addressees import OPTED_OUT

    if file is not None and number:
        raise usage_error("number_or_file")
    if file is not None:
        _leave_all_alone(file, OPTED_OUT, root, as_json)
        return
    phone = read_phone(number)
    with addressees(root) as people:
        done = people.leave_alone(phone)
    _tell(done, as_json)


@click.command(name="opt-in", help=say("help_contacts_opt_in"))
@number_argument
@click.option("--basis", required=True, help=say("help_opt_in_basis"))
@site_option
def opt_in(number: tuple[str, ...], basis: str, root: Path) -> None:
    if not basis.strip():
        raise usage_error("basis_empty")
    phone = read_phone(number)
    with addressees(root) as people:
        was_left_alone = people.welcome(phone, basis.strip())
    click.echo(say("contact_welcomed" if was_left_alone else "contact_was_welcome"))


@click.command(help=say("help_contacts_unblock"))
@number_argument
@click.option("--reason", required=True, help=say("help_unblock_reason"))
@site_option
@json_option
def unblock(number: tuple[str, ...], reason: str, root: Path, as_json: bool) -> None:
    from pipeline.contacts import mask

    if not reason.strip():
        raise usage_error("reason_empty")
    phone = read_phone(number)
    with addressees(root) as people:
        freed = people.unblock(phone, reason.strip())
        alone = people.store.held_of(phone, people.clock()).left_alone
    if as_json:
        print_json({"number": mask(phone), "entries": freed, "left_alone": alone or None})
        return
    click.echo(say("contact_unblocked", count=freed) if freed else say("contact_not_blocked"))
    if alone:
        click.echo(say("contact_still_left_alone", why=render(alone)[0]))


@click.group(name="do-not-contact", help=say("help_do_not_contact"))
def do_not_contact() -> None: ...


@do_not_contact.command(name="import", help=say("help_do_not_contact_import"))
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@site_option
@json_option
def import_(file: Path, root: Path, as_json: bool) -> None:
    from pipeline.addressees import DO_NOT_CONTACT

    _leave_all_alone(file, DO_NOT_CONTACT, root, as_json)


COMMANDS = (show, export, forget, opt_out, opt_in, unblock, do_not_contact)


def _leave_all_alone(file: Path, code: str, root: Path, as_json: bool) -> None:
    with addressees(root) as people:
        done = people.leave_all_alone(file, code)
    for line in done.several:
        tell_line(file, line, "warning", "several_left_alone", {})
    tell_rejected(file, done.rejected)
    _tell(done, as_json)
    if done.rejected:
        click.get_current_context().exit(1)


def _tell(done: LeftAlone, as_json: bool) -> None:
    facts = {"added": done.numbers, "repeated": done.repeated, "taken_out": done.taken_out}
    if as_json:
        print_json({**facts, "rejected": [refused(each) for each in done.rejected]})
    else:
        click.echo(say("left_alone_summary", rejected=len(done.rejected), **facts))
    _stuck(done.stuck)


def _stuck(files: tuple[str, ...]) -> None:
    """Where a number still stands in a hand-over file the command has failed, and says so."""
    for each in files:
        message, hint = render("contact_left_in_file", {"file": each})
        click.echo(plain(f"error: {message}: {hint}"), err=True)
    if files:
        click.get_current_context().exit(1)


def held_facts(held: Held, number: str, zone: tzinfo, *, full: bool = False) -> dict[str, Any]:
    """What is held of a number; days are those of `zone`. `full`: for its owner alone."""
    from pipeline.contacts.numbers import masked

    entries = [
        {
            "list": each.contact.list,
            **entry_facts(each, full=full),
            "note": each.note if full else masked(each.note),
            "consent_date": str(each.consent_date or ""),
            "since": f"{each.since.astimezone(zone):%Y-%m-%d}" if each.since else "",
            "last_import": f"{each.seen.astimezone(zone):%Y-%m-%d}" if each.seen else "",
        }
        for each in held.contacts
    ]
    return {
        "number": number,
        "left_alone": held.left_alone or None,
        "left_alone_since": held.left_alone_at.astimezone(zone).date().isoformat() if held.left_alone_at else None,
        "lists": entries,
        "messages": [_message(each, zone) for each in held.deliveries],
    }


def _state_words(state: str) -> str:
    return say("contact_message_arrived" if state == "confirmed" else f"state_{state}")


def _message(each: HeldDelivery, zone: tzinfo) -> dict[str, Any]:
    start = each.start.astimezone(zone).isoformat(timespec="minutes")
    state = each.delivery.state.value
    return {
        "start": start,
        "programme": each.programme,
        "title": each.title,
        "state": state,
        "code": each.delivery.code,
    }


def _write_own(out: Path, facts: dict[str, Any]) -> None:
    """A new file only its owner can read: it holds the number in full."""
    from pipeline.writing import writing_new

    with writing_new(out) as handle, os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(facts, file, ensure_ascii=False, indent=1)
        file.write("\n")
