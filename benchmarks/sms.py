"""SMS through the durable path against Twilio's own client alone: the same far end, the same number in flight.

python -m benchmarks sms
"""

from __future__ import annotations

import multiprocessing
import os
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from pipeline.domain import Medium, State
from tests.contracts import far_twilio

RECIPIENTS = 3_000
IN_FLIGHT = 50
CLAIMED = 66  # 50 of them on the line, as many as the bare client has there; the others are claimed or written down
DELAYS_S = (0.0, 0.15)
CHANNELS = """\
channels:
  thu-muc: {{type: folder, path: var/playout}}
  tin-nhan: {{type: twilio, account: env:LOA_FAR_ACCOUNT, token: env:LOA_FAR_TOKEN, sender: LOA, base_url: "{url}",
             max_batch: {claimed}, rate: 9999/s}}
sms: {{channel: tin-nhan}}
"""


def main() -> None:
    os.environ.update(far_twilio.SECRETS)
    print(f"{'delay':>6} {'bare client/s':>14} {'durable/s':>10} {'ratio':>6}")
    for delay in DELAYS_S:
        bare = _measured(delay, _bare)
        durable = _measured(delay, _durable)
        print(f"{delay:6.2f} {bare:14.0f} {durable:10.0f} {durable / bare:6.2f}")


def _measured(delay: float, way: Any) -> float:
    fork = multiprocessing.get_context("spawn")
    here, there = fork.Pipe()
    far = fork.Process(target=_far_end, args=(there, delay), daemon=True)
    far.start()
    url = here.recv()
    try:
        return float(way(url))
    finally:
        far.terminate()
        far.join()


def _far_end(pipe: Any, delay: float) -> None:
    end = far_twilio.FarTwilio(far_twilio.Behaviour(delay=delay))
    end.keeps_requests = False
    pipe.send(end.url)
    time.sleep(3600)


def _bare(url: str) -> float:
    """Twilio's own client on its own line, as many threads as we have orders in flight; messages a second."""
    from requests.adapters import HTTPAdapter
    from twilio.http.http_client import TwilioHttpClient
    from twilio.rest import Client

    class There(TwilioHttpClient):  # type: ignore[misc]
        def request(self, method: str, address: str, *more: Any, **named: Any) -> Any:
            return super().request(method, address.replace("https://api.twilio.com", url), *more, **named)

    http = There(timeout=10)
    assert http.session is not None
    http.session.mount("http://", HTTPAdapter(pool_maxsize=IN_FLIGHT))
    http.logger.setLevel("ERROR")
    client = Client(far_twilio.ACCOUNT, far_twilio.TOKEN, http_client=http)

    def send(number: int) -> None:
        client.messages.create(to=f"+{84_912_000_000 + number}", from_="LOA", body="Cảnh báo")

    with ThreadPoolExecutor(IN_FLIGHT) as pool:
        list(pool.map(send, range(IN_FLIGHT)))
        began = time.perf_counter()
        list(pool.map(send, range(RECIPIENTS)))
        return RECIPIENTS / (time.perf_counter() - began)


def _durable(url: str) -> float:
    """A station with its database: planned, expanded, claimed, sent, written down; messages a second."""
    from pipeline.app import Station
    from pipeline.contacts import sample_contacts
    from pipeline.site import load_site
    from tests.kill_twilio import PROGRAMME, STATION
    from tests.people import approve_everything
    from tests.sites import write_site

    with tempfile.TemporaryDirectory(prefix="loa-bench-") as folder:
        here = datetime.now(UTC).astimezone().replace(second=0)
        files = {
            "config/station.yaml": STATION[: STATION.index("windows:")] + STATION[STATION.index("limits:") :],
            "config/channels.yaml": CHANNELS.format(url=url, claimed=CLAIMED),
            "schedules/canh-bao.yaml": None,
            "schedules/dan.yaml": PROGRAMME.format(at="00:00"),
        }
        root = write_site(Path(folder), files)
        site = load_site(root)
        now = here.astimezone(site.station.timezone).replace(hour=0, minute=1)
        station = Station.open(root, lambda: now)
        people = sample_contacts("dan", RECIPIENTS, ["an-quang"])
        station.store.import_contacts("dan", "thu", people, now=now)
        approve_everything(site, station.store)
        station.plan()
        began = time.perf_counter()
        while _left(station, now) > 0:
            station.send_due(Medium.SMS)
        took = time.perf_counter() - began
        station.close()
        return RECIPIENTS / took


def _left(station: Any, now: datetime) -> int:
    """How many have not been taken over yet."""
    rows = station.store.occurrences(now - timedelta(minutes=5), now)
    return RECIPIENTS - sum(row.counts.get(State.ACCEPTED, 0) for row in rows)


if __name__ == "__main__":
    main()
