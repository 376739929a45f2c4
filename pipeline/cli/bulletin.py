"""`loa bulletin`: what is written, how it will sound, and whether it may air."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

import click

from pipeline.cli.bulletin_lead import lead
from pipeline.cli.bulletin_new import new, templates
from pipeline.cli.output import json_option, print_json, site_option, usage_error
from pipeline.cli.passphrase import asks, passphrase_option, read_passphrase
from pipeline.messages import render, say

if TYPE_CHECKING:
    from pipeline.approval import Approvals, Contents, Standing, Verdict
    from pipeline.domain import Bulletin
    from pipeline.site import Site

REASON_LIMIT = 300


@click.group(help=say("help_bulletin"))
def bulletin() -> None: ...


for _command in (new, templates, lead):  # modules of their own
    bulletin.add_command(_command)


@bulletin.command(name="list", help=say("help_bulletin_list"))
@site_option
@json_option
def list_(root: Path, as_json: bool) -> None:
    from pipeline.approval import Contents
    from pipeline.site import load_site

    site = load_site(root)
    bulletins = sorted(site.bulletins.values(), key=lambda each: (len(each.topic), each.topic, each.id))
    standings = _standings(Contents(site), bulletins)
    if as_json:
        facts = [
            {
                "id": b.id,
                "title": b.title,
                "topic": b.topic,
                "priority": b.priority.value,
                "approval": _standing_facts(standings[b.id]),
            }
            for b in bulletins
        ]
        print_json({"bulletins": facts})
        return
    for each in bulletins:
        click.echo(f"{each.topic:>3}  {each.id:<32} {each.title}  [{_standing_words(standings[each.id])}]")


@bulletin.command(help=say("help_bulletin_show"))
@click.argument("bulletin_id", metavar="ID")
@site_option
@json_option
def show(bulletin_id: str, root: Path, as_json: bool) -> None:
    from pipeline.approval import Contents
    from pipeline.cli import desk
    from pipeline.site import load_site

    site = load_site(root)
    require_known(site, [bulletin_id])
    found, contents = site.bulletins[bulletin_id], Contents(site)
    standing = _standings(contents, [found])[bulletin_id]
    if as_json:
        facts = desk.facts(contents, found, _today(site))
        print_json({**facts, "approval": _standing_facts(standing), "digest": standing.digest})
        return
    desk.show(contents, found, _today(site))
    click.echo(say("standing_title", standing=_standing_words(standing)))
    click.echo(say("digest_line", digest=standing.digest))


@bulletin.command(help=say("help_bulletin_approve"))
@click.argument("ids", nargs=-1, required=True, metavar="ID…")
@click.option("--by", required=True, help=say("help_by"))
@passphrase_option
@site_option
@json_option
@click.pass_context
def approve(ctx: click.Context, ids: Sequence[str], by: str, file: str | None, root: Path, as_json: bool) -> None:
    from pipeline.app import open_store, require_usable, wall_clock
    from pipeline.approval import Approvals
    from pipeline.cli import desk
    from pipeline.site import load_site

    site = load_site(root)
    require_usable(site)
    require_known(site, ids)
    store = open_store(root)
    approvals = Approvals(site, store)
    approvals.persons.find(by)
    if file is None and asks():
        for each in ids:
            desk.show(approvals.contents, site.bulletins[each], _today(site), err=True)
        click.echo(say("approval_declaration"), err=True)
    seen = {each: approvals.contents.digest(site.bulletins[each]) for each in ids}
    verdicts = approvals.approve(ids, by, read_passphrase(file, by), wall_clock(), seen=seen)
    _report(approvals, verdicts, as_json=as_json)
    store.close()
    ctx.exit(1 if any(each.code for each in verdicts) else 0)


@bulletin.command(help=say("help_bulletin_withdraw"))
@click.argument("bulletin_id", metavar="ID")
@click.option("--by", default=None, help=say("help_by"))
@click.option("--reason", default="", help=say("help_reason"))
@passphrase_option
@site_option
def withdraw(bulletin_id: str, by: str | None, reason: str, file: str | None, root: Path) -> None:
    from pipeline.app import has_store, open_store, wall_clock
    from pipeline.approval import Approvals
    from pipeline.cli.person import shell
    from pipeline.site import load_site

    site = load_site(root)  # broken files keep nobody from taking something off the air
    if not has_store(root):
        require_known(site, [bulletin_id])
    store = open_store(root)
    if not store.decisions(bulletin_id).approvals:  # what was once approved can be withdrawn though its file is gone
        require_known(site, [bulletin_id])
    approvals = Approvals(site, store)
    if by is None and file is not None:
        raise usage_error("passphrase_without_person")
    if by is not None:
        approvals.persons.find(by)
    passphrase = None if by is None or file is None else read_passphrase(file, by)
    short = " ".join(reason.split())[:REASON_LIMIT]
    approvals.withdraw(bulletin_id, by, wall_clock(), short, passphrase=passphrase, actor=shell())
    store.close()
    click.echo(say("bulletin_done_withdrawn", id=bulletin_id))


def require_known(site: Site, ids: Iterable[str]) -> None:
    """A usage error for the first id that names no bulletin, or a broken one."""
    from pipeline.errors import Severity
    from pipeline.fields import closest

    for each in ids:
        if each in site.bulletins:
            continue
        files = [p.file for p in site.problems if p.severity is Severity.ERROR]
        if any(PurePosixPath(file).stem == each for file in files):
            raise usage_error("bulletin_broken", id=each)
        raise usage_error("bulletin_unknown", id=each, close=closest(each, site.bulletins))


def _standings(contents: Contents, bulletins: Iterable[Bulletin]) -> dict[str, Standing]:
    """How each stands. Looking makes no database where there is none."""
    from pipeline.app import has_store, open_store
    from pipeline.approval import judge
    from pipeline.store import Decisions

    known = {}
    if has_store(contents.site.root):
        store = open_store(contents.site.root)
        known = dict(store.all_decisions())
        store.close()
    return {each.id: judge(each.priority, contents.digest(each), known.get(each.id, Decisions())) for each in bulletins}


def _today(site: Site) -> date:
    return datetime.now(UTC).astimezone(site.station.timezone).date()


def _standing_words(standing: Standing) -> str:
    return say(f"standing_{standing.code or 'approved'}", persons=", ".join(standing.persons))


def _standing_facts(standing: Standing) -> dict[str, object]:
    return {"state": standing.code or "approved", "by": list(standing.persons)}


def _report(approvals: Approvals, verdicts: Iterable[Verdict], *, as_json: bool) -> None:
    done: list[dict[str, object]] = []
    refused: list[dict[str, str]] = []
    for verdict in verdicts:
        found = approvals.site.bulletins[verdict.bulletin]
        if verdict.code:
            message, hint = render(verdict.code, verdict.params)
            refused.append({"id": found.id, "code": verdict.code, "message": message, "hint": hint})
            click.echo(f"error: {message}: {hint}", err=True)
            continue
        standing = approvals.standing(found)
        done.append({"id": found.id, "digest": verdict.digest, "approval": _standing_facts(standing)})
        if not as_json:
            sentence = "bulletin_done_half" if standing.code else "bulletin_done_approved"
            click.echo(say(sentence, id=found.id, title=found.title))
    if as_json:
        print_json({"approved": done, "refused": refused})
