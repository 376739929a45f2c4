"""A station's gate with 250, 500 and 1,000 simulated receivers: real mosquitto, real TLS, the real ledger in SQLite.

python -m benchmarks fleet

Each receiver has a certificate and an address of its own. Measured: a storm of connections, heartbeats ten times as
often as in life, a new plan for everybody, a journal of everybody at once over HTTPS. CPU is of the station's and the
broker's processes alone, in per cent of one core; the receivers, simulated beside them, take most of the machine.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import resource
import ssl
import subprocess
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from http.client import HTTPSConnection
from pathlib import Path
from typing import Any

from benchmarks._mqtt import Client, Crowd

FLEETS = (250, 500, 1_000)
BEAT_S = 6.0  # 60 in life
BEATS = 4
AIRINGS = 48  # eight days of six
AT_ONCE = 32  # threads that connect, or hand in
WITHIN_S = 300.0
ZONE = "Asia/Ho_Chi_Minh"


def main() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(8_192, hard), hard))
    print(f"{'receivers':>9} {'connect s':>9} {'beats/s':>8} {'station':>8} {'broker':>7} {'lag s':>6}", end=" ")
    print(
        f"{'plans s':>8} {'station':>8} {'journals s':>10} {'station':>8} {'again':>6} {'RSS MB':>7} {'broker MB':>9}"
    )
    for count in FLEETS:
        with tempfile.TemporaryDirectory() as folder:
            _run(Path(folder), count)
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def _run(root: Path, count: int) -> None:
    spawn = multiprocessing.get_context("spawn")
    here, there = spawn.Pipe()
    station = spawn.Process(target=_station, args=(there, root, count), daemon=True)
    station.start()
    https, mqtt = here.recv()
    broker = subprocess.Popen(
        ["/usr/sbin/mosquitto", "-c", str(root / "broker" / "mosquitto.conf")], stderr=subprocess.DEVNULL
    )
    try:
        _await(here, "connected")
        _measure(root, count, _Ends(here, station.pid or 0, broker.pid), https, mqtt)
    finally:
        here.send("end")
        station.join(20)
        broker.terminate()
        broker.wait(20)


class _Ends:
    """The two processes that are measured."""

    def __init__(self, pipe: Any, station: int, broker: int) -> None:
        self.pipe, self.station, self.broker = pipe, station, broker

    def ask(self, question: str) -> Any:
        self.pipe.send(question)
        return self.pipe.recv()

    def cpu(self) -> tuple[float, float]:
        return _cpu_s(self.station), _cpu_s(self.broker)


def _measure(root: Path, count: int, ends: _Ends, https: int, mqtt: int) -> None:
    from pipeline.protocol import names

    receivers = [f"cum-{number:04}" for number in range(count)]
    contexts = {each: _context(root, each) for each in receivers}

    def connect(number: int) -> Client:
        name = receivers[number]
        topics = [names.plan_topic(name), names.keyring_topic(name), names.command_topic(name)]
        return Client.connect(name, mqtt, contexts[name], topics, _address(number))

    begun = time.monotonic()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        crowd = Crowd(list(pool.map(connect, range(count))))
    crowd.run(lambda: all(len(each.heard) == 2 for each in crowd.clients), WITHIN_S)
    connected = time.monotonic() - begun

    beats, (station, broker), lag = _beat(crowd, ends)
    held = {each.name: sum(each.heard.values()) for each in crowd.clients}
    before = ends.cpu()
    ends.pipe.send("publish")
    plans = crowd.run(lambda: all(sum(each.heard.values()) > held[each.name] for each in crowd.clients), WITHIN_S)
    ends.pipe.recv()
    planned = ends.cpu()[0] - before[0]

    before = ends.cpu()
    begun = time.monotonic()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        again = sum(pool.map(lambda n: _hand_in(https, contexts[receivers[n]], _address(n)), range(count)))
    journals = time.monotonic() - begun
    handed = ends.cpu()[0] - before[0]
    assert ends.ask("held") == 3 * count
    crowd.close()
    print(f"{count:9} {connected:9.1f} {beats:8.1f} {station:7.1f}% {broker:6.1f}% {lag:6.1f}", end=" ")
    print(f"{plans:8.1f} {planned:6.2f} s {journals:10.1f} {handed:6.2f} s {again:6}", end=" ")
    print(f"{_rss_mb(ends.station):7.0f} {_rss_mb(ends.broker):9.0f}", flush=True)


def _beat(crowd: Crowd, ends: _Ends) -> tuple[float, tuple[float, float], float]:
    """Beats a second, CPU of station and broker in per cent of a core, and how far behind the ledger was (s)."""
    from pipeline.protocol import names
    from pipeline.protocol.status import Status

    count = len(crowd.clients)
    begun, before = time.monotonic(), ends.cpu()
    sent = 0

    def turn() -> None:
        nonlocal sent
        due = min(BEATS * count, int((time.monotonic() - begun) / BEAT_S * count))
        while sent < due:
            client = crowd.clients[sent % count]
            now = datetime.now(UTC)
            status = Status(True, now, plan=1, journal="j", free_bytes=10**9, version="0.1.0", clock_offset_s=0.01)
            client.publish(names.status_topic(client.name), status.payload())
            sent += 1

    crowd.run(lambda: sum(each.acknowledged for each in crowd.clients) >= BEATS * count, WITHIN_S, turn)
    spent = time.monotonic() - begun
    after = ends.cpu()
    last = datetime.now(UTC)
    oldest = datetime.fromisoformat(ends.ask("oldest"))
    share = tuple((late - early) / spent * 100 for early, late in zip(before, after, strict=True))
    return BEATS * count / spent, (share[0], share[1]), max(0.0, (last - oldest).total_seconds() - BEAT_S)


def _hand_in(port: int, context: ssl.SSLContext, source: str) -> int:
    """Ask what is held and hand in three entries, as a receiver does; how often it had to come again."""
    from pipeline.protocol import names
    from pipeline.protocol.journal import Entry, Handed, Kind

    now = datetime.now(UTC)
    piece = Handed(
        "j", tuple(Entry(seq, now, kind) for seq, kind in enumerate((Kind.BOOTED, Kind.PLAN, Kind.CLOCK), 1))
    )
    for tries in range(50):
        connection = HTTPSConnection("127.0.0.1", port, timeout=60, context=context, source_address=(source, 0))
        try:
            connection.request("GET", f"{names.JOURNAL_PATH}?journal=j")
            assert json.loads(connection.getresponse().read()) == {"held": 0}
            connection.request("POST", names.JOURNAL_PATH, piece.payload())
            assert json.loads(connection.getresponse().read()) == {"held": 3}
            return tries
        except OSError:
            time.sleep(0.2)
        finally:
            connection.close()
    raise TimeoutError


def _context(root: Path, receiver: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(root / "var/keys/receivers/ca.pem")
    context.load_cert_chain(root / "certificates" / f"{receiver}.pem", root / "certificates" / "own.key")
    return context


def _address(number: int) -> str:
    return f"127.0.{1 + number // 250}.{1 + number % 250}"


def _await(pipe: Any, word: str) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        pipe.send(word)
        if pipe.recv():
            return
        time.sleep(0.05)
    raise TimeoutError(word)


def _cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _rss_mb(pid: int) -> float:
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


# --- the station's process --------------------------------------------------------------------------------------------


def _station(pipe: Any, root: Path, count: int) -> None:
    from pipeline.app import open_store, wall_clock
    from pipeline.fleet.fleet import fleet_of
    from pipeline.fleet.gate import Gate
    from pipeline.fleet.opening import Office, settings_of
    from pipeline.site import load_site
    from tests.ports import free_port

    mqtt = free_port()
    _write_site(root, count, mqtt)
    site, store = load_site(root), open_store(root)
    Office(site, store, wall_clock, "benchmark").write_broker(root / "broker")
    fleet, settings = fleet_of(site, store, wall_clock), settings_of(site)
    assert fleet is not None
    assert settings is not None
    _enrol(root, fleet, sorted(site.clusters))
    gate = Gate(fleet, fleet.keys(), settings, wall_clock)
    fleet.issuing.wire = gate
    gate.start()
    assert gate.server is not None
    pipe.send((gate.server.port, mqtt))
    while (question := pipe.recv()) != "end":
        if question == "connected":
            pipe.send(gate.link is not None and gate.link.connected)
        elif question == "publish":
            assert gate.link is not None
            gate.link.publish_all()
            pipe.send(True)
        elif question == "held":
            pipe.send(sum(fleet.journal_held(each, "j") for each in site.clusters))
        elif question == "oldest":
            contacts = [row.contact_at for row in store.receivers()]
            pipe.send(min(each or datetime(2000, 1, 1, tzinfo=UTC) for each in contacts).isoformat())
    gate.stop()
    store.close()


def _write_site(root: Path, count: int, mqtt: int) -> None:
    from tests.sites import write_site

    clusters = "".join(
        f"  - {{id: cum-{number:04}, name: Cụm {number}, area: an-quang, channel: may-thu}}\n"
        for number in range(count)
    )
    areas = "areas:\n  - {id: an-lao, name: An Lão}\n  - {id: an-quang, name: Xã An Quang, parent: an-lao}\nclusters:\n"
    channels = (
        "channels:\n"
        f'  may-thu: {{type: receiver, listen: "127.0.0.1:{_free()}", address: "https://127.0.0.1:8443",'
        f' broker: "mqtts://127.0.0.1:{mqtt}"}}\n'
        "  ban-giao: {type: sms_file, path: var/handover}\nsms: {channel: ban-giao}\n"
    )
    write_site(root, {"config/areas.yaml": areas + clusters, "config/channels.yaml": channels})


def _free() -> int:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


def _enrol(root: Path, fleet: Any, receivers: list[str]) -> None:
    """Certificates (one key for all: what is measured is the station), and a plan of eight days for each."""
    from pipeline.app import wall_clock
    from pipeline.fleet.certificates import Authority, read_request
    from pipeline.fleet.keys import FOLDER
    from pipeline.store.rows_receivers import Issued
    from tests.receivers.devices import new_request

    folder = root / "certificates"
    folder.mkdir()
    request, private = new_request()
    (folder / "own.key").write_bytes(private)
    authority, now = Authority.open(root / FOLDER, wall_clock), wall_clock()
    wanted = read_request(request)
    key, station = fleet.keys().signing(), fleet.keys().keyring.station
    issued = []
    for each in receivers:
        certificate = authority.certify(wanted, each)
        (folder / f"{each}.pem").write_text(certificate.pem, encoding="ascii")
        fleet.certified(each, certificate.serial, certificate.until, now, anew=True)
        plan = _plan(each, station, now)
        issued.append(Issued(each, plan.version, plan.sealed(key), key.id, now, plan.expires, ()))
    fleet.store.issue_plans(issued)


def _plan(receiver: str, station: str, now: datetime) -> Any:
    from pipeline.protocol.plan import Airing, ReceiverPlan

    airings = []
    for number in range(AIRINGS):
        begin = now + timedelta(hours=1 + 4 * number)
        sound = f"{number:064x}"
        airings.append(
            Airing(f"loa-{number}", sound, 5_000_000, 600.0, begin, begin + timedelta(minutes=15), title="Cảnh báo")
        )
    return ReceiverPlan(receiver, station, 1, now, now + timedelta(days=9), ZONE, tuple(airings))


if __name__ == "__main__":
    main()
