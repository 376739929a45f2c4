"""Occurrence → Delivery → Receipt: the one place that moves a delivery from state to state.

    desk.py         Dispatch: the ticks
    readiness.py    which rows can be handed over now, and why the others wait
    admission.py    which bulletins of an occurrence may air now, and whether its medium may be used at this hour
    order.py        who goes first on a cluster, when it begins, how much of it fits: pure
    timetable.py    one pass over one channel by that order
    handing.py      batch by batch: claimed, handed over, written down
    noting.py       what is written down of it, and what people are told
    expanding.py    an SMS occurrence becomes one delivery per contact
    texting.py      SMS: the urgent first, never more claimed than may go, judged anew all the time
    changes.py      what was cut or moved, as people are told
    orders.py       what a channel is handed: content, address, moment, hours
    twice.py        what was handed over before its slot was moved
    precedence.py   what gives way to something more urgent; it goes on where a channel can
    stopping.py     silence now
    beside.py       threads beside a tick, one at a time under each name
    one_off.py      one bulletin outside all programmes
    calendar.py     what the files say: occurrences, ways, texts

Start with `Dispatch.send_due`.
"""

from __future__ import annotations

from pipeline.dispatch.admission import Admitted, Refusal
from pipeline.dispatch.calendar import HORIZON, LOOK_BACK, expand_site, history_of, places, sms_text, ways
from pipeline.dispatch.desk import TEXTS_WITHIN_S, Dispatch
from pipeline.dispatch.orders import FindRecording, Trouble
from pipeline.dispatch.stopping import Stopped
from pipeline.dispatch.timetable import CUT_TO_LENGTH

__all__ = [
    "CUT_TO_LENGTH",
    "HORIZON",
    "LOOK_BACK",
    "TEXTS_WITHIN_S",
    "Admitted",
    "Dispatch",
    "FindRecording",
    "Refusal",
    "Stopped",
    "Trouble",
    "expand_site",
    "history_of",
    "places",
    "sms_text",
    "ways",
]
