"""Twilio's list of messages against our doubts: by number and text, within the time in which an order can have left.

The list lags, its clock is not ours, and a number may have been sent the same words before: a message that another
delivery holds proves nothing, and of two doubts about the same words each needs a message of its own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

from pipeline.channels import UNSENT_AFTER, Doubt, Taken
from pipeline.channels.abreast import Abreast
from pipeline.channels.line import Gate, LineError, monotonic
from pipeline.channels.twilio_codes import outcome, refusal
from pipeline.domain import Clock, Evidence, Receipt, State, TextContent
from pipeline.errors import Outcome, SendError
from pipeline.sms import fold
from pipeline.unicode_text import compose

if TYPE_CHECKING:
    from twilio.base.page import Page
    from twilio.rest.api.v2010.account.message import MessageInstance

    from pipeline.channels.line import Answer
    from pipeline.channels.twilio_client import Account

ONE_BY_ONE = 20  # more doubts than this are looked up in the list as a whole
PAGES = 40
PAGES_OF_ONE = 4
WITHIN_S = 60.0  # for one look at the list
SKEW = timedelta(minutes=10)  # our clock may have been set meanwhile; a larger step the station does not trust
EARLY = timedelta(minutes=2)  # by so much ours may seem older than it is; what is older still proves nothing


@dataclass(frozen=True, slots=True)
class Listed:
    """One message of the list, `at` by our own clock."""

    sid: str
    to: str
    body: str
    at: datetime
    status: str
    error: int | None
    senders: frozenset[str]
    outbound: bool


@dataclass(frozen=True, slots=True)
class Found:
    """Messages, and since when the list is whole."""

    messages: Sequence[Listed]
    whole_since: datetime


def look_up(
    account: Account,
    abreast: Abreast,
    doubts: Sequence[Doubt],
    taken: Taken,
    *,
    senders: Collection[str],
    clock: Clock,
    timeout_s: float,
) -> list[Receipt]:
    """A receipt for each doubt that is over. SendError(UNKNOWN) where nobody answered at all."""
    if not doubts:
        return []
    numbers = sorted({_number(each) for each in doubts})
    first = min(each.first for each in doubts)
    wanted: list[str | None] = [None] if len(numbers) > ONE_BY_ONE else [*numbers]
    works = [partial(_read, account, to, first, clock, timeout_s) for to in wanted]
    answers = abreast.run(works, max(WITHIN_S, timeout_s))
    found = {to: each for to, each in zip(wanted, answers, strict=True) if isinstance(each, Found)}
    if not found:
        failed = next(each for each in answers if isinstance(each, LineError))
        raise SendError(failed.code, Outcome.UNKNOWN)
    by_number: dict[str, list[Doubt]] = defaultdict(list)
    for doubt in doubts:
        by_number[_number(doubt)].append(doubt)
    asked = [each.sid for listed in found.values() for each in listed.messages if each.to in by_number]
    held = set(taken(asked))
    receipts: list[Receipt] = []
    for number, those in by_number.items():
        listed = found.get(number) or found.get(None)
        if listed is not None:
            free = [each for each in listed.messages if each.to == number and each.sid not in held]
            receipts += _judge(those, free, listed.whole_since, frozenset(senders), clock())
    return receipts


def statuses(
    account: Account, abreast: Abreast, since: datetime, *, clock: Clock, timeout_s: float
) -> dict[str, tuple[State, str]]:
    """State and reason of every message since a moment, by its name. SendError(UNKNOWN) where nobody answered."""
    (found,) = abreast.run([partial(_read, account, None, since, clock, timeout_s)], max(WITHIN_S, timeout_s))
    if isinstance(found, LineError):
        raise SendError(found.code, Outcome.UNKNOWN)
    results = {each.sid: outcome(each.status, each.error) for each in found.messages}
    return {sid: result for sid, result in results.items() if result is not None}


def _judge(
    doubts: Sequence[Doubt], free: Sequence[Listed], whole_since: datetime, senders: frozenset[str], now: datetime
) -> list[Receipt]:
    """Of one number: which message is whose, and what is provably nowhere.

    What left under our name in that time with words nobody knows (a text may have been edited since) leaves the doubt.
    """
    left = sorted({each.sid: each for each in free}.values(), key=lambda each: each.at)
    matched: list[tuple[Doubt, Listed]] = []
    nowhere: list[Doubt] = []
    for doubt in sorted(doubts, key=lambda each: (each.first, each.delivery.id)):
        of_it = [each for each in left if _speaks_of(each, doubt)]
        if not of_it:
            nowhere.append(doubt)
            continue
        own = next((each for each in of_it if each.at >= doubt.first), of_it[-1])
        left.remove(own)
        matched.append((doubt, own))
    # with more messages than doubts somebody else sends the same words: which is ours nobody can say
    receipts = [
        _receipt(doubt, own, now)
        for doubt, own in matched
        if not any(each.at >= doubt.first and _speaks_of(each, doubt) for each in left)
    ]
    for doubt in nowhere:
        ours = [each for each in left if not each.senders or each.senders & senders]
        strange = any(doubt.first - SKEW <= each.at <= doubt.since + UNSENT_AFTER for each in ours)
        if not strange and whole_since <= doubt.first and now - doubt.since >= UNSENT_AFTER:
            receipts.append(Receipt(doubt.delivery.id, now, State.RETRY, code="sms_not_listed"))
    return receipts


def _speaks_of(message: Listed, doubt: Doubt) -> bool:
    if message.at < doubt.first - EARLY:
        return False
    text = doubt.order.content.text if isinstance(doubt.order.content, TextContent) else ""
    body = message.body.rstrip()  # a trial account has words of its own before ours, a service may fold some signs
    return compose(body).endswith(compose(text).rstrip()) or fold(body).endswith(fold(text).rstrip())


def _receipt(doubt: Doubt, message: Listed, now: datetime) -> Receipt:
    state, code = outcome(message.status, message.error) or (State.ACCEPTED, "")
    evidence = Evidence.PROVIDER if state is State.CONFIRMED else Evidence.NONE
    return Receipt(doubt.delivery.id, now, state, evidence, code, message.sid)


def _number(doubt: Doubt) -> str:
    return "+" + doubt.order.address.get("phone", "")


def _read(account: Account, to: str | None, first: datetime, clock: Clock, timeout_s: float, _: Gate) -> Found:
    """The list back to `first`, of one number or of all."""
    messages: list[Listed] = []
    page: Page | None = None
    in_order = True
    for _number_of_page in range(PAGES if to is None else PAGES_OF_ONE):
        page, ahead = _page(account, to, page, clock, timeout_s)
        if page is None:
            return Found(messages, datetime.min.replace(tzinfo=UTC))
        records = [_listed(record, ahead, clock) for record in page]
        in_order = in_order and all(late.at >= early.at for late, early in pairwise(records))
        messages += [each for each in records if each.outbound]
        if in_order and records and records[-1].at < first - SKEW:
            return Found(messages, first)
    return Found(messages, datetime.max.replace(tzinfo=UTC))  # longer than anybody reads: it proves nothing


def _listed(record: MessageInstance, ahead: timedelta, clock: Clock) -> Listed:
    at = record.date_created - ahead if isinstance(record.date_created, datetime) else clock()
    error = record.error_code if isinstance(record.error_code, int) else None
    senders = frozenset(str(each) for each in (record.from_, record.messaging_service_sid) if each)
    outbound = str(record.direction or "outbound").startswith("outbound")
    words = str(record.to or ""), str(record.body or "")
    return Listed(str(record.sid or ""), *words, at, str(record.status), error, senders, outbound)


def _page(
    account: Account, to: str | None, behind: Page | None, clock: Clock, timeout_s: float
) -> tuple[Page | None, timedelta]:
    """A page, and how far Twilio's clock is ahead of ours."""
    from twilio.base.exceptions import TwilioException

    from pipeline.channels.twilio_client import error_code

    try:
        page = account.page(Gate(monotonic() + timeout_s), to, behind)
    except (TwilioException, ValueError, TypeError, AttributeError, KeyError, RecursionError):
        answer = account.http.answer
        if answer is None or answer.status < 400:
            raise LineError("sms_answer_unreadable", sent=True) from None
        raise LineError(refusal(answer.status, error_code(answer))[1], sent=True) from None
    return page, _ahead(account.http.answer, clock())


def _ahead(answer: Answer | None, now: datetime) -> timedelta:
    try:
        return parsedate_to_datetime(answer.headers["date"]) - now if answer else timedelta(0)
    except (KeyError, TypeError, ValueError):
        return timedelta(0)
