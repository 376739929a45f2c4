"""`loa doctor`: whether everything that tomorrow needs is there."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli.output import json_option, print_json, site_option
from pipeline.messages import say

if TYPE_CHECKING:
    from pipeline.doctor import Checked, Finding

MARKS = {"ok": "✓", "advice": "!", "problem": "✗"}


@click.command(help=say("help_doctor"))
@site_option
@click.option("--online", is_flag=True, help=say("help_doctor_online"))
@json_option
@click.pass_context
def doctor(ctx: click.Context, root: Path, online: bool, as_json: bool) -> None:
    from pipeline.doctor import Level, examine

    checked = examine(root, online=online)
    problems = sum(each.level is Level.PROBLEM for one in checked for each in one.findings)
    if as_json:
        print_json({"checks": [_facts(each) for each in checked], "problems": problems})
    else:
        for each in checked:
            _show(each)
        click.echo(say("doctor_summary" if problems else "doctor_fine", problems=problems))
    ctx.exit(1 if problems else 0)


def _facts(checked: Checked) -> dict[str, Any]:
    return {
        "name": checked.name,
        "level": checked.level.name.lower(),
        "findings": [_finding(each) for each in checked.findings],
    }


def _finding(finding: Finding) -> dict[str, Any]:
    from pipeline.telling.words import words_of

    message, hint = words_of(finding.code, finding.params)
    return {
        "code": finding.code,
        "level": finding.level.name.lower(),
        "subject": finding.subject,
        "message": message,
        "hint": hint,
    }


def _show(checked: Checked) -> None:
    click.echo(f"{MARKS[checked.level.name.lower()]} {say(f'check_{checked.name}')}")
    for each in map(_finding, checked.findings):
        click.echo(f"    {MARKS[each['level']]} {each['message']}" + (f" → {each['hint']}" if each["hint"] else ""))
