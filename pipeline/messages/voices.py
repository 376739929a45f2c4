"""Sentences of the codes of voices and audio."""

from __future__ import annotations

from pipeline.messages.message import Message

MESSAGES: dict[str, Message] = {}
