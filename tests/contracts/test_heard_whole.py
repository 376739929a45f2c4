"""Both stores: what was heard whole of an airing that was cut off."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.domain import Receipt, State
from pipeline.store import Store
from pipeline.telling.heard import heard_whole
from tests.stores import START, airing, plan, sent

CUES = {
    "cues": [
        {"kind": "announcement", "bulletin": "", "end_s": 9.0},
        {"kind": "bulletin", "bulletin": "a", "end_s": 40.0},
        {"kind": "bulletin", "bulletin": "b", "end_s": 80.0},
    ]
}


@pytest.mark.parametrize(
    ("seconds", "heard"),
    [((39, 100), ()), ((41, 100), ("a",)), ((80, 95), ("a", "b")), ((41, None), None), ((None, None), None)],
)
def test_only_what_every_cut_off_cluster_heard_to_its_end_counts(
    store: Store, tmp_path: Path, seconds: tuple[int | None, int | None], heard: tuple[str, ...] | None
) -> None:
    plan(store, airing(targets=("loa-1", "loa-2")))
    pair = sent(store)
    store.set_recordings({each.id: "abc" for each in pair})
    (tmp_path / "abc.cues.json").write_text(json.dumps(CUES), encoding="utf-8")
    for each, took in zip(pair, seconds, strict=True):
        times = {} if took is None else {"started": START, "ended": START + timedelta(seconds=took)}
        store.record([Receipt(each.id, START, State.INTERRUPTED, code="stopped", **times)])
    (row,) = {each.occurrence for each in pair}
    assert heard_whole(store, row, tmp_path) == heard
    (tmp_path / "abc.cues.json").unlink()
    assert heard_whole(store, row, tmp_path) is None
