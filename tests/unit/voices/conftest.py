from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.unit.voices.google import Google, serving


@pytest.fixture
def google(monkeypatch: pytest.MonkeyPatch) -> Iterator[Google]:
    server = Google()
    monkeypatch.setenv("NO_PROXY", "*")
    lead_to(monkeypatch, f"http://127.0.0.1:{server.server_port}")
    with serving(server):
        yield server


def lead_to(monkeypatch: pytest.MonkeyPatch, base: str) -> None:
    monkeypatch.setattr("gtts.tts._translate_url", lambda tld="com", path="": f"{base}/{path}")
