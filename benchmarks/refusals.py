"""Whether the gate refuses anything of the site's own: every bulletin × pace × region, and the airings joined of them.

Each bulletin is spoken, judged, mastered, judged again as it was joined: an airing of the first half of the bulletins
and one of the second, as a station airs them. A refusal, or a passage that airs in doubt, is a defect.
`python -m benchmarks refusals`
"""

from __future__ import annotations

import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from pipeline.config.voices import REGIONS
from pipeline.domain import Medium, Occurrence
from pipeline.production import Production
from pipeline.site import Site, load_site
from pipeline.store import Store

ROOT = Path(__file__).parents[1]
RATES = (0.8, 0.9, 1.0, 1.1, 1.2, 1.3)


def main() -> None:
    site, found, bulletins, airings = load_site(ROOT), Counter[str](), 0, 0
    began = time.monotonic()
    for region in REGIONS:
        for rate in RATES:
            with tempfile.TemporaryDirectory(prefix="loa-") as folder:
                production, halves = made(site, region, rate, Path(folder))
                failures = [*production.failures, *production.segments.failures]
                for each in failures:
                    print(f"  {region} {rate}: {each.passage} by {each.voice or 'the join'}: {each.error.code}")
                found.update(each.error.code for each in failures)
                found["never joined"] += sum(production.find(half) is None for half in halves)
                bulletins += sum(len(half.bulletins) for half in halves)
                airings += len(halves)
            print(f"{region} {rate}: {len(failures)} refusals ({time.monotonic() - began:.0f} s)", flush=True)
    print(f"{bulletins} bulletins, {airings} airings: {+found or 'nothing refused, nothing in doubt'}")


def made(site: Site, region: str, rate: float, folder: Path) -> tuple[Production, list[Occurrence]]:
    """What one station with this voice makes of all bulletins, in two airings."""
    voices = replace(site.station.voices, chain=("espeak-ng",), espeak=region, rate=rate)
    own = replace(site, root=folder, station=replace(site.station, voices=voices))
    store = Store(f"sqlite:///{folder / 'loa.db'}")
    store.migrate()
    production, halves = Production(own, store, offline=True), list(halves_of(own))
    production.make(halves, halves[0].start)
    return production, halves


def halves_of(site: Site) -> Iterator[Occurrence]:
    names = sorted(site.bulletins)
    middle = len(names) // 2
    for hour, half in enumerate((names[:middle], names[middle:]), 17):
        start = datetime(2026, 11, 23, hour, tzinfo=site.station.timezone)
        yield Occurrence("refusals", str(hour), start, Medium.LOUDSPEAKER, "Bản tin an toàn", tuple(half), ())


if __name__ == "__main__":
    main()
