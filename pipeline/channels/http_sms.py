"""SMS through any provider with an HTTP API, as config/channels.yaml describes it.

What is only perhaps sent stays UNKNOWN until the provider is asked; where it knows our key again, the same request may
go out once more within `key_holds`, and its answer tells.
"""

from __future__ import annotations

import hashlib
import os
import re
import time
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from pipeline.channels import UNSENT_AFTER, Doubt, Taken
from pipeline.channels.abreast import LANES, Abreast
from pipeline.channels.description import SECRET, Request, Verdict, asked_verdict, request_of, sent_verdict
from pipeline.channels.line import Answer, Gate, Line, LineError, monotonic
from pipeline.channels.tables import clean
from pipeline.config.places import places_in, texts_in
from pipeline.config.provider import HTTP_SMS_DEFAULTS
from pipeline.domain import Clock, Dedupe, Delivery, Evidence, Medium, Outgoing, Receipt, State, TextContent
from pipeline.errors import Outcome, SendError
from pipeline.sms import measure

if TYPE_CHECKING:
    from pipeline.config.channels import ChannelSettings

TURN_S = 10.0  # of asking: other channels wait for it
ROUNDS = 5  # of questions about what was taken over, a turn
FIRST_ASKED = timedelta(seconds=30)
LAST_ASKED = timedelta(days=3)  # what has not arrived by then is not asked about any more
LONGEST_REST_S = 60.0
NEEDED = ("url", "fields", "answer")
NO_NEWS = Verdict(None)


class HttpSms:
    """One described provider. `rate` in messages a second, `price_per_part` in VND."""

    medium = Medium.SMS
    lead = timedelta(0)
    lanes = LANES

    def __init__(self, id: str, described: Mapping[str, Any], clock: Clock, *, station_key: Path | None = None) -> None:
        self.id = id
        self._described = {**HTTP_SMS_DEFAULTS, **described}
        self._clock, self._station_key = clock, station_key
        self.max_batch: int = self._described["at_once"]
        self.rate: int = self._described["rate"]
        self.sender: str = self._described.get("sender", "")
        self.price_per_part: int = self._described["price_per_part"]
        self._key_holds: timedelta | None = self._described.get("key_holds")
        self._ask: Mapping[str, Any] | None = _ask_of(self._described)
        asked_by = _places(self._ask) if self._ask else set()
        self._asks_by_ref = "ref" in asked_by
        self.dedupe = Dedupe.KEY if self._key_holds else Dedupe.LOOKUP if "key" in asked_by else Dedupe.NONE
        learns = self._ask is not None and (self._ask.get("arrived") or self._ask.get("failed"))
        self.evidence = Evidence.PROVIDER if learns else Evidence.NONE
        timeout: timedelta = self._described["timeout"]
        self._timeout_s = timeout.total_seconds()
        self._to_send = self._lines(self._described, "sms")
        self._to_ask = self._lines(self._ask, "ask") if self._ask else self._to_send
        self._asked: dict[int, datetime] = {}  # ACCEPTED → when it may be asked about again
        self._rests_until = 0.0

    def check(self) -> None:
        for setting in NEEDED:
            if not self._described.get(setting):
                raise SendError("channel_setting_missing", Outcome.NOT_SENT, channel=self.id, setting=setting)
        for place, value in self._secrets().items():
            if not value:
                variable = place.removeprefix(SECRET)
                raise SendError("channel_secret_missing", Outcome.NOT_SENT, channel=self.id, variable=variable)

    def send(self, orders: Sequence[Outgoing]) -> list[Receipt]:
        if not orders:
            return []
        self.check()
        if monotonic() < self._rests_until:
            raise SendError("sms_too_fast", Outcome.NOT_SENT, channel=self.id)
        works = [partial(self._send_one, order, self._prefix()) for order in orders]
        found = self._to_send[1].run(works, self._timeout_s)
        return [
            self._receipt(order.delivery, _without_answer(each) if isinstance(each, LineError) else each)
            for order, each in zip(orders, found, strict=True)
        ]

    def withdraw(self, deliveries: Sequence[Delivery]) -> list[Receipt]:
        """Nothing: what a provider has taken over nobody takes back."""
        return []

    def look_up(self, doubts: Sequence[Doubt], taken: Taken) -> list[Receipt]:
        """Ask about each; where nobody can be asked, a key that the provider still knows lets it be repeated."""
        receipts: list[Receipt] = []
        asked = [each for each in doubts if self._may_ask(each.delivery)]
        answers = self._ask_all([each.delivery for each in asked])
        for doubt in asked:
            verdict = answers.get(doubt.delivery.id, NO_NEWS)
            if verdict.state is State.RETRY and self._clock() - doubt.since < self._lag():
                continue
            if verdict.state is not None:
                receipts.append(self._told(doubt.delivery, verdict, doubt.order.address.get("phone", "")))
        silent = [each for each in doubts if not self._may_ask(each.delivery) and self._key_counts(each.first)]
        return receipts + [
            self._receipt(each.delivery.id, Verdict(State.RETRY, "sms_repeat_by_key")) for each in silent
        ]

    def poll(self, deliveries: Sequence[Delivery]) -> list[Receipt]:
        """What became of those that were taken over, as far as one turn goes."""
        due = (each for each in deliveries if each.state is State.ACCEPTED and self._is_due(each))
        wanted = list(islice(due, ROUNDS * self.max_batch))
        answers = self._ask_all(wanted)
        receipts: list[Receipt] = []
        now = self._clock()
        for each in wanted:
            verdict = answers.get(each.id, NO_NEWS)
            if verdict.state in (State.CONFIRMED, State.FAILED):
                self._asked.pop(each.id, None)
                receipts.append(self._told(each, verdict))
            else:
                self._asked[each.id] = now + max(FIRST_ASKED, (now - (each.since or now)) / 2)
        return receipts

    # --- sending ------------------------------------------------------------------------------------------------------

    def _send_one(self, order: Outgoing, prefix: str, gate: Gate) -> Verdict:
        values = self._values_of(order, prefix)
        if isinstance(values, Verdict):
            return values
        request = request_of(self._described, values)
        if not request.is_sound:
            return Verdict(State.RETRY, "sms_request_bad")
        answer = self._ask_line(self._to_send[0], request, gate)
        verdict = sent_verdict(answer, self._described["answer"])
        if answer.status == 429:
            self._rest(answer.headers.get("retry-after", ""))
        ref = "" if values["phone"][2:] in verdict.ref else verdict.ref  # some name a message by its number
        if verdict.state is State.ACCEPTED:
            ref = ref or order.key
        return Verdict(verdict.state, verdict.code, ref)

    def _values_of(self, order: Outgoing, prefix: str) -> dict[str, str] | Verdict:
        phone = order.address.get("phone", "")
        if not re.fullmatch(r"84\d{8,12}", phone, re.ASCII):
            return Verdict(State.FAILED, "sms_no_phone")
        if not isinstance(order.content, TextContent) or not order.content.text.strip():
            return Verdict(State.FAILED, "sms_no_text")
        if order.attempt > 1 and self._key_holds and self._clock() - order.start >= self._key_holds:
            return Verdict(State.UNKNOWN, "sms_key_forgotten")
        text = clean(order.content.text)
        return {
            "phone": phone,
            "phone_local": "0" + phone[2:],
            "phone_plus": "+" + phone,
            "text": text,
            "unicode": "1" if measure(text).encoding == "UCS-2" else "0",
            "sender": self.sender,
            "key": prefix + order.key,
            **self._secrets(),
        }

    def _rest(self, seconds: str) -> None:
        asked = float(seconds) if seconds.isascii() and seconds.isdecimal() else 1.0
        self._rests_until = monotonic() + min(max(asked, 1.0), LONGEST_REST_S)

    # --- asking -------------------------------------------------------------------------------------------------------

    def _ask_all(self, deliveries: Sequence[Delivery]) -> dict[int, Verdict]:
        """What the provider says of each, as far as one turn goes; a silent one is left in peace."""
        try:
            self.check()
        except SendError:  # what lacks its secret says so where it sends
            return {}
        found: dict[int, Verdict] = {}
        until = time.monotonic() + TURN_S
        for at in range(0, len(deliveries), self.max_batch):
            batch = deliveries[at : at + self.max_batch]
            works = [partial(self._ask_one, each, self._prefix()) for each in batch]
            answers = self._to_ask[1].run(works, self._timeout_s)
            for each, answer in zip(batch, answers, strict=True):
                found[each.id] = NO_NEWS if isinstance(answer, LineError) else answer
            if time.monotonic() > until or all(isinstance(each, LineError) for each in answers):
                break
        return found

    def _ask_one(self, delivery: Delivery, prefix: str, gate: Gate) -> Verdict:
        assert self._ask is not None
        key = f"{prefix}{_own_key(delivery)}"
        request = request_of(self._ask, {"key": key, "ref": delivery.ref, "sender": self.sender, **self._secrets()})
        if not request.is_sound:
            return NO_NEWS
        return asked_verdict(self._ask_line(self._to_ask[0], request, gate), self._ask)

    def _told(self, delivery: Delivery, verdict: Verdict, phone: str = "") -> Receipt:
        """What was answered. A new name of the message counts only where one can see that it holds no `phone`."""
        evidence = Evidence.PROVIDER if verdict.state in (State.CONFIRMED, State.FAILED) else Evidence.NONE
        is_plain = bool(phone) and phone[2:] not in verdict.ref
        ref = (verdict.ref if is_plain else "") or delivery.ref
        if verdict.state is State.ACCEPTED:
            ref = ref or _own_key(delivery)
        return self._receipt(delivery.id, Verdict(verdict.state, verdict.code, ref), evidence)

    def _may_ask(self, delivery: Delivery) -> bool:
        if self._ask is None:
            return False
        return not self._asks_by_ref or (bool(delivery.ref) and delivery.ref != _own_key(delivery))

    def _is_due(self, delivery: Delivery) -> bool:
        if self.evidence is Evidence.NONE or not self._may_ask(delivery) or delivery.since is None:
            return False
        now = self._clock()
        if now - delivery.since > LAST_ASKED:
            self._asked.pop(delivery.id, None)
            return False
        return now >= self._asked.get(delivery.id, delivery.since + FIRST_ASKED)

    def _key_counts(self, first: datetime) -> bool:
        """Whether the provider knows a key that it has not seen before `first`: then a repeat does no harm."""
        return self._key_holds is not None and self._clock() - first < self._key_holds

    def _lag(self) -> timedelta:
        given: timedelta = (self._ask or {}).get("lag", UNSENT_AFTER)
        return max(given, UNSENT_AFTER)

    # --- within -------------------------------------------------------------------------------------------------------

    def _secrets(self) -> dict[str, str]:
        """Environment variable → its value now, under the name of its place and its own."""
        named = _places(self._described) | (_places(self._ask) if self._ask else set())
        names = sorted(each.removeprefix(SECRET) for each in named if each.startswith(SECRET))
        return {SECRET + name: os.environ.get(name, "").strip() for name in names}

    def _prefix(self) -> str:
        """What tells our keys from those of another station with the same account, or of this one before it was made
        anew: drawn from the key of the contacts, which every station makes for itself."""
        try:
            secret = self._station_key.read_bytes() if self._station_key else b""
        except OSError:
            secret = b""
        return f"{hashlib.sha256(b'loa sms keys' + secret).hexdigest()[:8]}-" if secret else ""

    def _lines(self, request: Mapping[str, Any], name: str) -> tuple[Line, Abreast]:
        parts = urlsplit(request.get("url") or "")
        line = Line(f"{parts.scheme}://{parts.netloc}")
        return line, Abreast(line, self.max_batch, f"{name} {self.id}")

    def _ask_line(self, line: Line, request: Request, gate: Gate) -> Answer:
        """One exchange. Where a repeat would harm, no connection serves twice: the far end may just be closing it."""
        headers = {**request.headers, **({"Connection": "close"} if self.dedupe is Dedupe.NONE else {})}
        return line.ask(request.method, request.path, gate, request.body, headers)

    def _receipt(self, delivery: int, verdict: Verdict, evidence: Evidence = Evidence.NONE) -> Receipt:
        assert verdict.state is not None
        return Receipt(delivery, self._clock(), verdict.state, evidence, verdict.code, verdict.ref)


def build(settings: ChannelSettings, root: Path, clock: Clock) -> HttpSms:
    """The channel of a site; see `pipeline.config.provider` for its settings."""
    given = {name: value for name, value in settings.values.items() if value is not None}
    return HttpSms(settings.id, given, clock, station_key=root / "var" / "keys" / "contacts.key")


def _without_answer(error: LineError) -> Verdict:
    return Verdict(State.UNKNOWN if error.sent else State.RETRY, error.code)


def _own_key(delivery: Delivery) -> str:
    """`Outgoing.key` of a delivery."""
    return f"loa-{delivery.id}"


def _ask_of(described: Mapping[str, Any]) -> Mapping[str, Any] | None:
    ask = described.get("ask")
    return {"method": "get", "form": "json", "headers": described["headers"], **ask} if ask else None


def _places(request: Mapping[str, Any]) -> set[str]:
    texts = [request.get("url") or "", *texts_in(request.get("fields") or {}), *request.get("headers", {}).values()]
    return {place for text in texts for place in places_in(text)}
