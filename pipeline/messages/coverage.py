"""Sentences about rotations that promise something, and about what was heard where."""

from __future__ import annotations

from pipeline.messages.message import Message

_UNKEPT_VI = (
    "khung giờ “{slots}” không giữ được cam kết trong {weeks} tuần: chủ đề {topic} không được nghe đủ hẹn kể từ {since} ({areas});"
    " khoảng chật nhất chỉ có chỗ cho {room} trong {needed} chủ đề ({count} lần như vậy)"
)
_UNKEPT_EN = (
    "the slot “{slots}” cannot keep its promise of {weeks} weeks: topic {topic} is not heard in time from {since} on ({areas});"
    " the narrowest window has room for {room} of {needed} topics ({count} such cases)"
)

MESSAGES: dict[str, Message] = {
    # --- the keys -----------------------------------------------------------------------------------------------------
    "bad_weeks": Message(
        "“{value}” không phải là số tuần",
        "“{value}” is not a number of weeks",
        "viết số tuần từ 1 đến {most}, ví dụ “within: 4 weeks”",
        "write 1 to {most} weeks, as in “within: 4 weeks”",
    ),
    "twice_a_day_without_within": Message(
        "“twice_a_day” chỉ dùng cùng với “within”",
        "“twice_a_day” means something only beside “within”",
        "thêm “within: 4 weeks” (số tuần cam kết), hoặc xóa “twice_a_day”",
        "add “within: 4 weeks” (the weeks of the promise), or delete “twice_a_day”",
    ),
    # --- promises -----------------------------------------------------------------------------------------------------
    "promise_not_kept": Message(
        _UNKEPT_VI,
        _UNKEPT_EN,
        "đặt count: {bulletins}, hoặc within: {longer} weeks, hoặc thêm lượt phát",
        "set count: {bulletins}, or within: {longer} weeks, or air more often",
    ),
    "promise_needs_weeks": Message(
        _UNKEPT_VI,
        _UNKEPT_EN,
        "đặt within: {longer} weeks, hoặc thêm lượt phát; tăng count cũng không đủ",
        "set within: {longer} weeks, or air more often; a greater count is not enough",
    ),
    "promise_needs_count": Message(
        _UNKEPT_VI,
        _UNKEPT_EN,
        "đặt count: {bulletins}, hoặc thêm lượt phát; kéo dài within cũng không đủ",
        "set count: {bulletins}, or air more often; a longer window is not enough",
    ),
    "promise_hopeless": Message(
        _UNKEPT_VI,
        _UNKEPT_EN,
        "thêm lượt phát vào những tuần còn thiếu; tăng count hay kéo dài within đều không đủ",
        "air more often in the weeks that lack airings; neither a greater count nor a longer window is enough",
    ),
    "topics_unwritten": Message(
        "khung giờ “{slots}” cam kết những chủ đề chưa có bản tin nào: {topics}; không ai nghe được các chủ đề này",
        "the slot “{slots}” promises topics of which no bulletin tells: {topics}; nobody hears them",
        "viết bản tin cho chủ đề đó (đúng “topic”, đúng “audience”), hoặc bỏ chủ đề khỏi “topics”",
        "write a bulletin for them (mind “topic” and “audience”), or take them out of “topics”",
    ),
    "topics_run_out": Message(
        "khung giờ “{slots}” cam kết những chủ đề mà bản tin hết hạn, kể từ ngày ghi bên cạnh không ai nghe nữa: {topics}",
        "the slot “{slots}” promises topics whose bulletins run out, nobody hears them from the day named: {topics}",
        "viết bản tin mới, gia hạn “expires” của bản tin cũ, hoặc bỏ chủ đề khỏi “topics”",
        "write new bulletins, extend “expires” of the old ones, or take the topics out of “topics”",
    ),
    "topics_beyond_season": Message(
        "khung giờ “{slots}” chỉ phát từ {since} đến {until}, ngắn hơn {weeks} tuần cam kết: nghe được {heard} trong {total} chủ đề, còn thiếu: {topics}",
        "the slot “{slots}” airs from {since} to {until} only, less than the {weeks} weeks promised: {heard} of {total} topics are heard, these are not: {topics}",
        "tăng count, thêm lượt phát hoặc kéo dài thời gian phát cho đủ các chủ đề",
        "set a greater count, air more often, or make that time longer",
    ),
    "coverage_topics_unwritten": Message(
        "chưa có bản tin nên không ai nghe chủ đề: {topics}",
        "no bulletin tells of these topics, nobody hears them: {topics}",
        "",
        "",
    ),
    "coverage_topics_gone": Message(
        "hết bản tin, từ ngày ghi bên cạnh không ai nghe nữa chủ đề: {topics}",
        "without a bulletin from the day named, nobody hears these topics any more: {topics}",
        "",
        "",
    ),
    "coverage_span_short": Message(
        "{since}–{until} ngắn hơn cam kết, chỉ nghe được {heard} trong {total} chủ đề; còn thiếu: {topics}",
        "{since}–{until} is shorter than promised, {heard} of {total} topics are heard; not heard: {topics}",
        "",
        "",
    ),
    "coverage_not_admitted": Message(
        "CHƯA PHÁT ĐƯỢC vì không bản tin nào của chủ đề được phép phát: {topics} ({reason})",
        "NOT ADMITTED to the air, no bulletin of the topic may be aired: {topics} ({reason})",
        "",
        "",
    ),
    "coverage_topics_all": Message("{topics} chủ đề", "{topics} topics", "", ""),
    "coverage_topics_some": Message("{topics} trong {total} chủ đề", "{topics} of {total} topics", "", ""),
    "coverage_longest": Message(
        "lâu nhất {longest} ngày mới nghe lại một chủ đề", "the longest wait is {longest} days", "", ""
    ),
    "coverage_best": Message("(tốt nhất có thể: {best})", "(best possible: {best})", "", ""),
    "rotation_told_today": Message(
        "khung giờ “{slot}” không còn gì để phát: mọi chủ đề đã được nghe trong ngày (lần đầu {first}, {count} lần)",
        "the slot “{slot}” has nothing left to air: every topic has been heard that day (first {first}, {count} in all)",
        "ghi “twice_a_day: true” trong “rotate” nếu muốn phát lại trong ngày, hoặc bớt giờ phát",
        "write “twice_a_day: true” in “rotate” to hear topics again on the same day, or air less often",
    ),
    # --- loa plan --coverage ------------------------------------------------------------------------------------------
    "help_coverage": Message(
        "xem mỗi xã nghe chủ đề nào trong những tuần tới, đã nghe gì, và cam kết (within) có được giữ không",
        "show which topics each commune hears in the coming weeks, has heard, and whether promises (within) are kept",
        "",
        "",
    ),
    "help_weeks": Message(
        "số tuần của bảng chủ đề (kéo theo --coverage); mặc định là cam kết dài nhất, hoặc 4",
        "weeks of the matrix of topics (implies --coverage); by default the longest promise, or 4",
        "",
        "",
    ),
    "help_coverage_csv": Message(
        "ghi bảng chủ đề thành tệp CSV: mỗi xã, chủ đề và tuần một dòng (kéo theo --coverage)",
        "write the matrix of topics as CSV: one line a commune, topic and week (implies --coverage)",
        "",
        "",
    ),
    "coverage_title": Message("{station}: chủ đề theo xã và tuần", "{station}: topics by commune and week", "", ""),
    "coverage_of": Message("{areas}", "{areas}", "", ""),
    "coverage_areas": Message("{names} và {count} xã khác", "{names} and {count} other communes", "", ""),
    "coverage_least": Message(
        "{count} xã nghe khác nhau: ít nhất ở một xã", "{count} communes served differently: the least of any", "", ""
    ),
    "coverage_signs": Message(
        "“3”: số lượt theo lịch trong tuần; “3{heard}2”: có bằng chứng đã phát 2; “{gap}”: không có lượt nào; “{gap}5”: 5 xã không có",
        "“3”: airings planned in the week; “3{heard}2”: 2 of them confirmed played; “{gap}”: none; “{gap}5”: none in 5 communes",
        "",
        "",
    ),
    "coverage_silent": Message(
        "{count} chủ đề không có lượt nào trong cả {weeks} tuần: {topics}",
        "{count} topics are not heard at all in these {weeks} weeks: {topics}",
        "",
        "",
    ),
    "coverage_more_weeks": Message(
        "còn {count} tuần nữa: mở rộng cửa sổ, hoặc dùng --json, --csv",
        "{count} more weeks: widen the window, or use --json, --csv",
        "",
        "",
    ),
    "coverage_kept": Message(
        "{slot}: giữ được cam kết {weeks} tuần cho {about}; {longest}",
        "{slot}: keeps its promise of {weeks} weeks for {about}; {longest}",
        "",
        "",
    ),
    "coverage_kept_once_admitted": Message(
        "{slot}: theo lịch thì giữ được cam kết {weeks} tuần cho {about}, NHƯNG chưa phải bản tin nào cũng được phép phát; {longest}",
        "{slot}: by the plan keeps its promise of {weeks} weeks for {about}, BUT not every bulletin is admitted; {longest}",
        "",
        "",
    ),
    "coverage_not_kept": Message(
        "{slot}: KHÔNG giữ được cam kết {weeks} tuần, chỉ {about}; {longest}",
        "{slot}: does NOT keep its promise of {weeks} weeks, only {about}; {longest}",
        "",
        "",
    ),
    "coverage_made_up": Message(
        "phát bù: {slot} lúc {start} nói sớm hơn chủ đề {topics}, vì có nơi đã lỡ",
        "make-up: {slot} at {start} tells topic {topics} earlier, since somebody missed it",
        "",
        "",
    ),
}
