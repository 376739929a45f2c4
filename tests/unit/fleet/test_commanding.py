"""Commands and their answers: what nobody waits for is not kept for ever."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, cast

import pytest

from pipeline.fleet import commanding
from pipeline.fleet.commanding import Commanding
from pipeline.protocol.command import Reply

NOW = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)


class Taking:
    def note_reply(self, *_: object) -> bool:
        return True


def test_answers_that_nobody_waits_for_do_not_pile_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commanding, "MOST_REPLIES", 3)
    made = Commanding(cast(Any, Taking()), cast(Any, None))
    for number in range(100):
        made.take("cum-1", Reply(f"c{number}", NOW), NOW)
    assert list(made._replies) == ["c97", "c98", "c99"]
    assert made.wait(["c99"], 0.0)["c99"].command == "c99"
