"""`loa contacts`: telephone numbers go into the database, encrypted, and nowhere else."""

from __future__ import annotations

from pathlib import Path

import click

from pipeline.cli.output import json_option, print_json, print_problems, site_option, usage_error
from pipeline.messages import render, say


@click.group(help=say("help_contacts"))
def contacts() -> None: ...


@contacts.command(name="import", help=say("help_contacts_import"))
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--list", "list_id", required=True, help=say("help_list"))
@click.option("--basis", required=True, help=say("help_basis"))
@site_option
@json_option
def import_(file: Path, list_id: str, basis: str, root: Path, as_json: bool) -> None:
    from pipeline.app import import_contacts
    from pipeline.contacts import require_plain
    from pipeline.fields import IDENTIFIER, identifier_from

    require_plain(list_id, basis)  # first: a wrong id is shown
    if not IDENTIFIER.fullmatch(list_id) or len(list_id) > 64:
        raise usage_error("bad_identifier", value=list_id, close=identifier_from(list_id))
    if not basis.strip():
        raise usage_error("basis_empty")
    rows, kept, problems = import_contacts(root, file, list_id, basis.strip())
    counts = {
        "rows": rows.rows,
        "imported": kept.imported,
        "repaired": rows.repaired,
        "updated": kept.updated,
        "duplicates": rows.duplicates,
    }
    if as_json:
        refused = [{"line": e.line, "code": e.code, "hint": render(e.message, e.params)[1]} for e in rows.rejected]
        print_json({**counts, "rejected": refused})
    else:
        click.echo(say("contacts_summary", list=list_id, rejected=len(rows.rejected), **counts))
    print_problems(problems)
    for each in rows.rejected:
        _tell(file, each.line, "error", *render(each.message, each.params))
    for warning in rows.warnings:
        _tell(file, warning.line, "warning", *render(warning.code))


def _tell(file: Path, line: int, severity: str, message: str, hint: str) -> None:
    click.echo(f"{file.name}:{line}:1: {severity}: {message}: {hint}", err=True)
