"""Sentences about config/mastering.yaml and about what is mastered."""

from __future__ import annotations

from pipeline.messages.message import Message

MESSAGES: dict[str, Message] = {
    "bad_quantity": Message(
        "“{value}” không phải là số kèm đơn vị",
        "“{value}” is not a number with its unit",
        "viết số liền với đơn vị, như {example}",
        "write the number and its unit, like {example}",
    ),
    "quantity_out_of_range": Message(
        "“{value}” ngoài khoảng cho phép ({low} đến {high})",
        "“{value}” is out of range ({low} to {high})",
        "chọn giá trị trong khoảng đó",
        "choose within it",
    ),
    "bad_preset_name": Message(
        "tên kiểu chỉnh âm “{value}” không hợp lệ",
        "“{value}” cannot be the name of a preset",
        "dùng chữ thường không dấu, chữ số và dấu gạch, tối đa 64 ký tự, như cho-que-toi",
        "use small letters a–z, digits and hyphens, at most 64, like village-market",
    ),
    "preset_without_like": Message(
        "kiểu chỉnh âm mới chưa nói lấy theo kiểu nào",
        "a new preset does not say which one it is taken from",
        "thêm like: và một trong {known}",
        "add like: and one of {known}",
    ),
    "passage_softer": Message(
        "lời chỉ dài một hai giây nên nghe nhỏ hơn các phần khác {by} LU",
        "so few words sound {by} LU softer than everything else",
        "viết thành một câu trọn ý, hoặc nhắc lại lời ấy: “Sơ tán ngay. Xin nhắc lại: sơ tán ngay.”",
        "write a whole sentence, or say the words again: “Leave now. Once more: leave now.”",
    ),
    "audio_not_written": Message(
        "không ghi được tệp âm thanh: {why}",
        "the sound cannot be written: {why}",
        "kiểm tra chỗ trống trên đĩa và quyền ghi vào thư mục var/, rồi chạy lại “loa produce”",
        "look at the free space of the disk and the permission to write to var/, then run “loa produce” again",
    ),
    "preset_unreachable": Message(
        "độ to {lufs} LUFS quá gần đỉnh {dbtp} dBTP: bộ chặn đỉnh không thể đạt mà không làm méo tiếng",
        "{lufs} LUFS is too near to a true peak of {dbtp} dBTP: no limiter reaches it without distortion",
        "ghi lufs: {limit} hoặc nhỏ hơn; muốn nghe to hơn nữa thì tăng ở âm-li, không phải ở tệp",
        "write lufs: {limit} or less; what has to be louder still is turned up at the amplifier, not in the file",
    ),
}
