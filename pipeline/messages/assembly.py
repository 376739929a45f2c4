"""Sentences around the assembly of recordings: what is said on the air, and what can go wrong."""

from __future__ import annotations

from pipeline.messages.message import Message

MESSAGES: dict[str, Message] = {
    # spoken on the air, always in Vietnamese
    "air_opening_urgent": Message(
        "Thông báo khẩn cấp của {station}. Mời bà con chú ý lắng nghe: {title}.",
        "Urgent notice of {station}. Please listen: {title}.",
    ),
    "air_closing_urgent": Message(
        "Thông báo khẩn cấp đến đây là hết. Mời bà con tiếp tục theo dõi các thông báo của {station}.",
        "This is the end of the urgent notice. Please stay tuned to {station}.",
    ),
    # commands
    "help_produce_copies": Message(
        "Chép thêm tệp phát thanh vào thư mục này (USB), tên là ngày giờ phát.",
        "Also copy the recordings into this folder (a USB stick), named by day and hour.",
    ),
    "produce_folder_made": Message("Chưa có thư mục {folder}: sẽ tạo mới.", "There is no folder {folder}: it is made."),
    "produce_copied": Message(
        "Đã chép {count} tệp phát thanh kèm lời đọc vào {folder}.",
        "{count} recordings with their words were copied to {folder}.",
    ),
    # config/
    "place_in_words_unknown": Message(
        "lời nói trên loa có chỗ trống “{value}” mà Loa không biết điền gì",
        "these words hold the place “{value}”, which Loa cannot fill in",
        "chỉ dùng được {known}; không viết dấu {{ }} ở chỗ khác",
        "use only {known}, and no other braces",
    ),
    # renderings and their proof
    "airing_not_rendered": Message(
        "“{title}” lúc {start} chưa có tệp {form} cho kênh “{channel}”",
        "“{title}” at {start} has no {form} file for channel “{channel}” yet",
        "chạy “loa produce” và xem nó báo gì; cần gấp thì bỏ dòng format của kênh để giao MP3",
        "run “loa produce” and read what it says; in a hurry, take the channel's format away and MP3 is handed over",
    ),
    "rendering_failed": Message(
        "không đổi được tệp phát thanh “{file}” sang dạng khác",
        "the recording “{file}” could not be made into another kind of file",
        "kiểm tra ổ đĩa còn chỗ trống, rồi chạy lại “loa produce”",
        "see that the disk has room, then run “loa produce” again",
    ),
    "rendering_altered": Message(
        "bản {form} của tệp phát thanh không giống bản gốc: {what} là {found}, phải là {expected}",
        "the {form} copy of a recording is not like it: its {what} is {found} instead of {expected}",
        "chạy lại “loa produce”; nếu vẫn lỗi, bỏ dòng format của kênh để dùng MP3",
        "run “loa produce” again; if that fails too, take the channel's format away and use MP3",
    ),
}
