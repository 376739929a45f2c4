"""Occurrence → Delivery → Receipt: the one place that moves a delivery from state to state.

    desk.py         Dispatch: the ticks; what is due is admitted, claimed, handed over, written down
    admission.py    which bulletins of an occurrence may air now, and whether its medium may be used at this hour
    orders.py       what a channel is handed: content, address, moment, hours
    precedence.py   what is more urgent goes first on a cluster; what it cut goes on where a channel can
    stopping.py     silence now
    one_off.py      one bulletin outside all programmes
    calendar.py     what the files say: occurrences, ways, texts

Start with `Dispatch.send_due`.
"""

from __future__ import annotations

from pipeline.dispatch.admission import Admitted, Refusal
from pipeline.dispatch.calendar import HORIZON, LOOK_BACK, expand_site, sms_text
from pipeline.dispatch.desk import Dispatch
from pipeline.dispatch.orders import FindRecording, Trouble
from pipeline.dispatch.stopping import Stopped

__all__ = [
    "HORIZON",
    "LOOK_BACK",
    "Admitted",
    "Dispatch",
    "FindRecording",
    "Refusal",
    "Stopped",
    "Trouble",
    "expand_site",
    "sms_text",
]
