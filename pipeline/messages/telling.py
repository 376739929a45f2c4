"""Sentences of what people are told, of the doctor, the status and backups."""

from __future__ import annotations

from pipeline.messages.message import Message

MESSAGES: dict[str, Message] = {
    # what is told
    "tell_title": Message("{station}: {count} việc cần xem", "{station}: {count} things to look at"),
    "tell_title_good": Message("{station}: mọi thứ bình thường", "{station}: all is well"),
    "tell_opening": Message("Loa tại {station} báo:", "Loa at {station} reports:"),
    "tell_more": Message(
        "• và {count} việc nữa cùng loại; xem bằng “loa status”", "• and {count} more of the same; see “loa status”"
    ),
    "tell_test_title": Message("{station}: tin thử của Loa", "{station}: a test of Loa"),
    "tell_test_body": Message(
        "Đây là tin thử. Nhận được tin này nghĩa là đài {station} báo được cho anh chị khi có trục trặc.",
        "This is a test. It shows that {station} can reach you when something goes wrong.",
    ),
    "airing_missed": Message(
        "Lỡ lượt {start} “{title}” ({medium}, {count} nơi nhận): {why}",
        "Missed: {start} “{title}” ({medium}, {count} targets): {why}",
    ),
    "airing_failed": Message(
        "Hỏng lượt {start} “{title}” ({medium}, {count} nơi nhận): {why}",
        "Failed: {start} “{title}” ({medium}, {count} targets): {why}",
    ),
    "airing_interrupted": Message(
        "Lượt {start} “{title}” ({medium}, {count} nơi nhận) bị ngắt giữa chừng: {why}",
        "Interrupted: {start} “{title}” ({medium}, {count} targets): {why}",
    ),
    "airing_unknown": Message(
        "Không rõ lượt {start} “{title}” ({medium}, {count} nơi nhận) đã phát hay chưa: {why}",
        "Nobody knows whether it went out: {start} “{title}” ({medium}, {count} targets): {why}",
    ),
    "reason_unknown": Message("không rõ lý do", "no reason was given"),
    "afternoon_ready": Message(
        "Đã kiểm tra mọi thứ cho ngày mai: {count} lượt phát, không có việc gì phải làm",
        "Everything for tomorrow was checked: {count} occurrences, nothing has to be done",
    ),
    "telling_failed": Message(
        "Không báo tin được qua {address}",
        "Nobody could be told by {address}",
        "chạy “loa tell test” và kiểm tra mạng, địa chỉ trong biến đó",
        "run “loa tell test”, check the network and the address in that variable",
    ),
    "ping_failed": Message(
        "Không gọi được địa chỉ “còn sống” {address}: {why}",
        "The dead man's ping to {address} fails: {why}",
        "nơi đó sẽ tưởng đài đã chết; kiểm tra mạng và địa chỉ bằng “loa tell test”",
        "they will take the station for dead; check network and address with “loa tell test”",
    ),
    "telling_env_missing": Message(
        "biến môi trường chưa có giá trị",
        "the environment variable is not set",
        "đặt biến đó trong tệp môi trường của dịch vụ rồi khởi động lại",
        "set it in the service's environment file and start again",
    ),
    "telling_url_bad": Message(
        "địa chỉ báo tin viết sai dạng",
        "the address is not one that apprise knows",
        "viết như mailtos://tên:mậtkhẩu@máychủ?to=người@nhận hoặc tgram://mã/nhóm",
        "write it like mailtos://user:password@host?to=somebody@host or tgram://token/chat",
    ),
    "telling_unverified": Message(
        "địa chỉ báo tin tắt việc kiểm tra chứng chỉ (verify=no)",
        "the address switches off certificate checks (verify=no)",
        "bỏ verify=no",
        "remove verify=no",
    ),
    "telling_refused": Message(
        "nơi nhận từ chối hoặc không nối được",
        "the far end refused, or could not be reached",
        "kiểm tra mạng, tên, mật khẩu trong địa chỉ",
        "check network, name and password of the address",
    ),
    "telling_timeout": Message("nơi nhận không trả lời kịp", "the far end did not answer in time"),
    "ping_url_bad": Message(
        "địa chỉ “còn sống” phải là https (http chỉ được trên chính máy này)",
        "the ping address must be https (http only on this machine)",
        "sửa giá trị của biến môi trường",
        "correct the value of the variable",
    ),
    "ping_refused": Message("nơi đó trả lời bằng mã lỗi", "it answered with an error"),
    "ping_unreachable": Message("không nối được tới nơi đó", "it cannot be reached"),
    "telling_unset": Message(
        "chưa khai báo báo tin cho ai: khi trục trặc sẽ không ai biết",
        "nobody is named to be told: trouble will go unnoticed",
        "thêm “telling: {{to: [env:LOA_TELL_URL]}}” vào config/station.yaml, rồi chạy “loa tell test”",
        "add “telling: {{to: [env:LOA_TELL_URL]}}” to config/station.yaml, then run “loa tell test”",
    ),
    "ping_unset": Message(
        "chưa có địa chỉ “còn sống”: nếu cả máy tắt sẽ không ai biết",
        "no outside address is pinged: if the whole machine goes down nobody will know",
        "thêm “ping: env:LOA_PING_URL” vào mục telling",
        "add “ping: env:LOA_PING_URL” under telling",
    ),
    "told_by": Message("{address}: đã nhận", "{address}: accepted"),
    "not_told_by": Message("{address}: KHÔNG gửi được: {why}", "{address}: NOT sent: {why}"),
    "help_tell": Message("Báo tin cho người trực.", "Telling the people on duty."),
    "help_tell_test": Message("Gửi một tin thử tới mọi địa chỉ báo tin.", "Send a test to every address that is told."),
}
