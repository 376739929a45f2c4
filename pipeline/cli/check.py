"""`loa check`: every file of the site, every problem at once, and what the proofreader says of the texts."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from pipeline.cli.output import has_errors, json_option, print_json, print_problems, problem_facts, site_option
from pipeline.messages import say


@click.command(help=say("help_check"))
@site_option
@json_option
@click.pass_context
def check(ctx: click.Context, root: Path, as_json: bool) -> None:
    from pipeline.dispatch import HORIZON, expand_site
    from pipeline.dispatch.foreseen import ENDED_AREAS, UNHEARD
    from pipeline.outlook.airtime import Reckoning
    from pipeline.proofreading import proofread_site
    from pipeline.site import load_site

    site = load_site(root)
    today = datetime.now(UTC).astimezone(site.station.timezone).date()
    found = proofread_site(site, today, Reckoning(site).of)
    found += [each for each in expand_site(site, today, HORIZON.days).problems if each.code in (*ENDED_AREAS, *UNHEARD)]
    problems = sorted([*site.problems, *found], key=lambda each: (each.file, each.line, each.column, each.code))
    if as_json:
        print_json({"problems": [problem_facts(problem) for problem in problems]})
    else:
        print_problems(problems, err=False)
        errors = sum(problem.severity == "error" for problem in problems)
        warnings = len(problems) - errors
        counts = {"bulletins": len(site.bulletins), "programmes": len(site.programmes), "clusters": len(site.clusters)}
        click.echo(say("check_summary", errors=errors, warnings=warnings, **counts), err=True)
    ctx.exit(2 if has_errors(site.problems) else 0)
