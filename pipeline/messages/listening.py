"""Listening back: what a microphone beside a receiver heard, and why it heard nothing."""

from pipeline.messages.message import Message

MESSAGES = {
    "verdict_heard": Message("micrô nghe thấy trọn vẹn", "the microphone heard all of it"),
    "verdict_partly": Message("micrô chỉ nghe thấy một phần", "the microphone heard a part of it"),
    "verdict_not_heard": Message("micrô không nghe thấy", "the microphone did not hear it"),
    "verdict_unsure": Message("micrô không kết luận được", "the microphone cannot tell"),
    "listening_silence": Message(
        "micrô chỉ thu được im lặng",
        "the microphone took silence",
        "xem tăng âm và loa có bật không; xem micrô có cắm chắc và không bị tắt tiếng",
        "see whether amplifier and loudspeakers are on, and the microphone is plugged in and not muted",
    ),
    "listening_other_sound": Message(
        "micrô nghe thấy tiếng khác, không phải tệp phát thanh này",
        "the microphone heard something else than this recording",
        "ra nghe thử tại chỗ: loa có kêu không, có đang phát chương trình khác không",
        "listen on the spot: do the loudspeakers sound, and is it another programme",
    ),
    "listening_faint": Message(
        "có nghe thấy, nhưng tiếng ồn quá lớn nên chưa chắc là tệp phát thanh này",
        "something was heard, but noise leaves open whether it was this recording",
        "đặt micrô gần loa hơn, tránh gió và đường xe",
        "put the microphone nearer to a loudspeaker, away from wind and traffic",
    ),
    "listening_masked": Message(
        "tiếng ồn bên micrô lớn hơn nhiều so với tiếng loa mọi ngày, nên không biết loa có phát không",
        "noise at the microphone was far louder than the loudspeakers usually are: nobody can tell",
        "ra nghe thử tại chỗ; nếu hay gặp thì đặt micrô gần loa hơn",
        "listen on the spot; if it happens often, put the microphone nearer to a loudspeaker",
    ),
    "listening_short": Message(
        "tệp thu của micrô quá ngắn so với lượt phát",
        "the microphone's file is too short for the airing",
        "kiểm tra dây micrô; xem thẻ nhớ còn chỗ không",
        "check the microphone's cable, and whether the card has room",
    ),
    "listening_began_late": Message(
        "phần đầu không nghe thấy",
        "the beginning was not heard",
        "xem rơ-le bật tăng âm có sớm đủ không (thời gian chờ trước khi phát)",
        "see whether the relay switches the amplifier on early enough",
    ),
    "listening_ended_early": Message(
        "đến giữa chừng thì không còn nghe thấy",
        "from some point on nothing of it was heard",
        "xem tăng âm có tự tắt hay bị ngắt điện không; phát lại nếu cần bằng “loa send”",
        "see whether the amplifier switched off or lost power; repeat with “loa send” if needed",
    ),
    "listening_gap": Message(
        "ở giữa có đoạn không nghe thấy",
        "a part in the middle was not heard",
        "xem dây loa và tăng âm có chập chờn không; phát lại nếu cần bằng “loa send”",
        "see whether cables or amplifier fail now and then; repeat with “loa send” if needed",
    ),
    "recorder_missing": Message(
        "máy chưa có chương trình thu âm “arecord”",
        "the recorder “arecord” is not installed",
        "cài gói alsa-utils:  sudo apt install alsa-utils",
        "install the package alsa-utils: sudo apt install alsa-utils",
    ),
    "microphone_missing": Message(
        "không tìm thấy micrô",
        "there is no such microphone",
        "cắm lại micrô; chạy “arecord -L” để xem tên thiết bị và ghi đúng tên ấy",
        "reconnect it; “arecord -L” lists the names of devices, write one of them",
    ),
    "microphone_busy": Message(
        "micrô đang bị chương trình khác dùng",
        "another program uses the microphone",
        "đóng chương trình đang thu âm",
        "close the program that records",
    ),
    "microphone_failed": Message(
        "không thu được tiếng từ micrô",
        "nothing could be recorded from the microphone",
        "cắm lại micrô hoặc khởi động lại máy",
        "reconnect the microphone or restart the machine",
    ),
    "listening_no_room": Message(
        "không còn chỗ để thu tiếng micrô, nên lượt này không nghe lại",
        "there is no room to record the microphone, so this airing was not listened to",
        "xóa bớt tệp trên máy; việc phát không bị ảnh hưởng",
        "free some space; playing is not affected",
    ),
    "hearing_unreadable": Message(
        "không đọc được tệp thu của micrô ({file})",
        "the microphone's file cannot be read ({file})",
        "thu lại ở lượt phát sau; nếu vẫn vậy thì kiểm tra thẻ nhớ",
        "wait for the next airing; if it stays so, check the card",
    ),
    "hearing_malformed": Message(
        "kết quả nghe lại không đúng mẫu ({key})",
        "what was told of a hearing is not in its form ({key})",
        "cập nhật Loa trên máy thu và ở trạm về cùng một phiên bản",
        "bring Loa at the receiver and at the station to the same version",
    ),
    "listening_not_installed": Message(
        "phần nghe lại chưa được cài",
        "what listening back needs is not installed",
        "cài thêm:  pip install 'loa[receiver,listening]'",
        "install it: pip install 'loa[receiver,listening]'",
    ),
    "listening_behind": Message(
        "máy so tiếng không kịp, một lượt đã không được nghe lại",
        "comparing fell behind: one airing was not listened to",
        "máy đang quá bận, hoặc các lượt phát quá sát nhau; việc phát không bị ảnh hưởng",
        "the machine is too busy, or airings follow each other too closely; playing is not affected",
    ),
    "listening_timed_out": Message(
        "so tiếng quá {limit} giây nên đã bỏ",
        "comparing took more than {limit} s and was given up",
        "máy đang quá bận; lượt sau sẽ thử lại",
        "the machine is too busy; the next airing will be tried again",
    ),
    "listening_failed": Message(
        "so tiếng không thành",
        "comparing failed",
        "xem máy còn bộ nhớ không; lượt sau sẽ thử lại",
        "see whether the machine has memory left; the next airing will be tried again",
    ),
}
