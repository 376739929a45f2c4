"""`loa audit`: who did what, and whether the log of it is whole."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.cli.output import json_option, print_json, site_option
from pipeline.messages import render, say

if TYPE_CHECKING:
    from datetime import datetime

    from pipeline.store import AuditEntry, AuditFinding


@click.group(help=say("help_audit"))
def audit() -> None: ...


@audit.command(name="list", help=say("help_audit_list"))
@click.option("--last", type=click.IntRange(1, 100_000), default=50, show_default=True, help=say("help_last"))
@site_option
@json_option
def list_(last: int, root: Path, as_json: bool) -> None:
    from pipeline.app import has_store, open_store, station_zone

    found: list[AuditEntry] = []
    if has_store(root):
        store = open_store(root)
        found = store.audit_entries(last)
        store.close()
    zone = station_zone(root)
    if as_json:
        print_json({"entries": [_facts(each, each.at.astimezone(zone)) for each in found]})
        return
    for each in found:
        at = f"{each.at.astimezone(zone):%d/%m/%Y %H:%M:%S}"
        click.echo(say("audit_line", id=f"{each.id:>5}", at=at, text=_sentence(each)))
    if not found:
        click.echo(say("audit_empty"))


@audit.command(help=say("help_audit_verify"))
@site_option
@json_option
@click.pass_context
def verify(ctx: click.Context, root: Path, as_json: bool) -> None:
    from pipeline.app import has_store, open_store

    findings: list[AuditFinding] = []
    newest: list[AuditEntry] = []
    if has_store(root):
        store = open_store(root)
        findings, newest = store.verify_audit(), store.audit_entries(1)
        store.close()
    head = newest[0].hash if newest else ""
    if as_json:
        facts = [{"code": each.code, "entry": each.entry, "message": _finding(each)[0]} for each in findings]
        print_json({"whole": not findings, "last": newest[0].id if newest else 0, "head": head, "findings": facts})
    elif not findings:
        click.echo(say("audit_whole", entry=newest[0].id, head=head) if newest else say("audit_empty"))
    for each in findings:
        message, hint = _finding(each)
        click.echo(f"error: {message}: {hint}", err=True)
    ctx.exit(1 if findings else 0)


def _sentence(entry: AuditEntry) -> str:
    params = {name: str(value) or "–" for name, value in entry.detail.items()}
    return render(f"audit_{entry.action}", {**params, "actor": entry.actor, "subject": entry.subject or "–"})[0]


def _facts(entry: AuditEntry, at: datetime) -> dict[str, object]:
    return {
        "id": entry.id,
        "at": at.isoformat(),
        "actor": entry.actor,
        "action": entry.action,
        "subject": entry.subject,
        "detail": dict(entry.detail),
        "text": _sentence(entry),
        "hash": entry.hash,
    }


def _finding(finding: AuditFinding) -> tuple[str, str]:
    return render(finding.code, {"entry": str(finding.entry)})
