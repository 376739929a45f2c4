"""Sentences of the order on a cluster: what was cut, moved or had no room, and who decides between PRIORITY airings."""

from __future__ import annotations

from pipeline.messages.message import Message

MESSAGES: dict[str, Message] = {
    # --- what was heard otherwise than planned ------------------------------------------------------------------------
    "airing_cut": Message(
        "Lượt {start} “{title}” phát thiếu ở {count} cụm loa ({bulletins}): {why}",
        "Not all of it was heard on {count} clusters: {start} “{title}” ({bulletins}): {why}",
    ),
    "airing_moved": Message(
        "Lượt {start} “{title}” phát lúc {begins} ở {count} cụm loa: {why}",
        "{start} “{title}” began at {begins} on {count} clusters: {why}",
    ),
    "cut_to_hours": Message(
        "phải xong trước khi hết khung giờ được phát",
        "it had to end within the hours in which loudspeakers may speak",
        "xếp lượt này sớm hơn, bớt bản tin, hoặc nới “windows” trong config/station.yaml nếu quy chế cho phép",
        "move the slot forward, take bulletins out, or widen “windows” in config/station.yaml if your regulation allows",
    ),
    "cut_for_next": Message(
        "phải nhường chỗ cho lượt sau trên cùng cụm loa",
        "it had to leave room for another airing on the same cluster",
        "xếp hai lượt xa nhau hơn; đài mở trễ thì không cần làm gì",
        "plan the two farther apart; nothing to do where the station was merely late",
    ),
    "cut_to_length": Message(
        "dài hơn “length” của khung giờ",
        "it is longer than the “length” of its slot",
        "tăng “length”, giảm “repeat” hoặc bớt bản tin của khung giờ này",
        "raise “length”, lower “repeat” or take bulletins out of this slot",
    ),
    "moved_behind": Message(
        "chờ lượt trước trên cùng cụm loa phát xong",
        "it waited for another airing on the same cluster",
        "nếu lặp lại nhiều lần thì xếp hai lượt xa nhau hơn",
        "plan the two farther apart if it happens again",
    ),
    "started_late": Message(
        "đúng giờ ấy đài chưa phát được",
        "the station could not send it in time",
        "xem đài có bị tắt, hoặc bản thu, phê duyệt có xong muộn không: “loa status”",
        "see whether the station was off, or a recording or approval came late: “loa status”",
    ),
    "no_room_in_hours": Message(
        "không bản tin nào của lượt này kịp phát xong trước khi hết khung giờ được phát",
        "not one of its bulletins would end within the hours in which loudspeakers may speak",
        "xếp lượt này sớm hơn, hoặc viết bản tin ngắn hơn",
        "move the slot forward, or write shorter bulletins",
    ),
}
