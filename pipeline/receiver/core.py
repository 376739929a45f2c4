"""One receiver: what it holds, what it does next. No thread and no network of its own; `running.py` drives it.

Everything that changes it goes through one lock. `turn` looks at the world, does what `planner.decide` says and
returns when it wants to be asked again. The journal is written before what it says can be heard. What arrives is
taken up by `taking.py` (plans, keyrings) and `obeying.py` (commands).
"""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from pipeline.clock import ClockTrust
from pipeline.domain import Clock, Priority
from pipeline.errors import AccessError
from pipeline.messages import say
from pipeline.protocol.journal import Kind
from pipeline.protocol.plan import Airing, ReceiverPlan
from pipeline.protocol.status import Status
from pipeline.receiver.accounts import ANOTHER_STATION, NOTHING
from pipeline.receiver.ahead import Ahead, in_order
from pipeline.receiver.at_hand import AtHand, Way
from pipeline.receiver.folder import Folder
from pipeline.receiver.journal import Journal
from pipeline.receiver.loudspeaker import Speaker
from pipeline.receiver.obeying import Obeying
from pipeline.receiver.orders import Orders, Taken
from pipeline.receiver.planner import Act, Action, View, covered, decide
from pipeline.receiver.ports import Arrival
from pipeline.receiver.refusals import Refusals
from pipeline.receiver.settings import ReceiverSettings
from pipeline.receiver.sounds import Sounds, Wanted
from pipeline.receiver.standing import still_open
from pipeline.receiver.taking import Taking
from pipeline.receiver.timekeeping import Timekeeping
from pipeline.receiver.toning import Answer, Toning
from pipeline.signing import fingerprint

LOG = logging.getLogger(__name__)

MOST_STEPS = 200  # in one turn
MOST_COMMANDS, MOST_DOCUMENTS = 50, 4
TITLE = 80  # letters of a title that an entry repeats
ROOM = 2_000_000  # bytes that are freed for an entry on a full disk


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
        self._speaker, self._root, self._first_keyring = speaker, root, first_keyring
        self.wake = wake
        self._time = Timekeeping(clock, trust, monotonic)
        self._lock = threading.RLock()
        self._wanted: tuple[Wanted, ...] | None = None  # as of the last turn; None: there was none yet
        self.sounds = Sounds(folder.sounds, floor=settings.free_space * 1_000_000)
        self.journal = Journal(folder.journal, self._time.now, self._make_room)
        self._forget_another_station(root)
        self.orders = Orders(folder, receiver, root, self.journal.plans)
        self.refusals = Refusals(self.journal, monotonic)
        self._hand = AtHand(speaker, self.journal, self.sounds, self.refusals, self._time.now, self._ring)
        self._tone = Toning(speaker, self.journal, self.refusals, self._time.now, self._ring)
        self._taking = Taking(self.orders, self.journal, self._hand, self._time, self._follow, self._make_room)
        self._ahead = Ahead(self._taking, settings, self.journal, self.sounds, self._hand)
        self.obeying = Obeying(
            self.orders, self.journal, self._taking, self._ahead, self._hand, self._tone, speaker, self._time, answer
        )
        self._arrivals: deque[tuple[str, Arrival]] = deque()
        self.fetch_faults: frozenset[str] = frozenset()
        self._began = monotonic()
        self._running_since = self._time.now()
        self._boot()

    def _ring(self) -> None:
        self.wake()

    line_fault: Callable[[], str] = staticmethod(lambda: "")  # what keeps it from the broker

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
            self.obeying.collect()
            self._hand.collect()
            self._take_in()
            until = self._follow()
            self._wanted = tuple(self.needed())
            self._speaker.tend(idle=not self._hand.airing and not self._tone.is_sounding)
            self.journal.pay()
            return until

    def needed(self, *, urgent: bool = False) -> list[Wanted]:
        """As `Ahead.needed`, from any thread."""
        with self._lock:
            return self._ahead.needed(urgent=urgent)

    def vouch(self, offset_s: float | None) -> None:
        """The station's time was asked: within 2 s it ends the doubt about ours."""
        with self._lock:
            if self._time.vouch(offset_s):
                self.wake()

    def status(self, waiting: int) -> Status:
        """How it is. `waiting`: journal entries the station does not hold yet."""
        with self._lock:
            return Status(
                online=True,
                at=self._time.now(),
                plan=self.plan_version,
                keyring=self.orders.keyring.version,
                queue=len(self._ahead.open()),
                missing=self._ahead.missing(),
                journal=self.journal.id,
                written=self.journal.written,
                waiting=waiting,
                clock_trusted=not self._time.doubt,
                clock_offset_s=self._time.offset_s,
                free_bytes=self.folder.free_bytes(),
                playing=self._hand.begun,
                faults=tuple(sorted(self._faults()))[:50],
                version=_version(),
                up_s=self._time.monotonic() - self._began,
            )

    def now(self) -> datetime:
        return self._time.now()

    def must_look(self) -> bool:
        """Whether the clock was set, or its trust changed, since the last turn. Cheap: asked every second."""
        with self._lock:
            return self._time.must_look()

    @property
    def plan_version(self) -> int:
        plan = self._taking.plan
        return plan.version if plan is not None else 0

    @property
    def plan_known(self) -> int:
        """The version of the plan that only a newer one may follow; 0 where any may, also since its key was revoked."""
        return 0 if self._taking.is_disowned else self.plan_version

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

    # --- taking up -----------------------------------------------------------------------------------------------

    def _forget_another_station(self, root: bytes) -> None:
        """Enrolled anew elsewhere: what the station before ordered is over, and so are its counters."""
        station, known = fingerprint(root), self.folder.fact("station", "")
        if known not in ("", station):
            self.journal.begin_anew(ANOTHER_STATION)
            for path in (self.folder.plan, self.folder.keyring):
                path.unlink(missing_ok=True)
            counters = {"plan_version": 0, "plan_digest": "", "plans": {}, "keyring_version": 0, "revoked": []}
            self.folder.note({**counters, "commands": {}})
        with contextlib.suppress(OSError):
            self.folder.note({"station": station})

    def _boot(self) -> None:
        ended = self.folder.fact("ended", "")
        if self.folder.fact("journal") and not self.journal.written:
            lost = {"unsure_before": self._time.now().isoformat()}
            self.journal.note(Kind.FAULT, code="journal_lost", facts=lost)
        self.journal.note(Kind.BOOTED, code={"": "", "well": "ended_well"}.get(ended, "died"))
        with contextlib.suppress(OSError):
            self.folder.note({"ended": "no", "journal": self.journal.id})
        for id, account in list(self.journal.accounts.items()):
            if account.sounds:
                self.journal.note(Kind.STOPPED, id, "died")
        self._taking.begin(self._first_keyring)
        self._time.look()
        if self._time.doubt:
            self.journal.note(Kind.CLOCK, code=self._time.doubt)

    # --- the world -----------------------------------------------------------------------------------------------

    def _mind_clock(self) -> None:
        look = self._time.look()
        if look.is_step:
            self._hand.mind_step()
        if look.is_told:
            self.refusals.note(Kind.CLOCK, "clock_stepped", {"seconds": f"{look.step_s:.1f}"})
        if look.changed:
            self.refusals.note(Kind.CLOCK, self._time.doubt or "clock_trusted", {})
            if not self._time.doubt:
                self._taking.trust()

    def _take_in(self) -> None:
        order = {"keyring": 0, "command": 1, "plan": 2}
        arrived = sorted(self._arrivals, key=lambda each: order[each[0]])
        self._arrivals.clear()
        for what, arrival in arrived:
            try:
                self._take(what, arrival)
            except AccessError as error:
                self.refusals.refuse(what, error.code, error.params, kept=arrival.retained)
            except OSError as error:
                LOG.warning("%s", say("log_not_kept", what=what, why=error.strerror))
                self.refusals.refuse(what, "disk_full", {})

    def _take(self, what: str, arrival: Arrival) -> None:
        if what == "command":
            self.obeying.command_arrived(arrival)
        elif what == "plan":
            self._taking.plan_arrived(arrival)
        elif (waiting := self._taking.keyring(arrival)) is not None:
            self._arrivals.append(("plan", waiting))
            self._take_in()

    # --- doing ---------------------------------------------------------------------------------------------------

    def _follow(self) -> datetime | None:
        for _ in range(MOST_STEPS):
            taken = self._taking.taken
            if taken is None:
                return None
            step = decide(self._view(taken))
            if not step.actions:
                return step.until
            with self.journal.together():
                for action in step.actions:
                    self._do(action, taken.plan)
        LOG.warning("%s", say("log_no_end"))
        return self._time.now() + timedelta(seconds=1)

    def _view(self, taken: Taken) -> View:
        now, plan, known = self._time.now(), taken.plan, self.journal.accounts
        # A playing writes its begin on its own thread: what is decided rests on one moment, and on what is written.
        accounts = {each.id: account for each in plan.airings if (account := known.get(each.id)) is not None}
        sounding = self._hand.sounding
        if sounding is not None and accounts.get(sounding.airing.id, NOTHING).sounds:
            sounding = replace(sounding, begun=True)
        expired = "plan_expired" if not self._time.doubt and now >= plan.expires else ""
        return View(
            plan=plan,
            accounts=accounts,
            now=now,
            holds=self._ahead.holds,
            hours=self._ahead.hours(plan),
            sounding=sounding,
            refusal=self.orders.refuses_now(taken) or expired,
            in_doubt=bool(self._time.doubt),
            at_once=self._taking.at_once,
            warm_up=self._speaker.warm_up(self._ahead.lead_in(plan)),
            troubles=self._hand.troubles,
            running_since=self._running_since,
            trusted_since=self._time.trusted_since,
            busy_until=self._hand.busy_until,
            heard_of=self._taking.heard_of,
            unsure_before=self.journal.unsure_before,
            spared_until=self._taking.spared_until,
        )

    def _do(self, action: Action, plan: ReceiverPlan) -> None:
        airing = action.airing
        if action.act is Act.BEGIN:
            self._tone.stop()
            self._hand.begin(airing, self._way(action, plan))
        elif action.act is Act.STOP:
            self._hand.stop(action.code)
        elif action.act is Act.SETTLE:
            self.journal.note(action.kind, airing.id, action.code, facts=_titled(airing))
            self._hand.troubles.pop(airing.id, None)
        else:
            self._hand.cut()

    def _way(self, action: Action, plan: ReceiverPlan) -> Way:
        airing, doubt, at = action.airing, self._time.doubt, action.at or self._time.now()
        facts: dict[str, object] = {"plan": plan.version, **_titled(airing), **({"clock": doubt} if doubt else {})}
        return Way(
            at,
            action.offset_s,
            self._ahead.gain_db(plan, at),
            self._ahead.lead_in(plan),
            facts,
            None if doubt else airing.latest,
            None if doubt or airing.priority is Priority.EMERGENCY else self._ahead.hours(plan),
            covered(airing, action.offset_s),
        )

    # --- what is wrong, and room for it --------------------------------------------------------------------------

    def _make_room(self) -> bool:
        """For an entry that must be written, on any thread: who writes holds the journal and may not wait for us."""
        wanted = self._wanted if self._wanted is not None else self._wanted_at_boot()
        return self.sounds.evict(wanted, ROOM) > 0

    def _wanted_at_boot(self) -> tuple[Wanted, ...]:
        """By what lies on the disk; what is too late by our clock comes last, since that may be wrong."""
        now, found = self._time.now(), still_open(self.folder, self.receiver, self._root, self._first_keyring)
        late = [each for each in found if each.latest < now]
        return tuple(dict.fromkeys((*in_order([each for each in found if each not in late]), *in_order(late))))

    def _faults(self) -> Iterable[str]:
        found = {*self.orders.faults, *self.refusals.recent(), *self.fetch_faults}
        found |= {each.code for each in self._hand.troubles.values()}
        found |= {each for each in (self._speaker.fault, self.line_fault()) if each}
        if self.journal.is_owing:
            found.add("journal_unwritable")
        if self.folder.is_state_lost:
            found.add("state_lost")
        return found


def _titled(airing: Airing) -> dict[str, str]:
    """For people who read the journal when no plan names it any more."""
    return {"title": airing.title[:TITLE]} if airing.title else {}


def _version() -> str:
    from pipeline import __version__

    return __version__
