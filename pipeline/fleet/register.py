"""Who belongs to the fleet, as the station's database knows it: the `Register` of `ports.py`."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from pipeline.fleet.ports import KeptCode, Revoked
from pipeline.store.rows_receivers import CodeRow

if TYPE_CHECKING:
    from pipeline.store import Store


class StoredRegister:
    """One-time codes and certificates. All that enrolling and revoking need."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def keep_code(self, code: KeptCode) -> None:
        """Keep a new code; older ones of the same receiver are over by it."""
        row = CodeRow(code.id, code.receiver, code.issued, code.expires, code.digest, code.wrong, code.used_by)
        self.store.keep_enrolment_code(row)

    def code(self, id: str) -> KeptCode | None:
        found = self.store.enrolment_code(id)
        if found is None:
            return None
        return KeptCode(found.id, found.receiver, found.issued, found.expires, found.digest, found.wrong, found.used_by)

    def wrong_code(self, id: str) -> None:
        """Count one wrong try more."""
        self.store.wrong_enrolment_code(id)

    def use_code(self, id: str, key: str, now: datetime) -> bool:
        """Mark it used for a public key. True where nobody had used it, or the same key had."""
        return self.store.use_enrolment_code(id, key)

    def certified(self, receiver: str, serial: str, until: datetime, now: datetime, *, anew: bool) -> None:
        """A certificate was issued. `anew`: whatever the receiver had before counts no more."""
        self.store.certify_receiver(receiver, serial, until, now, anew=anew)

    def enrolled(self, receiver: str, serial: str) -> bool:
        """Whether this certificate of this receiver counts."""
        return self.store.is_receiver_enrolled(receiver, serial)

    def receivers(self) -> Collection[str]:
        """Those that hold a certificate that counts."""
        return self.store.enrolled_receivers()

    def revoke(self, receiver: str, now: datetime) -> int:
        """Let no certificate and no code of it count; how many certificates that were."""
        return self.store.revoke_receiver(receiver, now)

    def revoked(self) -> Sequence[Revoked]:
        """Every certificate that was revoked or replaced before its end."""
        return [Revoked(*each) for each in self.store.revoked_certificates()]
