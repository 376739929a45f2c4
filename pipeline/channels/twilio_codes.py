"""What Twilio says, as data: a status or an error code → the state it calls for and the reason people are told.

Codes: https://www.twilio.com/docs/api/errors; states: the Message resource of the API 2010-04-01.
"""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.domain import State

STATUS: Mapping[str, State] = {
    "accepted": State.ACCEPTED,
    "scheduled": State.ACCEPTED,
    "queued": State.ACCEPTED,
    "sending": State.ACCEPTED,
    "sent": State.ACCEPTED,  # the network has it; whether a handset does nobody says
    "delivered": State.CONFIRMED,
    "read": State.CONFIRMED,
    "undelivered": State.FAILED,
    "failed": State.FAILED,
    "canceled": State.CANCELLED,
}

# The order itself was refused: it did not go out, and would be refused again.
REFUSED: Mapping[int, str] = {
    21211: "sms_bad_number",
    21214: "sms_bad_number",
    21217: "sms_bad_number",
    21401: "sms_bad_number",
    21421: "sms_bad_number",
    21602: "sms_text_refused",
    21604: "sms_bad_number",
    21610: "sms_opted_out",
    21612: "sms_unreachable",
    21614: "sms_landline",
    21617: "sms_text_refused",
    21619: "sms_text_refused",
    30003: "sms_unreachable",
    30004: "sms_blocked",
    30005: "sms_bad_number",
    30006: "sms_unreachable",  # a landline, or a carrier that cannot be reached today: no verdict on the number
    30007: "sms_text_refused",
    30008: "sms_refused",
    30010: "sms_no_credit",
    30019: "sms_text_refused",
    30024: "sms_sender_refused",
    30032: "sms_sender_refused",
    30034: "sms_sender_refused",
    30036: "sms_expired",
    30410: "sms_unreachable",
    30453: "sms_refused",
    30454: "sms_refused",
    30485: "sms_expired",
    63019: "sms_refused",
}

# The channel was refused, not the order: nothing went out, and the order goes out once the channel is put right.
UNSENT: Mapping[int, str] = {
    10001: "sms_account_closed",
    10002: "sms_credentials",
    14107: "sms_too_fast",
    20001: "sms_credentials",
    20003: "sms_credentials",
    20005: "sms_account_closed",
    20006: "sms_credentials",
    20008: "sms_credentials",
    20404: "sms_place_unknown",
    20429: "sms_too_fast",
    21408: "sms_region_closed",
    21212: "sms_sender_refused",
    21603: "sms_sender_refused",
    21606: "sms_sender_refused",
    21608: "sms_trial_account",
    21609: "sms_callback_refused",
    21611: "sms_too_fast",
    21659: "sms_sender_refused",
    21660: "sms_sender_refused",
    21661: "sms_sender_refused",
    21701: "sms_sender_refused",
    21703: "sms_sender_refused",
    21704: "sms_sender_refused",
    21712: "sms_sender_refused",
    22102: "sms_too_fast",
    30001: "sms_too_fast",
    30002: "sms_account_closed",
    63038: "sms_daily_limit",
}

# Without one of its codes: who answered may not even be Twilio.
UNSENT_STATUS: Mapping[int, str] = {
    401: "sms_credentials",
    403: "sms_credentials",
    404: "sms_place_unknown",
    407: "sms_no_connection",
    429: "sms_too_fast",
}


def refusal(status: int, code: int | None) -> tuple[State, str]:
    """State and reason for an answer that is no success. UNKNOWN where it may have gone out all the same."""
    if status == 429:
        return State.RETRY, "sms_too_fast"
    if status >= 500:
        return State.UNKNOWN, "sms_provider_failing"
    known = code or 0
    if known in UNSENT:
        return State.RETRY, UNSENT[known]
    if known in REFUSED:
        return State.FAILED, REFUSED[known]
    if status in UNSENT_STATUS:
        return State.RETRY, UNSENT_STATUS[status]
    if 400 <= status < 500 and known >= 10_000:
        return State.FAILED, "sms_refused"
    return State.UNKNOWN, "sms_answer_unreadable"


def outcome(status: str, code: int | None) -> tuple[State, str] | None:
    """State and reason of a message that Twilio has; None for a status that is none of an outgoing message."""
    state = STATUS.get(status)
    if state is None:
        return None
    if state is not State.FAILED:
        return state, ""
    return state, REFUSED.get(code or 0) or UNSENT.get(code or 0) or "sms_refused"
