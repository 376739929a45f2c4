"""`limits:` of config/station.yaml: distances, and the rule they come from."""

from __future__ import annotations

import pytest

from pipeline import documents
from pipeline.config.limits import LIMITS, Distance
from pipeline.fields import Reading
from pipeline.messages import render


def read(text: str) -> tuple[object, Reading]:
    reading = Reading()
    node = documents.parse(f"far: {text}\n", "config/station.yaml", reading.problems)
    assert isinstance(node, documents.Mapping)
    return Distance().read(node.values["far"], reading), reading


@pytest.mark.parametrize(
    ("text", "metres"),
    [("400m", 400), ("0m", 0), ("1km", 1000), ("1.5km", 1500), ("250.5m", 250.5), ("400 m", 400), ("5km", 5000)],
)
def test_a_distance_is_read_in_metres(text: str, metres: float) -> None:
    found, reading = read(text)
    assert (found, reading.problems) == (metres, [])


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("400", "bad_distance"),
        ("-1m", "bad_distance"),
        ("4oom", "bad_distance"),
        ("400 mét", "bad_distance"),
        ("1,5km", "bad_distance"),
        ("١m", "bad_distance"),
        ("999999m", "bad_distance"),
        ("5001m", "distance_out_of_range"),
        ("6km", "distance_out_of_range"),
    ],
)
def test_a_wrong_distance_is_told_with_an_example(text: str, code: str) -> None:
    found, reading = read(text)
    assert found is None
    (problem,) = reading.problems
    assert (problem.code, problem.line, problem.column) == (code, 1, 6)
    assert all(render(code, problem.params))


def test_limits_know_their_rule() -> None:
    reading = Reading()
    node = documents.parse("rule: Quy chế số 1\nhearing_distance: 400m\n", "config/station.yaml", reading.problems)
    assert node is not None
    assert LIMITS.read(node, reading) == {"rule": "Quy chế số 1", "hearing_distance": 400.0}
