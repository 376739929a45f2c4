"""Sentences of the codes of config."""

from __future__ import annotations

from pipeline.messages.message import Message

MESSAGES: dict[str, Message] = {}
