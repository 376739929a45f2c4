"""What the list of receivers says of the plan of one."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from pipeline.cli.speakers_list import _plan_word, facts_of
from pipeline.fleet.watch import Speaker, Standing
from pipeline.protocol.status import Status
from pipeline.store.rows_receivers import ReceiverRow

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def speaker(issued: int, goes_by: int | None, whole: int) -> Speaker:
    """`whole`: the newest plan of which it held every sound."""
    row = ReceiverRow("an-quang-01", plan_version=issued, held_version=whole)
    status = None if goes_by is None else Status(online=True, at=NOW, plan=goes_by)
    return Speaker("an-quang-01", "An Quang", "", Standing.ONLINE, row, status)


@pytest.mark.parametrize(
    ("issued", "goes_by", "whole", "word"),
    [
        (0, None, 0, "speaker_plan_none"),
        (7, None, 0, "speaker_plan_behind"),
        (7, 5, 5, "speaker_plan_behind"),
        (7, 7, 5, "speaker_plan_unsounded"),
        (7, 7, 7, "speaker_plan_held"),
    ],
)
def test_a_plan_that_lacks_sounds_is_not_called_one_that_did_not_arrive(
    issued: int, goes_by: int | None, whole: int, word: str
) -> None:
    found = speaker(issued, goes_by, whole)
    assert _plan_word(found) == word
    facts = facts_of(found, NOW, ZoneInfo("Asia/Ho_Chi_Minh"))
    assert (facts["plan_issued"], facts["plan_taken"], facts["plan_held"]) == (issued, goes_by, whole)
