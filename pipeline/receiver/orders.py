"""What a receiver takes from its station, and what it refuses: keyring, plan, commands. Counters are on the disk first.

The station is known by its root key alone, pinned at enrolment. Who brought a document does not matter.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
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


@dataclass(frozen=True, slots=True)
class Taken:
    """A plan that may be followed: proven, newer than all before, not yet over."""

    plan: ReceiverPlan
    sealed: bytes

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.plan.payload()).hexdigest()


class Orders:
    """Judges for one receiver. `now` None: the clock is in doubt, and dates are nobody's reason to refuse."""

    def __init__(self, folder: Folder, receiver: str, root: bytes, highest_plan: int = 0) -> None:
        self._folder, self.receiver = folder, receiver
        self.keyring = Keyring(root)
        self.faults: set[str] = set()
        self._least_plan = max(int(folder.fact("plan_version", 0)), highest_plan)

    # --- keyring -------------------------------------------------------------------------------------------------

    def read_keyring(self, first: bytes) -> None:
        """Take up the keyring that lies there; `first`: the one that came at enrolment."""
        for sealed in (first, self._folder.read(self._folder.keyring)):
            if sealed is None:
                continue
            try:
                self.keyring = self.keyring.follow(sealed)
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
        self._folder.write(self._folder.keyring, sealed)
        self._folder.note({"keyring_version": found.version})
        self.keyring = found
        self.faults -= {"keyring_older", "keyring_differs", "seal_forged"}
        return True

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
        if taken.plan.version < self._least_plan:
            self.faults.add("plan_older")
            return None
        self._least_plan = taken.plan.version
        return taken

    def judge_plan(self, sealed: bytes, now: datetime | None, held: ReceiverPlan | None) -> Taken | None:
        """The plan, where it is to be followed from now on; None where it is the one that is followed.

        Raises AccessError: codes of `read_plan`, `plan_older`, `plan_differs`, `plan_expired`, `plan_from_future`.
        """
        taken = self._proven(sealed)
        version = taken.plan.version
        if version < self._least_plan:
            raise AccessError("plan_older", version=version, held=self._least_plan)
        if version == self._least_plan:
            digest = self._folder.fact("plan_digest", "")
            known = digest or (Taken(held, b"").digest if held is not None else "")
            if known and known != taken.digest:
                raise AccessError("plan_differs", version=version)
            if held is not None and held.version == version:
                return None
        if now is not None and taken.plan.expires <= now:
            raise AccessError("plan_expired", version=version)
        if now is not None and taken.plan.issued > now + FUTURE:
            raise AccessError("plan_from_future", version=version)
        return taken

    def keep_plan(self, taken: Taken) -> None:
        """Write it down, and the counter, before anybody follows it. OSError where the disk refuses."""
        self._folder.write(self._folder.plan, taken.sealed)
        self._folder.note({"plan_version": taken.plan.version, "plan_digest": taken.digest})
        self._least_plan = taken.plan.version
        self.faults -= {"plan_older", "plan_expired"}

    def refuses_now(self, taken: Taken) -> str:
        """Why a plan that was taken may no longer be followed: its key was revoked since. Empty where it may."""
        key = signed_by(taken.sealed)
        return "seal_key_revoked" if key in self.keyring.revoked else ""

    def _proven(self, sealed: bytes) -> Taken:
        plan = read_plan(sealed, self.keyring, self.receiver)
        return Taken(plan.with_airings(plan.airings), sealed)

    # --- commands ------------------------------------------------------------------------------------------------

    def take_command(self, sealed: bytes, now: datetime, *, retained: bool, in_doubt: bool) -> Command:
        """A command that is to be followed, once for ever.

        Raises AccessError: codes of `read_command`; RefusedCommandError where it is the station's and yet not followed.
        """
        command = read_command(sealed, self.keyring, self.receiver)
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
