"""One receiver: what it holds, what it does next. No thread and no network of its own; `running.py` drives it.

Everything that changes it goes through one lock. `turn` looks at the world, does what `planner.decide` says and
returns when it wants to be asked again. The journal is written before what it says can be heard.
"""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from pipeline.clock import ClockTrust
from pipeline.domain import Clock, Priority
from pipeline.errors import AccessError
from pipeline.messages import say
from pipeline.protocol.command import Command, Reply
from pipeline.protocol.command import Order as Asked
from pipeline.protocol.journal import Kind
from pipeline.protocol.plan import Airing, ReceiverPlan
from pipeline.protocol.status import Status
from pipeline.receiver.accounts import NOTHING, Account
from pipeline.receiver.at_hand import AtHand, Way
from pipeline.receiver.folder import Folder
from pipeline.receiver.hours import Hours
from pipeline.receiver.journal import ANOTHER_STATION, Journal
from pipeline.receiver.loudspeaker import TONE, Speaker
from pipeline.receiver.orders import Orders, RefusedCommandError, Taken
from pipeline.receiver.planner import Act, Action, View, decide
from pipeline.receiver.ports import Arrival
from pipeline.receiver.refusals import Refusals
from pipeline.receiver.settings import ReceiverSettings
from pipeline.receiver.sounds import Sounds, Wanted
from pipeline.receiver.toning import Answer, Toning
from pipeline.signing import fingerprint

LOG = logging.getLogger(__name__)

STEPPED_S = 0.2  # the wall clock against the monotonic one, from one look to the next
TOLD_S = 2.0  # a step that goes into the journal
MOST_STEPS = 200  # in one turn
JUST_NOW = timedelta(seconds=60)  # an EMERGENCY whose plan was issued so shortly before its moment is meant for now
MOST_COMMANDS, MOST_DOCUMENTS = 50, 4
EARLIEST = datetime(2000, 1, 2, tzinfo=UTC)  # a clock nobody has set may say 1970; no document holds such a time


class Core:
    """`wake`: called on any thread when `turn` should be called. `answer`: takes replies to commands."""

    def __init__(
        self,
        folder: Folder,
        settings: ReceiverSettings,
        receiver: str,
        root: bytes,
        speaker: Speaker,
        *,
        clock: Clock,
        trust: ClockTrust,
        first_keyring: bytes = b"",
        monotonic: Callable[[], float] = time.monotonic,
        wake: Callable[[], None] = lambda: None,
        answer: Answer = lambda _reply, _correlation: None,
    ) -> None:
        self.folder, self.settings, self.receiver = folder, settings, receiver
        self._speaker, self._trust, self._monotonic = speaker, trust, monotonic
        self._clock: Clock = lambda: max(clock(), EARLIEST)
        self.wake, self.answer = wake, answer
        self._lock = threading.RLock()
        self._wanted: tuple[Wanted, ...] = ()  # as of the last turn
        self.sounds = Sounds(folder.sounds, floor=settings.free_space * 1_000_000)
        self.journal = Journal(folder.journal, self._clock, self._make_room)
        self._forget_another_station(root)
        self.orders = Orders(folder, receiver, root, self.journal.highest_plan)
        self.refusals = Refusals(self.journal, monotonic)
        self._taken: Taken | None = None
        self._hand = AtHand(speaker, self.journal, self.sounds, self.refusals, self._clock, self._ring)
        self._tone = Toning(speaker, self.journal, self._clock, self._ring)
        self._arrivals: deque[tuple[str, Arrival]] = deque()
        self._at_once: set[str] = set()
        self._heard_of: dict[str, datetime] = {}
        self._trusted_since: datetime | None = None
        self._doubt = ""
        self._offset = 0.0
        self.fetch_faults: frozenset[str] = frozenset()
        self.clock_offset_s: float | None = None
        self._began = monotonic()
        self._running_since = self._clock()
        self._boot(first_keyring)

    def _ring(self) -> None:
        self.wake()

    # --- from outside --------------------------------------------------------------------------------------------

    def arrive(self, what: str, arrival: Arrival) -> None:
        """A `plan`, `keyring` or `command` came in; returns at once. Of plans and keyrings only the last few count:
        what a slow line brings last need not be the newest."""
        with self._lock:
            same = [each for each in self._arrivals if each[0] == what]
            if what == "command" and len(same) >= MOST_COMMANDS:
                return
            if what != "command" and len(same) >= MOST_DOCUMENTS:
                self._arrivals.remove(same[0])
            self._arrivals.append((what, arrival))
        self.wake()

    def turn(self) -> datetime | None:
        """Do what is to be done now; when to be asked again at the latest, None: when something comes."""
        with self._lock:
            self._mind_clock()
            self._tone.collect(self.answer)
            self._hand.collect()
            self._take_in()
            until = self._follow()
            self._wanted = tuple(self.needed())
            self._speaker.tend(idle=not self._hand.airing and not self._tone.is_sounding)
            self.journal.pay()
            return until

    def needed(self, *, urgent: bool = False) -> list[Wanted]:
        """The sounds of what sounds and of all airings still to come, soonest first, EMERGENCY before all.

        `urgent`: only those of EMERGENCIES.
        """
        with self._lock:
            airings = [*self._sounding(), *self._open()]
            found = (each for each in airings if not urgent or each.priority is Priority.EMERGENCY)
            open_ = sorted(found, key=lambda each: (each.priority is not Priority.EMERGENCY, each.begin))
            return list(dict.fromkeys(Wanted(each.sound, each.size) for each in open_))

    def vouch(self, offset_s: float | None) -> None:
        """The station's time was asked: within 2 s it ends the doubt about ours."""
        with self._lock:
            self.clock_offset_s = offset_s
            if offset_s is not None and abs(offset_s) <= TOLD_S and self._doubt not in ("", "clock_before_release"):
                self._trust.vouch()
                self.wake()

    def status(self, waiting: int) -> Status:
        """How it is. `waiting`: journal entries the station does not hold yet."""
        with self._lock:
            open_ = self._open()
            return Status(
                online=True,
                at=self._clock(),
                plan=self._taken.plan.version if self._taken else 0,
                keyring=self.orders.keyring.version,
                queue=len(open_),
                missing=sum(not self.sounds.is_held(each) for each in {airing.sound for airing in open_}),
                journal=self.journal.id,
                written=self.journal.written,
                waiting=waiting,
                clock_trusted=not self._doubt,
                clock_offset_s=self.clock_offset_s,
                free_bytes=self.folder.free_bytes(),
                playing=self._hand.begun,
                faults=tuple(sorted(self._faults()))[:50],
                version=_version(),
                up_s=self._monotonic() - self._began,
            )

    def now(self) -> datetime:
        return self._clock()

    def must_look(self) -> bool:
        """Whether the clock was set, or its trust changed, since the last turn. Cheap: asked every second."""
        with self._lock:
            step = self._clock().timestamp() - self._monotonic() - self._offset
            return abs(step) > STEPPED_S or self._trust.refusal() != self._doubt

    @property
    def plan_version(self) -> int:
        return self._taken.plan.version if self._taken else 0

    def close(self) -> None:
        """End well: silence, the relay off, an entry."""
        with self._lock:
            self._tone.stop()
            self._hand.stop("shut_down")
            self._speaker.tend(idle=True)
            self.journal.pay()
            with contextlib.suppress(OSError):
                self.folder.note({"ended": "well"})
            self.journal.close()

    def _forget_another_station(self, root: bytes) -> None:
        """Enrolled anew elsewhere: what the station before ordered is over, and so are its counters."""
        station, known = fingerprint(root), self.folder.fact("station", "")
        if known not in ("", station):
            self.journal.begin_anew(ANOTHER_STATION)
            for path in (self.folder.plan, self.folder.keyring):
                path.unlink(missing_ok=True)
            self.folder.note({"plan_version": 0, "plan_digest": "", "keyring_version": 0, "commands": {}})
        with contextlib.suppress(OSError):
            self.folder.note({"station": station})

    # --- taking up -----------------------------------------------------------------------------------------------

    def _boot(self, first_keyring: bytes) -> None:
        ended = self.folder.fact("ended", "")
        if self.folder.fact("journal") and not self.journal.written:
            lost = {"unsure_before": self._clock().isoformat()}
            self.journal.note(Kind.FAULT, code="journal_lost", facts=lost)
        self.journal.note(Kind.BOOTED, code={"": "", "well": "ended_well"}.get(ended, "died"))
        with contextlib.suppress(OSError):
            self.folder.note({"ended": "no", "journal": self.journal.id})
        for id, account in list(self.journal.accounts.items()):
            if account.sounds:
                self.journal.note(Kind.STOPPED, id, "died")
        self.orders.read_keyring(first_keyring)
        self._taken = self.orders.read_plan()
        self._offset = self._clock().timestamp() - self._monotonic()
        self._doubt = self._trust.refusal()
        if self._doubt:
            self.journal.note(Kind.CLOCK, code=self._doubt)

    # --- the world -----------------------------------------------------------------------------------------------

    def _mind_clock(self) -> None:
        now = self._clock()
        offset = now.timestamp() - self._monotonic()
        step, self._offset = offset - self._offset, offset
        if abs(step) > STEPPED_S:
            self._hand.mind_step()
        doubt = self._trust.refusal()
        if abs(step) > TOLD_S:
            self.refusals.note(Kind.CLOCK, "clock_stepped", {"seconds": f"{step:.1f}"})
        if doubt != self._doubt:
            self.refusals.note(Kind.CLOCK, doubt or "clock_trusted", {})
            if not doubt:
                self._trusted_since = now
                self._at_once.clear()
            self._doubt = doubt

    # --- what arrives --------------------------------------------------------------------------------------------

    def _take_in(self) -> None:
        order = {"keyring": 0, "command": 1, "plan": 2}
        arrived = sorted(self._arrivals, key=lambda each: order[each[0]])
        self._arrivals.clear()
        for what, arrival in arrived:
            try:
                {"keyring": self._take_keyring, "plan": self._take_plan, "command": self._take_command}[what](arrival)
            except AccessError as error:
                self.refusals.refuse(what, error.code, error.params)
            except OSError as error:
                LOG.warning("%s", say("log_not_kept", what=what, why=error.strerror))
                self.refusals.refuse(what, "disk_full", {})

    def _take_keyring(self, arrival: Arrival) -> None:
        if self.orders.take_keyring(arrival.payload) and self._waiting_plan is not None:
            self._arrivals.append(("plan", self._waiting_plan))
            self._waiting_plan = None
            self._take_in()

    _waiting_plan: Arrival | None = None  # signed by a key we may come to know

    def _take_plan(self, arrival: Arrival) -> None:
        now = self._clock()
        held = self._taken.plan if self._taken else None
        try:
            taken = self.orders.judge_plan(arrival.payload, None if self._doubt else now, held)
        except AccessError as error:
            if error.code == "seal_key_unknown":
                self._waiting_plan = arrival
            raise
        if taken is None:
            return
        if not self._doubt:
            self._follow()  # what the old plan has lost by now is not withdrawn by the new one
        self._give_way_to(taken.plan, held)
        try:
            self.orders.keep_plan(taken)
        except OSError:
            self._make_room()
            with contextlib.suppress(OSError):  # the entry below is a counter too
                self.orders.keep_plan(taken)
        self._taken = taken
        self.journal.note(Kind.PLAN, facts={"version": taken.plan.version, "airings": len(taken.plan.airings)})
        self._learn_of(taken.plan, held, arrival, now)

    def _give_way_to(self, plan: ReceiverPlan, held: ReceiverPlan | None) -> None:
        """Account for everything the new plan no longer holds."""
        ordered = {each.id for each in plan.airings}
        for airing in held.airings if held is not None else ():
            account = self.journal.account(airing.id)
            if airing.id in ordered or held is None or account.is_settled(held.version):
                continue
            if self._hand.airing == airing.id:
                self._hand.stop("withdrawn")
                account = self.journal.account(airing.id)
            facts = {"plan": plan.version}
            if account.over:
                continue
            if account.begun:
                self.journal.note(Kind.STOPPED, airing.id, "withdrawn", facts=facts)
            elif plan.issued > airing.latest:
                self.journal.note(Kind.MISSED, airing.id, "clock" if self._doubt else "off", facts=facts)
            else:
                self.journal.note(Kind.WITHDRAWN, airing.id, facts=facts)

    def _learn_of(self, plan: ReceiverPlan, held: ReceiverPlan | None, arrival: Arrival, now: datetime) -> None:
        known = {each.id for each in held.airings} if held is not None else set()
        new = [each for each in plan.airings if each.id not in known]
        heard = {each.id: self._heard_of.get(each.id) for each in plan.airings}
        self._heard_of = {id: when for id, when in heard.items() if when} | {each.id: now for each in new}
        fresh = not arrival.retained
        for each in new:
            if fresh and each.priority is Priority.EMERGENCY and each.begin <= plan.issued + JUST_NOW:
                self._at_once.add(each.id)

    def _take_command(self, arrival: Arrival) -> None:
        now = self._clock()
        try:
            command = self.orders.take_command(
                arrival.payload, now, retained=arrival.retained, in_doubt=bool(self._doubt)
            )
        except RefusedCommandError as error:
            self.answer(Reply(error.command.id, now, error.code), arrival.correlation)
            raise
        facts = {"id": command.id, "order": command.order.value}
        self.journal.note(Kind.COMMAND, facts=facts)
        if command.order is Asked.TONE:
            self._sound_tone(command, arrival.correlation)
            return
        if command.order is Asked.SILENCE:
            self._silence(command)
        self.answer(Reply(command.id, self._clock()), arrival.correlation)
        self.asked(command.order)

    line_fault: Callable[[], str] = staticmethod(lambda: "")  # what keeps it from the broker

    asked: Callable[[Asked], None] = staticmethod(lambda _: None)  # what a command asks of those who talk

    def _silence(self, command: Command) -> None:
        meant = set(command.airings)
        self._tone.stop()
        hand = self._hand.airing
        if not meant or hand in meant:
            self._hand.stop("silenced")
        for airing in self._open():
            due = airing.id == hand or airing.id in self._at_once or (not self._doubt and airing.begin <= self._clock())
            if airing.id in meant or (not meant and due):
                begun = self.journal.account(airing.id).begun
                self.journal.note(Kind.STOPPED if begun else Kind.MISSED, airing.id, "silenced")

    # --- the test tone -------------------------------------------------------------------------------------------

    def _sound_tone(self, command: Command, correlation: bytes) -> None:
        code = self._against_tone()
        if not code and self._taken is not None:
            plan = self._taken.plan
            gain = min(plan.gain_db(self._clock()), self.settings.loudest_db)
            code = self._tone.begin(command.id, correlation, gain, self._lead_in(plan))
        if code:
            self._tone.say(command.id, correlation, code, self.answer)

    def _against_tone(self) -> str:
        now = self._clock()
        if self._doubt:
            return "clock"
        if self._taken is None:
            return "hours"
        begin = now + self._speaker.warm_up(self._lead_in(self._taken.plan))
        if not self._hours(self._taken.plan).hold(begin, TONE):
            return "hours"
        if self._hand.airing or self._tone.is_sounding:
            return "busy"
        soon = now + TONE + 3 * timedelta(seconds=3) + self._lead_in(self._taken.plan)
        if any(now < each.begin <= soon for each in self._open()):
            return "busy"
        return "tone_too_often" if self._tone.is_too_soon else ""

    # --- doing ---------------------------------------------------------------------------------------------------

    def _follow(self) -> datetime | None:
        for _ in range(MOST_STEPS):
            if self._taken is None:
                return None
            step = decide(self._view(self._taken))
            if not step.actions:
                return step.until
            with self.journal.together():
                for action in step.actions:
                    self._do(action, self._taken.plan)
        LOG.warning("%s", say("log_no_end"))
        return self._clock() + timedelta(seconds=1)

    def _view(self, taken: Taken) -> View:
        now, plan, known = self._clock(), taken.plan, self.journal.accounts
        # A playing writes its begin on its own thread: what is decided rests on one moment, and on what is written.
        accounts = {each.id: account for each in plan.airings if (account := known.get(each.id)) is not None}
        sounding = self._hand.sounding
        if sounding is not None and accounts.get(sounding.airing.id, NOTHING).sounds:
            sounding = replace(sounding, begun=True)
        expired = "plan_expired" if not self._doubt and now >= plan.expires else ""
        return View(
            plan=plan,
            accounts=accounts,
            now=now,
            holds=self._holds,
            hours=self._hours(plan),
            sounding=sounding,
            refusal=self.orders.refuses_now(taken) or expired,
            in_doubt=bool(self._doubt),
            at_once=frozenset(self._at_once),
            warm_up=self._speaker.warm_up(self._lead_in(plan)),
            troubles=self._hand.troubles,
            running_since=self._running_since,
            trusted_since=self._trusted_since,
            busy_until=self._hand.busy_until,
            heard_of=self._heard_of,
            unsure_before=self.journal.unsure_before,
        )

    def _do(self, action: Action, plan: ReceiverPlan) -> None:
        airing = action.airing
        if action.act is Act.BEGIN:
            at = action.at or self._clock()
            gain = min(plan.gain_db(at), self.settings.loudest_db)
            facts: dict[str, object] = {"plan": plan.version, **({"clock": self._doubt} if self._doubt else {})}
            self._tone.stop()
            hours = None if self._doubt or airing.priority is Priority.EMERGENCY else self._hours(plan)
            latest = None if self._doubt else airing.latest
            self._hand.begin(airing, Way(at, action.offset_s, gain, self._lead_in(plan), facts, latest, hours))
        elif action.act is Act.STOP:
            self._hand.stop(action.code)
        elif action.act is Act.SETTLE:
            self.journal.note(action.kind, airing.id, action.code)
            self._hand.troubles.pop(airing.id, None)
        else:
            self._hand.cut()

    # --- what it knows -------------------------------------------------------------------------------------------

    def _sounding(self) -> list[Airing]:
        begun = self._hand.begun
        return [each for each in self._taken.plan.airings if each.id == begun] if self._taken and begun else []

    def _open(self) -> list[Airing]:
        if self._taken is None:
            return []
        plan, begun = self._taken.plan, self._hand.begun
        accounts = self.journal.accounts
        return [each for each in plan.airings if each.id != begun and not _is_settled(accounts.get(each.id), plan)]

    def _hours(self, plan: ReceiverPlan) -> Hours:
        sets = (each for each in (plan.windows, self.settings.windows) if each is not None)
        return Hours(ZoneInfo(plan.zone), tuple(sets))

    def _holds(self, sha256: str) -> bool:
        """Asked of what is due: a file nobody has looked at since the start is proven now."""
        return self.sounds.is_held(sha256) or (self.sounds.path(sha256).exists() and self.sounds.prove(sha256))

    def _lead_in(self, plan: ReceiverPlan) -> timedelta:
        return max(plan.lead_in, self.settings.lead_in)

    def _make_room(self) -> bool:
        """For an entry that must be written, on any thread: who writes holds the journal and may not wait for us."""
        return self.sounds.evict(self._wanted, 2_000_000) > 0

    def _faults(self) -> Iterable[str]:
        found = {*self.orders.faults, *self.refusals.recent(), *self.fetch_faults}
        found |= {each.code for each in self._hand.troubles.values()}
        found |= {each for each in (self._speaker.fault, self.line_fault()) if each}
        if self.journal.is_owing:
            found.add("journal_unwritable")
        if self.folder.is_state_lost:
            found.add("state_lost")
        return found


def _is_settled(account: Account | None, plan: ReceiverPlan) -> bool:
    return account is not None and account.is_settled(plan.version)


def _version() -> str:
    from pipeline import __version__

    return __version__
