"""What a receiver does next, and when: the heart of it. Pure.

From a plan, what the journal says of its airings, what sounds now and what the clock says, `decide` names what has to
be done at once and when to ask again. Whoever does it writes it into the journal first, so that asking again, also
after a crash, never leads to the same twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from pipeline.domain import Priority
from pipeline.protocol.journal import Kind
from pipeline.protocol.plan import Airing, ReceiverPlan
from pipeline.receiver.accounts import NOTHING, Account
from pipeline.receiver.hours import Hours

PREPARE = timedelta(seconds=3)  # to decode and to open the device, beyond what the amplifier takes
COMMITTED = timedelta(seconds=0.5)  # so shortly before its moment nothing but an EMERGENCY takes its place
CUT_EARLY = timedelta(seconds=0.25)  # to free the device for what cuts in
RANK = {Priority.EMERGENCY: 0, Priority.PRIORITY: 1, Priority.ROUTINE: 2}


@dataclass(frozen=True, slots=True)
class Sounding:
    """What the loudspeaker has in hand. `at`: when its first sample is or was due; `begun`: the journal says so."""

    airing: Airing
    at: datetime
    begun: bool


@dataclass(frozen=True, slots=True)
class Trouble:
    """The device did not take an airing, and nothing of it sounded: not to be tried again before `until`."""

    code: str
    until: datetime


@dataclass(frozen=True, slots=True)
class View:
    """All that a decision rests on.

    `holds`: whether a sound is there, by its hash. `refusal`: why nothing of this plan may begin now (it is over, its
    key was revoked). `in_doubt`: the clock is not trusted; then only `at_once` sound, EMERGENCIES that have just come
    in over the line, each with a moment that is surely over by now: none begins once that is behind its last one.
    `warm_up`: what the amplifier still needs before a first sound. `running_since`, `trusted_since`, `busy_until`,
    `heard_of`: why something was missed. `unsure_before`: of what was to begin before then the journal has lost what
    became of it. `spared_until`: until then what sounds goes on although the key of its plan was revoked.
    """

    plan: ReceiverPlan
    accounts: Mapping[str, Account]
    now: datetime
    holds: Callable[[str], bool]
    hours: Hours
    sounding: Sounding | None = None
    refusal: str = ""
    in_doubt: bool = False
    at_once: Mapping[str, datetime] = field(default_factory=dict)
    warm_up: timedelta = timedelta(0)
    troubles: Mapping[str, Trouble] = field(default_factory=dict)
    running_since: datetime | None = None
    trusted_since: datetime | None = None
    busy_until: datetime | None = None
    heard_of: Mapping[str, datetime] = field(default_factory=dict)
    unsure_before: datetime | None = None
    spared_until: datetime | None = None

    def account(self, airing: Airing) -> Account:
        return self.accounts.get(airing.id, NOTHING)

    @property
    def ahead(self) -> timedelta:
        """How long before its moment something is taken in hand."""
        return self.warm_up + PREPARE

    def warm_up_of(self, airing: Airing, offset_s: float) -> timedelta:
        """What the amplifier still needs before the first sample of an airing that begins there in its file."""
        return max(timedelta(0), self.warm_up - covered(airing, offset_s))


class Act(StrEnum):
    """What is to be done with one airing."""

    BEGIN = "begin"  # take it in hand: from `offset_s`, first sample at `at`
    DROP = "drop"  # it waits in hand and shall not begin now
    CUT = "cut"  # it sounds and makes room
    STOP = "stop"  # it sounds and does not go on
    SETTLE = "settle"  # nothing of it sounds now, and nothing more will: `kind` and `code` say why


@dataclass(frozen=True, slots=True)
class Action:
    act: Act
    airing: Airing
    at: datetime | None = None
    offset_s: float = 0.0
    kind: Kind = Kind.MISSED
    code: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """`actions`: now, in this order, and then ask again. `until`: ask again then at the latest, where nothing comes."""

    actions: tuple[Action, ...] = ()
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Ready:
    """An airing that could begin at `at`."""

    airing: Airing
    at: datetime
    offset_s: float

    @property
    def ends(self) -> datetime:
        return self.at + timedelta(seconds=self.airing.seconds - self.offset_s)

    @property
    def order(self) -> tuple[int, datetime, str]:
        return RANK[self.airing.priority], self.airing.begin, self.airing.id


def covered(airing: Airing, offset_s: float) -> timedelta:
    """How much of the amplifier's warming up may pass while it already plays, from there in its file.

    An EMERGENCY lets it warm up during its own silence and signal, and has its first word heard. All else has the time
    ahead of its moment.
    """
    if not _is_urgent(airing):
        return timedelta(0)
    return timedelta(seconds=max(0.0, airing.first_word_s - offset_s))


def decide(view: View) -> Step:
    """The next step."""
    if (ended := _ended_by_plan(view)) is not None:
        return Step((ended,))
    due = list(_due(view))
    settled = [each for each in due if isinstance(each, Action)]
    if settled:
        return Step(tuple(settled))
    ready = sorted((each for each in due if isinstance(each, _Ready)), key=lambda each: each.order)
    waits = [each for each in due if isinstance(each, datetime)]
    step = _take_turns(view, ready)
    moments = [each for each in (*waits, step.until, _next_due(view), _spared_until(view)) if each is not None]
    return Step(step.actions, min(moments, default=None))


def _ended_by_plan(view: View) -> Action | None:
    """What is in hand and is not, or no longer, ordered by the plan."""
    sounding = view.sounding
    if sounding is None:
        return None
    ordered = next((each for each in view.plan.airings if each.id == sounding.airing.id), None)
    code = "withdrawn" if ordered is None else view.refusal if view.refusal != "plan_expired" else ""
    if sounding.begun:
        is_spared = ordered is not None and _spared_until(view) is not None
        return Action(Act.STOP, sounding.airing, code=code) if code and not is_spared else None
    doubtful = view.in_doubt and sounding.airing.id not in view.at_once
    settled = view.account(sounding.airing).is_settled(view.plan.version)
    if code or view.refusal or doubtful or settled or ordered != sounding.airing:
        return Action(Act.DROP, sounding.airing)
    return None


def _spared_until(view: View) -> datetime | None:
    """When what sounds by a plan whose key was revoked ends, if no other plan holds it by then; None: now."""
    return view.spared_until if view.spared_until is not None and view.now < view.spared_until else None


def _open(view: View) -> Iterator[Airing]:
    """Airings of the plan that are not accounted for and do not sound, by their begin."""
    in_hand = view.sounding.airing.id if view.sounding is not None and view.sounding.begun else ""
    for airing in view.plan.airings:
        if airing.id != in_hand and not view.account(airing).is_settled(view.plan.version):
            yield airing


def _is_near(view: View, airing: Airing) -> bool:
    return airing.begin <= view.now + view.ahead


def _next_due(view: View) -> datetime | None:
    if view.in_doubt:
        return None
    return min((each.begin - view.ahead for each in _open(view) if not _is_near(view, each)), default=None)


def _due(view: View) -> Iterator[Action | _Ready | datetime]:
    """Of every airing whose time is near: it is settled, could begin, or has to wait until some moment."""
    for airing in _open(view):
        account = view.account(airing)
        if view.in_doubt:
            if _sounds_in_doubt(view, airing, account):
                yield _Ready(airing, _at_once(view, airing), airing.offset_s)
        elif account.sounds:  # whoever played it is gone
            yield Action(Act.SETTLE, airing, kind=Kind.STOPPED, code="died")
        elif _is_near(view, airing):
            yield _judge(view, airing, account)


def _sounds_in_doubt(view: View, airing: Airing, account: Account) -> bool:
    if airing.id not in view.at_once or account.begun or view.refusal:
        return False
    return not _is_after(view.at_once[airing.id], airing) and view.holds(airing.sound)


def _in_hand(view: View, airing: Airing) -> datetime | None:
    """Its moment, where it waits in hand for it: that does not move away meanwhile."""
    sounding = view.sounding
    waits = sounding is not None and not sounding.begun and sounding.airing.id == airing.id
    return sounding.at if waits and sounding is not None else None


def _at_once(view: View, airing: Airing) -> datetime:
    return _in_hand(view, airing) or view.now + view.warm_up_of(airing, airing.offset_s)


def _earliest(view: View, airing: Airing, offset_s: float) -> datetime:
    at = _in_hand(view, airing)
    if at is not None and airing.begin <= at <= airing.latest:
        return at
    return max(airing.begin, view.now + view.warm_up_of(airing, offset_s))


def _judge(view: View, airing: Airing, account: Account) -> Action | _Ready | datetime:
    earliest = _earliest(view, airing, _offset_s(airing, account))
    if view.unsure_before is not None and airing.begin < view.unsure_before and account == NOTHING:
        return Action(Act.SETTLE, airing, code="journal_lost")
    if account.cut_at_s is not None and not airing.resumes:
        return Action(Act.SETTLE, airing, kind=Kind.STOPPED, code="cut_for_urgent")
    if earliest > airing.latest:
        return _too_late(view, airing, account)
    if view.refusal or not view.holds(airing.sound):
        return _just_after(airing.latest)
    return _place(view, airing, account, earliest)


def _place(view: View, airing: Airing, account: Account, earliest: datetime) -> Action | _Ready | datetime:
    """Where in its time it may begin."""
    offset = _offset_s(airing, account)
    left = timedelta(seconds=max(0.0, airing.seconds - offset))
    urgent = airing.priority is Priority.EMERGENCY
    at = earliest if urgent else view.hours.first(earliest, left, airing.latest)
    if at is None:
        return _settle(airing, account, Kind.MISSED, "hours")
    if at > view.now + view.ahead:
        return at - view.ahead
    trouble = view.troubles.get(airing.id)
    if trouble is not None and trouble.until > view.now:
        return min(trouble.until, _just_after(airing.latest))
    return _Ready(airing, at, offset)


def _offset_s(airing: Airing, account: Account) -> float:
    """Where in its file it begins, or goes on."""
    return airing.offset_s + (account.cut_at_s or 0.0)


def _just_after(latest: datetime) -> datetime:
    return latest + timedelta(milliseconds=1)


def _settle(airing: Airing, account: Account, kind: Kind, code: str) -> Action:
    """What has begun and may not go on was stopped, whatever kept it from going on."""
    if account.begun:
        kind, code = Kind.STOPPED, "no_time_left"
    return Action(Act.SETTLE, airing, kind=kind, code=code)


def _too_late(view: View, airing: Airing, account: Account) -> Action:
    trouble = view.troubles.get(airing.id)
    kind = Kind.MISSED if trouble is None else Kind.FAILED
    return _settle(airing, account, kind, _why_late(view, airing) if trouble is None else trouble.code)


def _why_late(view: View, airing: Airing) -> str:
    """The first that explains it, from the outside in."""
    left = timedelta(seconds=airing.seconds - airing.offset_s)
    for code, is_so in (
        ("plan_late", _is_after(view.heard_of.get(airing.id), airing)),
        ("off", _is_after(view.running_since, airing)),
        ("clock", _is_after(view.trusted_since, airing)),
        (view.refusal, bool(view.refusal)),
        ("sound_missing", not view.holds(airing.sound)),
        ("hours", not _is_urgent(airing) and view.hours.first(airing.begin, left, airing.latest) is None),
        ("busy", view.sounding is not None or _is_after(view.busy_until, airing, of_begin=True)),
    ):
        if is_so:
            return code
    return "off"


def _is_after(moment: datetime | None, airing: Airing, *, of_begin: bool = False) -> bool:
    return moment is not None and moment > (airing.begin if of_begin else airing.latest)


def _is_urgent(airing: Airing) -> bool:
    return airing.priority is Priority.EMERGENCY


def _take_turns(view: View, ready: list[_Ready]) -> Step:
    """Who has the loudspeaker next. `ready`: the urgent first, then by begin."""
    sounding = view.sounding
    best = next((each for each in ready if not _must_yield(view, each)), None)
    if sounding is None:
        return Step(until=_latest_of(ready)) if best is None else Step((_begin(best),))
    if not sounding.begun:
        return _instead_of_waiting(view, sounding, best)
    if best is None or _is_urgent(sounding.airing) or not _is_urgent(best.airing):
        return Step(until=_latest_of(ready))
    if best.at - CUT_EARLY <= view.now:
        return Step((Action(Act.CUT, sounding.airing),))
    return Step(until=best.at - CUT_EARLY)


def _instead_of_waiting(view: View, sounding: Sounding, best: _Ready | None) -> Step:
    """Something waits in hand for its moment: it stays, unless something else comes first."""
    is_same = best is not None and best.airing == sounding.airing
    if is_same and best is not None and best.at == sounding.at:
        return Step()
    committed = timedelta(0) <= sounding.at - view.now + COMMITTED < 2 * COMMITTED
    cuts_in = best is not None and _is_urgent(best.airing) and not _is_urgent(sounding.airing)
    if committed and not cuts_in and sounding.at >= sounding.airing.begin:
        return Step(until=sounding.at + COMMITTED)
    return Step((Action(Act.DROP, sounding.airing),))


def _latest_of(ready: list[_Ready]) -> datetime | None:
    return min((_just_after(each.airing.latest) for each in ready), default=None)


def _begin(ready: _Ready) -> Action:
    return Action(Act.BEGIN, ready.airing, ready.at, ready.offset_s)


def _must_yield(view: View, ready: _Ready) -> bool:
    """Whether it would keep something of a higher class from beginning in its time."""
    if ready.airing.priority is not Priority.ROUTINE:
        return False
    return any(
        each.priority is Priority.PRIORITY
        and each.begin < ready.ends
        and each.latest < ready.ends
        and view.now <= each.latest
        and view.holds(each.sound)
        and not view.account(each).begun
        for each in _open(view)
    )
