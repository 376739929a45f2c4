"""The station's seal on a manifest, by the keys its receivers know: the same signature, a kind of its own."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from pathlib import Path

from pipeline.bundle.checking import Verify
from pipeline.bundle.writing import Sign
from pipeline.domain import Clock
from pipeline.errors import AccessError
from pipeline.fleet.keys import FOLDER, SEALED, Keys
from pipeline.signing import require_in_time, seal, unseal

KIND = "bundle/1"


def signer(root: Path, clock: Clock) -> Sign | None:
    """Seals with the key in force; None at a station that has no keys. AccessError where they cannot be read."""
    keys = _keys(root, clock)
    if keys is None:
        return None

    def sign(manifest: bytes) -> str:
        issued = clock().isoformat(timespec="seconds")
        payload = json.dumps({"manifest": hashlib.sha256(manifest).hexdigest(), "issued": issued})
        return seal(payload.encode(), KIND, keys.signing()).decode()

    return sign


def verifier(root: Path, clock: Clock) -> Verify | None:
    """Tells a seal of this station, by a key that had force when it was given and is not revoked; None without keys."""
    keys = _keys(root, clock)
    if keys is None:
        return None

    def verify(manifest: bytes, sealed: str) -> bool:
        try:
            data = sealed.encode()
            said = json.loads(unseal(data, KIND, keys.keyring))
            require_in_time(data, keys.keyring, datetime.fromisoformat(said["issued"]))
            return bool(said["manifest"] == hashlib.sha256(manifest).hexdigest())
        except (AccessError, ValueError, KeyError, TypeError):
            return False

    return verify


def _keys(root: Path, clock: Clock) -> Keys | None:
    folder = root / FOLDER
    return Keys.open(folder, clock, known=True) if (folder / SEALED).exists() else None
