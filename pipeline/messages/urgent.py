"""Sentences of what is urgent, refused or stopped: dispatch under pressure, `loa send` and `loa stop`."""

from __future__ import annotations

from pipeline.messages.message import Message

MESSAGES: dict[str, Message] = {
    # why something did not air
    "outside_window": Message(
        "ngoài khung giờ được phép nên không phát",
        "outside the hours in which it may be sent",
        "dời khung giờ của chương trình, hoặc sửa “windows” trong config/station.yaml theo quy chế; chỉ tin khẩn cấp được phát ngoài giờ",
        "move the slot, or correct “windows” in config/station.yaml as your regulation says; only an emergency passes",
    ),
    "bulletin_gone": Message(
        "bản tin không còn trong scripts_audio",
        "the bulletin is no longer in scripts_audio",
        "đưa tệp bản tin trở lại hoặc bỏ nó khỏi chương trình",
        "put the script back or take it out of the programme",
    ),
    "bulletin_expired": Message(
        "bản tin đã hết hạn",
        "the bulletin has expired",
        "kiểm tra lại nội dung rồi đổi “expires”, hoặc bỏ bản tin khỏi chương trình",
        "check what it says and change “expires”, or take it out of the programme",
    ),
    "preempted": Message(
        "nhường cho tin có mức ưu tiên cao hơn",
        "gave way to something more urgent",
        "nơi phát tiếp được thì máy tự phát tiếp; nơi khác, nếu vẫn cần thì phát lại bằng “loa send”",
        "it goes on by itself where the channel can; elsewhere repeat it with “loa send” if it is still needed",
    ),
    "cluster_busy": Message(
        "cụm loa còn dành cho lượt đi trước",
        "the cluster is taken by what goes first",
        "lượt còn chờ thì phát ngay sau đó nếu còn trong late_by_at_most; lượt đã lỡ thì không phát nữa: xếp hai lượt xa nhau hơn, hoặc cho lượt sau trễ được lâu hơn",
        "what still waits follows within its late_by_at_most; what was missed is not aired any more: plan the two farther apart, or allow the later one more lateness",
    ),
    "still_sounding": Message(
        "kênh không xác nhận là đã im",
        "the channel does not say that it is silent",
        "tắt tiếng tại nơi đặt loa; nếu “loa tick” đang phát thì dừng lệnh đó",
        "turn it off at the loudspeaker; if a “loa tick” is playing, end it",
    ),
    "receiver_stop_unanswered": Message(
        "không trả lời lệnh im, có thể còn phát theo kế hoạch đang giữ",
        "it does not answer the command to be silent, and may go on by the plan it holds",
        "gọi nơi đặt loa, tắt tăng âm tại chỗ; xem lại bằng “loa speakers list”",
        "ring up the place and turn the amplifier off there; “loa speakers list” shows how it stands",
    ),
    "receiver_stop_unasked": Message(
        "không ra lệnh được (đài không chạy, cổng cho cụm loa không mở, hoặc khóa của đài không dùng được), cụm loa có thể còn phát theo kế hoạch đang giữ",
        "it could not be asked (no station runs, its gate for receivers is not open, or its keys cannot be used); it may go on by the plan it holds",
        "cần im ngay thì tắt tăng âm tại chỗ; chạy “loa run”, xem “loa speakers keys show”, rồi gõ lại lệnh",
        "to have silence now turn the amplifier off; start “loa run”, see “loa speakers keys show”, then give it again",
    ),
    "receiver_stop_refused": Message(
        "từ chối lệnh im (thường vì đồng hồ của máy sai giờ), có thể còn phát",
        "it refused the command to be silent (mostly since its clock is wrong), and may go on",
        "tắt tăng âm tại chỗ, rồi chỉnh giờ của máy; xem bằng “loa speakers list”",
        "turn the amplifier off at the place, then set its clock; “loa speakers list” shows it",
    ),
    "request_expired": Message(
        "đài nhận lệnh quá muộn nên không làm",
        "the station saw the request too late and left it",
        "gõ lại lệnh nếu vẫn cần",
        "give the command again if it is still needed",
    ),
    "request_unknown": Message("không có yêu cầu số {request}", "there is no request {request}"),
    "request_unanswered": Message(
        "đài đang chạy nhưng không trả lời",
        "the station is running but does not answer",
        "tắt tiếng tại nơi đặt loa, rồi khởi động lại đài (loa run)",
        "turn the loudspeakers off by hand, then restart the station (loa run)",
    ),
    # the words of loa send
    "help_send": Message(
        "Phát loa hoặc nhắn tin một bản tin ngoài lịch, ngay hoặc hẹn giờ.",
        "Air one bulletin, or send it by SMS, outside the programmes, now or at a time.",
    ),
    "help_send_areas": Message(
        "Địa bàn sẽ nghe, cách nhau bằng dấu phẩy; gồm mọi nơi bên dưới.",
        "Areas that will hear it, separated by commas; all beneath them included.",
    ),
    "help_send_contacts": Message(
        "Gửi bằng tin nhắn tới các danh bạ này, cách nhau bằng dấu phẩy; có --areas thì chỉ người ở địa bàn ấy.",
        "Send it by SMS to these contact lists, separated by commas; with --areas only to people who live there.",
    ),
    "help_send_dry_run": Message(
        "Chỉ xem: đi đâu, cho ai, lúc nào, dài bao lâu hoặc hết bao nhiêu tiền; không phát, không gửi, không ghi gì.",
        "Only look: where, to whom, when, how long or how much; nothing airs, leaves or is written.",
    ),
    "send_where": Message(
        "cần --areas (phát loa) hoặc --contacts (gửi tin nhắn)",
        "--areas (loudspeakers) or --contacts (SMS) is needed",
        "ví dụ: loa send vo-de --areas an-quang --now, hoặc: loa send vo-de --contacts truong-thon --now",
        "for example: loa send vo-de --areas an-quang --now, or: loa send vo-de --contacts truong-thon --now",
    ),
    "send_sms_once": Message(
        "--repeat chỉ dùng cho loa; mỗi số chỉ nhận một tin",
        "--repeat is for loudspeakers; a number gets one SMS",
        "bỏ --repeat",
        "leave out --repeat",
    ),
    "send_list_unknown": Message(
        "không có danh bạ “{list}”",
        "there is no contact list “{list}”",
        "các danh bạ đang có: {known}; nạp danh bạ mới bằng “loa contacts import”",
        "the lists there are: {known}; bring one in with “loa contacts import”",
    ),
    "send_list_unknown_close": Message(
        "không có danh bạ “{list}”",
        "there is no contact list “{list}”",
        "có phải ý bạn là “{close}”?",
        "did you mean “{close}”?",
    ),
    "send_sms_outside": Message(
        "Ngoài giờ được gửi tin: vẫn gửi vì là tin khẩn cấp, và việc này được ghi vào sổ (loa audit list).",
        "Outside the hours of SMS: it goes since it is an emergency, and the audit log says so (loa audit list).",
    ),
    "send_sms_ask": Message(
        "Gửi thật cho {count} số, {parts} tin ngắn, hết {price} đồng?",
        "Send it to {count} numbers, {parts} parts, for {price} VND?",
    ),
    "send_sms_here": Message(
        "Đài không chạy nên lệnh này tự gửi; theo dõi ở cửa sổ khác bằng “loa sms batches” (đợt {batch}). "
        "Ctrl+C: hủy phần chưa gửi.",
        "No station runs, so this command sends it; watch it with “loa sms batches” elsewhere (batch {batch}). "
        "Ctrl+C calls off the rest.",
    ),
    "send_sms_done_here": Message("Xong: {states}; tiền: {price}.", "Done: {states}; price: {price}."),
    "send_sms_done_now": Message(
        "Đã giao cho đài: bắt đầu gửi trong vài giây. Theo dõi bằng “loa sms batches”, dừng bằng “loa sms pause {batch}”.",
        "Handed to the station: it begins within seconds. Watch it with “loa sms batches”, stop it with "
        "“loa sms pause {batch}”.",
    ),
    "send_sms_done_at": Message(
        "Đã xếp lịch; đổi ý thì “loa sms cancel {batch}”.", "It is planned; “loa sms cancel {batch}” calls it off."
    ),
    "help_send_now": Message("Phát ngay.", "Air it now."),
    "help_send_at": Message("Phát vào giờ này, ví dụ 2026-11-23T17:00.", "Air it at this time: 2026-11-23T17:00."),
    "help_send_repeat": Message("Đọc mấy lần.", "How often it is read."),
    "help_send_yes": Message("Không hỏi lại.", "Do not ask."),
    "send_when": Message(
        "cần một trong hai: --now (phát ngay) hoặc --at (hẹn giờ)",
        "one of --now and --at is needed",
        "ví dụ: loa send gia-danh-cong-an --areas an-quang --now",
        "for example: loa send gia-danh-cong-an --areas an-quang --now",
    ),
    "send_past": Message(
        "giờ hẹn {at} đã qua",
        "{at} has passed",
        "ghi một giờ sắp tới, hoặc dùng --now",
        "name a time to come, or use --now",
    ),
    "send_bulletin_unknown": Message(
        "không có bản tin “{bulletin}”",
        "there is no bulletin “{bulletin}”",
        "xem danh sách bằng “loa bulletin list”",
        "“loa bulletin list” names them",
    ),
    "send_bulletin_unknown_close": Message(
        "không có bản tin “{bulletin}”",
        "there is no bulletin “{bulletin}”",
        "có phải ý bạn là “{close}”?",
        "did you mean “{close}”?",
    ),
    "send_area_unknown": Message(
        "không có địa bàn “{area}”",
        "there is no area “{area}”",
        "xem mã địa bàn trong config/areas.yaml",
        "config/areas.yaml names them",
    ),
    "send_area_unknown_close": Message(
        "không có địa bàn “{area}”",
        "there is no area “{area}”",
        "có phải ý bạn là “{close}”?",
        "did you mean “{close}”?",
    ),
    "send_no_clusters": Message(
        "không có cụm loa nào ở {areas}",
        "no cluster lies in {areas}",
        "chọn địa bàn khác, hoặc khai báo cụm loa trong config/areas.yaml",
        "choose another area, or declare clusters in config/areas.yaml",
    ),
    "send_refused": Message(
        "chưa được phát bản tin “{bulletin}”: {why}",
        "the bulletin “{bulletin}” may not air: {why}",
        "{what}",
        "{what}",
    ),
    "send_not_rendered": Message(
        "không dựng được tệp phát thanh của bản tin “{bulletin}”",
        "the bulletin “{bulletin}” could not be rendered",
        "xem lỗi ở trên; chạy “loa doctor” để kiểm tra các giọng đọc",
        "read the errors above; “loa doctor” checks the voices",
    ),
    "send_plan": Message(
        "“{title}” ({priority}), {length}, {when}, {count} cụm loa:",
        "“{title}” ({priority}), {length}, {when}, {count} clusters:",
    ),
    "send_when_now": Message("phát ngay", "now"),
    "send_when_at": Message("lúc {at}", "at {at}"),
    "send_ask": Message("Phát thật chứ?", "Air it?"),
    "send_left": Message("Đã thôi, không phát gì.", "Left it; nothing airs."),
    "send_done_now": Message("Đã giao cho đài: phát trong vài giây.", "Handed to the station: it airs within seconds."),
    "send_waits": Message("đài chưa phát được ngay: {why}", "the station could not air it at once: {why}"),
    "send_not_taken": Message(
        "đài chưa nhận",
        "the station has not taken it yet",
        "xem đài có báo lỗi không; nếu đồng hồ máy bị nghi sai thì chạy “loa clock show”",
        "see what the station says; where the machine's clock is in doubt, “loa clock show”",
    ),
    "send_done_at": Message("Đã xếp lịch.", "It is planned."),
    "send_done_here": Message(
        "Đài không chạy nên lệnh này tự phát: {states}.", "No station runs, so this command aired it: {states}."
    ),
    "send_station_off": Message(
        "đài chưa chạy",
        "no station is running",
        "chạy “loa run” trước giờ hẹn, nếu không lượt này sẽ bị lỡ",
        "start “loa run” before then, or it will be missed",
    ),
    "priority_routine": Message("thông thường", "routine"),
    "priority_priority": Message("ưu tiên", "priority"),
    "priority_emergency": Message("khẩn cấp", "emergency"),
    "state_planned": Message("đang chờ", "waiting"),
    "state_sending": Message("đang gửi", "being sent"),
    "state_accepted": Message("đã giao", "handed over"),
    "state_confirmed": Message("đã phát", "played"),
    "state_retry": Message("sẽ thử lại", "to be tried again"),
    "state_unknown": Message("không rõ", "unknown"),
    "state_interrupted": Message("bị ngắt", "interrupted"),
    "state_failed": Message("hỏng", "failed"),
    "state_missed": Message("lỡ", "missed"),
    "state_cancelled": Message("đã hủy", "called off"),
    # the words of loa stop
    "help_stop": Message(
        "Dừng phát ngay và rút những gì đã giao; lịch về sau vẫn giữ.",
        "Silence now and take back what was handed over; later airings stay.",
    ),
    "help_stop_areas": Message(
        "Chỉ các địa bàn này; không ghi là tất cả.", "Only these areas; all of them by default."
    ),
    "stop_nothing": Message("Không có gì đang phát hay chờ phát.", "Nothing sounded or waited."),
    "stop_silenced": Message("Đã im: {clusters}", "Silenced: {clusters}"),
    "stop_withdrawn": Message("Đã rút, chưa kịp phát: {clusters}", "Taken back before it sounded: {clusters}"),
    "stop_quiet": Message(
        "Trả lời là không còn phát gì: {clusters}",
        "They say that nothing sounds there: {clusters}",
    ),
    "stop_listed": Message(
        "Đã rút khỏi danh sách phát, nhưng loa có thể còn đọc nốt: {clusters}",
        "Taken out of the list, but the loudspeaker may go on with what it has begun: {clusters}",
        "gọi nơi đặt loa để chắc chắn đã im",
        "ring up the place to make sure it is silent",
    ),
    "stop_failed": Message("CHƯA dừng được {cluster}: {why}", "NOT silenced: {cluster}: {why}", "{what}", "{what}"),
}
