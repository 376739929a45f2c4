"""Sentences about the receivers of a station: what became of airings there, how each is, what is wrong."""

from __future__ import annotations

from pipeline.messages.message import Message

MESSAGES: dict[str, Message] = {
    # --- what became of an airing -------------------------------------------------------------------------------------
    "receiver_not_heard": Message(
        "máy thu chưa báo là đã nhận lượt phát này",
        "the receiver has not said yet that it holds this airing",
        "nếu máy thu còn liên lạc, đợi một phút; nếu mất liên lạc, xem “loa speakers” và kiểm tra đường truyền ở xã",
        "if the receiver is in contact, wait a minute; if not, see “loa speakers” and look at its line",
    ),
    "receiver_never_had_it": Message(
        "máy thu không nhận được lượt phát này trước giờ phát",
        "the receiver never had this airing before it was over",
        "xem “loa speakers”: máy mất liên lạc từ lúc nào; phát lại bằng “loa send” nếu vẫn cần",
        "see “loa speakers” for since when it was out of contact; air it again with “loa send” if it still matters",
    ),
    "receiver_taken_back": Message(
        "lượt phát đã được rút khỏi kế hoạch của máy thu và không phát",
        "the airing was taken out of the receiver's plan and did not sound",
        "xem lượt nào khác chiếm giờ ấy, hoặc khung giờ có đổi không, bằng “loa plan”",
        "see with “loa plan” which other airing took its time, or whether the hours have changed",
    ),
    "receiver_journal_lost": Message(
        "nhật ký của máy thu đã mất nên không ai biết lượt này có phát hay không",
        "the receiver's journal is lost, so nobody can know whether this sounded",
        "hỏi người ở xã; máy có thể đã thay thẻ nhớ hoặc cài lại",
        "ask somebody at the commune; its disk may have been changed or set up anew",
    ),
    "receiver_not_laid": Message(
        "đài dừng trước khi kịp giao lượt phát cho máy thu",
        "the station stopped before it had handed the airing to the receiver",
        "không phải làm gì: đài tự giao lại nếu còn kịp",
        "nothing to do: it is handed over again while there is time",
    ),
    "cluster_not_enrolled": Message(
        "cụm loa này chưa có máy thu nào ghi danh",
        "no receiver has enrolled for this cluster yet",
        "cấp mã bằng “loa speakers enrol ID” rồi nhập mã ở máy thu",
        "give out a code with “loa speakers enrol ID” and type it in at the receiver",
    ),
    "receiver_length_unfit": Message(
        "tệp dài {length} giây không đưa được vào kế hoạch của máy thu",
        "a file of {length} s cannot be put into the plan of a receiver",
        "máy thu nhận tệp từ 0,05 giây đến 6 giờ: chia bản tin thành nhiều lượt",
        "a receiver takes 0.05 s to 6 hours: spread the bulletins over several airings",
    ),
    "receiver_plans_unset": Message(
        "kênh máy thu “{channel}” chưa được đài nối vào kế hoạch",
        "the station has not put plans behind the channel “{channel}”",
        "đây là lỗi của Loa: gửi nhật ký cho người bảo trì",
        "this is a fault of Loa: send the log to whoever maintains it",
    ),
    # --- the files ----------------------------------------------------------------------------------------------------
    "bad_station_address": Message(
        "{value} không phải địa chỉ https của đài",
        "{value} is not an https address of the station",
        "viết dạng https://ten-may:8443, không có phần đường dẫn phía sau",
        "write it as https://host:8443, without a path behind it",
    ),
    "bad_broker": Message(
        "{value} không phải địa chỉ máy chủ MQTT",
        "{value} is not the address of an MQTT broker",
        "viết dạng mqtts://127.0.0.1:8883; chỉ nhận kết nối mã hóa mqtts",
        "write it as mqtts://127.0.0.1:8883; only encrypted mqtts is taken",
    ),
    "receiver_channel_doubled": Message(
        "đài đã có kênh máy thu “{other}”; mỗi đài chỉ có một",
        "there is a channel of receivers already, “{other}”; a station has one",
        "đưa các cụm loa về chung kênh “{other}” rồi xóa kênh này",
        "move the clusters to the channel “{other}” and delete this one",
    ),
    "receiver_name_unfit": Message(
        "mã cụm loa {value} quá dài cho chứng thư của máy thu",
        "the cluster id {value} is too long for the certificate of its receiver",
        "đặt mã tối đa {limit} ký tự",
        "give it an id of at most {limit} characters",
    ),
    "test_tone_outside_hours": Message(
        "tiếng thử lúc {at} nằm ngoài giờ được phát loa",
        "the test tone at {at} lies outside the hours of the loudspeakers",
        "chọn giờ nằm trong windows.loudspeaker của station.yaml vào mọi ngày đã nêu",
        "choose a time within windows.loudspeaker of station.yaml on every day that is named",
    ),
    # --- what people are told -----------------------------------------------------------------------------------------
    "receiver_silent": Message(
        "máy thu {name} mất liên lạc từ {since}",
        "the receiver {name} has been out of contact since {since}",
        "máy vẫn phát theo kế hoạch đã giữ; kiểm tra điện và đường truyền ở xã",
        "it still plays by the plan it holds; look at its power and its line",
    ),
    "receivers_silent": Message(
        "{count} trong {of} máy thu mất liên lạc cùng lúc: {names}",
        "{count} of {of} receivers are out of contact at once: {names}",
        "thường là do đường truyền của đài hoặc máy chủ MQTT: kiểm tra ở đài trước",
        "most likely the station's own line or the broker: look there first",
    ),
    "receiver_behind": Message(
        "máy thu {name} còn liên lạc nhưng chưa nhận kế hoạch mới",
        "the receiver {name} is in contact and has not taken the new plan",
        "xem lỗi của máy ở “loa speakers”; nếu kéo dài, khởi động lại máy thu",
        "see its faults in “loa speakers”; if it lasts, restart the receiver",
    ),
    "receiver_plan_unknown": Message(
        "máy thu {name} theo một kế hoạch mà đài này không lập",
        "the receiver {name} goes by a plan that this station never made",
        "nếu không vừa phục hồi cơ sở dữ liệu từ bản sao lưu, có người khác đang ký bằng khóa của đài: xem “loa speakers keys show”, rồi “loa speakers keys revoke TÊN-KHÓA”",
        "unless the database was just restored from a backup, somebody else signs with a key of the station: see “loa speakers keys show”, then “loa speakers keys revoke KEY”",
    ),
    "receiver_missing_sounds": Message(
        "máy thu {name} còn thiếu {missing} tệp, lượt phát kế tiếp lúc {next}",
        "the receiver {name} still lacks {missing} files, its next airing is at {next}",
        "đường truyền chậm hoặc hết chỗ trống; xem “loa speakers”",
        "its line is slow or its disk full; see “loa speakers”",
    ),
    "receiver_clock_off": Message(
        "đồng hồ của máy thu {name} lệch {offset} giây",
        "the clock of the receiver {name} is off by {offset} s",
        "bật đồng bộ giờ mạng (NTP) ở máy thu, hoặc lắp pin đồng hồ",
        "switch on network time (NTP) at the receiver, or give it a clock battery",
    ),
    "receiver_full": Message(
        "máy thu {name} chỉ còn trống {free}",
        "the receiver {name} has only {free} left",
        "dọn bớt tệp lạ trên thẻ nhớ hoặc thay thẻ lớn hơn",
        "remove what does not belong on its disk, or give it a larger one",
    ),
    "receiver_fault": Message(
        "máy thu {name} báo trục trặc: {why}",
        "the receiver {name} reports: {why}",
    ),
    "receiver_not_heard_aloud": Message(
        "máy thu {name} ghi đã phát hết lượt thu lúc {at}, nhưng micrô không nghe thấy: {why}",
        "the receiver {name} played the airing of {at} to its end, and its microphone did not hear it: {why}",
        "xem tăng âm có bật không, dây loa có đứt không, micrô có cắm không; rồi phát thử và ra nghe:  loa speakers tone {id}",
        "see whether the amplifier is on, the cable whole and the microphone plugged in; then go and listen: loa speakers tone {id}",
    ),
    "receiver_refused": Message(
        "máy thu {receiver} đã từ chối {count} tài liệu: {why}",
        "the receiver {receiver} refused {count} documents: {why}",
        "nếu đài không vừa thay khóa, có thể ai đó đang gửi tài liệu giả: báo người quản trị",
        "unless the station has just changed keys somebody may be sending forgeries: tell whoever looks after it",
    ),
    "receiver_claims_unknown": Message(
        "máy thu {receiver} kể {count} lượt phát mà đài chưa từng giao cho nó, ví dụ {airing}",
        "the receiver {receiver} tells of {count} airings it was never given, such as {airing}",
        "không lượt nào được tính là đã phát; nếu máy lấy từ bản sao của máy khác, ghi danh lại",
        "none of them counts as played; if it was copied from another machine, enrol it anew",
    ),
    "receiver_journal_differs": Message(
        "máy thu {receiver} kể lại nhật ký khác với lần trước",
        "the receiver {receiver} tells its journal otherwise than before",
        "phần mới không được nhận; máy có thể bị nhân bản: thu hồi rồi ghi danh lại",
        "what is new is not taken; it may have been cloned: revoke it and enrol it anew",
    ),
    "receiver_played_cancelled": Message(
        "máy thu {receiver} đã phát lượt {airing} dù đài đã hủy, vì chưa nhận được kế hoạch mới",
        "the receiver {receiver} played {airing} though it was called off: it had not got the new plan",
        "việc phát được ghi vào nhật ký (“loa log”); xem máy mất liên lạc từ lúc nào bằng “loa speakers”",
        "the log holds it (“loa log”); see “loa speakers” for since when it was out of contact",
    ),
    "receivers_unenrolled": Message(
        "{count} cụm loa chưa có máy thu ghi danh: {names}",
        "{count} clusters have no receiver enrolled: {names}",
        "cấp mã bằng “loa speakers enrol ID” rồi nhập mã ở máy thu",
        "give out codes with “loa speakers enrol ID” and type them in at the receivers",
    ),
    "bell_unheard": Message(
        "lệnh gấp không gọi thẳng được đài ({why})",
        "commands cannot ring the station ({why})",
        "vẫn phát được, chậm hơn nửa giây; xem quyền ghi ở thư mục var",
        "they still work, half a second later; see whether var can be written",
    ),
    # --- the list -----------------------------------------------------------------------------------------------------
    "help_speakers_areas": Message("chỉ các cụm loa ở địa bàn này", "only clusters of these areas"),
    "help_speakers_problems": Message("chỉ máy đang có vấn đề", "only those that are not well"),
    "help_speakers_tone": Message(
        "Phát tiếng thử ở các cụm loa (chỉ trong giờ được phát) và xem máy nào trả lời.",
        "Sound a test tone at clusters (in allowed hours only) and see which of them answer.",
    ),
    "help_speakers_yes": Message("không hỏi lại", "do not ask"),
    "speakers_none": Message(
        "đài này không có kênh máy thu",
        "this station has no channel of receivers",
        "khai báo “type: receiver” trong config/channels.yaml; xem docs/vi/cum-loa.md",
        "declare “type: receiver” in config/channels.yaml; see docs/fleet.md",
    ),
    "speakers_title": Message("Máy thu", "Receivers"),
    "speakers_id": Message("Cụm loa", "Cluster"),
    "speakers_state": Message("Tình trạng", "State"),
    "speakers_contact": Message("Liên lạc", "Contact"),
    "speakers_plan": Message("Kế hoạch", "Plan"),
    "speakers_files": Message("Thiếu tệp", "Missing"),
    "speakers_queue": Message("Sắp phát", "To come"),
    "speakers_clock": Message("Đồng hồ", "Clock"),
    "speakers_free": Message("Trống", "Free"),
    "speakers_waiting": Message("Nhật ký", "Journal"),
    "speakers_more": Message("và {count} điều nữa: loa speakers --json", "and {count} more: loa speakers --json"),
    "speaker_online": Message("trực tuyến", "online"),
    "speaker_silent": Message("mất liên lạc", "out of contact"),
    "speaker_never": Message("chưa liên lạc", "never heard"),
    "speaker_unenrolled": Message("chưa ghi danh", "not enrolled"),
    "speaker_invited": Message("chờ ghi danh", "code given out"),
    "speaker_revoked": Message("đã thu hồi", "revoked"),
    "speaker_gone": Message("không còn trong tệp", "gone from the files"),
    "speaker_plan_held": Message("đủ", "held"),
    "speaker_plan_behind": Message("chưa nhận", "behind"),
    "speaker_plan_unsounded": Message("thiếu âm thanh", "lacks sounds"),
    "speaker_plan_none": Message("—", "—"),
    "speakers_truths": Message(
        "7 ngày qua: dự kiến {planned} · máy đã giữ {delivered} · đã phát {played} · nghe được {heard}",
        "last 7 days: planned {planned} · delivered {delivered} · played {played} · heard {heard}",
    ),
    "speakers_ahead": Message(
        "8 ngày tới: dự kiến {planned} · máy đã giữ {delivered}",
        "next 8 days: planned {planned} · delivered {delivered}",
    ),
    "speakers_status": Message(
        "Máy thu  {online}/{of} trực tuyến, cần xem {unwell}; 7 ngày: dự kiến {planned}, đã giữ {delivered}, "
        "đã phát {played}, nghe được {heard}",
        "Receivers {online}/{of} online, {unwell} need a look; 7 days: planned {planned}, delivered {delivered}, "
        "played {played}, heard {heard}",
    ),
    "tone_ask": Message("Phát tiếng thử ở {count} cụm loa ngay bây giờ?", "Sound a test tone at {count} clusters now?"),
    "tone_left": Message("Không phát.", "Nothing was sounded."),
    "tone_which": Message(
        "chưa nói cụm loa nào",
        "no cluster is named",
        "viết mã cụm loa, ví dụ “loa speakers tone an-quang-01”, hoặc --areas",
        "name clusters, as in “loa speakers tone an-quang-01”, or --areas",
    ),
    "speaker_unknown": Message(
        "không có cụm loa {id} trên kênh máy thu",
        "there is no cluster {id} on the channel of receivers",
        "gần nhất là: {close}; xem “loa speakers”",
        "the closest is: {close}; see “loa speakers”",
    ),
    "tone_outside_hours": Message(
        "ngoài giờ được phát loa nên không phát tiếng thử",
        "outside the hours of the loudspeakers no test tone is sounded",
        "thử lại trong giờ ghi ở windows.loudspeaker của station.yaml",
        "try again within windows.loudspeaker of station.yaml",
    ),
    "tone_no_station": Message(
        "đài không chạy hoặc chưa nối được máy chủ MQTT nên không ra lệnh được",
        "the station does not run, or has no broker, so no command can be given",
        "chạy “loa run” (hoặc dịch vụ loa) và khai báo broker rồi thử lại",
        "start “loa run” (or its service), name a broker, and try again",
    ),
    "tone_no_keys": Message(
        "đài không có khóa để ký lệnh cho máy thu",
        "the station has no key to sign commands to receivers with",
        "“loa doctor” nói rõ thiếu gì; phục hồi var/keys từ bản sao lưu khóa",
        "“loa doctor” says what is missing; restore var/keys from the backup of the keys",
    ),
    "tone_request_unanswered": Message(
        "đài đang chạy nhưng chưa trả lời; chưa biết tiếng thử có phát không",
        "the station is running and has not answered; whether the tone sounded is not known",
        "xem “loa speakers” sau một phút, và “loa doctor”",
        "see “loa speakers” in a minute, and “loa doctor”",
    ),
    "tone_unanswered": Message("không trả lời", "no answer"),
    "tone_not_sounded": Message("không phát", "not sounded"),
    "speakers_tone_refused": Message(
        "{name} không phát tiếng thử lúc {at}: {why}", "{name} did not sound the test tone of {at}: {why}"
    ),
    "speakers_all_well": Message("Không máy thu nào có vấn đề.", "No receiver has a problem."),
    "tone_sounded": Message("đã phát", "sounded"),
    "tone_line": Message("{name}: {what}", "{name}: {what}"),
    "tone_waits": Message("đã ra lệnh, chưa có câu trả lời", "ordered, not answered yet"),
    "speakers_tone": Message("Tiếng thử", "Test tone"),
    "speakers_heard": Message("Micrô", "Microphone"),
    "microphone_said_heard": Message("nghe thấy", "heard"),
    "microphone_said_partly": Message("một phần", "a part"),
    "microphone_said_not_heard": Message("KHÔNG NGHE THẤY", "NOT HEARD"),
    "microphone_said_unsure": Message("chưa rõ", "unsure"),
    "speakers_status_unordered": Message(
        "{count} lượt máy tự kể mà đài không giao (xem “loa speakers”)",
        "{count} that nobody had ordered (see “loa speakers”)",
    ),
    "speaker_adapter": Message("qua bộ chuyển {adapter}", "through the adapter {adapter}"),
    "speakers_unordered": Message(
        "{name}: máy kể đã phát {count} lượt mà đài không giao (trong 30 ngày qua; giờ máy thu): {began}. Không tính vào đâu; xem “loa log”",
        "{name}: by its own account it aired {count} times what nobody had ordered (in 30 days; its own clock): {began}. "
        "They count nowhere; see “loa log”",
    ),
}
