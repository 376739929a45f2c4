"""Sentences of what a receiver does and why it does not: codes of its journal, its commands, its examination."""

from __future__ import annotations

from pipeline.messages.message import Message

MESSAGES: dict[str, Message] = {
    # --- why an airing did not sound, or not to its end ---------------------------------------------------------------
    "off": Message(
        "máy thu tắt hoặc treo vào giờ phát",
        "the receiver was off when it was to air",
        "xem nguồn điện của máy thu; máy nên tự khởi động lại sau khi mất điện",
        "see to the receiver's power; it should start by itself after a cut",
    ),
    "clock": Message(
        "máy thu chưa chắc giờ của nó có đúng không",
        "the receiver could not trust its clock",
        "nối mạng cho máy thu, hoặc lắp pin đồng hồ (RTC)",
        "connect the receiver to the network, or fit a clock battery (RTC)",
    ),
    "hours": Message(
        "ngoài giờ được phát của đài hoặc của máy thu",
        "outside the hours of the station or of the receiver",
        "xem khung giờ trong config/station.yaml và receiver.yaml",
        "see the windows in config/station.yaml and in receiver.yaml",
    ),
    "sound_missing": Message(
        "tệp âm thanh chưa về tới máy thu",
        "the sound had not reached the receiver",
        "xem đường mạng của máy thu; tệp được tải trước nhiều ngày khi có mạng",
        "see to the receiver's network; sounds are fetched days ahead where there is one",
    ),
    "sound_altered": Message(
        "tệp âm thanh nhận được không khớp mã kiểm của nó",
        "a sound that arrived is not what its hash says",
        "tệp bị bỏ và được tải lại; nếu lặp lại, xem thẻ nhớ và đường mạng",
        "it is thrown away and fetched again; if it happens again, see to the card and the network",
    ),
    "busy": Message(
        "loa đang phát bản tin khác cho đến khi quá muộn",
        "something else was sounding until it was too late",
        "dãn các lượt phát ra, hoặc cho phép trễ lâu hơn (late_by_at_most)",
        "set the airings further apart, or let them be later (late_by_at_most)",
    ),
    "silenced": Message("đã dừng theo lệnh im lặng của đài", "stopped by the station's command of silence"),
    "withdrawn": Message("đã bị rút khỏi kế hoạch", "taken out of the plan"),
    "died": Message(
        "máy thu mất điện hoặc bị tắt ngang khi đang chạy",
        "the receiver lost power or was killed while it ran",
        "xem nguồn điện của máy thu; bản tin đang dở không phát lại từ đầu",
        "see to its power; what was sounding is never begun again",
    ),
    "no_time_left": Message(
        "bị cắt ngang và không còn thời gian để phát tiếp",
        "it was cut and there was no time left to go on",
    ),
    "cut_for_urgent": Message(
        "nhường cho tin khẩn cấp và không phát tiếp, theo quy định của lượt phát",
        "made room for an emergency and does not go on, as its airing says",
    ),
    "shut_down": Message("máy thu được tắt khi đang phát", "the receiver was shut down while it sounded"),
    "ended_well": Message("lần chạy trước kết thúc bình thường", "the run before this one ended well"),
    "plan_late": Message(
        "kế hoạch tới máy thu khi đã quá muộn",
        "the plan reached the receiver when it was too late",
        "xem đường mạng của máy thu",
        "see to the receiver's network",
    ),
    "plan_expired": Message(
        "kế hoạch của máy thu đã hết hạn",
        "the receiver's plan is over",
        "nối lại mạng để máy thu nhận kế hoạch mới",
        "connect the receiver so that it gets a new plan",
    ),
    "plan_older": Message(
        "kế hoạch bản {version} cũ hơn bản {held} đã nhận",
        "plan version {version} is older than version {held} that was taken",
        "kế hoạch bị bỏ; nếu lặp lại, có thể ai đó đang phát lại kế hoạch cũ",
        "it is dropped; if it happens again, somebody may be replaying an old plan",
    ),
    "plan_differs": Message(
        "có hai kế hoạch khác nhau cùng mang bản {version}",
        "two different plans both carry version {version}",
        "giữ kế hoạch đã nhận; báo người quản trị đài",
        "the one that is held stays; tell whoever looks after the station",
    ),
    "plan_from_future": Message(
        "kế hoạch bản {version} được lập vào một giờ chưa tới",
        "plan version {version} was issued at a time that has not come",
        "so giờ của đài và của máy thu",
        "compare the clocks of station and receiver",
    ),
    "command_retained": Message(
        "lệnh được máy chủ MQTT giữ lại từ trước nên không theo",
        "the command was kept by the broker and is not followed",
        "lệnh không bao giờ được giữ lại: xem ai đã gửi nó",
        "commands are never kept: see who sent it",
    ),
    "command_repeated": Message("lệnh đã được theo một lần rồi", "the command was followed once already"),
    "command_over": Message(
        "lệnh đã hết hạn",
        "the command is over",
        "nếu vừa gửi, so giờ của đài và của máy thu",
        "if it was sent just now, compare the clocks of station and receiver",
    ),
    "command_early": Message(
        "lệnh mang một giờ chưa tới",
        "the command bears a time that has not come",
        "so giờ của đài và của máy thu",
        "compare the clocks of station and receiver",
    ),
    "tone_too_often": Message(
        "vừa có một lần phát thử",
        "a test tone has just sounded",
        "đợi nửa phút rồi thử lại",
        "wait half a minute and try again",
    ),
    # --- faults of the machine ----------------------------------------------------------------------------------------
    "journal_damaged": Message(
        "nhật ký {journal} bị hỏng; phần còn đọc được đã giữ lại và máy ghi sang quyển mới",
        "the journal {journal} is damaged; what could be read is kept, and another one goes on",
        "thẻ nhớ có thể sắp hỏng: thay thẻ",
        "the card may be failing: replace it",
    ),
    "journal_lost": Message(
        "nhật ký của máy thu đã mất nên không biết lượt này đã phát chưa; không phát lại",
        "the receiver's journal was lost, so nobody knows whether this has aired; it is not begun again",
        "thẻ nhớ có thể sắp hỏng: thay thẻ",
        "the card may be failing: replace it",
    ),
    "plan_disowned": Message(
        "khóa {key} đã bị thu hồi: những gì kế hoạch ký bằng khóa đó gạt đi mà chưa phát thì lại theo kế hoạch mới của đài",
        "the key {key} was revoked: what plans signed by it set aside without a sound follows the station's new plan again",
        "không phải làm gì: máy tự nhận kế hoạch mới",
        "nothing to do: the receiver takes the new plan by itself",
    ),
    "another_station": Message(
        "máy thu đã được ghi danh ở một đài khác; sổ nhật ký mới bắt đầu",
        "the receiver was enrolled at another station; another journal begins",
    ),
    "journal_behind": Message(
        "đài giữ nhiều hơn nhật ký của máy thu; máy ghi sang quyển mới",
        "the station holds more than the receiver's journal; another one goes on",
        "thẻ nhớ của máy thu có thể vừa được thay hoặc phục hồi",
        "the receiver's card may have been replaced or restored",
    ),
    "journal_unwritable": Message(
        "không ghi được nhật ký ({why}) nên không phát",
        "the journal cannot be written ({why}), so nothing sounds",
        "thẻ nhớ đầy hoặc chỉ còn đọc được: xóa bớt hoặc thay thẻ",
        "the card is full or read-only: make room or replace it",
    ),
    "journal_not_taken": Message(
        "đài không nhận thêm nhật ký sau mục {held}",
        "the station takes no more of the journal after entry {held}",
        "được thử lại; xem “loa status” ở đài",
        "it is tried again; see “loa status” at the station",
    ),
    "receiver_not_running": Message(
        "máy thu không chạy: không bản tin nào được phát",
        "the receiver does not run: nothing will sound",
        "chạy “loa receiver run”, hoặc “systemctl start loa-receiver” nơi đã cài làm dịch vụ",
        "start it by “loa receiver run”, or “systemctl start loa-receiver” where it is a service",
    ),
    "receiver_settings_wrong": Message(
        "receiver.yaml sai nên máy thu không khởi động được",
        "receiver.yaml is wrong, so that the receiver cannot start",
        "chạy “loa receiver check” để thấy dòng nào sai",
        "“loa receiver check” names the line",
    ),
    "state_lost": Message(
        "tệp trạng thái của máy thu không đọc được",
        "the receiver's state cannot be read",
        "máy chạy tiếp theo nhật ký; nếu lặp lại, thay thẻ nhớ",
        "it goes on by its journal; if it happens again, replace the card",
    ),
    "disk_full": Message(
        "đĩa của máy thu đầy, không đủ chỗ cho tệp âm thanh",
        "the receiver's disk is full, sounds find no room",
        "xóa bớt tệp trên máy thu, hoặc dùng thẻ lớn hơn",
        "remove files from the receiver, or use a larger card",
    ),
    "receiver_disk_low": Message(
        "đĩa của máy thu sắp đầy (còn {free} MB, cần {needed} MB)",
        "the receiver's disk is nearly full ({free} MB left, {needed} MB wanted)",
        "xóa bớt tệp trên máy thu, hoặc dùng thẻ lớn hơn",
        "remove files from the receiver, or use a larger card",
    ),
    "device_swallows": Message(
        "thiết bị âm thanh nhận hết bản tin trong chốc lát, loa không kêu",
        "the sound device took the whole bulletin in a moment, nothing sounded",
        "đặt device trong receiver.yaml là cạc âm thanh thật (xem bằng aplay -L), không phải null",
        "set device in receiver.yaml to a real sound card (aplay -L names them), not null",
    ),
    "disk_fault": Message(
        "đĩa của máy thu báo lỗi khi ghi",
        "the receiver's disk fails to write",
        "thay thẻ nhớ",
        "replace the card",
    ),
    "relay_failed": Message(
        "không bật được tăng âm qua rơ-le",
        "the amplifier could not be switched on by its relay",
        "xem dây rơ-le và mục relay trong receiver.yaml, rồi chạy “loa receiver check --relay”",
        "see to the relay's wiring and to relay in receiver.yaml, then run “loa receiver check --relay”",
    ),
    "relay_stuck": Message(
        "không chắc tăng âm đã tắt: rơ-le không trả lời",
        "the amplifier may still be on: its relay does not answer",
        "tắt tăng âm bằng tay, rồi xem rơ-le",
        "switch the amplifier off by hand, then see to the relay",
    ),
    "relay_one_way": Message(
        "relay cần đúng một trong ba: file, command, gpio",
        "relay wants exactly one of file, command, gpio",
        "giữ một cách bật tăng âm, bỏ các cách khác",
        "keep one way of switching the amplifier and drop the others",
    ),
    "receiver_running": Message(
        "máy thu của thư mục này đang chạy ở một chương trình khác",
        "another process is already running the receiver of this folder",
        "dừng chương trình kia trước (systemctl stop loa-receiver)",
        "stop the other one first (systemctl stop loa-receiver)",
    ),
    # --- what a journal's entries are called --------------------------------------------------------------------------
    "entry_booted": Message("khởi động", "started up"),
    "entry_started": Message("bắt đầu phát", "began"),
    "entry_cut": Message("nhường tin khẩn cấp", "made room for an emergency"),
    "entry_resumed": Message("phát tiếp", "went on"),
    "entry_ended": Message("phát xong", "ended"),
    "entry_stopped": Message("dừng giữa chừng", "stopped"),
    "entry_failed": Message("không phát được", "failed"),
    "entry_missed": Message("bỏ lỡ", "missed"),
    "entry_withdrawn": Message("đài rút lại", "withdrawn"),
    "entry_tone": Message("phát âm thử", "test tone"),
    "entry_tone_not": Message("không phát được âm thử", "no test tone"),
    "entry_plan": Message("nhận kế hoạch bản", "took plan version"),
    "entry_refused": Message("từ chối", "refused"),
    "entry_command": Message("theo lệnh", "followed the command"),
    "order_silence": Message("im lặng", "silence"),
    "order_tone": Message("phát âm thử", "test tone"),
    "order_status": Message("báo tình trạng", "say how you are"),
    "order_fetch": Message("lấy kế hoạch và tệp âm thanh", "fetch plan and sounds"),
    "entry_clock": Message("đồng hồ", "clock"),
    "entry_fault": Message("sự cố", "fault"),
    "entry_heard": Message("nghe lại", "listened back"),
    # --- commands -----------------------------------------------------------------------------------------------------
    "help_receiver": Message(
        "Máy thu ở xã: chương trình cạnh tăng âm", "The receiver: the program beside an amplifier"
    ),
    "help_receiver_run": Message("Chạy máy thu", "Run the receiver"),
    "help_receiver_status": Message("Máy thu đang thế nào, sắp phát gì", "How it stands, and what comes"),
    "help_receiver_journal": Message("Xem nhật ký của máy thu", "Read its journal"),
    "help_receiver_since": Message("Chỉ từ ngày này", "From this day on"),
    "help_receiver_check": Message("Xem máy thu có đủ mọi thứ chưa", "Examine what it needs"),
    "help_receiver_check_relay": Message(
        "Bật rồi tắt tăng âm để thử rơ-le", "Switch the amplifier on and off to try its relay"
    ),
    "receiver_started": Message(
        "Máy thu {receiver} của {station} đang chạy.", "The receiver {receiver} of {station} is running."
    ),
    "receiver_stopped": Message("Máy thu đã dừng.", "The receiver has stopped."),
    "receiver_status_title": Message(
        "Máy thu {receiver} của {station}: {running}", "Receiver {receiver} of {station}: {running}"
    ),
    "receiver_runs": Message("đang chạy", "running"),
    "receiver_stands_still": Message("KHÔNG CHẠY", "NOT RUNNING"),
    "receiver_status_contact": Message(
        "Liên lạc với đài lần cuối: {age} trước.", "Last contact with the station: {age} ago."
    ),
    "receiver_status_no_contact": Message(
        "Từ lúc khởi động chưa liên lạc được với đài.", "The station was not reached since the start."
    ),
    "receiver_status_no_plan": Message(
        "Chưa có kế hoạch nào được theo: loa sẽ im lặng.", "No plan is followed: nothing will sound."
    ),
    "receiver_status_plan": Message(
        "Kế hoạch bản {version}, lập {age} trước, hết hạn {expires}; còn {count} lượt phát{colon}",
        "Plan version {version}, issued {age} ago, over {expires}; {count} airings to come{colon}",
    ),
    "receiver_status_more": Message("… và {count} lượt nữa", "… and {count} more"),
    "receiver_status_sounds": Message(
        "Âm thanh: có {held}, thiếu {missing}.", "Sounds: {held} held, {missing} missing."
    ),
    "receiver_status_journal": Message("Nhật ký chờ nộp: {waiting}.", "Journal entries to hand in: {waiting}."),
    "receiver_status_clock": Message("Đồng hồ: tin được.", "Clock: trusted."),
    "receiver_status_clock_doubt": Message(
        "Đồng hồ: CHƯA CHẮC ĐÚNG, chỉ tin khẩn cấp được phát.", "Clock: IN DOUBT, nothing but emergencies sounds."
    ),
    "receiver_status_no_faults": Message("Không có sự cố.", "No faults."),
    "receiver_status_faults": Message("Sự cố: {faults}", "Faults: {faults}"),
    # --- what the log of a running receiver says ----------------------------------------------------------------------
    "log_station_again": Message("đã liên lạc lại được với đài", "the station is reached again"),
    "log_journal_ends": Message(
        "quyển nhật ký {journal} không đọc được quá mục {held}", "journal {journal} cannot be read beyond entry {held}"
    ),
    "log_no_other_journal": Message("không mở được quyển nhật ký mới", "no other journal can be begun"),
    "log_part_failed": Message(
        "phần “{part}” của máy thu gặp lỗi và đang được thử lại: {why}",
        "the part “{part}” of the receiver failed and is tried again: {why}",
    ),
    "log_no_end": Message(
        "có quá nhiều việc cùng lúc; một giây nữa làm tiếp", "too much to do at once; more in a second"
    ),
    "log_not_kept": Message("không ghi được {what} xuống đĩa: {why}", "{what} could not be kept: {why}"),
    "age_minutes": Message("{count} phút", "{count} min"),
    "age_hours": Message("{count} giờ", "{count} h"),
    "age_days": Message("{count} ngày", "{count} days"),
    "receiver_check_good": Message("tốt", "good"),
    "receiver_check_identity": Message("Ghi danh", "Enrolment"),
    "receiver_check_player": Message("Thiết bị âm thanh", "Sound device"),
    "receiver_check_clock": Message("Đồng hồ", "Clock"),
    "receiver_check_disk": Message("Đĩa", "Disk"),
    "receiver_check_line": Message("Đường về đài", "Line to the station"),
    "receiver_check_microphone": Message("Micrô", "Microphone"),
    "receiver_check_relay": Message("Rơ-le tăng âm", "Amplifier relay"),
}
