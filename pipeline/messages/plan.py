"""Sentences of the calendar: what it costs, what differs from another one, what it is written to."""

from __future__ import annotations

from pipeline.messages.message import Message

MESSAGES: dict[str, Message] = {
    # --- config/station.yaml, limits ----------------------------------------------------------------------------------
    "bad_distance": Message(
        "“{value}” không phải là khoảng cách",
        "“{value}” is not a distance",
        "viết số kèm đơn vị m hoặc km, ví dụ 400m hoặc 1.5km",
        "write a number with m or km, as in 400m or 1.5km",
    ),
    "distance_out_of_range": Message(
        "khoảng cách “{value}” quá xa",
        "the distance “{value}” is too far",
        "nhiều nhất là {high}; 0m là không xét",
        "{high} at most; 0m looks at none",
    ),
    # --- warnings of a plan -------------------------------------------------------------------------------------------
    "airings_not_produced": Message(
        "{count} lượt phát chưa có tệp phát thanh, lượt đầu tiên {first} ({programme}/{slot})",
        "{count} airings have no recording yet, the first at {first} ({programme}/{slot})",
        "chạy “loa produce”; đài đang chạy thì tự dựng trước một ngày",
        "run “loa produce”; a running station renders a day ahead by itself",
    ),
    "airing_over_length": Message(
        "khung giờ “{slot}” không đủ chỗ ({needs} trong {length}) nên sẽ bớt bản tin: {bulletins}"
        " (lần đầu {first}, {count} lần)",
        "the slot “{slot}” has no room ({needs} in {length}) and will leave out: {bulletins} (first {first}, {count} in all)",
        "tăng length, giảm repeat hoặc số bản tin; không bao giờ cắt giữa một bản tin",
        "raise its length, or lower repeat or the number of bulletins; nothing is ever cut within a bulletin",
    ),
    "bulletins_drop_out": Message(
        "khung giờ “{slot}” phát thiếu bản tin đã hết hạn: {bulletins} (lần đầu {first}, {count} lần)",
        "the slot “{slot}” airs without bulletins that have expired: {bulletins} (first {first}, {count} in all)",
        "thay bản tin trong “play”, hoặc gia hạn “expires” của bản tin",
        "change the bulletins in “play”, or extend their “expires”",
    ),
    "contact_list_empty": Message(
        "danh bạ “{list}” không còn số nào nhận được tin ({count} lượt nhắn tin, đầu tiên {first})",
        "the contact list “{list}” holds no number that may be sent to ({count} SMS airings, the first at {first})",
        "nhập bằng “loa contacts import TỆP --list {list} --basis …”",
        "fill it with “loa contacts import FILE --list {list} --basis …”",
    ),
    "bulletins_held_back": Message(
        "{count} bản tin sẽ không được phát, đầu tiên lúc {first}: {reason}: {bulletins}",
        "{count} bulletins will not air, the first at {first}: {reason}: {bulletins}",
        "xem từng bản tin bằng “loa bulletin list”, phê duyệt bằng “loa bulletin approve MÃ… --by NGƯỜI”",
        "“loa bulletin list” shows each, “loa bulletin approve ID… --by PERSON” accepts them",
    ),
    "report_channels_run_out": Message(
        "nơi phản ánh “{channel}” chỉ được bảo đảm đến {until}; sau ngày đó {count} bản tin bị giữ lại: {bulletins}",
        "the report channel “{channel}” is vouched for until {until} only; after that {count} bulletins are held back:"
        " {bulletins}",
        "kiểm tra lại nơi ấy rồi sửa “checked” trong config/report_channels.yaml",
        "make sure of it, then correct “checked” in config/report_channels.yaml",
    ),
}
