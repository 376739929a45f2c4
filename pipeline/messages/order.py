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
    "airing_twice": Message(
        "Lượt {start} “{title}” ({programme}/{slot}) đã giao cho kênh trước khi khung giờ đổi sang {again}: hôm nay sẽ phát cả hai lần",
        "{start} “{title}” ({programme}/{slot}) had been handed over when its slot was moved to {again}: today it airs at both times",
        "muốn bỏ lượt {start} thì chạy “loa stop --areas …” trước giờ ấy; muốn bỏ lượt {again} thì ghi ngày hôm nay vào “except” rồi bỏ ra sau",
        "to drop the one at {start}, “loa stop --areas …” before then; to drop the one at {again}, put today into “except” until it is over",
    ),
    "airing_by_doubted_clock": Message(
        "Tin khẩn cấp “{title}” đã phát ở {count} cụm loa khi đồng hồ của máy đang bị nghi sai: giờ ghi là {begins}",
        "The emergency “{title}” went out to {count} clusters while the machine's clock was in doubt: noted as {begins}",
        "ghi lại giờ thật bằng tay; xem đồng hồ bằng “loa clock show”",
        "write down the true time by hand; “loa clock show” tells of the clock",
    ),
    "clock_in_doubt": Message(
        "đồng hồ của máy đang bị nghi sai nên giờ ghi có thể không đúng",
        "the machine's clock was in doubt, so the times noted may be wrong",
    ),
    "audit_emergency_clock_in_doubt": Message(
        "{subject}: tin khẩn cấp phát khi đồng hồ bị nghi sai",
        "{subject}: an emergency went out while the clock was in doubt",
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
    "decided_late": Message(
        "quyết định lượt ưu tiên nào đi trước có muộn, mà kênh cần nhận lệnh trước giờ phát",
        "which PRIORITY airing goes first was decided late, and the channel wants its orders ahead",
        "lần sau quyết định sớm bằng “loa order decide”, hoặc ghi “order” trong config/station.yaml",
        "decide earlier next time (“loa order decide”), or set “order” in config/station.yaml",
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
    # --- what a plan foresees -----------------------------------------------------------------------------------------
    "airings_need_order": Message(
        "khung giờ “{slot}” và “{other}” là hai lượt ưu tiên trùng giờ trên cụm loa {cluster}: người trực phải quyết định lượt nào đi trước (lần đầu {first}, {count} lần)",
        "the slots “{slot}” and “{other}” are two PRIORITY airings at once on the cluster {cluster}: somebody has to say which goes first (first {first}, {count} in all)",
        "khi đài đã lập lịch: “loa order list”, “loa order decide”; hoặc ghi “order” trong config/station.yaml; không ai quyết định kịp thì “{other}” đi trước",
        "once the station has planned: “loa order list”, “loa order decide”; or set “order” in config/station.yaml; where nobody does in time “{other}” goes first",
    ),
    "airing_will_wait": Message(
        "khung giờ “{slot}” sẽ phát muộn, lúc {begins}, sau “{other}” trên cụm loa {cluster} (lần đầu {first}, {count} lần)",
        "the slot “{slot}” will begin late, at {begins}, behind “{other}” on the cluster {cluster} (first {first}, {count} in all)",
        "xếp hai lượt xa nhau hơn nếu cần đúng giờ",
        "plan the two farther apart if the hour matters",
    ),
    "airing_will_be_cut": Message(
        "khung giờ “{slot}” sẽ phát thiếu bản tin vì phải nhường “{other}” trên cụm loa {cluster} (lần đầu {first}, {count} lần)",
        "the slot “{slot}” will lose bulletins, for it has to leave room for “{other}” on the cluster {cluster} (first {first}, {count} in all)",
        "xếp hai lượt xa nhau hơn, bớt bản tin, hoặc tăng late_by_at_most để lượt này chờ được",
        "plan the two farther apart, take bulletins out, or raise late_by_at_most so that it can wait",
    ),
    "airing_will_be_missed": Message(
        "khung giờ “{slot}” sẽ LỠ: cụm loa {cluster} bận phát “{other}” quá {late} phút được trễ (lần đầu {first}, {count} lần)",
        "the slot “{slot}” will be MISSED: the cluster {cluster} is busy with “{other}” for longer than the {late} min it may be late (first {first}, {count} in all)",
        "xếp hai lượt xa nhau hơn, hoặc tăng late_by_at_most",
        "plan the two farther apart, or raise late_by_at_most",
    ),
    # --- who decides --------------------------------------------------------------------------------------------------
    "order_undecided": Message(
        "chờ người trực quyết định lượt ưu tiên nào đi trước",
        "it waits until somebody says which PRIORITY airing goes first",
        "xem bằng “loa order list”, quyết định bằng “loa order decide”",
        "“loa order list” shows it, “loa order decide” decides it",
    ),
    "order_collision": Message(
        "Hai lượt ưu tiên trùng giờ trên {count} cụm loa ({clusters}): {first} “{first_title}” {first_start} (số"
        " {first_number}) và {second} “{second_title}” {second_start} (số {second_number})",
        "Two PRIORITY airings want {count} clusters at once ({clusters}): {first} “{first_title}” {first_start} (number"
        " {first_number}) and {second} “{second_title}” {second_start} (number {second_number})",
        "quyết định lượt nào đi trước: loa order decide {first_number} {second_number} --by NGƯỜI (hoặc đổi chỗ hai số);"
        " không ai quyết định kịp thì lượt {first} đi trước",
        "say which goes first: loa order decide {first_number} {second_number} --by PERSON (or the other way round);"
        " where nobody does in time {first} goes first",
    ),
    "order_unruled": Message(
        "Không ai quyết định kịp nên {first} “{first_title}” {first_start} đi trước {second} “{second_title}”",
        "Nobody decided in time, so {first} “{first_title}” {first_start} goes before {second} “{second_title}”",
        "lần sau quyết định sớm bằng “loa order decide”, hoặc ghi “order” trong config/station.yaml",
        "decide earlier next time (“loa order decide”), or set “order” in config/station.yaml",
    ),
    "order_none": Message("Không có lượt ưu tiên nào trùng giờ.", "No PRIORITY airings collide."),
    "order_done": Message(
        "Đã ghi: {first} đi trước {second} ({count} lần trùng giờ).",
        "Noted: {first} goes before {second} ({count} collisions).",
    ),
    "order_no_collision": Message(
        "“{first}” và “{second}” không trùng giờ trên cụm loa nào, hoặc đã bắt đầu phát",
        "“{first}” and “{second}” do not collide on any cluster, or have begun",
        "xem các lượt trùng giờ bằng “loa order list”; dùng số, mã chương trình hoặc chương-trình/khung-giờ",
        "“loa order list” shows what collides; name a number, a programme or programme/slot",
    ),
    "order_same": Message(
        "“{name}” chỉ cả hai lượt trùng giờ",
        "“{name}” means both of the airings",
        "dùng số của từng lượt trong “loa order list”",
        "use the numbers that “loa order list” shows",
    ),
    "order_programme_unknown": Message(
        "không có chương trình “{value}”",
        "there is no programme “{value}”",
        "sửa “order: programmes” theo mã trong schedules/; bản tin phát ngoài lịch là _send",
        "correct “order: programmes” by the ids in schedules/; what “loa send” airs is _send",
    ),
    "audit_order_decided": Message(
        "{actor} cho {first} đi trước {second}", "{actor} decided that {first} goes before {second}"
    ),
    "help_order": Message(
        "Hai lượt ưu tiên trùng giờ trên cùng cụm loa: lượt nào đi trước.",
        "Which of two PRIORITY airings on the same loudspeakers goes first.",
    ),
    "help_order_list": Message("Những lượt còn chờ quyết định.", "Those that wait for a decision."),
    "help_order_decide": Message(
        "Cho FIRST đi trước SECOND: số, mã chương trình hoặc chương-trình/khung-giờ.",
        "Let FIRST go before SECOND: a number, a programme or programme/slot.",
    ),
}
