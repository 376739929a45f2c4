"""What a receiver takes from its station, and what it refuses: keyring, plan, commands. Counters are on the disk first.

The station is known by its root key alone, pinned at enrolment. Who brought a document does not matter. Versions of
plans are counted for each signing key, and a count is worth as much as its key: what a stolen key signed shuts out
nothing once the key is revoked.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from pipeline.errors import AccessError
from pipeline.protocol.command import Command, read_command
from pipeline.protocol.plan import ReceiverPlan, read_plan
from pipeline.receiver.folder import Folder
from pipeline.signing import Keyring, signed_by

FUTURE = timedelta(minutes=5)  # a station's clock may be so far ahead of ours
EARLY = timedelta(seconds=30)
REMEMBERED = timedelta(days=1)  # a command's id, beyond its expiry: a clock that was wrong may be set back
MOST_COMMANDS = 2_000
MOST_REVOKED = 2_000
NO_COUNTS: Mapping[str, int] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Taken:
    """A plan that may be followed: proven, newer than all before, not yet over."""

    plan: ReceiverPlan
    sealed: bytes
    key: str = ""  # which signed it

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.plan.payload()).hexdigest()


@dataclass(frozen=True, slots=True, order=True)
class Count:
    """The newest plan of one key that was ever taken. `digest`: of what it says, empty where nobody knows it."""

    version: int = 0
    digest: str = ""


class Orders:
    """Judges for one receiver. `now` None: the clock is in doubt, and dates are nobody's reason to refuse."""

    def __init__(self, folder: Folder, receiver: str, root: bytes, taken: Mapping[str, int] = NO_COUNTS) -> None:
        """`taken`: the highest version of a plan by each key, as the journal has it."""
        self._folder, self.receiver = folder, receiver
        self.keyring, self._sealed = Keyring(root), b""
        self.faults: set[str] = set()
        self._counts = _counts(folder)
        for key, version in taken.items():
            self._counts[key] = max(self._counts.get(key, Count()), Count(version))
        self._revoked = frozenset(_texts(folder.fact("revoked", ())))

    # --- keyring -------------------------------------------------------------------------------------------------

    def read_keyring(self, first: bytes) -> None:
        """Take up the keyring that lies there; `first`: the one that came at enrolment."""
        for sealed in (first, self._folder.read(self._folder.keyring)):
            if sealed is None:
                continue
            try:
                self.keyring, self._sealed = self.keyring.follow(sealed), sealed
            except AccessError as error:
                if error.code != "keyring_older":
                    self.faults.add(error.code)
        if self.keyring.version < int(self._folder.fact("keyring_version", 0)):
            self.faults.add("keyring_older")

    def take_keyring(self, sealed: bytes) -> bool:
        """Whether it is a newer one; then it is kept and in force. AccessError where it may not be taken."""
        found = self.keyring.follow(sealed)
        least = int(self._folder.fact("keyring_version", 0))
        if found.version < least:
            raise AccessError("keyring_older", version=found.version, held=least)
        if found.version == self.keyring.version:
            return False
        revoked = sorted(self.revoked | found.revoked)[:MOST_REVOKED]
        self._folder.write(self._folder.keyring, sealed)
        self._folder.note({"keyring_version": found.version, "revoked": revoked})
        self.keyring, self._sealed, self._revoked = found, sealed, frozenset(revoked)
        self.faults -= {"keyring_older", "keyring_differs", "seal_forged"}
        return True

    def newer_than(self, sealed: bytes) -> bytes:
        """The keyring in force, where the station's is an older one of its own; else empty. From any thread."""
        held, mine = self.keyring, self._sealed
        try:
            held.follow(sealed)
        except AccessError as error:
            return mine if error.code == "keyring_older" else b""
        return b""

    @property
    def revoked(self) -> frozenset[str]:
        """Every key that was ever revoked: no keyring brings one back, also not one out of a station's older backup."""
        return self._revoked | self.keyring.revoked

    # --- plan ----------------------------------------------------------------------------------------------------

    def read_plan(self) -> Taken | None:
        """The plan that lies there, proven again; None where there is none that may be followed."""
        sealed = self._folder.read(self._folder.plan)
        if sealed is None:
            return None
        try:
            taken = self._proven(sealed)
        except AccessError as error:
            self.faults.add(error.code)
            return None
        if taken.plan.version < self._newest.version:
            self.faults.add("plan_older")
            return None
        self._counts[taken.key] = Count(taken.plan.version, taken.digest)
        return taken

    def judge_plan(self, sealed: bytes, now: datetime | None, held: ReceiverPlan | None) -> Taken | None:
        """The plan, where it is to be followed from now on; None where it is the one that is followed.

        Raises AccessError: codes of `read_plan`, `plan_older`, `plan_differs`, `plan_expired`, `plan_from_future`.
        """
        taken = self._proven(sealed)
        version, newest = taken.plan.version, self._newest
        if version < newest.version:
            raise AccessError("plan_older", version=version, held=newest.version)
        if version == newest.version:
            is_held = held is not None and held.version == version
            known = newest.digest or (Taken(held, b"").digest if held is not None and is_held else "")
            if known and known != taken.digest:
                raise AccessError("plan_differs", version=version)
            if is_held:
                return None
        if now is not None and taken.plan.expires <= now:
            raise AccessError("plan_expired", version=version)
        if now is not None and taken.plan.issued > now + FUTURE:
            raise AccessError("plan_from_future", version=version)
        return taken

    def keep_plan(self, taken: Taken) -> None:
        """Write it down, and the counter, before anybody follows it. OSError where the disk refuses."""
        self._counts[taken.key] = Count(taken.plan.version, taken.digest)
        self._folder.write(self._folder.plan, taken.sealed)
        kept = {key: [each.version, each.digest] for key, each in self._counts.items() if self._is_counted(key)}
        self._folder.note({"plans": kept})
        self.faults -= {"plan_older", "plan_expired"}

    def refuses_now(self, taken: Taken) -> str:
        """Why a plan that was taken may no longer be followed: its key was revoked since. Empty where it may."""
        return "seal_key_revoked" if taken.key in self.revoked else ""

    @property
    def _newest(self) -> Count:
        """Of the plans taken from keys that may still speak."""
        return max((each for key, each in self._counts.items() if self._is_counted(key)), default=Count())

    def _is_counted(self, key: str) -> bool:
        """Whether what a key signed still stands in the way of older plans.

        A key that was revoked could have signed any number; one that is named no more can bring back nothing either.
        As long as the keyring itself is an older one than was once held, it takes no count away.
        """
        if key in self.revoked:
            return False
        named = not key or any(each.id == key for each in self.keyring.keys)
        return named or "keyring_older" in self.faults

    def _proven(self, sealed: bytes) -> Taken:
        plan = read_plan(sealed, self.keyring, self.receiver)
        return Taken(plan.with_airings(plan.airings), sealed, self._unrevoked(sealed))

    def _unrevoked(self, sealed: bytes) -> str:
        """The key of a document that was proven. AccessError where it was revoked, by whichever keyring."""
        key = signed_by(sealed)
        if key in self.revoked:
            raise AccessError("seal_key_revoked", key=key)
        return key

    # --- commands ------------------------------------------------------------------------------------------------

    def take_command(self, sealed: bytes, now: datetime, *, retained: bool, in_doubt: bool) -> Command:
        """A command that is to be followed, once for ever.

        Raises AccessError: codes of `read_command`; RefusedCommandError where it is the station's and yet not followed.
        """
        command = read_command(sealed, self.keyring, self.receiver)
        self._unrevoked(sealed)
        code = self._objection(command, now, retained=retained, in_doubt=in_doubt)
        if code:
            raise RefusedCommandError(command, code)
        self._remember(command, now)
        return command

    def _objection(self, command: Command, now: datetime, *, retained: bool, in_doubt: bool) -> str:
        if retained:
            return "command_retained"
        if command.id in self._known():
            return "command_repeated"
        if not in_doubt and now >= command.expires:
            return "command_over"
        if not in_doubt and now < command.issued - EARLY:
            return "command_early"
        return ""

    def _known(self) -> Mapping[str, Any]:
        known = self._folder.fact("commands", {})
        return known if isinstance(known, dict) else {}

    def _remember(self, command: Command, now: datetime) -> None:
        until = max(command.expires, now) + REMEMBERED
        kept = {id: when for id, when in self._known().items() if when > now.isoformat()}
        kept = dict(sorted(kept.items(), key=lambda each: each[1])[-MOST_COMMANDS:])
        with contextlib.suppress(OSError):  # it counts in memory; on a full disk silence must still be kept
            self._folder.note({"commands": {**kept, command.id: until.astimezone(now.tzinfo).isoformat()}})


class RefusedCommandError(AccessError):
    """A command of the station that is not followed; it is answered."""

    def __init__(self, command: Command, code: str) -> None:
        super().__init__(code)
        self.command = command


def _counts(folder: Folder) -> dict[str, Count]:
    """By key, as they were written down; under no name what was counted before keys were told apart."""
    before = Count(int(folder.fact("plan_version", 0)), str(folder.fact("plan_digest", "")))
    plans = folder.fact("plans", {})
    found = {str(key): Count(int(version), str(digest)) for key, (version, digest) in plans.items()}
    return found | ({"": before} if before.version else {})


def _texts(found: object) -> list[str]:
    return [str(each) for each in found] if isinstance(found, list) else []
