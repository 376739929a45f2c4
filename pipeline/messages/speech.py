"""Sentences of the codes of speech."""

from __future__ import annotations

from pipeline.messages.message import Message

MESSAGES: dict[str, Message] = {
    "unread_token": Message(
        "Chưa biết cách đọc “{token}”.",
        "No reading is known for “{token}”.",
        "Thêm một dòng vào config/lexicon.yaml, ví dụ: {{write: {token}, read: cách đọc}}; hoặc viết rõ bằng chữ.",
        "Add a line to config/lexicon.yaml, such as {{write: {token}, read: how it sounds}}; or write it out in words.",
    ),
}
