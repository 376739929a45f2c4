"""A whole week in simulated time: the station's own plan, produce and dispatch code, virtual speakers, SMS as files.

Nothing leaves the machine. Recordings come from, and stay in, the station's own cache, so that what is rehearsed is
what will air; rows of the rehearsal live in a database of its own that is thrown away.
"""

from __future__ import annotations

import contextlib
import csv
import fcntl
import json
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

from pipeline.app import open_store, require_usable, wall_clock
from pipeline.approval import Approvals
from pipeline.channels import Channel, sms_file
from pipeline.channels.folder import AUDIO
from pipeline.channels.virtual import VirtualSpeaker
from pipeline.config.channels import CHANNEL_MEDIA, MAX_ROWS, ChannelSettings
from pipeline.config.voices import URGENT_ONLY
from pipeline.contacts import sample_contacts
from pipeline.dispatch import CUT_TO_LENGTH, HORIZON, Dispatch, expand_site
from pipeline.domain import Clock, Medium, Occurrence, Priority, Recording, State
from pipeline.errors import ContentError, Problem, Severity
from pipeline.outlook import refusals, report_channels_running_out, review_plan
from pipeline.production import CUES, TRANSCRIPT, Production, Progress
from pipeline.production.assembly import is_beyond
from pipeline.production.pictures import draw_recordings
from pipeline.site import Site, load_site
from pipeline.store import AsRunRow, Store
from pipeline.writing import writing

SAMPLE_CONTACTS = 12
COLUMNS = (
    "start", "end", "programme", "slot", "area", "cluster", "bulletins", "recording", "evidence", "state",
)  # fmt: skip
QUEUED_AGAIN = timedelta(minutes=5)  # less than a list wants to have its orders ahead
MARKER = "rehearsal.json"
AS_RUN = "as-run.csv"
PLOTS = "plots"


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What a rehearsal found, ready to be shown or written as JSON (`document`)."""

    site: Site
    out: Path
    occurrences: tuple[Occurrence, ...]
    recordings: Mapping[tuple[str, str, datetime], Recording]
    document: Mapping[str, Any]
    problems: tuple[Problem, ...]
    deliveries: int = 0  # of loudspeakers: what was interrupted and goes on is still one


@dataclass
class SimulatedClock:
    """A clock that stands still until it is moved."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now


def rehearse(
    root: Path,
    out: Path,
    first: datetime | None,
    days: int,
    *,
    online: bool = False,
    plots: bool = False,
    progress: Progress | None = None,
    clock: Clock = wall_clock,
) -> Rehearsed:
    """Run the `days` days from `first` (local time of the station; None: midnight today) into the folder `out`.

    `plots`: with a picture of each recording.

    Raises ConfigError where the site cannot carry a station, ContentError where `out` holds something else.
    """
    site = load_site(root)
    require_usable(site)
    zone = site.station.timezone
    begin = first or clock().astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    with _alone(out), tempfile.TemporaryDirectory(prefix="loa-rehearsal-") as scratch:
        with writing(out):
            _clear(out)
        station_store = open_store(site.root)
        store = Store(f"sqlite:///{Path(scratch) / 'rehearsal.db'}", key=Path(scratch) / "contacts.key")
        store.migrate()
        run = _Run(
            site, store, Production(site, station_store, offline=not online), out, begin.replace(tzinfo=zone), days
        )
        try:
            run.look_at_approvals(station_store)
            run.invite_contacts(station_store)
            run.produce(progress)
            run.play()
            return run.result(plots=plots)
        finally:
            store.close()
            station_store.close()


@dataclass
class _Run:
    """One rehearsal under way."""

    site: Site
    store: Store
    production: Production
    out: Path
    first: datetime
    days: int
    problems: list[Problem] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.clock = SimulatedClock(self.first)
        self.until = self.first + timedelta(days=self.days)
        plan = expand_site(self.site, self.first.date(), self.days + 1)
        self.occurrences = tuple(each for each in plan.occurrences if self.first <= each.start < self.until)
        self.problems += [*self.site.problems, *plan.problems]
        self.channels = self._virtual_channels()
        self.desk = Dispatch(
            self.site, self.store, self.production.find, self.channels, cutting=self.production, asks=False
        )

    def _virtual_channels(self) -> dict[str, Channel]:
        channels: dict[str, Channel] = {}
        for settings in self.site.channels.values():
            if CHANNEL_MEDIA[settings.type] is Medium.LOUDSPEAKER:
                channels[settings.id] = VirtualSpeaker(settings.id, self.out, self.clock)
            else:
                values = {"path": "sms", "rows_per_file": MAX_ROWS, "price_per_part": 0}
                channels[settings.id] = sms_file.build(
                    ChannelSettings(settings.id, "sms_file", values), self.out, self.clock
                )
        return channels

    def look_at_approvals(self, station: Store) -> None:
        """A rehearsal plays what nobody has accepted yet, and says so."""
        self.problems += refusals(self.site, self.occurrences, Approvals(self.site, station).refusal)

    def invite_contacts(self, station: Store) -> None:
        """As many contacts as the station's lists hold, area by area, and some where a list is empty; all invented.

        A rehearsal writes files that people show around: no real number is in them.
        """
        lists = {name: each for each in self.occurrences if each.medium is Medium.SMS for name in each.targets}
        for name in sorted(lists):
            places = [area for area, count in station.contact_areas(name).items() for _ in range(count)]
            contacts = sample_contacts(name, len(places))
            contacts = [replace(each, area=area) for each, area in zip(contacts, places, strict=True)]
            if not contacts:
                contacts = sample_contacts(name, SAMPLE_CONTACTS, sorted(self._reached()))
                self._problem(Severity.WARNING, "rehearsal_sample_contacts", list=name, count=SAMPLE_CONTACTS)
            self.store.import_contacts(name, "rehearsal", contacts, now=self.first)

    def _reached(self) -> frozenset[str]:
        """The areas that hold a cluster on the first day: where invented people may live."""
        on = self.first.astimezone(self.site.station.timezone).date()
        return frozenset(self.site.placed_on(on).values())

    def produce(self, progress: Progress | None) -> None:
        spoken = [each for each in self.occurrences if each.medium is Medium.LOUDSPEAKER]
        self.production.make(spoken, self.first, progress)
        for failure in self.production.failures:
            self._problem(Severity.WARNING, "bulletin_not_spoken", bulletin=failure.passage)
        for failure in (*self.production.segments.failures, *self.production.failures):
            self._problem(Severity.WARNING, failure.error.code, of=failure.passage, **failure.error.params)

    def play(self) -> None:
        """Move the clock from one moment at which something is due to the next and run the station's ticks."""
        planned = self.first - HORIZON
        moments = self._moments()
        while moments:
            moment = moments.pop(0)
            self.clock.now = moment
            if moment - planned >= timedelta(days=1):
                self.desk.plan(moment)
                planned = moment
            self.desk.send_due(moment)
            self.desk.confirm(moment)
            if self.desk.queued and (not moments or moment + QUEUED_AGAIN < moments[0]):
                moments.insert(0, moment + QUEUED_AGAIN)

    def _moments(self) -> list[datetime]:
        moments = {self.first}
        midnight = datetime.combine(self.first.date(), time(), self.first.tzinfo)
        moments |= {each for day in range(self.days) if (each := midnight + timedelta(days=day)) >= self.first}
        for occurrence in self.occurrences:
            recording = self.production.find(occurrence) if occurrence.medium is Medium.LOUDSPEAKER else None
            length = timedelta(seconds=recording.duration_s if recording else 0)
            moments |= {occurrence.start, occurrence.start + length + timedelta(seconds=1)}
            late = occurrence.too_late + timedelta(seconds=1)
            moments |= {late, late + length}  # the latest at which what was moved can have ended
        return sorted(moments)

    # --- what came of it ----------------------------------------------------------------------------------------------

    def result(self, *, plots: bool) -> Rehearsed:
        recordings = {
            each.key: found
            for each in self.occurrences
            if each.medium is Medium.LOUDSPEAKER and (found := self.production.find(each))
        }
        as_run = self.store.as_run(self.first, self.until + HORIZON)
        with writing(self.out):
            _write_as_run(self.out / AS_RUN, as_run, self.first)
            self._lay_cues_beside({recording.sha256 for recording in recordings.values()})
            drawn = draw_recordings(self.production, self.occurrences, self.out / PLOTS) if plots else {}
        self._judge(recordings)
        document = {
            "occurrences": len(self.occurrences),
            "deliveries": self._counts(),
            "airtime_s": round(sum((row.end - row.start).total_seconds() for row in as_run), 1),
            "recordings": [
                {**_recording_facts(each), **({"plot": f"{PLOTS}/{drawn[sha256].name}"} if sha256 in drawn else {})}
                for sha256, each in {r.sha256: r for r in recordings.values()}.items()
            ],
            "sms": self._sms_files(),
            "as_run": AS_RUN,
        }
        problems = tuple(self.problems)
        return Rehearsed(self.site, self.out, self.occurrences, recordings, document, problems, self._deliveries())

    def _deliveries(self) -> int:
        rows = self.store.occurrences(self.first, self.until)
        loud = [row for row in rows if row.occurrence.medium is Medium.LOUDSPEAKER]
        return sum(each.resume_of is None for row in loud for each in self.store.deliveries_of(row.id))

    def _lay_cues_beside(self, hashes: Iterable[str]) -> None:
        """What is said when, for whoever listens to the week."""
        folder = self.out / AUDIO
        for sha256 in hashes:
            for suffix in (CUES, TRANSCRIPT):
                source = self.production.folder / f"{sha256}{suffix}"
                if (folder / f"{sha256}.mp3").is_file() and source.is_file():
                    shutil.copyfile(source, folder / source.name)

    def _judge(self, recordings: Mapping[tuple[str, str, datetime], Recording]) -> None:
        """What an operator should read before the week is real."""
        self.problems += review_plan(self.site, self.occurrences, recordings)
        self.problems += report_channels_running_out(self.site, self.occurrences)
        for trouble in self.desk.troubles:
            self._problem(Severity.WARNING, "rehearsal_trouble", **trouble.facts())
        for changed in self.desk.changed:
            if changed.code != CUT_TO_LENGTH:  # told for every slot below
                self._problem(Severity.WARNING, changed.told_as, **changed.words())
        for occurrence in self.occurrences:
            if occurrence.medium is Medium.LOUDSPEAKER and occurrence.bulletins:
                self._judge_length(occurrence, recordings.get(occurrence.key))
        by_fallback = Counter(each.spoken_by for each in set(recordings.values()) if each.fallback)
        for voice, count in sorted(by_fallback.items()):
            self._problem(Severity.WARNING, "fallback_voice", count=count, voice=voice)
        if self.site.station.voices.air_fallback == URGENT_ONLY and any(
            recordings[each.key].fallback
            for each in self.occurrences
            if each.key in recordings and each.priority is Priority.ROUTINE
        ):
            self._problem(Severity.WARNING, "fallback_withheld")

    def _judge_length(self, occurrence: Occurrence, recording: Recording | None) -> None:
        start = f"{occurrence.start:%d/%m %H:%M}"
        named = {"programme": occurrence.programme, "slot": occurrence.slot, "start": start}
        lost = self.production.airing(occurrence).dropped
        if lost:
            self._problem(Severity.WARNING, "bulletins_cut", bulletins=", ".join(dict.fromkeys(lost)), **named)
        length_s = occurrence.length.total_seconds() if occurrence.length is not None else None
        if recording and length_s is not None and is_beyond(recording.duration_s, length_s):
            facts = {"needs": f"{recording.duration_s:.0f}", "length": f"{length_s:.0f}"}
            self._problem(Severity.WARNING, "airing_longer_than_slot", **facts, **named)

    def _counts(self) -> dict[str, dict[str, int]]:
        counts = self.store.delivery_counts(self.first, self.until)
        return {
            medium.value: {state.value: counts.get(medium, {}).get(state, 0) for state in State} for medium in Medium
        }

    def _sms_files(self) -> list[dict[str, Any]]:
        manifests = sorted((self.out / "sms").glob("*.json"))
        facts = [json.loads(path.read_text(encoding="utf-8")) for path in manifests]
        return [
            {
                "path": f"sms/{each['file']}",
                **{name: each[name] for name in ("sha256", "recipients", "parts", "encoding")},
            }
            for each in facts
        ]

    def _problem(self, severity: Severity, code: str, of: str = "", **params: object) -> None:
        """`of`: the bulletin in whose script it has its place."""
        texts = {name: str(value) for name, value in params.items()}
        script = self.site.bulletins.get(of)
        place = (script.file, script.line, script.column) if script else ("", 0, 0)
        self.problems.append(Problem(code, severity, *place, params=texts))


def _recording_facts(recording: Recording) -> dict[str, Any]:
    return {
        "path": f"audio/{recording.sha256}.mp3",
        "sha256": recording.sha256,
        "duration_s": round(recording.duration_s, 2),
        "lufs": round(recording.lufs, 2),
        "dbtp": round(recording.dbtp, 2),
        "voice": recording.spoken_by,
        "fallback": recording.fallback,
    }


@contextlib.contextmanager
def _alone(out: Path) -> Iterator[None]:
    """Hold the folder against another rehearsal; the lock ends with the process, however that dies."""
    with writing(out):
        out.mkdir(parents=True, exist_ok=True)
        handle = os.open(out, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ContentError("rehearsal_under_way", folder=out) from None
        yield
    finally:
        os.close(handle)


def _clear(out: Path) -> None:
    """Empty the folder of an earlier rehearsal; refuse one that holds anything else."""
    found = sorted(out.iterdir(), key=lambda path: path.name == MARKER)  # while anything is left, so is the marker
    if found and not (out / MARKER).is_file():
        raise ContentError("rehearsal_folder_in_use", folder=out)
    for path in found:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
    (out / MARKER).write_text("{}", encoding="utf-8")


def _write_as_run(path: Path, rows: Iterable[AsRunRow], first: datetime) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(COLUMNS)
        for row in rows:
            table.writerow(
                [
                    row.start.astimezone(first.tzinfo).isoformat(timespec="seconds"),
                    row.end.astimezone(first.tzinfo).isoformat(timespec="seconds"),
                    row.programme,
                    row.slot,
                    row.area,
                    row.cluster,
                    " ".join(row.bulletins),
                    row.recording,
                    row.evidence.value,
                    row.state.value,
                ]
            )
