"""The printed list: one HTML file for A4, in large type, that opens in any browser without a network."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from html import escape
from itertools import groupby

from pipeline.bundle import qr
from pipeline.bundle.contents import Contents, Line, Single
from pipeline.messages import render, say

BLANK_ROWS = 8  # for airings that nobody has planned
STYLE = """
@page { size: A4 landscape; margin: 12mm 12mm 14mm 12mm; }
* { box-sizing: border-box; }
body { font: 13pt/1.35 "Times New Roman", "Liberation Serif", "Noto Serif", serif; color: #000; background: #fff;
  max-width: 273mm; margin: 6mm auto; padding: 0 4mm; }
h1 { font-size: 20pt; margin: 0 0 2mm; }
h2 { font-size: 17pt; margin: 0 0 2mm; border-bottom: 2pt solid #000; }
.station { font-size: 12pt; text-transform: uppercase; margin: 0 0 1mm; }
.facts { margin: 0 0 3mm; }
ol.how { margin: 0 0 4mm; padding-left: 8mm; }
section { break-before: page; }
section.first { break-before: auto; margin-top: 5mm; }
table { width: 100%; border-collapse: collapse; table-layout: fixed; }
thead { display: table-header-group; }
th, td { border: 1pt solid #000; padding: 1.5mm 2mm; vertical-align: top; text-align: left; overflow-wrap: anywhere; }
th { font-size: 12pt; background: #e8e8e8; -webkit-print-color-adjust: exact; print-color-adjust: exact; }
tbody { break-inside: avoid; }
tr.day td { font-weight: bold; background: #f4f4f4; -webkit-print-color-adjust: exact; print-color-adjust: exact; }
tbody.day { break-after: avoid; }
td.time { font-size: 17pt; font-weight: bold; white-space: nowrap; }
td.code { font-family: "Liberation Mono", "Courier New", monospace; font-size: 12pt; }
td.fill { height: 11mm; }
.file { font-family: "Liberation Mono", "Courier New", monospace; font-size: 9.5pt; color: #333; }
ul { margin: 0; padding-left: 5mm; }
.cards { display: grid; grid-template-columns: 1fr 1fr; gap: 4mm; }
.card { display: grid; grid-template-columns: 42mm 1fr; gap: 4mm; border: 1pt solid #000; padding: 2mm;
  break-inside: avoid; align-items: start; }
.card svg { width: 42mm; height: 42mm; }
.card h3 { font-size: 14pt; margin: 1mm 0; }
.card p { font-size: 11.5pt; margin: 0 0 1mm; overflow-wrap: anywhere; }
@media screen { section { margin-top: 12mm; } }
"""
PLANNED = (
    *(("code", 13), ("time", 20), ("cluster", 42), ("content", 0), ("length", 15)),
    *(("played", 26), ("person", 32), ("remark", 34)),
)  # columns and their widths in mm; 0 takes what is left
ALONE = (
    *(("code", 13), ("content", 0), ("length", 15), ("until", 26)),
    *(("day", 23), ("played", 23), ("place", 36), ("person", 28), ("remark", 28)),
)


def page(contents: Contents) -> str:
    """The whole list. Everything people wrote is escaped: a title is never a tag."""
    body = [*_opening(contents)]
    areas = groupby(contents.lines, key=lambda each: each.place.area)
    for number, (_, lines) in enumerate(areas):
        body += _commune(contents, list(lines), first=number == 0)
    if contents.singles:
        body += _alone(contents, first=not contents.lines)
    body += _cards(contents)
    title = _said("bundle_list_title", first=_day(contents.first), last=_day(contents.last))
    head = f'<meta charset="utf-8">\n<title>{title} – {escape(contents.id)}</title>\n<style>{STYLE}</style>'
    return "\n".join(["<!DOCTYPE html>", '<html lang="vi">', "<head>", head, "</head>", "<body>", *body, "</body>"]) + (
        "\n</html>\n"
    )


def _opening(contents: Contents) -> Iterator[str]:
    days = {"first": _day(contents.first), "last": _day(contents.last)}
    yield f'<p class="station">{escape(contents.station)}</p>'
    yield f"<h1>{_said('bundle_list_title', **days)}</h1>"
    made = f"{contents.made_at:%H:%M %d/%m/%Y}"
    yield f'<p class="facts">{_said("bundle_list_facts", bundle=contents.id, made=made, last=days["last"])}</p>'
    yield '<ol class="how">'
    for code in ("bundle_how_play", "bundle_how_time", "bundle_how_not", "bundle_how_return"):
        yield f"<li>{_said(code)}</li>"
    yield "</ol>"
    if contents.left_out:
        yield f"<p><b>{_said('bundle_list_left_out')}</b></p>\n<ul>"
        for each in contents.left_out:
            count = f" ({each.count}×)" if each.count > 1 else ""
            yield f"<li>{escape(each.name)}{count}: {escape(render(each.code, None, 'vi')[0])}</li>"
        yield "</ul>"


def _commune(contents: Contents, lines: list[Line], *, first: bool) -> Iterator[str]:
    yield '<section class="first">' if first else "<section>"
    yield f"<h2>{escape(lines[0].place.area_name)}</h2>"
    yield f"<table>{_columns(PLANNED)}"
    for day, those in groupby(lines, key=lambda each: each.start.date()):
        yield f'<tbody class="day"><tr class="day"><td colspan="{len(PLANNED)}">{day_words(day)}</td></tr></tbody>'
        for _, airing in groupby(those, key=lambda each: each.file):
            yield from _airing(contents, list(airing))
    yield "</table>\n</section>"


def _airing(contents: Contents, lines: list[Line]) -> Iterator[str]:
    one = lines[0]
    span = f' rowspan="{len(lines)}"' if len(lines) > 1 else ""
    titles = "".join(f"<li>{escape(contents.bulletins[name].title)}</li>" for name in one.bulletins)
    content = f"{escape(one.title)}<ul>{titles}</ul>" + f'<span class="file">{escape(one.file)}</span>'
    yield "<tbody>"
    for number, each in enumerate(lines):
        time = f'<td class="time"{span}>{each.start:%H:%M}</td>' if number == 0 else ""
        shared = f"<td{span}>{content}</td><td{span}>{length_words(one.recording.duration_s)}</td>"
        yield (
            f'<tr><td class="code">{each.code}</td>{time}<td>{escape(each.place.cluster_name)}</td>'
            f'{shared if number == 0 else ""}<td class="fill"></td><td></td><td></td></tr>'
        )
    yield "</tbody>"


def _alone(contents: Contents, *, first: bool) -> Iterator[str]:
    yield '<section class="first">' if first else "<section>"
    yield f"<h2>{_said('bundle_alone_title')}</h2>\n<p>{_said('bundle_alone_how')}</p>"
    yield f"<table>{_columns(ALONE)}"
    for each in contents.singles:
        yield f"<tbody>{_single(contents, each)}</tbody>"
    for _ in range(BLANK_ROWS):
        yield f'<tbody><tr><td class="fill"></td>{"<td></td>" * (len(ALONE) - 1)}</tr></tbody>'
    yield "</table>\n</section>"


def _single(contents: Contents, single: Single) -> str:
    title = escape(contents.bulletins[single.bulletin].title)
    return (
        f'<tr><td class="code">{single.code}</td><td>{title}<br><span class="file">{escape(single.file)}</span></td>'
        f"<td>{length_words(single.recording.duration_s)}</td><td>{_day(single.until)}</td>"
        f'<td class="fill"></td><td></td><td></td><td></td><td></td></tr>'
    )


def _cards(contents: Contents) -> Iterator[str]:
    yield f'<section>\n<h2>{_said("bundle_cards_title")}</h2>\n<p>{_said("bundle_cards_how")}</p>\n<div class="cards">'
    for name, bulletin in contents.bulletins.items():
        text = qr.words(contents, name)
        _, *rest = text.split("\n")
        words = "".join(f"<p>{escape(each)}</p>" for each in rest)
        yield f'<div class="card">{qr.svg(text)}<div><h3>{escape(bulletin.title)}</h3>{words}</div></div>'
    yield "</div>\n</section>"


def _columns(columns: Sequence[tuple[str, int]]) -> str:
    """The head of a table."""
    widths = "".join(f'<col style="width:{width}mm">' if width else "<col>" for _, width in columns)
    names = "".join(f"<th>{_said(f'bundle_column_{name}')}</th>" for name, _ in columns)
    return f"<colgroup>{widths}</colgroup><thead><tr>{names}</tr></thead>"


def day_words(day: date) -> str:
    """`Thứ hai 23/11/2026`, on paper always in Vietnamese."""
    return f"{say(f'weekday_{day.weekday()}', 'vi')} {day:%d/%m/%Y}"


def length_words(seconds: float) -> str:
    """`6′52″`."""
    whole = round(seconds)
    return f"{whole // 60}′{whole % 60:02}″"


def _day(day: date | datetime) -> str:
    return f"{day:%d/%m/%Y}"


def _said(code: str, **params: object) -> str:
    return escape(say(code, "vi", **params))
