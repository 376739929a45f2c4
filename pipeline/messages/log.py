"""Sentences of `loa log`: what became of every airing, and on what evidence."""

from __future__ import annotations

from pipeline.messages.message import Message

OPTIONS: dict[str, Message] = {
    "help_log": Message(
        "Nhật ký phát: từng lượt ở từng cụm loa đã giao chưa, đã phát chưa, căn cứ vào đâu, có nghe thấy không.",
        "The log of airings: of each at each cluster whether it was delivered, played (on what evidence) and heard.",
    ),
    "help_log_from": Message(
        "Ngày đầu tiên (NĂM-THÁNG-NGÀY); không ghi: những ngày vừa qua, kể cả hôm nay.",
        "First day (YYYY-MM-DD); without it: the days just past, today among them.",
    ),
    "help_log_days": Message("Xem bao nhiêu ngày, không quá lúc này.", "How many days, up to now."),
    "help_log_areas": Message(
        "Chỉ những địa bàn này và mọi nơi bên trong (mã, cách nhau dấu phẩy).",
        "Only these areas and all beneath them (ids, with commas).",
    ),
    "help_log_bulletin": Message("Chỉ những lượt có bản tin này.", "Only airings of this bulletin."),
    "help_log_topic": Message(
        "Chỉ những lượt có bản tin của chủ đề này, ví dụ 14 (xem config/topics.yaml).",
        "Only airings of bulletins of this topic, such as 14 (see config/topics.yaml).",
    ),
    "help_log_csv": Message(
        "Ghi từng lượt vào tệp CSV này thay vì ra màn hình.", "Write the airings into this CSV file instead of showing them."
    ),
    "log_written": Message("Đã ghi {count} dòng vào {file}.", "Wrote {count} lines into {file}."),
    "log_no_store": Message(
        "chưa có nhật ký phát: đài ở thư mục này chưa chạy lần nào",
        "there is no log yet: the station of this folder has never run",
        "chạy đài bằng loa run; xem lịch sắp tới bằng loa plan", "run it with loa run; what lies ahead: loa plan",
    ),
    "log_ahead": Message(
        "{date} chưa tới: nhật ký chỉ có những gì đã qua", "{date} is still to come: the log holds what is past",
        "xem lịch sắp tới bằng loa plan --from {date}", "what lies ahead: loa plan --from {date}",
    ),
    "log_bulletin_unknown": Message(
        "không có bản tin {id}, trong scripts_audio/ cũng như trong nhật ký",
        "there is no bulletin {id}, neither in scripts_audio/ nor in the log",
        "xem mã bằng loa bulletin list; gần nhất là: {close}", "see the ids with loa bulletin list; the closest is: {close}",
    ),
    "log_topic_unknown": Message(
        "không có chủ đề {id} trong config/topics.yaml", "there is no topic {id} in config/topics.yaml",
        "xem mã trong config/topics.yaml; gần nhất là: {close}", "see the ids in config/topics.yaml; the closest is: {close}",
    ),
}  # fmt: skip

LINES: dict[str, Message] = {
    "log_title": Message(
        "Nhật ký phát của {station}, {since} – {until} (giờ của đài)",
        "Log of {station}, {since} – {until} (station time)",
    ),
    "log_nothing": Message("Không có lượt phát nào như vậy trong thời gian này.", "No such airing in this time."),
    "log_planned": Message("THEO LỊCH", "PLANNED"),
    "log_delivered": Message("ĐÃ GIAO?", "DELIVERED?"),
    "log_played": Message("ĐÃ PHÁT?", "PLAYED?"),
    "log_heard": Message("NGHE THẤY?", "HEARD?"),
    "log_place": Message("{start} {cluster} ({area})", "{start} {cluster} ({area})"),
    "log_left_out": Message("  bị cắt: {bulletins}", "  cut: {bulletins}"),
    "log_resumes": Message("  phần còn lại của lượt bị cắt ngang", "  the rest of what was interrupted"),
    "log_delivered_yes": Message("đã giao", "delivered"),
    "log_delivered_no": Message("chưa giao", "not delivered"),
    "log_delivered_unknown": Message("chưa rõ", "nobody knows"),
    "log_channel": Message("qua {channel}", "by {channel}"),
    "log_no_channel": Message("không có kênh", "no channel"),
    "log_state_planned": Message("chưa tới lượt giao", "not handed over yet"),
    "log_state_sending": Message("đang giao", "being handed over"),
    "log_state_accepted": Message("chưa có bằng chứng", "no evidence"),
    "log_state_confirmed": Message("đã phát", "played"),
    "log_state_retry": Message("chưa giao được, sẽ thử lại", "not delivered, will be tried again"),
    "log_state_unknown": Message("chưa rõ có phát không", "nobody knows"),
    "log_state_interrupted": Message("phát dở", "interrupted"),
    "log_state_failed": Message("không phát được", "failed"),
    "log_state_missed": Message("lỡ", "missed"),
    "log_state_cancelled": Message("đã hủy", "cancelled"),
    "log_because": Message("{what}: {why}", "{what}: {why}"),
    "log_though": Message("dù đài ghi lượt này là {state}", "though it stands in the books as {state}"),
    "log_note": Message("không đúng như lịch: {why}", "not as planned: {why}"),
    "log_cut": Message("bản tin này không được phát: đã bị cắt khỏi lượt", "this bulletin was not played: it was cut"),
    "log_by_none": Message("không có bằng chứng", "no evidence"),
    "log_by_player": Message("bằng chứng: máy phát của đài", "evidence: the station's player"),
    "log_by_virtual": Message("loa thử, không phải thật", "a rehearsal's speaker, not real"),
    "log_by_device": Message("bằng chứng: nhật ký máy thu", "evidence: the receiver's journal"),
    "log_by_person": Message("bằng chứng: lời một người ({person})", "evidence: a person's word ({person})"),
    "log_by_provider": Message("bằng chứng: nhà cung cấp", "evidence: the provider"),
    "log_by_return_file": Message("bằng chứng: tệp trả về", "evidence: a return file"),
    "log_clock_doubted": Message(
        "máy thu không chắc giờ của nó: giờ có thể sai", "the receiver doubted its clock: the times may be wrong"
    ),
    "log_clock_mended": Message(
        "giờ máy thu lệch, đã chỉnh theo giờ đài", "its clock was off; mended by the station's"
    ),
    "log_clock_unchecked": Message("giờ của máy thu, chưa so với giờ đài", "its own time, compared with nobody's"),
    "log_heard_heard": Message("nghe thấy", "heard"),
    "log_heard_partly": Message("nghe thấy một phần", "heard in part"),
    "log_heard_not_heard": Message("KHÔNG nghe thấy", "NOT heard"),
    "log_heard_unsure": Message("không kết luận được", "unsure"),
    "log_heard_nobody": Message("không có micrô nghe", "nobody listened"),
}

SUMS: dict[str, Message] = {
    "log_beside": Message(
        "Phát ngoài mọi lượt của đài (không tính vào các số dưới đây):",
        "Aired beside all that the station ordered (not counted below):",
    ),
    "log_by_hand": Message(
        "{at} {where}: {bulletins}; theo lời {person}, phiếu của {bundle}",
        "{at} {where}: {bulletins}; by the word of {person}, sheet of {bundle}",
    ),
    "log_unordered": Message(
        "{at} (giờ máy thu) {where}: máy tự kể đã phát {airing}, đài không giao; không rõ bản tin nào",
        "{at} (its own clock) {where}: by its own account it aired {airing}, which nobody ordered; which bulletin is not known",
    ),
    "log_evidence_none": Message("không có bằng chứng", "no evidence"),
    "log_evidence_player": Message("máy phát của đài", "the station's player"),
    "log_evidence_virtual": Message("loa thử", "a rehearsal's speaker"),
    "log_evidence_device": Message("nhật ký máy thu", "receivers' journals"),
    "log_evidence_person": Message("lời một người", "a person's word"),
    "log_evidence_provider": Message("nhà cung cấp", "the provider"),
    "log_evidence_return_file": Message("tệp trả về", "a return file"),
    "log_sum_planned": Message("Theo lịch: {count} lượt", "Planned: {count}"),
    "log_sum_cancelled": Message(
        "Theo lịch: {count} lượt, không kể {cancelled} lượt đã hủy",
        "Planned: {count}, without {cancelled} that were called off",
    ),
    "log_sum_delivered": Message("Đã giao: {words}", "Delivered: {words}"),
    "log_sum_played": Message(
        "Đã phát: {count} ({words}); phát dở: {part}", "Played: {count} ({words}); interrupted: {part}"
    ),
    "log_sum_heard": Message("Nghe thấy (trong các lượt có tiếng): {words}", "Heard (of what sounded): {words}"),
    "log_sum_cut": Message(
        "Bản tin đã hỏi bị cắt khỏi {count} lượt nên không tính là đã phát ở đó",
        "What was asked for was cut from {count} airings and does not count as played there",
    ),
    "log_sum_reason": Message("{count} lượt {what}: {why}", "{count} {what}: {why}"),
    "log_first": Message(
        "Lần đầu có bằng chứng đã phát: {first}; lần cuối: {last}", "First proven to be played: {first}; last: {last}"
    ),
    "log_never": Message(
        "Không có bằng chứng nào cho thấy đã phát trong thời gian này.",
        "Nothing proves that it was played in this time.",
    ),
}

MESSAGES: dict[str, Message] = {**OPTIONS, **LINES, **SUMS}
