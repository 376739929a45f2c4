"""Sentences of the codes of air: what became of a delivery on its way to the loudspeakers."""

from __future__ import annotations

from pipeline.messages.message import Message

MESSAGES: dict[str, Message] = {
    "channel_type_unknown": Message(
        "kênh “{channel}” có loại “{type}” mà Loa không biết",
        "channel “{channel}” is of the type “{type}”, which Loa does not know",
        "sửa dòng type trong config/channels.yaml; các loại dùng được: {known}",
        "correct its type in config/channels.yaml; known types: {known}",
    ),
    "channel_setting_missing": Message(
        "kênh “{channel}” thiếu thiết lập “{setting}”",
        "channel “{channel}” lacks the setting “{setting}”",
        "thêm dòng “{setting}: …” cho kênh này trong config/channels.yaml",
        "add a line “{setting}: …” to this channel in config/channels.yaml",
    ),
    "channel_needs_audio": Message(
        "kênh loa nhận được chữ, không phải tệp phát thanh",
        "a loudspeaker channel was handed a text instead of a recording",
        "dùng kênh SMS cho khung giờ này, hoặc đổi medium của khung giờ thành loudspeaker",
        "use an SMS channel for this slot, or make the slot's medium loudspeaker",
    ),
    "recording_missing": Message(
        "không tìm thấy tệp phát thanh",
        "the recording's file is not there",
        "chạy “loa produce” để làm lại tệp",
        "run “loa produce” to make it again",
    ),
    "recording_altered": Message(
        "tệp phát thanh đã bị thay đổi sau khi làm xong",
        "the recording's file was changed after it was made",
        "xóa tệp đó rồi chạy “loa produce”; không tự sửa tệp trong var/; nếu lặp lại, kiểm tra ổ đĩa",
        "delete the file and run “loa produce”; never edit files in var/; if it happens again, check the disk",
    ),
    "recording_undecodable": Message(
        "tệp phát thanh bị hỏng, không giải mã được",
        "the recording is damaged and cannot be decoded",
        "xóa tệp đó rồi chạy “loa produce”; nếu là bản ghi âm mang đến, nghe thử và xuất lại tệp gốc",
        "delete the file and run “loa produce”; if somebody brought the recording, listen to it and export it again",
    ),
    "folder_name_unsafe": Message(
        "tên thư mục của cụm loa không dùng được",
        "the folder name of the speaker cluster cannot be used",
        "trong config/areas.yaml, đặt lại folder của cụm bằng chữ, số, gạch nối; không dùng / \\ .. hay tên audio",
        "in config/areas.yaml name the cluster's folder with letters, digits and hyphens; no / \\ .. and not audio",
    ),
    "folder_not_writable": Message(
        "không ghi được vào thư mục của kênh",
        "the channel's folder cannot be written",
        "kiểm tra ổ đĩa hoặc USB còn cắm, không bị khóa ghi, và Loa có quyền ghi",
        "check that the disk or USB stick is connected, not write-protected, and that Loa may write to it",
    ),
    "folder_full": Message(
        "ổ đĩa của kênh đã đầy",
        "the channel's disk is full",
        "xóa bớt tệp cũ hoặc thay ổ đĩa lớn hơn",
        "delete old files or use a larger disk",
    ),
    "folder_busy": Message(
        "một chương trình Loa khác đang ghi vào thư mục của kênh",
        "another Loa is writing to the channel's folder",
        "đợi lệnh kia xong rồi thử lại; nếu không có lệnh nào đang chạy, khởi động lại máy",
        "wait for it to finish and try again; if nothing is running, restart the machine",
    ),
    "folder_not_listed": Message(
        "sau sự cố, lượt này chưa có trong danh sách của thư mục nên được gửi lại",
        "after a crash this one was not in the folder's list, so it is sent again",
        "không cần làm gì; nếu đã quá giờ, lượt này sẽ được ghi là lỡ",
        "nothing to do; if it is too late by now it is recorded as missed",
    ),
    "folder_list_rebuilt": Message(
        "danh sách phát trong ngày bị hỏng hoặc mất; đã lập lại từ manifest.json",
        "the day's list was damaged or gone; it was made again from manifest.json",
        "mở danh sách xem đã đủ chưa; bản hỏng (nếu có) nằm bên cạnh với đuôi .broken; không sửa danh sách bằng tay",
        "look whether it is complete; the damaged one, if any, lies beside it as .broken; do not edit lists by hand",
    ),
    "folder_list_set_aside": Message(
        "danh sách phát trong ngày bị hỏng và không lập lại được; đã cất riêng với đuôi .broken",
        "the day's list was damaged and could not be made again; it was set aside as .broken",
        "so với “loa plan” xem còn thiếu lượt phát nào trong ngày và gửi lại bằng “loa send”",
        "compare it with “loa plan” and send what is missing today with “loa send”",
    ),
    "withdrawn_after_start": Message(
        "đã rút khỏi danh sách sau giờ bắt đầu: loa có thể đã phát một phần",
        "taken out of the list after its start: the loudspeaker may have played a part",
        "hỏi nơi đặt loa xem đã phát đến đâu; thư mục không thể bắt loa im ngay",
        "ask at the loudspeaker how far it came; a folder cannot silence it at once",
    ),
    "player_missing": Message(
        "máy chưa có chương trình phát âm thanh aplay",
        "the player aplay is not installed on this machine",
        "cài gói alsa-utils (sudo apt install alsa-utils)",
        "install the package alsa-utils (sudo apt install alsa-utils)",
    ),
    "decoder_missing": Message(
        "máy chưa có bộ giải mã ffmpeg",
        "the decoder ffmpeg is not installed",
        "máy của đài: cài lại Loa đầy đủ bằng make setup; máy thu: sudo apt install ffmpeg",
        "a station: install Loa completely, make setup; a receiver: sudo apt install ffmpeg",
    ),
    "device_missing": Message(
        "không có thiết bị âm thanh này trên máy",
        "this machine has no such sound device",
        "chạy “aplay -L” để xem tên thiết bị, rồi sửa dòng device: ở đài trong config/channels.yaml, ở máy thu trong receiver.yaml",
        "run “aplay -L” for the names of devices and correct device: in config/channels.yaml at a station, in receiver.yaml at a receiver",
    ),
    "device_busy": Message(
        "thiết bị âm thanh đang bận phát",
        "the sound device is busy",
        "nếu hai chương trình chồng giờ, dời một chương trình; nếu không, đóng phần mềm khác đang dùng âm thanh",
        "if two programmes overlap, move one; if not, close the other software that uses the sound card",
    ),
    "device_silent": Message(
        "thiết bị âm thanh không trả lời",
        "the sound device does not answer",
        "rút ra cắm lại thiết bị hoặc khởi động lại máy",
        "unplug and reconnect it, or restart the machine",
    ),
    "player_failed": Message(
        "chương trình phát âm thanh không bắt đầu được",
        "the player could not begin",
        "chạy “loa doctor”; kiểm tra dây và thiết bị âm thanh",
        "run “loa doctor”; check cables and the sound device",
    ),
    "player_died": Message(
        "chương trình phát âm thanh dừng giữa chừng",
        "the player ended midway",
        "kiểm tra dây và thiết bị âm thanh, rồi phát lại nếu cần bằng “loa send”",
        "check cables and the sound device, then repeat with “loa send” if needed",
    ),
    "player_stuck": Message(
        "thiết bị âm thanh bị treo nên đã ngừng phát",
        "the sound device hung and playing was ended",
        "rút ra cắm lại thiết bị, rồi phát lại nếu cần bằng “loa send”",
        "reconnect the device, then repeat with “loa send” if needed",
    ),
    "player_gone": Message(
        "Loa bị tắt khi đang phát: không biết đã phát đến đâu",
        "Loa was shut down while it played: nobody knows how far it came",
        "hỏi người nghe, rồi phát lại nếu cần bằng “loa send”",
        "ask somebody who heard it, then repeat with “loa send” if needed",
    ),
    "stopped": Message("đã dừng theo lệnh", "stopped on command"),
    "played_length_differs": Message(
        "độ dài đã phát không khớp với tệp phát thanh",
        "what was played is not as long as the recording",
        "xóa tệp phát thanh này rồi chạy “loa produce”",
        "delete this recording and run “loa produce”",
    ),
    "speaker_found_no_list": Message(
        "loa thử không đọc được danh sách phát của ngày",
        "the rehearsal's speaker could not read the day's list",
        "chạy lại “loa rehearse” với thư mục --out mới",
        "run “loa rehearse” again with a new --out folder",
    ),
    "speaker_found_no_entry": Message(
        "loa thử không thấy lượt phát này trong danh sách của ngày",
        "the rehearsal's speaker did not find this airing in the day's list",
        "chạy lại “loa rehearse” với thư mục --out mới",
        "run “loa rehearse” again with a new --out folder",
    ),
    "speaker_found_other_recording": Message(
        "loa thử thấy một tệp phát thanh khác với tệp đã gửi",
        "the rehearsal's speaker found another recording than the one sent",
        "chạy lại “loa rehearse” với thư mục --out mới",
        "run “loa rehearse” again with a new --out folder",
    ),
}
