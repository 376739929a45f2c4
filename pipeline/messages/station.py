"""Sentences of production, dispatch and rehearsal, and the station's own words on air."""

from __future__ import annotations

from pipeline.messages.message import Message

MESSAGES: dict[str, Message] = {
    # spoken on air, always in Vietnamese
    "air_opening": Message(
        "Đây là chương trình truyền thanh của {station}. Mời bà con và các bạn nghe chuyên mục: {title}.",
        "This is {station}. You are listening to: {title}.",
    ),
    "air_closing": Message(
        "Chuyên mục đến đây là hết. Xin cảm ơn bà con và các bạn đã lắng nghe.",
        "This was all. Thank you for listening.",
    ),
    # what went wrong
    "site_has_errors": Message(
        "các tệp của đài có {count} lỗi",
        "the files of the site hold {count} errors",
        "chạy “loa check” để xem từng lỗi",
        "“loa check” shows each",
    ),
    "too_late": Message(
        "đã quá giờ nên không phát",
        "it was too late to be sent",
        "xem vì sao đài không chạy lúc đó",
        "see why the station was not running then",
    ),
    "not_produced": Message(
        "chưa có tệp phát thanh",
        "there is no recording for it",
        "chạy “loa produce” và xem lỗi nó báo",
        "run “loa produce” and see what it reports",
    ),
    "no_bulletins_left": Message(
        "không còn bản tin nào để phát",
        "no bulletin is left to be aired",
        "thêm bản tin còn hạn vào chương trình",
        "add bulletins that have not expired",
    ),
    "recording_incomplete": Message(
        "tệp phát thanh dài {found} giây, đáng ra {expected} giây",
        "the recording lasts {found} s instead of {expected} s",
        "xóa var/cache rồi chạy lại “loa produce”",
        "delete var/cache and run “loa produce” again",
    ),
    "bulletin_not_spoken": Message(
        "bản tin “{bulletin}” không dựng được nên lượt phát thiếu nó",
        "the bulletin “{bulletin}” could not be rendered and is missing from the airing",
        "chạy “loa produce” để xem vì sao",
        "“loa produce” says why",
    ),
    "bulletins_cut": Message(
        "{programme}/{slot} {start}: không đủ thời lượng, bỏ {bulletins}",
        "{programme}/{slot} {start}: too long for its slot, left out: {bulletins}",
        "tăng “length” của khung giờ hoặc bớt bản tin",
        "raise the slot's “length” or take fewer bulletins",
    ),
    "airing_longer_than_slot": Message(
        "{programme}/{slot} {start}: dài {needs} giây, quá “length” {length} giây: riêng bản tin đầu tiên đã dài hơn và vẫn phát trọn",
        "{programme}/{slot} {start}: takes {needs} s, longer than its “length” of {length} s: the first bulletin alone is longer, and airs whole",
        "tăng “length” của khung giờ hoặc viết bản tin ngắn hơn",
        "raise the slot's “length” or write a shorter bulletin",
    ),
    "no_contacts": Message(
        "danh bạ chưa có số nào",
        "the contact list holds no number",
        "nhập bằng “loa contacts import”",
        "“loa contacts import” fills it",
    ),
    "contact_list_missing": Message(
        "danh bạ “{list}” chưa được nhập",
        "the contact list “{list}” has not been imported",
        "chạy “loa contacts import TỆP --list {list} --basis …”",
        "run “loa contacts import FILE --list {list} --basis …”",
    ),
    "sms_channel_missing": Message(
        "chưa chọn kênh gửi tin nhắn",
        "no channel for SMS is chosen",
        "thêm “sms: {{channel: …}}” vào config/channels.yaml",
        "add “sms: {{channel: …}}” to config/channels.yaml",
    ),
    "bulletin_without_sms": Message(
        "không bản tin nào trong lượt này có lời tin nhắn",
        "none of its bulletins has an SMS text",
        "thêm khóa “sms” vào bản tin",
        "add the key “sms” to the bulletin",
    ),
    "channel_fault": Message(
        "kênh gặp lỗi bất ngờ; không rõ đã gửi hay chưa",
        "the channel failed unexpectedly; nobody knows whether it went out",
        "xem nhật ký của đài rồi kiểm tra nơi nhận",
        "read the station's log and ask the far end",
    ),
    "rehearsal_sample_contacts": Message(
        "danh bạ “{list}” trống: chạy thử dùng {count} số mẫu không có thật",
        "the list “{list}” is empty: the rehearsal uses {count} invented sample numbers",
        "nhập danh bạ thật bằng “loa contacts import”",
        "import the real list with “loa contacts import”",
    ),
    "rehearsal_trouble": Message(
        "{programme}/{slot} {start}: {count} lượt gửi không đi được: {reason}",
        "{programme}/{slot} {start}: {count} deliveries did not go out: {reason}",
        "xem các cảnh báo khác ở trên để biết nguyên nhân",
        "the other warnings say why",
    ),
    "rehearsal_under_way": Message(
        "thư mục {folder} đang được một lần chạy thử khác dùng",
        "another rehearsal is using the folder {folder}",
        "đợi lần kia xong, hoặc chọn thư mục khác",
        "wait until it is done, or choose another folder",
    ),
    "rehearsal_folder_in_use": Message(
        "thư mục {folder} đang chứa thứ khác",
        "the folder {folder} holds something else",
        "chọn một thư mục mới hoặc thư mục của lần chạy thử trước",
        "choose a new folder or that of an earlier rehearsal",
    ),
    "bulletin_held_back": Message(
        "bản tin “{bulletin}” sẽ không được phát: {reason}",
        "the bulletin “{bulletin}” will not air: {reason}",
        "phê duyệt bằng “loa bulletin approve {bulletin} --by NGƯỜI”",
        "approve it with “loa bulletin approve {bulletin} --by PERSON”",
    ),
    "report_channel_stale": Message(
        "bản tin nhắc tới một nơi phản ánh đã quá hạn kiểm tra",
        "the bulletin names a report channel whose check has run out",
        "kiểm tra lại nơi ấy rồi sửa “checked” trong config/report_channels.yaml",
        "make sure of it, then correct “checked” in config/report_channels.yaml",
    ),
    "report_channel_runs_out": Message(
        "bản tin “{bulletin}” nhắc tới “{channel}”, chỉ được bảo đảm đến {until}; sau ngày đó bản tin bị giữ lại",
        "the bulletin “{bulletin}” names “{channel}”, vouched for until {until} only; after that it is held back",
        "kiểm tra lại nơi ấy rồi sửa “checked” trong config/report_channels.yaml",
        "make sure of it, then correct “checked” in config/report_channels.yaml",
    ),
    "fallback_voice": Message(
        "{count} tệp phát thanh do giọng dự phòng {voice} đọc",
        "{count} recordings were spoken by the fallback voice {voice}",
        "kiểm tra các giọng đứng trước trong “voices: chain”",
        "check the voices before it in “voices: chain”",
    ),
}
