"""A station that sends SMS, killed again and again with kill -9 at random moments: nobody twice, nobody in silence.

The far end drops replies after it has taken a message, fails, asks for patience, and lists what it took only after a
while. Every life is a process of its own; its clock runs 20 s ahead of the one before, so that leases end and what is
listed nowhere is given up while the test runs. `python -m tests.kill_sms http` prints the figures of 300 kills over
5,000 recipients; `http-key`: a provider that cannot be asked, but knows our keys again.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from pipeline.contacts import sample_contacts
from pipeline.domain import FINAL, Medium, State
from pipeline.site import load_site
from pipeline.store import Store
from tests import kill_twilio
from tests.contracts.far_http import SECRET, FarHttp, far_http
from tests.people import approve_everything
from tests.sites import STATION, write_site

AT_ONCE = 8
AHEAD_S = 20
STATION_OPEN = STATION[: STATION.index("windows:")] + STATION[STATION.index("limits:") :]
PROGRAMME = """\
programme: canh-bao
title: Cảnh báo
from: 2026-01-01
slots:
  - id: tin
    days: daily
    at: "{at}"
    medium: sms
    contacts: [to-truong]
    late_by_at_most: 12h
    play: {{bulletins: [gia-danh-cong-an]}}
"""
CHANNELS = """\
channels:
  thu-muc: {{type: folder, path: var/playout}}
  tin-nhan:
    type: http_sms
    url: {url}/send
    fields: {{to: "{{phone}}", text: "{{text}}", key: "{{key}}", token: "{{secret:LOA_FAR}}"}}
    rate: {rate}/s
    timeout: 1s
    at_once: {at_once}
    {more}
    answer: {{code: code, ref: id, sent: [ok], repeated: [again], refused: {{e-number: bad_number}}}}
sms: {{channel: tin-nhan}}
"""
ASK = (
    'ask: {{url: "{url}/ask", fields: {{key: "{{key}}"}}, code: code, ref: id, '
    "waiting: [waiting], unlisted: [unlisted]}}"
)


@dataclass(frozen=True)
class Provider:
    """`serve` starts its far end; `channels`: config/channels.yaml for it; `sent`: to whom it has sent how often."""

    serve: Callable[[], AbstractContextManager[Any]]
    channels: Callable[[Any, int], str]
    sent: Callable[[Any], Mapping[str, int]]
    environ: Mapping[str, str]


def _http(more: str, *, keys: bool) -> Provider:
    return Provider(
        lambda: far_http(keys=keys),
        lambda far, rate: CHANNELS.format(url=far.url, rate=rate, at_once=AT_ONCE, more=more.format(url=far.url)),
        lambda far: far.sent,
        {"LOA_FAR": SECRET},
    )


PROVIDERS = {"http": _http(ASK, keys=False), "http-key": _http("key_holds: 24h", keys=True)}


class Lives:
    """One site and its many lives."""

    def __init__(self, root: Path, provider: Provider, far: Any, recipients: int, seed: int, rate: int) -> None:
        self.root, self.provider, self.far, self.recipients = root, provider, far, recipients
        self.dice = random.Random(seed)
        self.offset = 0
        self.kills = 0
        self._child = 0
        at = datetime.now(load_site(write_site(root)).station.timezone) - timedelta(minutes=1)
        channels = provider.channels(far, rate)
        programme = PROGRAMME.format(at=f"{at:%H:%M}")
        files = {"config/station.yaml": STATION_OPEN, "config/channels.yaml": channels}
        site = load_site(write_site(root, {**files, "schedules/canh-bao.yaml": programme}))
        assert site.usable, list(site.problems)
        self.store = Store(f"sqlite:///{root / 'var' / 'loa.db'}", key=root / "var" / "keys" / "contacts.key")
        (root / "var").mkdir(exist_ok=True)
        self.store.migrate()
        people = sample_contacts("to-truong", recipients, ["an-quang"])
        self.store.import_contacts("to-truong", "thu", people, now=datetime.now(UTC))
        approve_everything(site, self.store)
        command = [sys.executable, "-m", "tests.kill_sms", "--mother", str(root)]
        environ = {**os.environ, **provider.environ, "LOA_LANG": "en"}
        self.said = root / "said.txt"
        with self.said.open("wb") as said:
            self.mother = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=said, env=environ
            )

    def live(self, share: float) -> None:
        """One life, killed at a random moment, on the average when it has sent `share` messages."""
        child = self._begin()
        kill_twilio.wait_for_share(self.dice, share, self.taken)
        self._end(child)
        self.kills += 1

    def taken(self) -> int:
        """How many messages the far end has taken."""
        return sum([*self.provider.sent(self.far).values()])  # at once: it grows meanwhile

    def last_lives(self, limit_s: float) -> None:
        """Lives that are left in peace for a while, until nothing is open or the time is over."""
        until = time.monotonic() + limit_s
        while self._open() and time.monotonic() < until:
            child = self._begin()
            rest = time.monotonic() + 4.0
            while self._open() and time.monotonic() < rest:
                time.sleep(0.2)
            self._end(child)
            self.offset += 60

    def figures(self) -> dict[str, Any]:
        states: Counter[str] = Counter()
        rows = [row for row in self._rows() if row.occurrence.medium is Medium.SMS]
        for row in rows:
            states.update({state.value: count for state, count in row.counts.items() if count})
        sent = self.provider.sent(self.far)
        return {
            "kills": self.kills,
            "recipients": self.recipients,
            "states": dict(states),
            "sent_twice": sum(count > 1 for count in sent.values()),
            "reached": len(sent),
            "without_a_record": self.recipients * len(rows) - sum(states.values()),
            "doubts_by_kill": self._receipts("lease_lost"),
            "most_allowed": AT_ONCE * self.kills,
            "unresolved": sum(states[state.value] for state in State if state not in FINAL | {State.ACCEPTED}),
        }

    def close(self) -> str:
        """End the mother of all lives; what they said on stderr."""
        if self._child:
            self._end(self._child)
        for pipe in (self.mother.stdin, self.mother.stdout):
            if pipe is not None:
                pipe.close()
        self.mother.wait()
        self.store.close()
        said = self.said.read_text(encoding="utf-8")
        assert "Traceback" not in said, said
        assert "8490" not in said, "a number stands in what it said"
        return said

    def _begin(self) -> int:
        """A new life, as soon as it is ready; its process id."""
        assert self.mother.stdin is not None
        assert self.mother.stdout is not None
        self.offset += AHEAD_S
        self.mother.stdin.write(f"{self.offset}\n".encode())
        self.mother.stdin.flush()
        child = int(self.mother.stdout.readline() or 0)
        assert child, f"a life ended by itself: {self.said.read_text(encoding='utf-8')}"
        self._child = child
        return child

    def _end(self, child: int) -> None:
        self._child = 0
        with contextlib.suppress(ProcessLookupError):  # it ended by itself: the next line its mother writes says so
            os.kill(child, signal.SIGKILL)

    def _rows(self) -> list[Any]:
        now = datetime.now(UTC)
        return self.store.occurrences(now - timedelta(days=1), now + timedelta(hours=1))

    def _open(self) -> bool:
        settled = FINAL | {State.ACCEPTED}
        counts = [row.counts for row in self._rows()]
        return any(count and state not in settled for each in counts for state, count in each.items()) or not counts

    def _receipts(self, code: str) -> int:
        with self.store._database.read() as connection:
            return int(connection.scalar(sa.text("SELECT count(*) FROM receipts WHERE code = :code"), {"code": code}))


def mother(root: Path) -> None:
    """For each offset she reads she gives birth to a life: what all of them import is there already."""
    from pipeline.app import Station  # noqa: F401

    load_site(root)
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            life(root, int(line))
        _, status = os.waitpid(child, 0)
        if not os.WIFSIGNALED(status):
            print(0, flush=True)  # noqa: T201


def life(root: Path, offset: int) -> None:
    """Plan, send, ask, until somebody kills it."""
    from pipeline.app import Station

    station = Station.open(root, lambda: datetime.now(UTC) + timedelta(seconds=offset))
    station.plan()
    print(os.getpid(), flush=True)  # noqa: T201
    while True:
        station.desk.sweep(station.clock())
        station.send_due(Medium.SMS)
        station.resolve()
        time.sleep(0.02)


def trouble(dice: random.Random) -> Callable[[dict[str, Any]], str]:
    """A bad day: one message in nine meets something."""
    kinds = ["dropped"] * 50 + ["never_taken"] * 20 + ["500"] * 15 + ["cut_short"] * 10 + ["429"] * 3 + ["garbage"] * 12

    def fault(fields: dict[str, Any]) -> str:
        return "" if "ask" in fields or dice.random() > 0.11 else dice.choice(kinds)

    return fault


def run(root: Path, name: str, kills: int, recipients: int, seed: int, rate: int) -> dict[str, Any]:
    """So many kills over so many recipients, and what came of them."""
    provider = PROVIDERS[name]
    with provider.serve() as far:
        if isinstance(far, FarHttp):
            far.fault = trouble(random.Random(seed))
            far.lag_s = 0.6
        with contextlib.closing(Lives(root, provider, far, recipients, seed, rate)) as lives:
            for number in range(kills):
                lives.live((recipients - lives.taken()) / (kills - number))
            before = lives.figures()["states"]
            if isinstance(far, FarHttp):
                far.fault = lambda _: ""
            lives.last_lives(limit_s=120 + recipients / rate * 3)
            return {**lives.figures(), "before_settling": before}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("provider", nargs="?", choices=[*sorted(PROVIDERS), "twilio"], default="http")
    parser.add_argument("--kills", type=int, default=300)
    parser.add_argument("--recipients", type=int, default=5_000)
    parser.add_argument("--rate", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--mother", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.mother is not None:
        mother(asked.mother)
        return
    with tempfile.TemporaryDirectory(prefix="loa-kill-sms-") as folder:
        if asked.provider == "twilio":
            figures = kill_twilio.run(Path(folder), asked.kills, asked.recipients, asked.seed, asked.rate)
            print(json.dumps(figures, indent=1))  # noqa: T201
            return
        given = (asked.provider, asked.kills, asked.recipients, asked.seed, asked.rate)
        print(json.dumps(run(Path(folder), *given), indent=1))  # noqa: T201


if __name__ == "__main__":
    main()
