"""`loa person`: who may decide. Whoever has the shell has the site; the audit log says what they did with it."""

from __future__ import annotations

import getpass
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.cli.output import json_option, print_json, site_option
from pipeline.cli.passphrase import passphrase_option, read_passphrase
from pipeline.messages import render, say

if TYPE_CHECKING:
    from pipeline.persons import Persons

ROLES = ("editor", "approver", "administrator")


@click.group(help=say("help_person"))
def person() -> None: ...


@person.command(help=say("help_person_add"))
@click.argument("person_id", metavar="ID")
@click.option("--name", required=True, help=say("help_person_name"))
@click.option("--role", required=True, type=click.Choice(ROLES), help=say("help_person_role"))
@passphrase_option
@site_option
def add(person_id: str, name: str, role: str, file: str | None, root: Path) -> None:
    from pipeline.app import wall_clock
    from pipeline.domain import Person, Role

    passphrase = read_passphrase(file, person_id, new=True)
    with people(root) as persons:
        persons.add(Person(person_id, name, Role(role), wall_clock()), passphrase, shell())
    click.echo(say("person_done_added", person=person_id, role=say(f"role_{role}")))
    _warn_weak(passphrase, person_id, name)


@person.command(name="list", help=say("help_person_list"))
@site_option
@json_option
def list_(root: Path, as_json: bool) -> None:
    from pipeline.app import has_store

    found = []
    if has_store(root):
        with people(root) as persons:
            found = list(persons.store.persons().values())
    if as_json:
        facts = [
            {"id": each.id, "name": each.name, "role": each.role.value, "disabled": each.disabled_at is not None}
            for each in found
        ]
        print_json({"persons": facts})
        return
    for each in found:
        line = "person_line" if each.disabled_at is None else "person_line_disabled"
        click.echo(say(line, id=f"{each.id:<24}", role=f"{say(f'role_{each.role.value}'):<10}", name=each.name))
    if not found:
        click.echo(say("persons_none"))


@person.command(help=say("help_person_disable"))
@click.argument("person_id", metavar="ID")
@site_option
def disable(person_id: str, root: Path) -> None:
    from pipeline.app import wall_clock
    from pipeline.domain import Role

    with people(root) as persons:
        persons.disable(person_id, shell(), wall_clock())
        left = [each for each in persons.store.persons().values() if each.disabled_at is None]
    click.echo(say("person_done_disabled", person=person_id))
    if all(each.role is Role.EDITOR for each in left):
        _warn("nobody_approves")


@person.command(help=say("help_person_enable"))
@click.argument("person_id", metavar="ID")
@site_option
def enable(person_id: str, root: Path) -> None:
    from pipeline.app import wall_clock

    with people(root) as persons:
        persons.enable(person_id, shell(), wall_clock())
    click.echo(say("person_done_enabled", person=person_id))


@person.command(name="passphrase", help=say("help_person_passphrase"))
@click.argument("person_id", metavar="ID")
@passphrase_option
@site_option
def passphrase_(person_id: str, file: str | None, root: Path) -> None:
    from pipeline.app import wall_clock

    with people(root) as persons:
        found = persons.find(person_id, disabled_too=True)
        passphrase = read_passphrase(file, person_id, new=True)
        persons.set_passphrase(person_id, passphrase, shell(), wall_clock())
    click.echo(say("person_done_passphrase", person=person_id))
    _warn_weak(passphrase, person_id, found.name)


def shell() -> str:
    """Who works at the shell, for the audit log."""
    try:
        return f"shell:{getpass.getuser()}"
    except (KeyError, OSError):  # a container's user may have no name
        return f"shell:{os.getuid()}"


@contextmanager
def people(root: Path) -> Iterator[Persons]:
    """The people of a site. Files that are broken today keep nobody from a database that is there."""
    from pipeline.app import has_store, open_store, require_usable
    from pipeline.persons import Persons
    from pipeline.site import load_site

    if not has_store(root):
        require_usable(load_site(root))
    store = open_store(root)
    try:
        yield Persons(store)
    finally:
        store.close()


def _warn_weak(passphrase: str, *around: str) -> None:
    from pipeline.persons import is_weak

    if is_weak(passphrase, *around):
        _warn("passphrase_weak")


def _warn(code: str) -> None:
    message, hint = render(code)
    click.echo(f"warning: {message}: {hint}", err=True)
