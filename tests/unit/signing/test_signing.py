"""Who may order: keys, keyrings, sealed documents."""

from __future__ import annotations

import base64
import json
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import AccessError
from pipeline.signing import (
    KEYRING,
    MOST_BYTES,
    Keyring,
    PublicKey,
    SigningKey,
    fingerprint,
    require_in_time,
    seal,
    signed_by,
    unseal,
)
from pipeline.strict_json import dump

NOW = datetime(2026, 11, 23, tzinfo=UTC)
ROOT, KEY, REVOKED, STRANGER = (SigningKey.make(name) for name in ("root", "k-2", "k-1", "k-9"))
RING = Keyring(ROOT.raw, 4, (KEY.public(NOW, NOW + timedelta(days=1)), REVOKED.public(NOW)), frozenset({"k-1"}))
PAYLOAD = dump({"what": "Xã An Quang"})


def altered(document: bytes, **values: object) -> bytes:
    return json.dumps({**json.loads(document), **values}).encode()


def test_what_was_sealed_is_unsealed() -> None:
    assert unseal(seal(PAYLOAD, "plan/1", KEY), "plan/1", RING, NOW) == PAYLOAD
    assert signed_by(seal(PAYLOAD, "plan/1", KEY)) == "k-2"


SEALED = seal(PAYLOAD, "plan/1", KEY)
SIGNATURE = json.loads(SEALED)["signature"]
REFUSALS = {
    "another kind asked": (SEALED, "command/1", "seal_kind"),
    "another kind named": (altered(SEALED, kind="command/1"), "command/1", "seal_forged"),
    "another payload": (altered(SEALED, payload='{"what":"x"}'), "plan/1", "seal_forged"),
    "empty payload": (altered(SEALED, payload=""), "plan/1", "document_unreadable"),
    "a key nobody knows": (seal(PAYLOAD, "plan/1", STRANGER), "plan/1", "seal_key_unknown"),
    "a stranger under a good name": (altered(seal(PAYLOAD, "plan/1", STRANGER), key="k-2"), "plan/1", "seal_forged"),
    "a revoked key": (seal(PAYLOAD, "plan/1", REVOKED), "plan/1", "seal_key_revoked"),
    "the root for a plan": (seal(PAYLOAD, "plan/1", ROOT), "plan/1", "seal_key_unknown"),
    "a plan's key for a keyring": (seal(PAYLOAD, KEYRING, KEY), KEYRING, "seal_key_unknown"),
    "no signature": (altered(SEALED, signature=""), "plan/1", "document_unreadable"),
    "half a signature": (altered(SEALED, signature=SIGNATURE[:44]), "plan/1", "seal_forged"),
    "signature that is no Base64": (altered(SEALED, signature="***"), "plan/1", "seal_unreadable"),
    "signature with blanks": (altered(SEALED, signature=SIGNATURE + " "), "plan/1", "seal_unreadable"),
    "signature written another way": (altered(SEALED, signature=SIGNATURE[:-3] + "/=="), "plan/1", "seal_unreadable"),
    "signature of zeros": (altered(SEALED, signature="A" * 86 + "=="), "plan/1", "seal_forged"),
    "more than it says": (altered(SEALED, comment="x"), "plan/1", "document_unreadable"),
    "a list": (b"[]", "plan/1", "document_unreadable"),
    "too large": (b" " * (MOST_BYTES + 1), "plan/1", "seal_unreadable"),
}


@pytest.mark.parametrize(("document", "kind", "code"), REFUSALS.values(), ids=REFUSALS)
def test_what_is_not_the_stations_is_refused_by_name(document: bytes, kind: str, code: str) -> None:
    with pytest.raises(AccessError) as refused:
        unseal(document, kind, RING)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("at", "fits"),
    [(-timedelta(seconds=1), False), (timedelta(0), True), (timedelta(days=1), True), (timedelta(days=2), False)],
)
def test_a_key_counts_from_its_beginning_to_its_end(at: timedelta, fits: bool) -> None:
    if fits:
        assert unseal(SEALED, "plan/1", RING, NOW + at) == PAYLOAD
        require_in_time(SEALED, RING, NOW + at)
        return
    with pytest.raises(AccessError, match="seal_key_over"):
        unseal(SEALED, "plan/1", RING, NOW + at)
    with pytest.raises(AccessError, match="seal_key_over"):
        require_in_time(SEALED, RING, NOW + at)


@given(st.integers(0, 10**6), st.integers(1, 255))
@settings(max_examples=200, deadline=None)
def test_any_byte_altered_is_refused_or_means_the_same(place: int, flip: int) -> None:
    document = bytearray(SEALED)
    document[place % len(document)] ^= flip
    try:
        assert unseal(bytes(document), "plan/1", RING) == PAYLOAD
    except AccessError:
        return


def test_every_bit_of_a_signature_counts() -> None:
    raw = base64.b64decode(SIGNATURE)
    for place in range(0, 512, 5):
        spoilt = bytearray(raw)
        spoilt[place // 8] ^= 1 << place % 8
        with pytest.raises(AccessError, match="seal_forged"):
            unseal(altered(SEALED, signature=base64.b64encode(spoilt).decode()), "plan/1", RING)


def ring(version: int, *keys: PublicKey, revoked: frozenset[str] = frozenset()) -> Keyring:
    return Keyring(ROOT.raw, version, keys, revoked)


def test_a_newer_keyring_is_followed_and_says_all_it_said() -> None:
    newer = ring(5, KEY.public(NOW), revoked=frozenset({"k-1", "k-0"}))
    found = RING.follow(seal(newer.payload(), KEYRING, ROOT))
    assert found == newer
    assert found.follow(seal(newer.payload(), KEYRING, ROOT)) == newer
    assert Keyring(ROOT.raw).follow(seal(newer.payload(), KEYRING, ROOT)) == newer


OTHER_ROOT = SigningKey.make("root")
KEYRINGS = {
    "older": (seal(ring(3, KEY.public(NOW)).payload(), KEYRING, ROOT), "keyring_older"),
    "the same version, another content": (seal(ring(4, KEY.public(NOW)).payload(), KEYRING, ROOT), "keyring_differs"),
    "the same version, one revoked less": (
        seal(ring(4, *RING.keys).payload(), KEYRING, ROOT),
        "keyring_differs",
    ),
    "by another root": (seal(ring(9).payload(), KEYRING, OTHER_ROOT), "seal_forged"),
    "of another station": (seal(Keyring(OTHER_ROOT.raw, 9).payload(), KEYRING, ROOT), "keyring_foreign"),
    "by a key of its own": (seal(ring(9, KEY.public(NOW)).payload(), KEYRING, KEY), "seal_key_unknown"),
    "version 0": (seal(ring(0).payload(), KEYRING, ROOT), "document_unreadable"),
    "one key twice": (seal(ring(9, KEY.public(NOW), KEY.public(NOW)).payload(), KEYRING, ROOT), "seal_unreadable"),
    "a key called root": (seal(ring(9, ROOT.public(NOW)).payload(), KEYRING, ROOT), "seal_unreadable"),
    "a key of 31 bytes": (seal(ring(9, PublicKey("k", b"x" * 31, NOW)).payload(), KEYRING, ROOT), "seal_unreadable"),
    "a key over before it begins": (
        seal(ring(9, KEY.public(NOW, NOW)).payload(), KEYRING, ROOT),
        "seal_unreadable",
    ),
    "keys without end": (
        seal(ring(9, *(PublicKey(f"k-{n}", b"x" * 32, NOW) for n in range(65))).payload(), KEYRING, ROOT),
        "document_unreadable",
    ),
    "a plan": (SEALED, "seal_kind"),
}


@pytest.mark.parametrize(("document", "code"), KEYRINGS.values(), ids=KEYRINGS)
def test_a_keyring_that_is_not_the_roots_newest_is_refused(document: bytes, code: str) -> None:
    with pytest.raises(AccessError) as refused:
        RING.follow(document)
    assert refused.value.code == code


def test_a_key_that_was_revoked_later_signs_nothing_any_more() -> None:
    document = seal(PAYLOAD, "plan/1", KEY)
    later = RING.follow(seal(ring(5, KEY.public(NOW), revoked=frozenset({"k-2"})).payload(), KEYRING, ROOT))
    with pytest.raises(AccessError, match="seal_key_revoked"):
        unseal(document, "plan/1", later)


def test_a_private_key_is_kept_from_others_and_never_shown(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "k-2"
    KEY.write(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert SigningKey.read("k-2", path).raw == KEY.raw
    assert "private" not in repr(KEY)
    with pytest.raises(FileExistsError):
        KEY.write(path)
    path.write_bytes(b"short")
    with pytest.raises(AccessError, match="signing_key_unreadable"):
        SigningKey.read("k-2", path)
    with pytest.raises(AccessError, match="signing_key_unreadable"):
        SigningKey.read("k-2", tmp_path / "none")


def test_a_fingerprint_names_a_station() -> None:
    assert RING.station == fingerprint(ROOT.raw)
    assert len(RING.station) == 32
