"""Sentences of `loa sms`: what became of what was sent, what people and return files say of it."""

from __future__ import annotations

from pipeline.messages.message import Message

MESSAGES: dict[str, Message] = {
    "help_sms_measure": Message(
        "Đo tin nhắn: mã hóa, số phần; không nêu lệnh nào thì là lệnh này.",
        "Measure texts: encoding and parts; meant where no command is named.",
    ),
    "help_sms_status": Message(
        "Tin đã tới đâu: theo danh bạ, địa bàn hoặc đầu số; tin nào còn treo.",
        "What became of SMS, by list, area or prefix, and what is still open.",
    ),
    "help_sms_resolve": Message(
        "Ghi lại điều người trực tra được về một tin chưa rõ: đã gửi (sent) hay chưa (unsent).",
        "Say of one unknown SMS what a person has found out: sent or unsent.",
    ),
    "help_sms_handed": Message(
        "Các đợt tin đã bàn giao bằng tệp; nêu tên đợt là xác nhận đã nhận và xóa tệp.",
        "Batches handed over as files; naming one says it was taken, and deletes its files.",
    ),
    "help_sms_returned": Message(
        "Đọc tệp kết quả của nhà mạng: số nào đã nhận, số nào không.",
        "Read an operator's return file: who was reached and who was not.",
    ),
    "help_sms_since": Message(
        "Chỉ các lượt bắt đầu từ ngày này, ví dụ 2026-11-23.", "Only from this day on, as in 2026-11-23."
    ),
    "help_sms_group": Message(
        "Mỗi dòng là một danh bạ, địa bàn hay đầu số (nhà mạng chỉ là phỏng đoán: số có thể đã chuyển mạng).",
        "A line for each list, area or prefix (its network is a guess: numbers are ported).",
    ),
    "help_sms_csv": Message(
        "Ghi từng tin vào tệp CSV này; số điện thoại được che.", "Write every SMS into this CSV; numbers are masked."
    ),
    "help_sms_channel": Message("Mã kênh trong config/channels.yaml.", "Id of the channel in config/channels.yaml."),
    "help_sms_batch": Message(
        "Tên tệp của đợt đã bàn giao, khi một số có ở nhiều đợt.",
        "File name of the batch, where a number stands in several.",
    ),
    "sms_status_nothing": Message("Chưa có tin nhắn nào.", "No SMS yet."),
    "sms_status_title": Message(
        "Kết quả tin nhắn (“đã nhận gửi” chưa phải là đã tới máy)", "SMS (“taken over” is not yet “on the handset”)"
    ),
    "sms_column_waiting": Message("chờ gửi", "waiting"),
    "sms_column_under_way": Message("đang gửi", "under way"),
    "sms_column_accepted": Message("đã nhận gửi", "taken over"),
    "sms_column_on_handset": Message("đã tới máy", "on the handset"),
    "sms_column_failed": Message("không tới được", "failed"),
    "sms_column_unknown": Message("chưa rõ", "unknown"),
    "sms_column_not_sent": Message("không gửi", "not sent"),
    "sms_status_reason": Message("{count} tin {what}: {reason}", "{count} {what}: {reason}"),
    "sms_status_open": Message(
        "tin {delivery}, danh bạ {list}, số {number}, từ {since}: {reason}",
        "SMS {delivery}, list {list}, number {number}, since {since}: {reason}",
    ),
    "sms_status_more": Message(
        "… và {count} tin nữa; xem --json hoặc --csv", "… and {count} more; see --json or --csv"
    ),
    "sms_status_asks": Message(
        "{count} tin chưa rõ: Loa hỏi lại nhà cung cấp lúc {at}; chưa phải làm gì.",
        "{count} unknown: Loa asks the provider again at {at}; nothing to do yet.",
    ),
    "sms_status_asks_later": Message(
        "{count} tin chưa rõ: Loa hỏi lại nhà cung cấp khi đài chạy; chưa phải làm gì ngoài việc cho đài chạy.",
        "{count} unknown: Loa asks the provider again once the station runs; nothing to do but to start it.",
    ),
    "sms_status_hint": Message(
        "Tin chưa rõ mà Loa không hỏi được: xem trang của nhà cung cấp rồi gõ "
        "“loa sms resolve SỐ_TIN sent|unsent --by NGƯỜI”.",
        "Of what Loa cannot ask about, look at the provider's page, then type "
        "“loa sms resolve SMS sent|unsent --by PERSON”.",
    ),
    "sms_resolved_accepted": Message(
        "Đã ghi: tin {delivery} đã gửi, sẽ không gửi lại.", "Noted: SMS {delivery} was sent and goes no second time."
    ),
    "sms_resolved_retry": Message(
        "Đã ghi: tin {delivery} chưa gửi; còn hạn nên Loa sẽ gửi lại.",
        "Noted: SMS {delivery} was not sent; it is in time and goes again.",
    ),
    "sms_resolved_missed": Message(
        "Đã ghi: tin {delivery} chưa gửi và nay đã quá hạn.", "Noted: SMS {delivery} was not sent, and is too late now."
    ),
    "sms_said_sent": Message("người trực xác nhận đã gửi", "a person says it was sent"),
    "sms_said_unsent": Message("người trực xác nhận chưa gửi", "a person says it was not sent"),
    "sms_delivery_unknown": Message(
        "không có tin nhắn số {delivery}",
        "there is no SMS {delivery}",
        "xem số ở đầu dòng của “loa sms status”",
        "“loa sms status” shows their numbers",
    ),
    "sms_no_doubt": Message(
        "tin {delivery} không còn là chưa rõ (đang là {state})",
        "SMS {delivery} is not unknown (it is {state})",
        "không phải làm gì; xem lại bằng “loa sms status”",
        "nothing to do; look at it with “loa sms status”",
    ),
    # --- hand-overs and return files ----------------------------------------------------------------------------------
    "sms_handed_none": Message("Chưa bàn giao đợt nào.", "Nothing was handed over yet."),
    "sms_handed_line": Message(
        "{file}: kênh {channel}, {recipients} số, {segments} tin ngắn, tạo lúc {created}, {state}",
        "{file}: channel {channel}, {recipients} numbers, {segments} parts, made {created}, {state}",
    ),
    "sms_handed_open": Message("chưa xác nhận", "not taken yet"),
    "sms_handed_taken": Message("đã xác nhận", "taken"),
    "sms_handed_done": Message(
        "Đã xác nhận đợt {file}; tệp có số điện thoại đã được xóa. Tệp .json còn lại không có số nào, chỉ để Loa không "
        "bàn giao lần nữa và đọc được tệp kết quả; hết keep_days thì tự xóa.",
        "Batch {file} is noted as taken; its files with numbers are deleted. The .json that stays holds none: by it Loa "
        "hands nothing over twice and reads the return file; it goes after keep_days.",
    ),
    "sms_batch_file_unknown": Message(
        "không có đợt bàn giao “{batch}”",
        "there is no hand-over “{batch}”",
        "gõ “loa sms handed” để xem tên các đợt",
        "“loa sms handed” shows their names",
    ),
    "sms_channel_no_files": Message(
        "kênh “{channel}” không bàn giao bằng tệp",
        "channel “{channel}” hands over no files",
        "nêu một kênh loại sms_file: {known}",
        "name one of the type sms_file: {known}",
    ),
    "return_column_missing": Message(
        "tệp kết quả không có cột {column}",
        "the return file has no column for the {column}",
        "ghi tên cột vào mục returns của kênh trong config/channels.yaml",
        "write the column's name into returns of the channel in config/channels.yaml",
    ),
    "return_file_unreadable": Message(
        "không đọc được tệp kết quả",
        "the return file cannot be read",
        "lưu lại thành CSV (UTF-8) hoặc XLSX, dưới 50 MB, rồi đọc lại",
        "save it as CSV (UTF-8) or XLSX of less than 50 MB and read it again",
    ),
    "return_file_missing": Message(
        "không có tệp {file}",
        "there is no file {file}",
        "kiểm tra tên tệp và thư mục",
        "check its name and folder",
    ),
    "return_line_no_number": Message(
        "dòng {line}: không đọc được số điện thoại",
        "line {line}: the telephone number cannot be read",
        "sửa số ở dòng này theo tệp gốc của nhà mạng rồi đọc lại tệp",
        "correct it from the operator's own file and read the file again",
    ),
    "return_summary": Message(
        "{rows} dòng: {reached} đã tới máy, {failed} không tới, {known} đã biết từ trước, {open} không nói rõ, "
        "{strangers} không khớp tin nào, {doubled} khớp nhiều đợt, {bad} không đọc được số",
        "{rows} rows: {reached} on the handset, {failed} not reached, {known} known before, {open} say nothing, "
        "{strangers} fit no SMS, {doubled} fit several batches, {bad} without a number",
    ),
    "return_strange_word": Message(
        "kết quả “{word}” ({count} dòng) chưa có nghĩa",
        "the result “{word}” ({count} rows) has no meaning yet",
        "ghi nó vào reached hoặc failed của mục returns trong config/channels.yaml rồi đọc lại tệp",
        "write it into reached or failed of returns in config/channels.yaml and read the file again",
    ),
    "return_line_stranger": Message(
        "dòng {line}: số {number} không có trong tin nào của kênh này",
        "line {line}: number {number} is in no SMS of this channel",
    ),
    "return_line_doubled": Message(
        "dòng {line}: số {number} có ở nhiều đợt, chưa biết là đợt nào",
        "line {line}: number {number} stands in several batches",
        "đọc lại tệp và thêm --batch TÊN_ĐỢT",
        "read the file again with --batch NAME",
    ),
    "audit_sms_handed": Message(
        "{actor} báo nhà mạng đã nhận tệp tin nhắn {subject}", "{actor} says that the operator has the list {subject}"
    ),
    "audit_sms_returned": Message(
        "{actor} nhập tệp kết quả của kênh {subject}: {reached} đã tới máy, {failed} không tới",
        "{actor} entered results of the channel {subject}: {reached} on the handset, {failed} not reached",
    ),
    "audit_sms_resolved": Message(
        "{actor} cho biết tin nhắn {subject}: {outcome}", "{actor} says of the SMS {subject}: {outcome}"
    ),
}
