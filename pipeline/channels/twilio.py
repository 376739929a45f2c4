"""SMS through Twilio, by its own client on our line.

It has no key that would make a repeat harmless, so nothing is ever repeated here: what may have gone out is UNKNOWN,
and is looked up in Twilio's list by number and text. Our own number of the delivery stands in the address that Twilio
reports to: a report proves a send though the answer to it was lost.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, parse_qsl, urlsplit

from pipeline.channels import Call, Doubt, Taken
from pipeline.channels.abreast import LANES, Abreast
from pipeline.channels.line import Gate, Line, LineError, monotonic
from pipeline.channels.twilio_codes import outcome, refusal
from pipeline.domain import Clock, Dedupe, Delivery, Evidence, Medium, Outgoing, Receipt, State, TextContent
from pipeline.errors import AccessError, Outcome, SendError
from pipeline.unicode_text import compose

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.channels.twilio_client import Account
    from pipeline.config.channels import ChannelSettings

REPORTS_AT = "/loa/sms/"
LONGEST_REST_S = 60.0
NEWS_AFTER = timedelta(seconds=30)
SIGNATURE = "x-twilio-signature"
SOUND = {"account": re.compile(r"[A-Za-z0-9]+"), "token": re.compile(r"[\x21-\x7e]+")}


class Twilio:
    """One account. `values`: the settings of the channel; secrets stand there as names of environment variables."""

    medium = Medium.SMS
    lead = timedelta(0)
    dedupe = Dedupe.LOOKUP
    evidence = Evidence.PROVIDER
    lanes = LANES

    def __init__(self, id: str, values: Mapping[str, object], clock: Clock) -> None:
        self.id = id
        self._values, self._clock = values, clock
        self.max_batch = int(str(values.get("max_batch", 50)))
        self.rate = int(str(values.get("rate", 10)))
        self.sender = str(values.get("sender") or values.get("messaging_service") or "")
        self.price_per_part = int(str(values.get("price_per_part", 0)))
        timeout = values.get("timeout")
        self.timeout_s = timeout.total_seconds() if isinstance(timeout, timedelta) else 10.0
        self._line = Line(str(values.get("base_url", "https://api.twilio.com")))
        on_the_line = max(
            1, self.max_batch - self.max_batch // LANES
        )  # the others are claimed or written down meanwhile
        self._abreast = Abreast(self._line, on_the_line, f"sms {id}")
        self._account: tuple[tuple[str, str], Account] | None = None
        self._rests_until = 0.0
        self._asked: dict[int, datetime] = {}  # taken over → when its news are due

    def check(self) -> None:
        self._secrets()
        if not self._values.get("sender") and not self._values.get("messaging_service"):
            raise self._missing("sender")

    def examine(self) -> None:
        """Ask the account whether it may send. SendError(NOT_SENT) where it may not, or nobody answers."""
        self.check()
        account = self._open()
        (code,) = self._abreast.run([partial(_ask, account)], self.timeout_s)
        if code:
            code = code.code if isinstance(code, LineError) else code
            raise SendError(code, Outcome.NOT_SENT, channel=self.id)

    def send(self, orders: Sequence[Outgoing]) -> list[Receipt]:
        if not orders:
            return []
        self.check()
        if monotonic() < self._rests_until:
            raise SendError("sms_too_fast", Outcome.NOT_SENT, channel=self.id)
        account = self._open()
        fields = [self._fields(order) for order in orders]
        works = [partial(self._post, account, order.delivery, each) for order, each in zip(orders, fields, strict=True)]
        found = self._abreast.run(works, self.timeout_s)
        return [
            self._without_answer(order.delivery, each) if isinstance(each, LineError) else each
            for order, each in zip(orders, found, strict=True)
        ]

    def withdraw(self, deliveries: Sequence[Delivery]) -> list[Receipt]:
        """Nothing: what Twilio has accepted is on its way."""
        return []

    def look_up(self, doubts: Sequence[Doubt], taken: Taken) -> list[Receipt]:
        """What Twilio's list says of each; a receipt where that ends the doubt."""
        from pipeline.channels.twilio_list import look_up

        senders = [str(value) for name in ("sender", "messaging_service") if (value := self._values.get(name))]
        account, wait = self._open(), self.timeout_s
        return look_up(account, self._abreast, doubts, taken, senders=senders, clock=self._clock, timeout_s=wait)

    def poll(self, deliveries: Sequence[Delivery]) -> list[Receipt]:
        """What became of those it has taken over: often at first, ever more seldom later."""
        from pipeline.channels.twilio_list import statuses

        now = self._clock()
        due = {each.ref: each for each in deliveries if each.ref and self._asked.get(each.id, now) <= now}
        if not due:
            return []
        since = min(each.since or now for each in due.values())
        said = statuses(self._open(), self._abreast, since, clock=self._clock, timeout_s=self.timeout_s)
        ended = {ref: each for ref, each in said.items() if ref in due and each[0] is not State.ACCEPTED}
        still = {each.id: each for ref, each in due.items() if ref not in ended}
        kept = {each.id for each in deliveries}
        self._asked = {row: at for row, at in self._asked.items() if row in kept}
        self._asked |= {row: now + max(NEWS_AFTER, (now - (each.since or now)) / 2) for row, each in still.items()}
        return [self._receipt(due[ref].id, *result, ref=ref) for ref, result in ended.items()]

    def hear(self, call: Call) -> Receipt | None:
        """A status callback of Twilio, signed by it and for the address that we named ourselves."""
        account, token = self._secrets()
        form = parse_qsl(call.body.decode("utf-8", "replace"), keep_blank_values=True)
        if not (self._is_ours(call, token) and _is_signed(call, self._public(call.target), form, token)):
            raise AccessError("callback_forged", channel=self.id)
        said = dict(form)
        if said.get("AccountSid", account) != account:
            raise AccessError("callback_forged", channel=self.id)
        code = said.get("ErrorCode", "")
        result = outcome(said.get("MessageStatus", ""), int(code) if code.isascii() and code.isdecimal() else None)
        if result is None:
            return None
        return self._receipt(call.delivery, *result, ref=said.get("MessageSid", ""))

    # --- one order ----------------------------------------------------------------------------------------------------

    def _fields(self, order: Outgoing) -> dict[str, str] | str:
        """What Twilio is told, or the code of what the order lacks."""
        phone = order.address.get("phone", "")
        if not (phone.isascii() and phone.isdecimal() and 8 <= len(phone) <= 15):
            return "sms_no_phone"
        if not isinstance(order.content, TextContent) or not order.content.text.strip():
            return "sms_no_text"
        fields = {"to": f"+{phone}", "body": compose(order.content.text)}
        if service := self._values.get("messaging_service"):
            fields["messaging_service_sid"] = str(service)
        if sender := self._values.get("sender"):
            fields["from_"] = str(sender)
        if public := self._values.get("status_callback"):
            key = _key(self._secrets()[1], order.delivery)
            fields["status_callback"] = f"{public}{REPORTS_AT}{order.delivery}?k={key}"
        return fields

    def _post(self, account: Account, delivery: int, fields: dict[str, str] | str, gate: Gate) -> Receipt:
        from twilio.base.exceptions import TwilioException

        from pipeline.channels.twilio_client import error_code

        if isinstance(fields, str):
            return self._receipt(delivery, State.FAILED, fields)
        try:
            message = account.post(gate, fields)
            result = outcome(str(message.status), message.error_code)
            sid = message.sid
        except (TwilioException, ValueError, TypeError, AttributeError, KeyError, RecursionError):
            result, sid = None, ""
        answer = account.http.answer
        if answer is not None and not 200 <= answer.status < 300:
            if answer.status == 429:
                self._rest(answer.headers.get("retry-after", ""))
            return self._receipt(delivery, *refusal(answer.status, error_code(answer)))
        if not isinstance(sid, str) or not sid:
            return self._receipt(delivery, State.UNKNOWN, "sms_answer_unreadable")
        return self._receipt(delivery, *(result or (State.ACCEPTED, "")), ref=sid)

    def _without_answer(self, delivery: int, error: LineError) -> Receipt:
        return self._receipt(delivery, State.UNKNOWN if error.sent else State.RETRY, error.code)

    def _receipt(self, delivery: int, state: State, code: str = "", *, ref: str = "") -> Receipt:
        evidence = Evidence.PROVIDER if state is State.CONFIRMED else Evidence.NONE
        return Receipt(delivery, self._clock(), state, evidence, code, ref)

    def _rest(self, seconds: str) -> None:
        asked = float(seconds) if seconds.isascii() and seconds.isdecimal() else 1.0
        self._rests_until = monotonic() + min(max(asked, 1.0), LONGEST_REST_S)

    # --- settings -----------------------------------------------------------------------------------------------------

    def _secrets(self) -> tuple[str, str]:
        found = []
        for setting in SOUND:
            variable = self._values.get(setting)
            if not variable:
                raise self._missing(setting)
            value = os.environ.get(str(variable), "").strip()
            if not value:
                raise SendError("channel_secret_missing", Outcome.NOT_SENT, channel=self.id, variable=variable)
            if not SOUND[setting].fullmatch(value):  # no request could be made of it, and every order would be a doubt
                raise SendError("channel_secret_unsound", Outcome.NOT_SENT, channel=self.id, variable=variable)
            found.append(value)
        return found[0], found[1]

    def _open(self) -> Account:
        from pipeline.channels.twilio_client import Account

        secrets = self._secrets()
        if self._account is None or self._account[0] != secrets:
            self._account = secrets, Account(self._line, *secrets)
        return self._account[1]

    def _missing(self, setting: str) -> SendError:
        return SendError("channel_setting_missing", Outcome.NOT_SENT, channel=self.id, setting=setting)

    # --- reports ------------------------------------------------------------------------------------------------------

    def _public(self, target: str) -> str:
        """The address as Twilio was given it, whatever a proxy on the way has made of it."""
        path = target[max(0, target.rfind(REPORTS_AT)) :]
        return f"{self._values.get('status_callback', '')}{path}"

    def _is_ours(self, call: Call, token: str) -> bool:
        given = parse_qs(urlsplit(call.target).query, keep_blank_values=True).get("k", [""])
        return len(given) == 1 and hmac.compare_digest(given[0].encode(), _key(token, call.delivery).encode())


def build(settings: ChannelSettings, root: Path, clock: Clock) -> Twilio:
    """The channel of a site; see config/channels.yaml for its settings."""
    return Twilio(settings.id, settings.values, clock)


def _ask(account: Account, gate: Gate) -> str:
    """Why the account may not send; empty where it may."""
    from twilio.base.exceptions import TwilioException

    from pipeline.channels.twilio_client import error_code

    try:
        return "" if account.ask(gate) == "active" else "sms_account_closed"
    except (TwilioException, ValueError, TypeError, AttributeError, KeyError, RecursionError):
        answer = account.http.answer
        known = answer is not None and answer.status >= 400
        return refusal(answer.status, error_code(answer))[1] if known and answer else "sms_answer_unreadable"


def _key(token: str, delivery: int) -> str:
    """What only we can have put into an address; whoever has seen one cannot make another."""
    return hmac.new(token.encode(), f"loa sms {delivery}".encode(), hashlib.sha256).hexdigest()[:32]


def _is_signed(call: Call, url: str, form: Sequence[tuple[str, str]], token: str) -> bool:
    from twilio.request_validator import RequestValidator

    signature = call.headers.get(SIGNATURE, "")
    return bool(signature) and RequestValidator(token).validate(url, _Form(form), signature)


class _Form(dict[str, str]):
    """A form in which a name may stand more than once, as the validator reads it."""

    def __init__(self, pairs: Sequence[tuple[str, str]]) -> None:
        super().__init__(pairs)
        self._pairs = pairs

    def getlist(self, name: str) -> list[str]:
        return [value for each, value in self._pairs if each == name]
