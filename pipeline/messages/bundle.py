"""Sentences of `loa bundle`: sticks for loudspeakers without a network, and the sheets that come back."""

from __future__ import annotations

from pipeline.messages.message import Message

MESSAGES: dict[str, Message] = {
    "person_not_played": Message(
        "người phát ghi trên phiếu là không phát",
        "whoever was to play it wrote on the sheet that it was not played",
        "xem lý do ở cột ghi chú của phiếu trả về",
        "see the reason in the remarks of the return sheet",
    ),
}
