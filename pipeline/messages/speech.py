"""Sentences of the codes of speech."""

from __future__ import annotations

from pipeline.messages.message import Message

MESSAGES: dict[str, Message] = {
    "unread_token": Message(
        "chưa biết cách đọc “{token}”",
        "no reading is known for “{token}”",
        "thêm một dòng vào config/lexicon.yaml, ví dụ: {{write: {token}, read: cách đọc}}; hoặc viết rõ bằng chữ",
        "add a line to config/lexicon.yaml, such as {{write: {token}, read: how it sounds}}; or write it out in words",
    ),
    "no_such_date": Message(
        "lịch không có ngày “{token}”",
        "no calendar has the day “{token}”",
        "xem lại văn bản gốc và viết đúng ngày; ngày này sẽ được đọc y như đã viết",
        "look at the original and write the right day; it would be read as it is written",
    ),
}
