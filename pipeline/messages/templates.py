"""Sentences of templates and of the fast lane: a new bulletin from a template, and how long its way to the air took."""

from __future__ import annotations

from pipeline.messages.message import Message

MESSAGES: dict[str, Message] = {
    "bad_moment": Message(
        "“{value}” không phải là ngày giờ",
        "“{value}” is not a date and time",
        "viết ngày và giờ của đài dạng 2026-11-22T08:15",
        "write the station's local date and time as 2026-11-22T08:15",
    ),
    "template_unknown": Message(
        "không có mẫu bản tin “{value}”",
        "there is no template “{value}”",
        "có phải ý bạn là “{close}”? Xem các mẫu bằng lệnh “loa bulletin templates”",
        "did you mean “{close}”? “loa bulletin templates” lists them",
    ),
    "gap_unknown": Message(
        "mẫu “{template}” không có chỗ trống “{value}”",
        "the template “{template}” has no gap “{value}”",
        "các chỗ trống của mẫu này: {known}",
        "its gaps are: {known}",
    ),
    "gap_value_bad": Message(
        "nội dung điền vào “{name}” không dùng được",
        "what fills “{name}” cannot stand in a script",
        "điền một dòng chữ, không để trống, không có ngoặc vuông; đoạn dài thì sửa thẳng trong tệp",
        "give one line of text, not empty, without square brackets; write longer passages in the file itself",
    ),
    "set_without_sign": Message(
        "“{value}” không phải là chỗ trống kèm nội dung",
        "“{value}” does not name a gap and what fills it",
        'viết dạng --set "tên xã=An Quang"',
        'write --set "tên xã=An Quang"',
    ),
    "script_exists": Message(
        "đã có bản tin {file}",
        "there is a script {file} already",
        "chọn mã khác, hoặc sửa thẳng tệp ấy; lệnh này không ghi đè tệp nào",
        "choose another id, or edit that file; this command never writes over one",
    ),
    "new_topic_unknown": Message(
        "config/topics.yaml không có chủ đề “{value}”",
        "config/topics.yaml has no topic “{value}”",
        "chọn bằng --topic mã của một chủ đề trong bảng trên",
        "choose one of those listed above with --topic, by its id",
    ),
    "new_topic_missing": Message(
        "mẫu “{template}” chưa có chủ đề",
        "the template “{template}” has no topic",
        "chọn bằng --topic mã của chủ đề gần nhất trong bảng trên",
        "choose the nearest of those listed above with --topic, by its id",
    ),
    "received_ahead": Message(
        "lúc nhận tin {at} còn ở phía trước, bây giờ mới là {now}",
        "the warning cannot have come in at {at}: it is only {now}",
        "ghi lúc tin báo thật sự đến đài",
        "give the time at which it really reached the station",
    ),
    "lead_none": Message(
        "chưa có bản tin nào ghi lúc nhận tin",
        "no bulletin says yet when its warning came in",
        "ghi “received” ở đầu bản tin; “loa bulletin new” tự ghi",
        "write “received” at the head of a script; “loa bulletin new” does so by itself",
    ),
    # what the commands say
    "help_bulletin_new": Message(
        "Soạn bản tin mới từ một mẫu; không ghi đè tệp nào.", "Begin a bulletin from a template; never overwrites."
    ),
    "help_bulletin_templates": Message("Liệt kê các mẫu bản tin.", "List the templates."),
    "help_bulletin_lead": Message(
        "Từ lúc nhận tin đến lúc phát mất bao lâu.", "How long it took from the warning to the air."
    ),
    "help_template": Message(
        "Mẫu bản tin, xem “loa bulletin templates”.", "The template, see “loa bulletin templates”."
    ),
    "help_new_title": Message("Tên bản tin.", "The title."),
    "help_new_topic": Message(
        "Chủ đề, mã trong config/topics.yaml (mặc định: của mẫu).",
        "Topic of config/topics.yaml (default: the template's).",
    ),
    "help_set": Message(
        "Điền một chỗ trống; dùng được nhiều lần, ví dụ “tên xã=An Quang”.",
        "Fill a gap; may be given several times, as “tên xã=An Quang”.",
    ),
    "help_received": Message(
        "Lúc tin báo đến đài (mặc định: bây giờ), dạng 2026-11-22T08:15.",
        "When the warning reached the station (default: now), 2026-11-22T08:15.",
    ),
    "new_written": Message("Đã viết {file}.", "Wrote {file}."),
    "new_gaps": Message(
        "Còn {count} chỗ trống phải điền; còn chỗ trống thì chưa duyệt được:",
        "{count} gaps are left; a bulletin with gaps cannot be approved:",
    ),
    "new_no_gaps": Message("Không còn chỗ trống nào.", "No gap is left."),
    "new_next": Message("Việc tiếp theo:", "What comes next:"),
    "new_next_show": Message(
        "loa bulletin show {id}                    xem và nghe lại từng chữ sẽ đọc",
        "loa bulletin show {id}                    look at every word as it will be spoken",
    ),
    "new_next_approve": Message(
        "loa bulletin approve {id} --by NGƯỜI      người thứ hai duyệt",
        "loa bulletin approve {id} --by PERSON     a second person accepts it",
    ),
    "new_next_send": Message(
        "loa send {id} --areas ĐỊA-BÀN --now       phát ngay",
        "loa send {id} --areas AREA --now          on the air at once",
    ),
    "lead_title": Message("Từ lúc nhận tin đến lúc phát", "From the warning to the air"),
    "lead_footnote": Message(
        "“Giao kênh” là kênh đã nhận, chưa phải là đã phát. “Có xác nhận” là đã có bằng chứng phát. Dấu – nghĩa là không biết hoặc chưa có.",
        "“Handed over” means that a channel took it, not that it sounded. “Confirmed” rests on evidence. A dash: unknown, or not yet.",
    ),
    "lead_minutes": Message("{minutes} phút", "{minutes} min"),
    "lead_hours": Message("{hours} giờ {minutes} phút", "{hours} h {minutes} min"),
    "lead_by_none": Message("không rõ bằng chứng", "evidence not known"),
    "lead_by_player": Message("máy của đài phát", "by the station's player"),
    "lead_by_virtual": Message("loa ảo", "by a virtual speaker"),
    "lead_by_device": Message("máy thu báo về", "by the receiver's journal"),
    "lead_by_person": Message("người xác nhận", "by a person's word"),
    "lead_by_provider": Message("nhà mạng báo về", "by the provider's report"),
    "column_lead_bulletin": Message("bản tin", "bulletin"),
    "column_lead_received": Message("nhận tin", "received"),
    "column_lead_written": Message("tệp sửa lần cuối", "file last changed"),
    "column_lead_approved": Message("duyệt", "approved"),
    "column_lead_handed_over": Message("giao kênh", "handed over"),
    "column_lead_confirmed": Message("phát, có xác nhận", "aired, confirmed"),
    "column_lead_in_all": Message("cả thảy", "in all"),
}
