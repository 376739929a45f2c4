"""How punctual and how modest the station is: a thousand airings in one second on a busy machine; an idle minute."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

from pipeline.channels import Channel
from pipeline.clock import Machine
from pipeline.config.channels import CHANNEL_MEDIA
from pipeline.daemon import Daemon
from pipeline.domain import Dedupe, Delivery, Evidence, Medium, Occurrence, Outgoing, Receipt, Recording, State
from pipeline.site import Site
from pipeline.store import Store
from pipeline.unattended import Unattended
from tests.people import approve_everything
from tests.sites import FILES, STATION, write_site

CLUSTERS = 1_000
PROMISE_S = 1.2
BEFORE_S = 12.0  # from the start of the station to the moment
IDLE_S = 60
RECORDING = Recording("ab" * 32, Path("a.mp3"), 600.0, -16.0, -1.5, "espeak-ng/vi", False)
OPEN_HOURS = STATION[: STATION.index("windows:")] + STATION[STATION.index("limits:") :]


class Speaker:
    """A channel that takes orders at once and notes when; what it plays lasts ten minutes."""

    medium = Medium.LOUDSPEAKER
    max_batch = 100
    lead = timedelta(0)
    dedupe = Dedupe.NONE
    evidence = Evidence.PLAYER

    def __init__(self, id: str, clock: Callable[[], datetime]) -> None:
        self.id, self.clock = id, clock
        self.late_s: list[float] = []

    def check(self) -> None: ...

    def send(self, orders: Sequence[Outgoing]) -> list[Receipt]:
        now = self.clock()
        self.late_s += [(now - order.start).total_seconds() for order in orders]
        return [Receipt(order.delivery, now, State.ACCEPTED) for order in orders]

    def poll(self, _: Sequence[Delivery]) -> list[Receipt]:
        return []

    def withdraw(self, _: Sequence[Delivery]) -> list[Receipt]:
        return []


class LongRender:
    """Everything is recorded; what is being rendered meanwhile takes a core for as long as the benchmark lasts."""

    def __init__(self, site: Site, store: Store) -> None:
        self.site, self.store = site, store
        self.failures: list[Any] = []

    def find(self, occurrence: Occurrence, *_: object) -> Recording | None:
        return RECORDING if occurrence.bulletins else None

    def make(self, *_: object, **__: object) -> None:
        subprocess.run([sys.executable, "-c", BURN.format(seconds=BEFORE_S + 8)], check=True)


BURN = "import time; end = time.monotonic() + {seconds}\nwhile time.monotonic() < end: sum(range(10000))"


def main() -> None:
    """Prints seconds of delay, and what an idle station takes."""
    late = punctuality()
    print(f"{len(late)} of {CLUSTERS} airings of one second handed over; one core rendering, one loudspeaker playing")
    print(
        f"  first {late[0]:.3f} s  median {late[len(late) // 2]:.3f} s  last {late[-1]:.3f} s  (promised {PROMISE_S} s)"
    )
    cpu, memory = idle()
    print(f"idle for {IDLE_S} s: {100 * cpu:.2f} % of a core (promised 1 %), {memory:.0f} MB (promised 150 MB)")


def punctuality() -> list[float]:
    """Seconds each of the airings was late, in order."""
    with tempfile.TemporaryDirectory(prefix="loa-air-") as folder:
        root = write_site(Path(folder), crowded())
        due = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)  # 17:00 at the station
        shift = timedelta(seconds=round((due - datetime.now(UTC)).total_seconds() - BEFORE_S))

        def clock() -> datetime:
            return datetime.now(UTC) + shift

        def channels(site: Site, _: object, without: Collection[str] = ()) -> dict[str, Channel]:
            speakers = [name for name, each in site.channels.items() if CHANNEL_MEDIA[each.type] is Medium.LOUDSPEAKER]
            return {name: Speaker(name, clock) for name in speakers if name not in without}

        with patch.multiple("pipeline.app", Production=LongRender, build_channels=channels):
            station, problems = Unattended.stand_by(root, clock, Trusted())
            assert not problems, problems[:3]
            approve_everything(station.site, station.store)
            stopped = threading.Event()
            threading.Timer(BEFORE_S + 5, stopped.set).start()
            Daemon(station, stopped).run()
            speaker: Any = station.channels["thu-muc"]
            station.close()
        return sorted(each for each in speaker.late_s if each < 60)  # the one that played before is none of them


class Trusted(Machine):
    def synchronised(self) -> bool:
        return True


def crowded() -> dict[str, str | None]:
    """One slot a cluster, all at 17:00; one airing of ten minutes began at 16:58."""
    shape = "medium: loudspeaker, areas: [{area}], play: {{bulletins: [deepfake]}}"
    slot = f'  - {{{{id: {{id}}, days: daily, at: "{{at}}", {shape}}}}}'
    areas = ["  - {id: rieng, name: Riêng}", *(f"  - {{id: xa-{n}, name: Xã {n}}}" for n in range(CLUSTERS))]
    clusters = [f"  - {{id: loa-{n}, name: Loa {n}, area: xa-{n}, channel: thu-muc}}" for n in range(CLUSTERS)]
    clusters += ["  - {id: loa-dai, name: Loa dài, area: rieng, channel: thu-muc}"]
    slots = [slot.format(id=f"s{n}", at="17:00", area=f"xa-{n}") for n in range(CLUSTERS)]
    slots += [slot.format(id="dai", at="16:58", area="rieng")]
    return {
        "config/areas.yaml": "\n".join(["areas:", *areas, "clusters:", *clusters, ""]),
        "config/station.yaml": OPEN_HOURS,
        "schedules/canh-bao.yaml": None,
        "schedules/dong.yaml": "\n".join(["programme: dong", "title: Đông", "from: 2026-01-01", "slots:", *slots, ""]),
    }


def idle() -> tuple[float, float]:
    """Share of a core and megabytes of the real `loa run` with nothing due."""
    with tempfile.TemporaryDirectory(prefix="loa-idle-") as folder:
        root = write_site(Path(folder), {"schedules/canh-bao.yaml": FILES["schedules/canh-bao.yaml"]})
        command = [str(Path(sys.executable).with_name("loa")), "--site", str(root), "run"]
        child = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        time.sleep(30)  # it starts, plans and renders
        before = cpu_seconds(child.pid)
        time.sleep(IDLE_S)
        used = cpu_seconds(child.pid) - before
        memory = resident_mb(child.pid)
        child.terminate()
        child.wait(20)
    return used / IDLE_S, memory


def cpu_seconds(pid: int) -> float:
    """User and system time of a process and the children it has waited for."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


def resident_mb(pid: int) -> float:
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


if __name__ == "__main__":
    main()
