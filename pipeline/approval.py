"""Who may decide, and what was decided: outside rehearsals nothing airs that nobody has accepted.

An approval accepts one exact content (`Contents.digest`): the words as spoken, the SMS, priority, audience, expiry,
what the writer accepted of the proofreader's findings, and the recorded voice. Any change voids it; which voice of the
station's chain speaks the words does not matter. A withdrawal voids every approval given before it. An EMERGENCY
needs two persons.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline import speech
from pipeline.config.station import ApprovalSettings
from pipeline.domain import Approval, Bulletin, Person, Priority, Role, SpeechText, Withdrawal
from pipeline.errors import NO_PARAMS, AccessError, LoaError
from pipeline.fields import closest
from pipeline.persons import Persons
from pipeline.proofreading import Finding, proofread
from pipeline.site import Site
from pipeline.store import Decisions, Note

if TYPE_CHECKING:
    from pipeline.store import Store

FORM = 2  # of what is hashed: raise it when more of a bulletin is bound, and every approval has to be given anew
MOST_PLACES = 10  # named in one sentence; `loa bulletin show` has them all
PERSONS_NEEDED: Mapping[Priority, int] = {Priority.ROUTINE: 1, Priority.PRIORITY: 1, Priority.EMERGENCY: 2}


class Action(StrEnum):
    """What a person does at the station under their own name."""

    APPROVE = "approve"
    WITHDRAW = "withdraw"


MAY: Mapping[Action, frozenset[Role]] = {
    Action.APPROVE: frozenset({Role.APPROVER, Role.ADMINISTRATOR}),
    Action.WITHDRAW: frozenset(Role),  # silence is never wrong enough to ask who may have it
}


def may(role: Role, action: Action, settings: ApprovalSettings) -> bool:
    """Whether a role allows an action at a station with these settings."""
    return role in MAY[action] or (action is Action.APPROVE and role is Role.EDITOR and settings.editor_may_approve)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a bulletin stands. `code` is empty where it may air; `approvals` are those of exactly this content."""

    code: str
    digest: str = ""
    approvals: tuple[Approval, ...] = ()
    withdrawal: Withdrawal | None = None

    @property
    def persons(self) -> tuple[str, ...]:
        """Who has accepted this content, each once."""
        return tuple(dict.fromkeys(each.person for each in self.approvals))


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one bulletin that somebody wanted to approve; `code` is empty where it was approved."""

    bulletin: str
    digest: str = ""
    code: str = ""
    params: Mapping[str, str] = field(default_factory=lambda: NO_PARAMS)


def judge(priority: Priority, digest: str, decisions: Decisions) -> Standing:
    """How a bulletin with this content stands after everything that was decided of it."""
    withdrawal = decisions.withdrawals[-1] if decisions.withdrawals else None
    valid = [each for each in decisions.approvals if withdrawal is None or each.at > withdrawal.at]
    given = tuple(each for each in valid if each.digest == digest)
    persons = {each.person for each in given}
    if len(persons) >= PERSONS_NEEDED[priority]:
        return Standing("", digest, given)
    if persons:
        return Standing("second_approval_missing", digest, given)
    if valid:
        return Standing("approval_void", digest)
    return Standing("bulletin_withdrawn" if withdrawal else "not_approved", digest, withdrawal=withdrawal)


class Contents:
    """The bulletins of a site as they are accepted: words read once, recorded voices hashed whenever somebody asks."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self._spoken: dict[Bulletin, SpeechText] = {}
        self._findings: dict[Bulletin, tuple[Finding, ...]] = {}

    def speech(self, bulletin: Bulletin) -> SpeechText:
        """The words as they will be spoken."""
        if bulletin not in self._spoken:
            self._spoken[bulletin] = speech.read_aloud(bulletin.text, self.site.lexicon)
        return self._spoken[bulletin]

    def findings(self, bulletin: Bulletin, on: date | None = None) -> tuple[Finding, ...]:
        """What the proofreader found; `on`: the station's day, without it nothing expires."""
        if on is not None:
            return tuple(proofread(bulletin, self.site, spoken=self.speech(bulletin), on=on))
        if bulletin not in self._findings:
            self._findings[bulletin] = tuple(proofread(bulletin, self.site, spoken=self.speech(bulletin)))
        return self._findings[bulletin]

    def digest(self, bulletin: Bulletin) -> str:
        """sha256 of everything an approval accepts; nobody can have accepted a recorded voice that cannot be read."""
        facts = {
            "form": FORM,
            "speech": self.speech(bulletin).paragraphs,
            "sms": bulletin.sms,
            "priority": bulletin.priority,
            "audience": sorted(bulletin.audience),
            "expires": bulletin.expires.isoformat() if bulletin.expires else None,
            "accept": sorted(set(bulletin.accept)),
            "audio": _hash_of(self.site.root / bulletin.audio) if bulletin.audio else None,
        }
        text = json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()

    def flaw(self, bulletin: Bulletin) -> tuple[str, Mapping[str, str]]:
        """Why nobody can accept this content as it is: a code and its parameters; an empty code where they can."""
        unread = [each.written for each in self.speech(bulletin).unknown if each.written not in bulletin.accept]
        if unread:
            return "tokens_unread", {"bulletin": bulletin.id, "tokens": ", ".join(dict.fromkeys(unread))}
        if blocking := [each for each in self.findings(bulletin) if each.blocks]:
            places = [f"{each.file}:{each.line}:{each.column} “{each.params['written']}”" for each in blocking]
            more = ["…"] if len(places) > MOST_PLACES else []
            return "text_blocked", {"bulletin": bulletin.id, "places": ", ".join(places[:MOST_PLACES] + more)}
        if bulletin.audio and not _hash_of(self.site.root / bulletin.audio):
            return "recorded_voice_unreadable", {"bulletin": bulletin.id, "file": bulletin.audio}
        return "", NO_PARAMS


class Approvals:
    """What may air at a station, and the people who say so. Safe to use from several threads."""

    def __init__(self, site: Site, store: Store) -> None:
        self.site, self.store = site, store
        self.contents = Contents(site)
        self.persons = Persons(store)

    def refusal(self, bulletin: Bulletin) -> str:
        """Why a bulletin may not air: not_approved, approval_void, second_approval_missing or bulletin_withdrawn.

        Empty where it may.
        """
        return self.standing(bulletin).code

    def standing(self, bulletin: Bulletin) -> Standing:
        """How one bulletin stands now."""
        return judge(bulletin.priority, self.contents.digest(bulletin), self.store.decisions(bulletin.id))

    def approve(
        self, ids: Iterable[str], person: str, passphrase: str, now: datetime, *, seen: Mapping[str, str] | None = None
    ) -> list[Verdict]:
        """Accept bulletins as they stand, each for itself; a verdict for each, in order.

        `seen`: bulletin → digest of what the person was shown; what has changed since is not accepted. AccessError
        where the passphrase is wrong or the role does not allow it.
        """
        known = self.persons.identify(person, passphrase, now)
        self._require(known, Action.APPROVE, now)
        verdicts = [self._verdict(each, (seen or {}).get(each)) for each in dict.fromkeys(ids)]
        fresh = [each for each in verdicts if not each.code and not self._has_accepted(known, each)]
        given = [Approval(each.bulletin, each.digest, known.id, now) for each in fresh]
        if given:
            self.store.approve(given, [self._note(known, each) for each in given], now)
        return verdicts

    def withdraw(
        self,
        bulletin: str,
        person: str | None,
        now: datetime,
        reason: str = "",
        *,
        passphrase: str | None = None,
        actor: str = "station",
    ) -> None:
        """Keep a bulletin off every airing to come, until somebody approves it again.

        A passphrase is looked at where one is given; without it the audit log says that nobody proved who they are.
        `actor` stands in it where no person is named. AccessError where the person is unknown, disabled or mistyped.
        """
        if person is not None:
            known = self.persons.find(person) if passphrase is None else self.persons.identify(person, passphrase, now)
            self._require(known, Action.WITHDRAW, now)
        unproved = person is not None and passphrase is None
        action = "bulletin_withdrawn_unproved" if unproved else "bulletin_withdrawn"
        note = Note(person or actor, action, bulletin, {"reason": reason})
        self.store.withdraw_bulletin(Withdrawal(bulletin, person or "", reason, now), note, now)

    def _verdict(self, bulletin_id: str, seen: str | None) -> Verdict:
        bulletin = self.site.bulletins.get(bulletin_id)
        if bulletin is None:
            close = closest(bulletin_id, self.site.bulletins) or "–"
            return Verdict(bulletin_id, code="bulletin_unknown", params={"id": bulletin_id, "close": close})
        code, params = self.contents.flaw(bulletin)
        digest = self.contents.digest(bulletin)
        if not code and seen is not None and seen != digest:
            code, params = "content_changed", {"bulletin": bulletin_id}
        return Verdict(bulletin_id, digest, code, params)

    def _has_accepted(self, person: Person, verdict: Verdict) -> bool:
        bulletin = self.site.bulletins[verdict.bulletin]
        return person.id in judge(bulletin.priority, verdict.digest, self.store.decisions(bulletin.id)).persons

    def _note(self, person: Person, approval: Approval) -> Note:
        action = "bulletin_self_approved" if person.role is Role.EDITOR else "bulletin_approved"
        priority = self.site.bulletins[approval.bulletin].priority.value
        return Note(person.id, action, approval.bulletin, {"digest": approval.digest, "priority": priority})

    def _require(self, person: Person, action: Action, now: datetime) -> None:
        if may(person.role, action, self.site.station.approval):
            return
        detail = {"wanted": action.value, "role": person.role.value}
        self.store.audit(person.id, "action_refused", person.id, detail, now)
        refused: LoaError = AccessError(f"role_may_not_{action}", person=person.id)
        raise refused


def _hash_of(recorded: Path) -> str:
    """sha256 of a recorded voice as it lies there now; empty where it cannot be read."""
    try:
        with recorded.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""
