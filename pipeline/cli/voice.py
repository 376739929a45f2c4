"""`loa voice`: which voices there are, one more of them, whether each speaks, one less."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli.output import json_option, plain, print_json, site_option
from pipeline.messages import render, say

if TYPE_CHECKING:
    from pipeline.site import Site
    from pipeline.voices import VoiceEngine
    from pipeline.voices.installed import InstalledVoice

MEGABYTE = 1_000_000


@click.group(help=say("help_voice"))
def voice() -> None: ...


@voice.command(name="list", help=say("help_voice_list"))
@site_option
@json_option
def list_(root: Path, as_json: bool) -> None:
    from pipeline.voices.installed import SHELF, installed

    settings = _site(root).station.voices
    found = installed(root / SHELF)
    if as_json:
        print_json(
            {"chain": list(settings.chain), "installed": [_facts(each, settings.piper, found) for each in found]}
        )
        return
    click.echo(say("voice_chain", chain=" → ".join(settings.chain)))
    for each in found:
        facts = _facts(each, settings.piper, found)
        line = "voice_line_speaks" if facts["speaks"] else "voice_line"
        click.echo(plain(say(line, **{**facts, "state": say(facts["state"])})))
    if not found:
        click.echo(say("voices_none"))


@voice.command(help=say("help_voice_install"))
@click.argument("source", metavar="FILE|URL")
@click.option("--sha256", default=None, metavar="HEX", help=say("help_voice_sha256"))
@click.option("--config-sha256", default=None, metavar="HEX", help=say("help_voice_config_sha256"))
@click.option("--name", default=None, help=say("help_voice_name"))
@site_option
@json_option
def install(
    source: str, sha256: str | None, config_sha256: str | None, name: str | None, root: Path, as_json: bool
) -> None:
    from pipeline.app import wall_clock
    from pipeline.cli.progress import bar
    from pipeline.voices.installed import SHELF, installed
    from pipeline.voices.installing import install as put

    site = _site(root)
    with bar(say("progress_voice")) as draw:
        done = put(
            root / SHELF,
            source,
            sha256=sha256,
            config_sha256=config_sha256,
            name=name,
            now=wall_clock().astimezone(site.station.timezone),
            progress=lambda came, total: draw(came // MEGABYTE, max(total, came) // MEGABYTE),
        )
    for code in done.doubts:
        message, hint = render(code)
        click.echo(f"warning: {message}: {hint}", err=True)
    found = installed(root / SHELF)
    if as_json:
        print_json({**_facts(done.voice, site.station.voices.piper, found), "fresh": done.fresh, "doubts": done.doubts})
        return
    click.echo(say("voice_installed" if done.fresh else "voice_installed_before", name=done.voice.name))
    for line in _next_steps(site, done.voice, found):
        click.echo(line)


@voice.command(help=say("help_voice_check"))
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), default=None, help=say("help_voice_out"))
@site_option
@json_option
@click.pass_context
def check(ctx: click.Context, names: Sequence[str], out: Path | None, root: Path, as_json: bool) -> None:
    site = _site(root)
    failed = False
    heard = []
    for facts in _auditions(site, names, out):
        failed = failed or not facts["ok"]
        heard.append(facts)
        if not as_json:
            click.echo(_heard_line(facts))
    if as_json:
        print_json({"voices": heard})
    ctx.exit(1 if failed else 0)


@voice.command(help=say("help_voice_remove"))
@click.argument("name")
@site_option
def remove(name: str, root: Path) -> None:
    from pipeline.voices.installed import SHELF
    from pipeline.voices.installed import remove as take_away

    site = _site(root)
    take_away(root / SHELF, name)
    click.echo(say("voice_removed", name=name))
    if name == site.station.voices.piper:
        click.echo(say("voice_removed_named", name=name))


def _site(root: Path) -> Site:
    from pipeline.site import site_to_speak

    return site_to_speak(root, ("station", "lexicon", "mastering"), named=True)


def _facts(each: InstalledVoice, named: str | None, found: Sequence[InstalledVoice]) -> dict[str, Any]:
    facts = each.facts
    licence = next((line.strip() for line in each.licence.splitlines() if "licen" in line.lower()), "")
    return {
        "name": each.name,
        "state": each.state(),
        "speaks": each.name == named if named is not None else len(found) == 1,
        "language": facts.language if facts else "",
        "sample_rate": facts.sample_rate if facts else 0,
        "speakers": facts.speakers if facts else 0,
        "sha256": facts.sha256 if facts else "",
        "config_sha256": facts.config_sha256 if facts else "",
        "source": facts.source if facts else "",
        "licence": licence[:200],
        "installed_at": facts.installed_at if facts else "",
    }


def _next_steps(site: Site, voice: InstalledVoice, found: Sequence[InstalledVoice]) -> Iterator[str]:
    """What is still to be done until it speaks."""
    settings = site.station.voices
    if "piper" not in settings.chain:
        place = settings.chain.index("recorded") + 1 if "recorded" in settings.chain else 0
        chain = (*settings.chain[:place], "piper", *settings.chain[place:])
        yield say("voice_next_chain", chain=", ".join(chain))
    if settings.piper != voice.name and (settings.piper is not None or len(found) > 1):
        yield say("voice_next_name", name=voice.name)
    yield say("voice_next_check")


def _auditions(site: Site, names: Sequence[str], out: Path | None) -> Iterator[dict[str, Any]]:
    from pipeline.errors import AudioError, VoiceError
    from pipeline.production.audition import SENTENCE, audition
    from pipeline.writing import writing

    for name, engine in _engines(site, names):
        facts: dict[str, Any] = {"name": name, "ok": False, "seconds": None, "voice": None, "code": "", "file": None}
        with tempfile.TemporaryDirectory(prefix="loa-") as scratch:
            try:
                segment = audition(site, engine, Path(scratch))
            except (VoiceError, AudioError) as error:
                message, hint = render(error.code, error.params)
                facts |= {"code": error.code, "message": message, "hint": hint}
            else:
                facts |= {"ok": True, "seconds": round(segment.duration_s, 1), "voice": segment.voice}
                facts["characters_per_s"] = round(len(SENTENCE) / segment.duration_s, 1)
                if out is not None:
                    with writing(out):
                        out.mkdir(parents=True, exist_ok=True)
                        shutil.copyfile(segment.path, out / f"{name}.mp3")
                    facts["file"] = str(out / f"{name}.mp3")
        yield facts


def _engines(site: Site, names: Sequence[str]) -> Iterator[tuple[str, VoiceEngine]]:
    """The voices of the chain, or those that were named: engines, or installed voices of Piper."""
    from dataclasses import replace

    from pipeline.config.voices import VOICES
    from pipeline.errors import ContentError, VoiceError
    from pipeline.voices.chain import RECORDED, Absent, build_chain, piper_voice
    from pipeline.voices.installed import SHELF, chosen, installed

    shelf, settings = site.root / SHELF, site.station.voices
    if not names:
        yield from ((each.name, each) for each in build_chain(settings, shelf))
        return
    there = {each.name for each in installed(shelf)}
    known = {*there, *VOICES} - {RECORDED}
    for name in names:
        if name not in known:
            raise ContentError("voice_unknown", name=name, known=", ".join(sorted(known)))
        if name in there:
            try:
                yield name, piper_voice(chosen(shelf, name), settings)
            except VoiceError as error:
                yield name, Absent(name, error)
        else:
            yield from ((name, each) for each in build_chain(replace(settings, chain=(name,)), shelf))


def _heard_line(facts: dict[str, Any]) -> str:
    if facts["ok"]:
        line = "voice_heard_kept" if facts["file"] else "voice_heard"
        return plain(say(line, **facts))
    return plain(say("voice_unheard", name=facts["name"], why=facts["message"], hint=facts["hint"]))
