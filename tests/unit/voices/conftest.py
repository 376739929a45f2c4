from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from tests.unit.voices.google import Google


@pytest.fixture
def google(monkeypatch: pytest.MonkeyPatch) -> Iterator[Google]:
    server = Google()
    monkeypatch.setenv("NO_PROXY", "*")
    lead_to(monkeypatch, f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.closing.set()
    server.shutdown()
    server.server_close()
    thread.join()


def lead_to(monkeypatch: pytest.MonkeyPatch, base: str) -> None:
    monkeypatch.setattr("gtts.tts._translate_url", lambda tld="com", path="": f"{base}/{path}")
