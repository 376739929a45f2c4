"""The station's keys: made once, turned over, revoked at once, noticed by whoever else holds them."""

from __future__ import annotations

import stat
from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.errors import AccessError
from pipeline.fleet.keys import FORGET, OVERLAP, Keys, write_whole
from pipeline.protocol.command import COMMAND
from pipeline.protocol.plan import LONGEST_LIFE
from pipeline.signing import KEYRING, Keyring, SigningKey, seal, unseal
from tests.receivers.ledgers import SteppingClock


@pytest.fixture
def clock() -> SteppingClock:
    return SteppingClock()


@pytest.fixture
def keys(tmp_path: Path, clock: SteppingClock) -> Keys:
    return Keys.open(tmp_path / "keys", clock)


def test_keys_are_made_once_and_only_their_owner_reads_them(keys: Keys, clock: SteppingClock) -> None:
    keys.codes_key()
    again = Keys.open(keys.folder, clock)
    assert again.keyring == keys.keyring
    assert again.signing().raw == keys.signing().raw
    assert again.codes_key() == keys.codes_key()
    assert stat.S_IMODE(keys.folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(each.stat().st_mode) for each in keys.folder.iterdir()} == {0o600}
    assert not list(keys.folder.glob("*.part"))


def test_keys_that_receivers_know_are_never_made_anew(tmp_path: Path, clock: SteppingClock) -> None:
    with pytest.raises(AccessError, match="receiver_keys_lost"):
        Keys.open(tmp_path / "keys", clock, known=True)
    assert not (tmp_path / "keys").exists()


def test_a_receiver_that_pinned_the_root_follows_every_change(keys: Keys, clock: SteppingClock) -> None:
    held = Keyring(keys.keyring.root)
    for change in (keys.rotate, lambda: keys.revoke(keys.signing().id), keys.rotate):
        held = held.follow(keys.sealed_keyring)
        clock.on(timedelta(minutes=1))
        change()
    before, held = held.version, held.follow(keys.sealed_keyring)
    assert held.version > before
    assert held == keys.keyring


def test_after_a_rotation_the_old_key_counts_on_for_a_while(keys: Keys, clock: SteppingClock) -> None:
    old = keys.signing()
    sealed = seal(b"{}", COMMAND, old)
    keys.rotate()
    assert keys.signing().id != old.id
    assert unseal(sealed, COMMAND, keys.keyring, clock() + OVERLAP) == b"{}"
    with pytest.raises(AccessError, match="seal_key_over"):
        unseal(sealed, COMMAND, keys.keyring, clock() + OVERLAP + timedelta(seconds=1))
    assert [each.state for each in keys.facts()] == ["current", "still"]
    clock.on(OVERLAP + timedelta(days=1))
    assert [each.state for each in keys.facts()] == ["current", "over"]


def test_a_second_rotation_does_not_lengthen_the_life_of_an_older_key(keys: Keys, clock: SteppingClock) -> None:
    first = keys.signing().id
    keys.rotate()
    ends = next(each.until for each in keys.keyring.keys if each.id == first)
    clock.on(timedelta(days=3))
    keys.rotate()
    assert next(each.until for each in keys.keyring.keys if each.id == first) == ends
    keys.rotate(timedelta())
    assert [each.state for each in keys.facts()] == ["current", "still", "still", "still"]  # until this very moment
    clock.on(timedelta(seconds=1))
    assert [each.state for each in keys.facts()] == ["current", "over", "over", "over"]


def test_a_key_that_ended_long_ago_is_named_no_more(keys: Keys, clock: SteppingClock) -> None:
    first = keys.signing().id
    keys.rotate()
    clock.on(timedelta(days=100))
    keys.rotate()
    assert first not in {each.id for each in keys.keyring.keys}


def test_what_a_revoked_key_signed_counts_no_more_and_a_fresh_one_signs(keys: Keys) -> None:
    stolen = keys.signing()
    sealed = seal(b"{}", COMMAND, stolen)
    made = keys.revoke(stolen.id)
    assert keys.signing().id == made.id != stolen.id
    assert not (keys.folder / f"{stolen.id}.key").exists()
    with pytest.raises(AccessError, match="seal_key_revoked"):
        unseal(sealed, COMMAND, keys.keyring)
    with pytest.raises(AccessError, match="signing_key_unknown"):
        keys.revoke(stolen.id)


def test_revoking_an_older_key_leaves_the_one_that_signs(keys: Keys) -> None:
    old = keys.signing().id
    keys.rotate()
    current = keys.signing().id
    assert keys.revoke(old).id == current == keys.signing().id


def test_what_another_process_changed_is_noticed(keys: Keys, clock: SteppingClock) -> None:
    other = Keys.open(keys.folder, clock)
    other.rotate()
    assert keys.signing().id == other.signing().id
    assert keys.sealed_keyring == other.sealed_keyring


def test_the_root_key_may_be_kept_elsewhere_until_it_is_needed(keys: Keys, clock: SteppingClock) -> None:
    away = (keys.folder / "root.key").rename(keys.folder.parent / "on-a-stick")
    assert Keys.open(keys.folder, clock, known=True).signing().id == keys.signing().id
    for change in (keys.rotate, lambda: keys.revoke(keys.signing().id)):
        with pytest.raises(AccessError, match="root_key_away"):
            change()
    away.rename(keys.folder / "root.key")
    keys.rotate()


def test_a_clock_that_went_far_astray_still_finds_a_key_to_sign_with(keys: Keys, clock: SteppingClock) -> None:
    version = keys.keyring.version
    clock.on(-timedelta(days=900))
    assert keys.signing().id in {each.id for each in keys.keyring.keys}
    assert keys.keyring.version > version, "a keyring never goes back, whatever the clock says"


def restored(keys: Keys, kept: dict[str, bytes], clock: SteppingClock) -> Keys:
    """The folder as it was when `kept` was read from it."""
    for each in keys.folder.iterdir():
        each.unlink()
    for name, content in kept.items():
        write_whole(keys.folder / name, content)
    return Keys.open(keys.folder, clock, known=True)


def content(keys: Keys) -> dict[str, bytes]:
    return {each.name: each.read_bytes() for each in keys.folder.iterdir()}


def test_keys_out_of_an_older_backup_learn_from_a_receiver_what_was_revoked_since(
    keys: Keys, clock: SteppingClock
) -> None:
    kept, stolen = content(keys), keys.signing().id
    clock.on(timedelta(days=1))
    keys.revoke(stolen)
    shown, newer = keys.sealed_keyring, keys.keyring
    older = restored(keys, kept, clock)
    assert older.signing().id == stolen, "the backup knows nothing of the revocation"
    assert older.outgrow(shown)
    assert older.keyring.version > newer.version, "and every receiver takes the next one"
    assert stolen in older.keyring.revoked
    assert older.signing().id not in {stolen, *(each.id for each in newer.keys)}, "whose private half was lost"
    assert {each.id for each in newer.keys} < {each.id for each in older.keyring.keys}, "what it signed sounds on"
    assert not (older.folder / f"{stolen}.key").exists()
    before = older.sealed_keyring
    assert not older.outgrow(shown), "a second receiver brings no news"
    assert older.sealed_keyring == before


def test_a_keyring_that_only_revoked_an_older_key_turns_no_key_over(keys: Keys, clock: SteppingClock) -> None:
    old = keys.signing().id
    clock.on(timedelta(days=1))
    current = keys.rotate().id
    kept = content(keys)
    clock.on(timedelta(days=1))
    keys.revoke(old)
    shown = keys.sealed_keyring
    older = restored(keys, kept, clock)
    assert older.outgrow(shown)
    assert older.sealed_keyring == shown
    assert older.signing().id == current


def test_without_the_root_key_the_newer_keyring_is_taken_and_an_older_key_signs_on(
    keys: Keys, clock: SteppingClock
) -> None:
    kept, old = content(keys), keys.signing().id
    clock.on(timedelta(days=1))
    keys.rotate()
    shown = keys.sealed_keyring
    del kept["root.key"]
    older = restored(keys, kept, clock)
    with pytest.raises(AccessError, match="root_key_away"):
        older.outgrow(shown)
    assert older.sealed_keyring == shown
    assert older.signing().id == old, "it counts for some days more"
    with pytest.raises(AccessError, match="signing_key_unreadable"):
        older.check()


def test_nobody_but_the_root_key_outgrows_a_keyring(keys: Keys, clock: SteppingClock) -> None:
    before, key = keys.sealed_keyring, keys.signing()
    far = Keyring(keys.keyring.root, keys.keyring.version + 1, keys.keyring.keys, frozenset({key.id}))
    stranger = SigningKey.make("root")
    for claim, code in (
        (seal(far.payload(), KEYRING, key), "seal_key_unknown"),
        (seal(far.payload(), KEYRING, stranger), "seal_forged"),
        (before[:-1], "document_unreadable"),
        (b"9999999999999", "document_unreadable"),
    ):
        with pytest.raises(AccessError, match=code):
            keys.outgrow(claim)
    assert not keys.outgrow(before)
    assert keys.sealed_keyring == before
    assert keys.signing().id == key.id


def test_a_key_is_named_as_long_as_a_plan_it_signed_may_live(keys: Keys, clock: SteppingClock) -> None:
    assert FORGET >= LONGEST_LIFE > OVERLAP


@pytest.mark.parametrize("damage", [b"", b"{}", b"\xff\xfe"])
def test_a_damaged_keyring_is_named_and_never_taken_for_none(keys: Keys, clock: SteppingClock, damage: bytes) -> None:
    (keys.folder / "keyring").write_bytes(damage)
    with pytest.raises(AccessError, match="document_unreadable"):
        Keys.open(keys.folder, clock)


def test_a_keyring_of_another_root_is_refused(keys: Keys, tmp_path: Path, clock: SteppingClock) -> None:
    other = Keys.open(tmp_path / "other", clock)
    (keys.folder / "keyring").write_bytes((other.folder / "keyring").read_bytes())
    with pytest.raises(AccessError, match="seal_forged"):
        Keys.open(keys.folder, clock)


def test_no_key_is_shown(keys: Keys) -> None:
    shown = f"{keys.signing()!r} {keys.facts()!r} {keys.keyring!r}"
    private = keys.signing().private.private_bytes_raw()
    assert private.hex() not in shown
    assert repr(private)[2:-1] not in shown
