"""The real `loa run`, on the real clock, killed again and again while things are due: nothing twice, nothing lost.

Every life finds a new programme that is due at once: play-out lists for loudspeakers, a hand-over file of SMS. It is
killed at a random moment, from before it is ready to after it has written everything down. `python -m tests.kill`
prints the figures of a hundred lives.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from pipeline.contacts import sample_contacts
from pipeline.domain import FINAL, Medium, State
from pipeline.site import load_site
from pipeline.store import Store
from tests.patience import PATIENCE_S
from tests.people import approve_everything
from tests.sites import FILES, STATION, write_site

LOA = str(Path(sys.executable).with_name("loa"))
CONTACTS = 40
OPEN_HOURS = (STATION[: STATION.index("windows:")] + STATION[STATION.index("limits:") :]).replace(
    "sms_per_number_per_day: 1", "sms_per_number_per_day: 100"
)
PROGRAMME = """\
programme: {name}
title: Cảnh báo
from: 2026-01-01
slots:
  - id: loa
    days: daily
    at: "{at}"
    medium: loudspeaker
    areas: [an-lao]
    late_by_at_most: 4h
    play: {{bulletins: [deepfake]}}
  - id: tin
    days: daily
    at: "{at}"
    medium: sms
    contacts: [to-truong]
    late_by_at_most: 4h
    play: {{bulletins: [gia-danh-cong-an]}}
"""


class Lives:
    """One site and its many lives; what its far ends received stands in their files."""

    def __init__(self, root: Path, seed: int) -> None:
        channels = FILES["config/channels.yaml"].replace(
            "path: var/handover}", "path: var/handover, rows_per_file: 15}"
        )
        without = {"config/station.yaml": OPEN_HOURS, "config/channels.yaml": channels, "schedules/canh-bao.yaml": None}
        self.root = write_site(root, without)
        self.dice = random.Random(seed)
        self.store = Store(f"sqlite:///{root / 'var' / 'loa.db'}", key=root / "var" / "keys" / "contacts.key")
        self.store.migrate()
        site = load_site(root)
        people = sample_contacts("to-truong", CONTACTS, ["an-quang"])
        self.store.import_contacts("to-truong", "thu", people, now=datetime.now(UTC))
        approve_everything(site, self.store)
        self.names: list[str] = []
        self.phases: Counter[str] = Counter()
        self.add_programme()
        self._loa("produce")

    def add_programme(self) -> None:
        """Something new that is due at once; the station finds it, alive or at its next start."""
        at = datetime.now(load_site(self.root).station.timezone) - timedelta(minutes=1)
        name = f"p{len(self.names):03d}"
        path = self.root / "schedules" / f"{name}.yaml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(PROGRAMME.format(name=name, at=f"{at:%H:%M}"), encoding="utf-8")
        self.names.append(name)

    def live(self, seconds: float) -> None:
        """One life, ended by kill -9."""
        child = subprocess.Popen([LOA, "--site", str(self.root), "run"], stderr=subprocess.PIPE, env=_environ())
        time.sleep(seconds)
        self.phases["dead already" if child.poll() is not None else "killed"] += 1
        child.kill()
        said = child.communicate()[1].decode()
        assert "Traceback" not in said, said

    def last_life(self, limit: float = PATIENCE_S) -> float:
        """Runs until nothing waits, then stops when it is told to; seconds it took to stop."""
        child = subprocess.Popen([LOA, "--site", str(self.root), "run"], stderr=subprocess.PIPE, env=_environ())
        deadline = time.monotonic() + limit
        while self._waits() and time.monotonic() < deadline:
            time.sleep(0.2)
        began = time.monotonic()
        child.send_signal(signal.SIGTERM)
        said = child.communicate(timeout=PATIENCE_S)[1].decode()
        assert child.returncode == 0, said
        return time.monotonic() - began

    def settle(self) -> None:
        """What a dead life still held: once its lease has ended the far end is asked, and the unsent goes again."""
        for minutes in (3, 6):
            later = datetime.now(load_site(self.root).station.timezone) + timedelta(minutes=minutes)
            self._loa("tick", "--now", f"{later:%Y-%m-%dT%H:%M:%S}")

    def figures(self) -> dict[str, Any]:
        now = datetime.now(UTC)
        rows = self.store.occurrences(now - timedelta(days=1), now)
        wrong: list[str] = []
        found = {(row.occurrence.programme, row.occurrence.slot) for row in rows}
        wrong += [
            f"{name}/{slot} was lost" for name in self.names for slot in ("loa", "tin") if (name, slot) not in found
        ]
        states: Counter[str] = Counter()
        for row in rows:
            wanted = CONTACTS if row.occurrence.medium is Medium.SMS else 2
            deliveries = self.store.deliveries_of(row.id)
            if len(deliveries) != wanted:
                wrong.append(f"{row.occurrence.key} has {len(deliveries)} deliveries")
            states.update(each.state.value for each in deliveries)
            wrong += [
                f"{row.occurrence.key} {each.target} {each.state} {each.code}"
                for each in deliveries
                if each.state not in FINAL | {State.ACCEPTED}
            ]
        sent = self._sent()
        wrong += [f"{place} went out {count} times" for place, count in sent.items() if count > 1]
        kinds = Counter("sms" if "sms" in place else "loudspeaker" for place in sent)
        return {
            "lives": dict(self.phases),
            "programmes": len(self.names),
            "occurrences": len(rows),
            "states": dict(states),
            "went_out": dict(kinds),
            "expected": {"sms": len(self.names) * CONTACTS, "loudspeaker": 2 * len(self.names)},
            "wrong": wrong,
        }

    def _sent(self) -> Counter[str]:
        """What the far ends hold: an entry of a list, a row of a hand-over."""
        sent: Counter[str] = Counter()
        for path in (self.root / "var" / "playout").glob("*/*.m3u*"):
            lines = path.read_text(encoding="utf-8").splitlines()
            sent.update(f"{path.parent.name} {line}" for line in lines if line.startswith("#LOA:"))
        for path in (self.root / "var" / "handover").rglob("*.json"):
            facts = json.loads(path.read_text(encoding="utf-8"))
            table = path.with_name(facts["file"])
            with table.open(encoding="utf-8-sig", newline="") as file:
                for row in csv.DictReader(file):
                    phone = next(value for value in row.values() if value.startswith("84"))
                    sent[f"sms {facts['occurrence']} {phone}"] += 1
        return sent

    def _waits(self) -> bool:
        now = datetime.now(UTC)
        rows = self.store.occurrences(now - timedelta(days=1), now)
        waiting = any(row.counts.get(State.PLANNED, 0) or row.expanded_at is None for row in rows)
        return waiting or len(rows) < 2 * len(self.names)

    def _loa(self, *words: str) -> None:
        done = subprocess.run([LOA, "--site", str(self.root), *words], capture_output=True, check=False, env=_environ())
        assert b"Traceback" not in done.stderr, done.stderr.decode()


def run(root: Path, kills: int, seed: int) -> dict[str, Any]:
    """So many lives in the folder `root`, and what came of them."""
    lives = Lives(root, seed)
    for _ in range(kills):
        lives.live(lives.dice.uniform(0.4, 4.5))
        lives.add_programme()
    stopped = lives.last_life()
    lives.settle()
    figures = lives.figures() | {"stopped_in_s": round(stopped, 2)}
    lives.store.close()
    return figures


def _environ() -> dict[str, str]:
    return {**os.environ, "LOA_LANG": "en"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="loa-kill-") as folder:
        print(json.dumps(run(Path(folder), asked.kills, asked.seed), indent=1))  # noqa: T201


if __name__ == "__main__":
    main()
