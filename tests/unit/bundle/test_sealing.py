"""The station's seal on a stick, by the keys that its receivers know."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipeline.bundle.sealing import KIND, signer, verifier
from pipeline.errors import AccessError
from pipeline.fleet.keys import FOLDER, Keys
from pipeline.signing import seal

NOW = datetime(2026, 11, 23, tzinfo=UTC)
MANIFEST = b'{"form": "bundle/1"}'


def clock() -> datetime:
    return NOW


def keys(root: Path) -> Keys:
    return Keys.open(root / FOLDER, clock)


def test_a_station_without_keys_neither_seals_nor_tells(tmp_path: Path) -> None:
    assert signer(tmp_path, clock) is None
    assert verifier(tmp_path, clock) is None
    assert not (tmp_path / "var").exists()


def test_a_seal_holds_for_its_manifest_alone(tmp_path: Path) -> None:
    keys(tmp_path)
    sign, verify = signer(tmp_path, clock), verifier(tmp_path, clock)
    assert sign is not None
    assert verify is not None
    sealed = sign(MANIFEST)
    assert verify(MANIFEST, sealed)
    assert not verify(MANIFEST + b" ", sealed)


@pytest.mark.parametrize(
    "text", ["", "{}", "null", "[" * 50_000, '{"kind": "bundle/1"}', "\ud800".encode("utf-8", "replace").decode()]
)
def test_what_is_no_seal_is_none(text: str, tmp_path: Path) -> None:
    keys(tmp_path)
    verify = verifier(tmp_path, clock)
    assert verify is not None
    assert not verify(MANIFEST, text)


def test_the_seal_of_another_station_is_not_taken(tmp_path: Path) -> None:
    keys(tmp_path / "ours")
    keys(tmp_path / "theirs")
    sign, verify = signer(tmp_path / "theirs", clock), verifier(tmp_path / "ours", clock)
    assert sign is not None
    assert verify is not None
    assert not verify(MANIFEST, sign(MANIFEST))


def test_a_key_that_was_rotated_still_counts_and_one_that_was_revoked_does_not(tmp_path: Path) -> None:
    held = keys(tmp_path)
    sign, verify = signer(tmp_path, clock), verifier(tmp_path, clock)
    assert sign is not None
    assert verify is not None
    sealed, first = sign(MANIFEST), held.signing().id
    held.rotate(timedelta(0))
    assert verify(MANIFEST, sealed)
    held.revoke(first)
    assert not verify(MANIFEST, sealed)


def test_keys_that_were_lost_are_named(tmp_path: Path) -> None:
    keys(tmp_path)
    (tmp_path / FOLDER / "root.pub").unlink()
    with pytest.raises(AccessError, match="receiver_keys_lost"):
        signer(tmp_path, clock)


def test_a_key_seals_nothing_after_its_time(tmp_path: Path) -> None:
    held = keys(tmp_path)
    old = held.signing()
    held.rotate(timedelta(0))
    verify = verifier(tmp_path, clock)
    assert verify is not None
    for late, right in ((timedelta(0), True), (timedelta(days=1), False)):
        facts = {"manifest": hashlib.sha256(MANIFEST).hexdigest(), "issued": (NOW + late).isoformat()}
        sealed = seal(json.dumps(facts).encode(), KIND, old).decode()
        assert verify(MANIFEST, sealed) is right


def test_what_was_sealed_as_something_else_is_no_seal(tmp_path: Path) -> None:
    held = keys(tmp_path)
    verify = verifier(tmp_path, clock)
    assert verify is not None
    facts = {"manifest": hashlib.sha256(MANIFEST).hexdigest(), "issued": NOW.isoformat()}
    assert not verify(MANIFEST, seal(json.dumps(facts).encode(), "plan/1", held.signing()).decode())
