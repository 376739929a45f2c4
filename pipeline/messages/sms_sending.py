"""Sentences of SMS batches: paused, resumed, called off, how far they are, what one would cost."""

from __future__ import annotations

from pipeline.messages.message import Message

MESSAGES: dict[str, Message] = {
    # why a batch cannot be steered
    "batch_unknown": Message(
        "không có đợt tin nhắn “{batch}” trong hai ngày qua và hai ngày tới",
        "there is no SMS batch “{batch}” in the last and next two days",
        "xem số của đợt bằng “loa sms batches”",
        "see the numbers of batches with “loa sms batches”",
    ),
    "batch_ambiguous": Message(
        "có nhiều đợt tin nhắn tên “{batch}”: số {numbers}",
        "several SMS batches are called “{batch}”: numbers {numbers}",
        "gõ lại lệnh với số của đợt",
        "give the command again with the number of the batch",
    ),
    "batch_not_sms": Message(
        "“{batch}” là lượt phát loa, không phải tin nhắn",
        "“{batch}” is for loudspeakers, not SMS",
        "muốn dừng loa thì dùng “loa stop”",
        "loudspeakers are stopped with “loa stop”",
    ),
    "batch_is_paused": Message(
        "đợt tin nhắn này đã tạm dừng rồi",
        "this batch is paused already",
        "cho chạy tiếp bằng “loa sms resume {batch}”",
        "let it go on with “loa sms resume {batch}”",
    ),
    "batch_not_paused": Message(
        "đợt tin nhắn này không bị tạm dừng",
        "this batch is not paused",
        "xem tiến độ bằng “loa sms batches”",
        "see how far it is with “loa sms batches”",
    ),
    "batch_is_cancelled": Message(
        "đợt tin nhắn này đã bị hủy",
        "this batch has been called off",
        "nếu vẫn cần thì lập lượt gửi mới trong chương trình",
        "plan another slot if it is still needed",
    ),
    "batch_too_late": Message(
        "đợt tin nhắn này đã quá giờ còn hữu ích",
        "the time of this batch is over",
        "nếu vẫn cần thì lập lượt gửi mới trong chương trình; thời hạn là late_by_at_most",
        "plan another slot if it is still needed; late_by_at_most says how long a batch is useful",
    ),
    "batch_is_over": Message(
        "đợt tin nhắn này đã gửi xong, không còn gì để dừng",
        "this batch has gone out, nothing of it is left",
        "xem kết quả bằng “loa sms batches”",
        "see what came of it with “loa sms batches”",
    ),
    # why something was not sent
    "batch_paused": Message(
        "đợt tin nhắn bị tạm dừng",
        "the batch is paused",
        "cho chạy tiếp bằng “loa sms resume”; quá hạn thì phần còn lại không gửi nữa",
        "let it go on with “loa sms resume”; what is left when its time is over is not sent",
    ),
    "batch_cancelled": Message(
        "người trực đã hủy đợt tin nhắn",
        "somebody called the batch off",
        "xem ai hủy và lúc nào bằng “loa audit”",
        "see who and when with “loa audit”",
    ),
    "sms_day_limit": Message(
        "số này đã nhận đủ tin trong ngày",
        "this number has had its messages of the day",
        "gộp nội dung hoặc chuyển sang ngày khác; mức tối đa: limits.sms_per_number_per_day trong config/station.yaml",
        "join the texts or take another day; the ceiling is limits.sms_per_number_per_day in config/station.yaml",
    ),
    "sms_field_unknown": Message(
        "tin nhắn có chỗ trống {field} mà Loa không biết điền",
        "the SMS has a place {field} that Loa cannot fill in",
        "chỉ dùng được {known}; nếu đó là chữ thật thì viết không có dấu ngoặc nhọn",
        "only {known} can be filled in; write it without the braces if it is meant as text",
    ),
    "sms_field_bare": Message(
        "chỗ trống {field} không có chữ thay thế cho người mà địa bàn không khai báo chữ này",
        "the place {field} has no words for those whose area has none",
        "viết kèm chữ dùng chung, ví dụ {example}",
        "write the words for everybody else with it: {example}",
    ),
    "area_field_name": Message(
        "tên chỗ trống “{name}” không dùng được",
        "“{name}” cannot name a place of an SMS",
        "chỉ dùng chữ thường không dấu và dấu gạch dưới, nhiều nhất 20 ký tự, ví dụ so_truc",
        "use lower-case letters without accents and underscores, at most 20, such as so_truc",
    ),
    "area_field_taken": Message(
        "“{name}” đã là chỗ trống có sẵn",
        "“{name}” is a place there already is",
        "đặt tên khác; {{ten}} là tên người nhận, {{dia_ban}} là tên địa bàn",
        "choose another name; {{ten}} is the contact's name, {{dia_ban}} that of its area",
    ),
    "area_field_value": Message(
        "chữ của “{name}” phải nằm trên một dòng và không có dấu ngoặc nhọn",
        "the words of “{name}” must be one line without braces",
        "sửa lại cho gọn, nhiều nhất 60 ký tự",
        "write at most 60 characters on one line",
    ),
    # the words of loa sms batches
    "help_sms_batches": Message(
        "Các đợt tin nhắn: đã gửi, còn lại, tốc độ, dự kiến xong lúc nào.",
        "SMS batches: sent, left, pace, and when each will end.",
    ),
    "help_sms_pause": Message(
        "Tạm dừng một đợt tin nhắn; BATCH là số của đợt hoặc CHƯƠNG-TRÌNH/KHUNG-GIỜ.",
        "Pause an SMS batch; BATCH is its number or PROGRAMME/SLOT.",
    ),
    "help_sms_resume": Message("Cho đợt tin nhắn đang tạm dừng gửi tiếp.", "Let a paused SMS batch go on."),
    "help_sms_cancel": Message("Hủy hẳn phần chưa gửi của một đợt tin nhắn.", "Call off what is left of an SMS batch."),
    "help_sms_dry_run": Message(
        "Xem trước một đợt tin nhắn: gửi ai, nội dung gì, lúc nào, hết bao nhiêu tiền; không gửi gì cả.",
        "Look at an SMS batch beforehand: to whom, what, when, how much; nothing is sent.",
    ),
    "sms_no_batches": Message("Không có đợt tin nhắn nào gần đây.", "There is no SMS batch near."),
    "sms_batch_line": Message(
        "{batch}  {start}  {title} ({slot}): {status}; đã gửi {sent}, còn {left}",
        "{batch}  {start}  {title} ({slot}): {status}; {sent} sent, {left} left",
    ),
    "sms_batch_counts": Message(
        "{counts}; phải trả {parts} tin ngắn, {price}", "{counts}; {parts} parts to pay, {price}"
    ),
    "sms_price": Message("{price} đồng", "{price} VND"),
    "sms_price_doubtful": Message(
        " (tin chưa rõ: thêm nhiều nhất {price} đồng)", " (of what is unknown: {price} VND more at most)"
    ),
    "sms_batch_reason": Message("{count}: {why}", "{count}: {why}"),
    "sms_batch_ends_running": Message(
        "{pace} tin mỗi giây, dự kiến xong lúc {ends}", "{pace} a second, will end at {ends}"
    ),
    "sms_batch_ends_paused": Message(
        "nếu cho gửi tiếp ngay: {pace} tin mỗi giây, xong lúc {ends}",
        "if it went on now: {pace} a second, done at {ends}",
    ),
    "sms_batch_too_many": Message(
        "CHÚ Ý: {count} tin sẽ không kịp gửi trước {deadline}",
        "NOTE: {count} will not go before {deadline}",
    ),
    "sms_batch_looking_up": Message(
        "đang tra danh bạ: số còn lại sẽ tăng", "contacts are still being looked up: more will be left"
    ),
    "sms_forecast": Message(
        "{title}: đã gửi {sent}, còn {left}, {pace} tin mỗi giây, xong {ends}",
        "{title}: {sent} sent, {left} left, {pace} a second, done {ends}",
    ),
    "sms_forecast_paused": Message(
        "{title}: TẠM DỪNG, đã gửi {sent}, còn {left}; sau {until} thì không gửi nữa",
        "{title}: PAUSED, {sent} sent, {left} left; nothing more goes after {until}",
    ),
    "sms_never_sent": Message(
        "{start} {title}: không gửi, {count} người không nhận được tin; {why}",
        "{start} {title}: not sent, {count} people got nothing; {why}",
    ),
    "sms_held": Message(
        "{count} tin của {title} chưa gửi được: {why}",
        "{count} messages of {title} have not gone: {why}",
    ),
    "sms_batch_waiting": Message("chờ đến giờ", "waits for its time"),
    "sms_batch_running": Message("đang gửi", "being sent"),
    "sms_batch_paused": Message("tạm dừng", "paused"),
    "sms_batch_done": Message("đã xong", "done"),
    "sms_batch_cancelled": Message("đã hủy", "called off"),
    "sms_batch_missed": Message("không gửi", "missed"),
    "sms_paused": Message(
        "Đã tạm dừng: {title}",
        "Paused: {title}",
        "tin đang trên đường gửi thì không lấy lại được; cho gửi tiếp bằng “loa sms resume” trước {until}",
        "what is on its way cannot be taken back; let it go on with “loa sms resume” before {until}",
    ),
    "sms_resumed": Message("Gửi tiếp: {title}", "Goes on: {title}"),
    "sms_cancelled": Message(
        "Đã hủy: {title}; {count} tin không gửi nữa", "Called off: {title}; {count} will not be sent"
    ),
    "sms_cancel_ask": Message("Hủy hẳn đợt tin nhắn “{title}”?", "Call off the batch “{title}” for good?"),
    # the words of a dry run
    "dry_run_title": Message("{title} ({priority})", "{title} ({priority})"),
    "dry_run_not": Message("KHÔNG gửi được: {why}", "It would NOT go: {why}"),
    "dry_run_to": Message("Gửi tới {count} số, ví dụ {samples}", "To {count} numbers, such as {samples}"),
    "dry_run_list": Message("{list}, {area}: {count}", "{list}, {area}: {count}"),
    "dry_run_withheld": Message(
        "{list}, {area}: {count} số đã nhận đủ tin trong ngày, không gửi",
        "{list}, {area}: {count} have had their messages of the day and get none",
    ),
    "dry_run_no_area": Message("không rõ địa bàn", "no area"),
    "dry_run_left_out": Message(
        "không gửi: {left_alone} số từ chối, bị chặn hoặc không nhận được tin; {doubled} số trùng giữa các danh bạ",
        "left out: {left_alone} opted out, refused or cannot be reached; {doubled} stand in another list too",
    ),
    "dry_run_at_once": Message(
        "Bắt đầu {begins}; ghi ra tệp ngay, nhà mạng gửi lúc nào thì Loa không biết",
        "Begins {begins}; written into files at once, when the operator sends is not known here",
    ),
    "dry_run_when": Message(
        "Bắt đầu {begins}, {pace} tin mỗi giây, xong lúc {ends}", "Begins {begins}, {pace} a second, ends {ends}"
    ),
    "dry_run_variant": Message(
        "SẼ GỬI {lettering}: {encoding}, nhiều nhất {parts} tin ngắn mỗi người, tổng {segments} tin ngắn, {price} đồng",
        "WILL GO {lettering}: {encoding}, {parts} parts a person at most, {segments} parts together, {price} VND",
    ),
    "dry_run_other": Message(
        "so với {lettering}: {encoding}, nhiều nhất {parts} tin ngắn mỗi người, tổng {segments} tin ngắn, {price} đồng",
        "compared {lettering}: {encoding}, {parts} parts a person at most, {segments} parts together, {price} VND",
    ),
    "lettering_accented": Message("có dấu", "accented"),
    "lettering_folded": Message("không dấu", "without accents"),
}
