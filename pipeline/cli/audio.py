"""`loa audio check`: what is wrong with sound files that somebody sent, said with the second at which it is."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli.output import json_option, named_site_option, plain, print_json, require_picture, usage_error
from pipeline.messages import render, say

if TYPE_CHECKING:
    from pipeline.audio.faults import Expected, Fault

SOUND = click.Path(dir_okay=False, path_type=Path)


@click.group(help=say("help_audio"))
def audio() -> None: ...


@audio.command(help=say("help_audio_check"))
@click.argument("files", metavar="FILE…", nargs=-1, required=True, type=SOUND)
@click.option("--text", type=click.File("rb"), default=None, help=say("help_audio_text"))
@click.option("--sha256", metavar="HEX", default=None, help=say("help_audio_sha256"))
@click.option("--length", metavar="2m30s", default=None, help=say("help_audio_length"))
@click.option("--slot", metavar="10m", default=None, help=say("help_audio_slot"))
@click.option("--plot", type=SOUND, default=None, help=say("help_audio_plot"))
@named_site_option
@json_option
@click.pass_context
def check(ctx: click.Context, /, files: tuple[Path, ...], as_json: bool, plot: Path | None, **promised: Any) -> None:
    if plot is not None and len(files) > 1:
        raise usage_error("audio_plot_one")
    require_picture(plot)
    expected = _expected(promised)
    reports = [_report(file, expected, promised["sha256"]) for file in files]
    if plot is not None and "lufs" in reports[0]:
        _draw(files[0], plot)
    if as_json:
        print_json({"files": reports})
    else:
        for report in reports:
            _show(report)
    ctx.exit(1 if any(report["refused"] for report in reports) else 0)


def _draw(file: Path, plot: Path) -> None:
    from pipeline.audio.picture import save
    from pipeline.voices.recorded import Recorded
    from pipeline.writing import writing

    with writing(plot):
        save(file, plot, file.name, demuxer=Recorded(file).demuxer())


def _expected(promised: dict[str, Any]) -> Expected:
    from pipeline import speech
    from pipeline.audio.faults import Expected
    from pipeline.cli.text import lines
    from pipeline.site import site_to_speak

    words = ""
    if promised["text"] is not None:
        lexicon = site_to_speak(
            promised["root"] or Path.cwd(), ("lexicon",), named=promised["root"] is not None
        ).lexicon
        written = "\n".join(line for _, line in lines(promised["text"]))
        words = speech.read_aloud(_body(written), lexicon).text
    length, slot = (_seconds(promised[name]) for name in ("length", "slot"))
    return Expected(words, person=True, length_s=length, slot_s=slot)


def _body(written: str) -> str:
    """A script without what stands between its lines of dashes."""
    _, parted, body = written.removeprefix("---\n").partition("\n---\n")
    return body if parted and written.startswith("---\n") else written


def _seconds(value: str | None) -> float | None:
    from pipeline.fields import parse_duration

    if value is None:
        return None
    length: timedelta | None = parse_duration(value.strip())
    if length is None:
        raise usage_error("audio_length_wrong", value=value)
    return length.total_seconds()


def _report(file: Path, expected: Expected, sha256: str | None) -> dict[str, Any]:
    """What machines read of one file. One that cannot be decoded is refused like any other."""
    from pipeline.audio import gate, measure
    from pipeline.audio.faults import E, Fault
    from pipeline.errors import LoaError
    from pipeline.voices.recorded import Recorded

    figures: dict[str, Any] = {}
    try:
        demuxer = Recorded(file).demuxer()
        found = gate.examine(file, expected, demuxer=demuxer)
        loudness = measure.measure_file(file, demuxer=demuxer)
        faults = list(found.faults)
        silent = loudness.lufs < measure.SILENT_LUFS
        figures["duration_s"] = round(found.duration_s, 2)
        figures["lufs"] = None if silent else round(loudness.lufs, 1)
        figures["dbtp"] = None if silent else round(loudness.dbtp, 1)
        if sha256 is not None and _sha256(file) != sha256.strip().lower():
            faults.insert(0, Fault("hash_not_as_promised", E))
    except LoaError as error:
        faults = [Fault(error.code, E, None, error.params)]
    refused = any(fault.severity is E for fault in faults)
    return {"file": str(file), **figures, "refused": refused, "faults": [_facts(fault) for fault in faults]}


def _sha256(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _facts(fault: Fault) -> dict[str, Any]:
    message, hint = render(fault.code, fault.error().params)
    place = None if fault.at_s is None else round(fault.at_s, 2)
    return {
        "code": fault.code,
        "severity": fault.severity.value,
        "at_s": place,
        "message": message,
        "hint": hint,
    }


def _show(report: dict[str, Any]) -> None:
    verdict = "refused" if report["refused"] else "told" if report["faults"] else "good"
    shown = {name: "–" if report.get(name) is None else f"{report[name]:.1f}" for name in ("lufs", "dbtp")}
    seconds = f"{report.get('duration_s', 0):.1f}"
    words = say(f"audio_check_{verdict}")
    click.echo(plain(say("audio_check_line", file=report["file"], seconds=seconds, verdict=words, **shown)))
    for fault in report["faults"]:
        hint = f": {fault['hint']}" if fault["hint"] else ""
        click.echo(plain(f"  {fault['severity']}: {fault['message']}{hint}"))
