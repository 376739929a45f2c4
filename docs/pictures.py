"""Draws the README's pictures from a rehearsal of the sample station: `make pictures`."""

from __future__ import annotations

import os
import re
import tempfile
from datetime import datetime
from pathlib import Path

from rich.console import Console

from pipeline.app import open_store
from pipeline.audio import picture
from pipeline.cli.tables import calendar
from pipeline.messages import say
from pipeline.production import Passage, Production
from pipeline.rehearsal import rehearse
from pipeline.speech import read_aloud

ROOT = Path(__file__).parents[1]
WEEK = datetime(2026, 11, 23)  # noqa: DTZ001  local time of the station
SHOWN = "gia-danh-cong-an"


def main() -> None:
    os.environ["LOA_LANG"] = "vi"
    images = ROOT / "docs" / "img"
    images.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as out:
        rehearsed = rehearse(ROOT, Path(out) / "week", WEEK, 3)
    title = say("rehearsal_title", station=rehearsed.site.station.name)
    console = Console(record=True, width=118, file=open(os.devnull, "w"))  # noqa: PTH123, SIM115
    console.print(calendar(title, rehearsed.site, rehearsed.occurrences, rehearsed.recordings))
    drawn = console.export_svg(title="loa rehearse")
    drawn = re.sub(r"@font-face \{.*?\}\s*", "", drawn, flags=re.DOTALL)  # a picture fetches nothing
    (images / "rehearsal.svg").write_text(drawn.replace("Fira Code", "DejaVu Sans Mono"), encoding="utf-8")
    store = open_store(ROOT)
    bulletin = rehearsed.site.bulletins[SHOWN]
    production = Production(rehearsed.site, store)
    segment = production.segments.make(Passage(SHOWN, read_aloud(bulletin.text, rehearsed.site.lexicon)))
    store.close()
    drawn = picture.draw(segment.path, bulletin.title)
    (images / "bulletin.svg").write_text(drawn, encoding="utf-8")


if __name__ == "__main__":
    main()
