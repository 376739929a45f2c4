"""A station that sends thousands of SMS and is killed again and again, while Twilio's far end has the worst of days.

    python -m tests.kill_sms twilio --kills 300 --recipients 5000

Each life is a process of its own that ends by kill -9 at a random moment. Between two lives both clocks, the station's
and the provider's, jump by a moment, half a minute or some minutes: leases end, the list lags, the grace runs out.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from typing import Any
from zoneinfo import ZoneInfo

from pipeline.contacts import sample_contacts
from pipeline.domain import Delivery, State
from pipeline.site import load_site
from pipeline.store import PlannedRow, Store
from tests.contracts import far_twilio
from tests.patience import PATIENCE_S
from tests.people import approve_everything
from tests.ports import free_port
from tests.sites import STATION, write_site

IN_FLIGHT = 12
LONGEST_LIFE_S = 1.5
JUMPS_S = (0.0, 0.0, 5.0, 30.0, 130.0, 240.0)
LAG_S = 45.0
PUBLIC = "https://loa.example.vn"
WAITING = (State.PLANNED, State.SENDING, State.RETRY, State.UNKNOWN)
CHANNELS = """\
channels:
  thu-muc: {{type: folder, path: var/playout}}
  tin-nhan: {{type: twilio, account: env:LOA_FAR_ACCOUNT, token: env:LOA_FAR_TOKEN, sender: LOA, base_url: "{url}",
             max_batch: {in_flight}, rate: {rate}/s, timeout: {patience_s:g}s, status_callback: "{public}"}}
sms: {{channel: tin-nhan}}
"""
PROGRAMME = """\
programme: dan
title: Cảnh báo
from: 2026-01-01
slots:
  - id: tin
    days: daily
    at: "{at}"
    medium: sms
    contacts: [dan]
    late_by_at_most: 23h
    play: {{bulletins: [gia-danh-cong-an]}}
"""
FAULTS = {  # of the messages of a bad day
    "": 0.80,
    "drop after": 0.06,
    "drop before": 0.04,
    "500": 0.03,
    "garbage": 0.02,
    "truncated": 0.02,
    "429": 0.01,
    "slow": 0.02,
}


def live(root: str, start: datetime, port: int, up: Any) -> None:
    """One life of the station's SMS: it sends, asks and listens until it is killed."""
    os.environ.update(far_twilio.SECRETS)
    from pipeline.app import Station
    from pipeline.callbacks import Listener
    from pipeline.domain import Medium
    from pipeline.errors import LoaError

    base = time.monotonic()
    station = Station.open(Path(root), lambda: start + timedelta(seconds=time.monotonic() - base))
    with suppress(OSError):
        Listener(("127.0.0.1", port), station.hear).start()
    threading.Thread(target=_keep_asking, args=(station,), daemon=True).start()
    up.set()
    while True:
        with suppress(LoaError):
            station.plan()
            station.send_due(Medium.SMS)
        time.sleep(0.02)


def _keep_asking(station: Any) -> None:
    from pipeline.errors import LoaError

    while True:
        with suppress(LoaError):
            station.resolve()
        time.sleep(0.1)


class BadDay:
    """A provider's worst day: `FAULTS` by their share, and reports that come twice, late and in any order."""

    def __init__(self, seed: int, port: int) -> None:
        self.dice, self.port = random.Random(seed), port
        self.is_over = False
        self._lock = threading.Lock()
        self._reports: SimpleQueue[tuple[float, far_twilio.Message, str]] = SimpleQueue()
        threading.Thread(target=self._report, daemon=True).start()

    def fault(self, _: dict[str, str]) -> str:
        with self._lock:
            return "" if self.is_over else self.dice.choices(list(FAULTS), list(FAULTS.values()))[0]

    def report(self, message: far_twilio.Message) -> None:
        with self._lock:
            if self.dice.random() < 0.5:
                return
            for status in self.dice.sample(["sent", "sent", "delivered", "delivered"], 4):
                self._reports.put((time.monotonic() + self.dice.uniform(0, 0.5), message, status))

    def _report(self) -> None:
        while True:
            at, message, status = self._reports.get()
            time.sleep(max(0.0, at - time.monotonic()))
            with suppress(OSError):  # nobody lives to hear it
                far_twilio.report(message, ("127.0.0.1", self.port), status)


class Lives:
    """One site, its provider and its lives."""

    def __init__(self, root: Path, recipients: int, seed: int, rate: int, patience_s: float) -> None:
        self.dice, self.recipients = random.Random(seed), recipients
        self.port = free_port()
        self.day = BadDay(seed, self.port)
        behaviour = far_twilio.Behaviour(fault=self.day.fault, lag=LAG_S, delay=0.02, report=self.day.report)
        self.far = far_twilio.FarTwilio(behaviour)
        self.far.keeps_requests = False
        self.root = _site(root, self.far.url, rate, patience_s)
        self.store = Store(f"sqlite:///{self.root / 'var' / 'loa.db'}", key=self.root / "var" / "keys" / "contacts.key")
        self.store.migrate()
        people = sample_contacts("dan", recipients, ["an-quang"])
        self.store.import_contacts("dan", "thu", people, now=datetime.now(UTC))
        approve_everything(load_site(self.root), self.store)
        self.ahead = timedelta(0)
        self.kills = 0
        self._fork = multiprocessing.get_context("forkserver")
        self._fork.set_forkserver_preload(["pipeline.app", "pipeline.callbacks", "twilio.rest"])

    def live(self, wait: Callable[[], object]) -> None:
        """One life, ended by kill -9 when `wait` returns; one in ten dies while it is being born."""
        up = self._fork.Event()
        born = datetime.now(UTC) + self.ahead
        child = self._fork.Process(target=live, args=(str(self.root), born, self.port, up))
        child.start()
        if self.dice.random() < 0.9:
            up.wait(PATIENCE_S)
            wait()
        else:
            time.sleep(self.dice.uniform(0.05, 0.5))
        assert child.is_alive(), "it died by itself"
        child.kill()
        child.join()
        child.close()

    def jump(self, seconds: float) -> None:
        """Time passes, for both sides alike, once the provider has looked at all that had reached it."""
        time.sleep(0.15)
        while self.far.undecided:
            time.sleep(0.02)
        self.ahead += timedelta(seconds=seconds)
        self.far.behaviour.ahead = self.ahead

    def settle(self) -> None:
        """The day gets better; lives of some seconds, and minutes between them, until nothing waits any more."""
        self.day.is_over = True
        for _ in range(200):
            if sum(self.states().values()) == self.recipients and not self.open():
                return
            self.live(self._rest)
            self.jump(70.0)

    def _rest(self) -> None:
        """Some seconds, fewer where nobody waits for a first attempt; doubts are asked about all the while."""
        until = time.monotonic() + 3.0
        while self.open()[State.PLANNED] and time.monotonic() < until:
            time.sleep(0.1)
        time.sleep(1.0)

    def open(self) -> Counter[State]:
        """How many deliveries are in which state, of those nobody has settled."""
        return Counter({state: count for state, count in self.states().items() if state in WAITING and count})

    def states(self) -> Counter[State]:
        """How many deliveries are in which state."""
        states: Counter[State] = Counter()
        for row in self.rows():
            states.update(row.counts)
        return states

    def deliveries(self) -> list[Delivery]:
        """All of them."""
        return [each for row in self.rows() for each in self.store.deliveries_of(row.id)]

    def rows(self) -> list[PlannedRow]:
        now = datetime.now(UTC) + self.ahead
        found = self.store.occurrences(now - timedelta(days=3), now)
        return [row for row in found if row.expanded_at is not None or row.counts]

    def figures(self) -> dict[str, Any]:
        """What came of it."""
        sent = Counter(message.to for message in self.far.kept)
        deliveries = self.deliveries()
        said = [receipt for each in deliveries for receipt in self.store.receipts_of(each.id)]
        names = {each.ref for each in deliveries if each.ref}
        return {
            "kills": self.kills,
            "recipients": self.recipients,
            "deliveries": len(deliveries),
            "states": {state.value: count for state, count in self.states().items() if count},
            "reached": len(sent),
            "sent_twice": sum(1 for count in sent.values() if count > 1),
            "skipped": self.recipients - len(sent),
            "names_of_nobody": len(names - {message.sid for message in self.far.kept}),
            "left_by_kills": sum(1 for each in said if each.code == "lease_lost"),
            "at_most": IN_FLIGHT * self.kills,
            "codes": dict(Counter(each.code for each in said if each.code).most_common()),
        }

    def close(self) -> None:
        self.store.close()
        self.far.shutdown()
        self.far.server_close()


def wait_for_share(dice: random.Random, share: float, taken: Callable[[], int]) -> None:
    """Until the far end has taken up to twice `share` messages more, and a moment longer: so kills fall while orders
    are on their way, and are spread over all of them. A life that has nothing to send is not waited for."""
    enough, until = taken() + dice.uniform(0, 2 * share), time.monotonic() + LONGEST_LIFE_S
    while taken() < enough and time.monotonic() < until:
        time.sleep(0.005)
    time.sleep(dice.uniform(0, 0.05))


def _site(root: Path, url: str, rate: int, patience_s: float) -> Path:
    here = datetime.now(UTC).astimezone(ZoneInfo("Asia/Ho_Chi_Minh"))
    return write_site(
        root,
        {
            "config/station.yaml": STATION[: STATION.index("windows:")] + STATION[STATION.index("limits:") :],
            "config/channels.yaml": CHANNELS.format(
                url=url, in_flight=IN_FLIGHT, rate=rate, public=PUBLIC, patience_s=patience_s
            ),
            "schedules/canh-bao.yaml": None,
            "schedules/dan.yaml": PROGRAMME.format(at=f"{here - timedelta(minutes=1):%H:%M}"),
        },
    )


@contextmanager
def lives(root: Path, recipients: int, seed: int, rate: int, patience_s: float) -> Iterator[Lives]:
    """A site in the folder `root` with its far end, for as long as the block lasts. `patience_s`: with one answer."""
    made = Lives(root, recipients, seed, rate, patience_s)
    try:
        yield made
    finally:
        made.close()


def run(root: Path, kills: int, recipients: int, seed: int, rate: int) -> dict[str, Any]:
    """So many lives in the folder `root`, and what came of them."""
    with lives(root, recipients, seed, rate, patience_s=2.0) as made:
        for number in range(kills):
            share = (recipients - len(made.far.kept)) / (kills - number)
            made.live(partial(wait_for_share, made.dice, share, lambda: len(made.far.kept)))
            made.kills += 1
            made.jump(made.dice.choice(JUMPS_S))
        before = made.open()
        made.settle()
        after = made.open()
        return {
            **made.figures(),
            "before_settling": {state.value: count for state, count in before.items()},
            "unsettled": {state.value: count for state, count in after.items()},
        }
