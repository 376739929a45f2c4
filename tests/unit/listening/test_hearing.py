"""A hearing travels between machines: what is written is read back, what is not in its form is refused by its key."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from pipeline.errors import ContentError
from pipeline.listening import Hearing, Verdict
from pipeline.messages import CATALOGUE
from pipeline.protocol.hearing import REASONS

HEARING = Hearing(Verdict.PARTLY, 23.5, 0.61, 0.0, 41.0, 3.27, -31.4, "listening_ended_early")


@pytest.mark.parametrize("hearing", [HEARING, Hearing(Verdict.UNSURE), Hearing(Verdict.HEARD, 40, 1, 0, 9, -0.5, 3)])
def test_what_is_written_is_read_back(hearing: Hearing) -> None:
    assert Hearing.read(json.loads(json.dumps(hearing.as_json()))) == hearing
    assert Hearing.read_facts(hearing.as_facts()) == hearing
    assert all(isinstance(text, str) for text in hearing.as_facts().values())


@pytest.mark.parametrize(
    "change", [{"score": "much"}, {"score": ""}, {"share": "nan"}, {"verdict": ""}, {"reason": "x"}]
)
def test_facts_of_a_journal_are_read_as_strictly(change: dict[str, str]) -> None:
    with pytest.raises(ContentError):
        Hearing.read_facts({**HEARING.as_facts(), **change})


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"verdict": "played"}, "verdict"),
        ({"verdict": ["heard"]}, "verdict"),
        ({"verdict": None}, "verdict"),
        ({"reason": "anything"}, "reason"),
        ({"reason": None}, "reason"),
        ({"score": None}, "score"),
        ({"score": "12"}, "score"),
        ({"score": True}, "score"),
        ({"score": float("nan")}, "score"),
        ({"delay_s": float("inf")}, "delay_s"),
        ({"level_db": 10**400}, "level_db"),
        ({"share": 1.2}, "share"),
        ({"share": -0.1}, "share"),
        ({"share": None}, "share"),
        ({"from_s": 50.0}, "to_s"),
        ({"played": True}, ""),
    ],
)
def test_what_is_not_in_its_form_is_refused_by_its_key(change: dict[str, object], key: str) -> None:
    with pytest.raises(ContentError) as caught:
        Hearing.read({**HEARING.as_json(), **change})
    assert (caught.value.code, caught.value.params["key"]) == ("hearing_malformed", key)


@pytest.mark.parametrize("document", [None, [], "heard", {}, {"verdict": "heard"}])
def test_what_is_no_hearing_is_refused(document: object) -> None:
    with pytest.raises(ContentError):
        Hearing.read(document)


def test_every_verdict_and_reason_has_its_sentence() -> None:
    assert {f"verdict_{each}" for each in Verdict} | (REASONS - {""}) <= set(CATALOGUE)


def test_a_receiver_that_records_and_reads_hearings_loads_no_numpy() -> None:
    code = "import sys, pipeline.listening; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
