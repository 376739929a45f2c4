"""Documents with what a receiver has to make of them, for makers of devices: docs/receiver-protocol.json.

Keys are made from fixed seeds, so that the same documents come out every time. `python -m tests.receivers.vectors`
writes the file anew.
"""

from __future__ import annotations

import hashlib
import json
import ssl
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, time, timedelta, timezone
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from pipeline.domain import Priority, Window, Windows
from pipeline.protocol.command import COMMAND, Command, Order
from pipeline.protocol.enrolment import EnrolmentCode, name_of
from pipeline.protocol.plan import PLAN, Airing, ReceiverPlan, Volume
from pipeline.signing import KEYRING, Keyring, SigningKey, seal

FILE = Path(__file__).parents[2] / "docs" / "receiver-protocol.json"
RECEIVER = "an-quang-01"
NOW = datetime(2026, 11, 23, 5, 0, tzinfo=timezone(timedelta(hours=7)))
DAY = timedelta(days=1)


def key(id: str, seed: int) -> SigningKey:
    return SigningKey(id, Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32))


ROOT, FIRST, OLD, STRANGER = key("root", 1), key("k-1", 2), key("k-0", 3), key("k-9", 4)
SECOND = key("k-2", 5)
RING = Keyring(ROOT.raw, 3, (FIRST.public(NOW - 30 * DAY),), frozenset({"k-0"}))
AIRING = Airing(
    id="loa-7",
    sound="ab" * 32,
    size=493_056,
    seconds=61.632,
    begin=NOW + timedelta(minutes=30),
    latest=NOW + timedelta(minutes=45),
    title="Giả danh công an, viện kiểm sát, tòa án",
)
PLAN_OF = ReceiverPlan(
    receiver=RECEIVER,
    station=RING.station,
    version=1_795_000_000_000,
    issued=NOW,
    expires=NOW + 8 * DAY,
    zone="Asia/Ho_Chi_Minh",
    airings=(AIRING, replace(AIRING, id="loa-8", priority=Priority.EMERGENCY, resumes=False)),
    windows=Windows((Window(time(5), time(6, 30), frozenset(range(7))), Window(time(17), time(0), frozenset({5, 6})))),
    volumes=(Volume(Window(time(5), time(6), frozenset(range(7))), -6.0),),
)
COMMAND_OF = Command("c-1", RECEIVER, Order.SILENCE, NOW, NOW + timedelta(minutes=1))

AUTHORITY = """\
-----BEGIN CERTIFICATE-----
MIIBGTCBwaADAgECAgEHMAoGCCqGSM49BAMCMBYxFDASBgNVBAMMC2xvYSBleGFt
cGxlMCAXDTcwMDEwMjAwMDAwMFoYDzIwOTkwMTAxMDAwMDAwWjAWMRQwEgYDVQQD
DAtsb2EgZXhhbXBsZTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABD9/XbeYHbtS
vizUs6wX6oli9mywrZM/c/G4MQdGX6cZQwgyiC7qgAT9PegSik8AfXnTKMyqvNqv
VdcqRDg6niAwCgYIKoZIzj0EAwIDRwAwRAIgEoCoRH1IfF8wOIVdYMrqlUsdX11I
dixXMzn/kVJ4nF4CIG1SS3GNl6J7ANPvD2/XDTNI479cbiD2lKOG8B1abZcx
-----END CERTIFICATE-----
"""


def changed(document: bytes, **values: Any) -> bytes:
    return json.dumps({**json.loads(document), **values}, ensure_ascii=False, sort_keys=True).encode()


def within(payload: bytes, change: Callable[[dict[str, Any]], object]) -> bytes:
    facts = json.loads(payload)
    change(facts)
    return json.dumps(facts, ensure_ascii=False, sort_keys=True).encode()


def airing(**values: Any) -> bytes:
    return seal(within(PLAN_OF.payload(), lambda facts: facts["airings"][0].update(values)), PLAN, FIRST)


def documents() -> list[tuple[str, str, bytes, str]]:
    """What it is, which document a receiver awaits, the document, the code of its refusal (empty: it is taken)."""
    plan, command = PLAN_OF.sealed(FIRST), COMMAND_OF.sealed(FIRST)
    doubled = within(PLAN_OF.payload(), lambda facts: None).replace(b'"version":', b'"version": 9, "version":')
    deep = b'{"a":' * 20 + b"1" + b"}" * 20
    ring = replace(RING, version=4).payload()
    return [
        ("the keyring in force", "keyring", seal(RING.payload(), KEYRING, ROOT), ""),
        ("a keyring signed by a key of its own", "keyring", seal(RING.payload(), KEYRING, FIRST), "seal_key_unknown"),
        ("an older keyring", "keyring", seal(replace(RING, version=2).payload(), KEYRING, ROOT), "keyring_older"),
        (
            "the same version with another content",
            "keyring",
            seal(replace(RING, revoked=frozenset()).payload(), KEYRING, ROOT),
            "keyring_differs",
        ),
        ("a newer keyring", "keyring", seal(replace(RING, version=4).payload(), KEYRING, ROOT), ""),
        ("a plan", "plan", plan, ""),
        ("the same in other letters of JSON", "plan", json.dumps(json.loads(plan), indent=1).encode(), ""),
        ("a plan with one letter altered", "plan", plan.replace(b"loa-7", b"loa-6"), "seal_forged"),
        ("a plan under the name of a command", "command", changed(plan, kind=COMMAND), "seal_forged"),
        ("a plan where a command is awaited", "command", plan, "seal_kind"),
        ("a plan signed by a stranger", "plan", PLAN_OF.sealed(STRANGER), "seal_key_unknown"),
        ("a stranger under a good name", "plan", changed(PLAN_OF.sealed(STRANGER), key="k-1"), "seal_forged"),
        ("a plan signed by a revoked key", "plan", PLAN_OF.sealed(OLD), "seal_key_revoked"),
        ("a plan signed by the root key", "plan", PLAN_OF.sealed(ROOT), "seal_key_unknown"),
        (
            "issued before the key was in force",
            "plan",
            replace(PLAN_OF, issued=NOW - 31 * DAY, expires=NOW - DAY).sealed(FIRST),
            "seal_key_over",
        ),
        ("another receiver's", "plan", replace(PLAN_OF, receiver="an-quang-02").sealed(FIRST), "plan_for_another"),
        ("a key beside the seal that nobody knows", "plan", changed(plan, comment="x"), "document_unreadable"),
        ("keys of a later time, at every level", "plan", grown(), ""),
        ("a key of a later time said twice", "plan", grown(b'"x-later": 1, "x-later":'), "document_unreadable"),
        ("a keyring with keys of a later time", "keyring", seal(within(ring, later), KEYRING, ROOT), ""),
        (
            "a command with keys of a later time",
            "command",
            seal(within(COMMAND_OF.payload(), later), COMMAND, FIRST),
            "",
        ),
        ("a plan of a later version", "plan", seal(PLAN_OF.payload(), "plan/2", FIRST), "seal_kind"),
        ("a key said twice", "plan", seal(doubled, PLAN, FIRST), "document_unreadable"),
        ("twenty deep", "plan", deep, "document_unreadable"),
        ("bytes behind it", "plan", plan + b"x", "document_unreadable"),
        ("a path for a hash", "plan", airing(sound="../../etc/passwd"), "document_unreadable"),
        ("a path for an id", "plan", airing(id="../x"), "document_unreadable"),
        ("true for a number", "plan", airing(size=True), "document_unreadable"),
        ("a time without a zone", "plan", airing(begin="2026-11-23T05:30:00"), "document_unreadable"),
        ("a life of 32 days", "plan", replace(PLAN_OF, expires=NOW + 32 * DAY).sealed(FIRST), "document_unreadable"),
        ("its first word behind 2 s of signal", "plan", airing(first_word_s=2.0), ""),
        ("without a first word", "plan", airing(first_word_s=61.632), "document_unreadable"),
        ("its first word before its beginning", "plan", airing(first_word_s=-1), "document_unreadable"),
        ("latest before begin", "plan", airing(latest="2026-11-23T05:29:00+07:00"), "document_unreadable"),
        ("a title that steers a terminal", "plan", airing(title="\x1b[2J"), "document_unreadable"),
        ("louder than mastered", "plan", louder(), "document_unreadable"),
        ("a command", "command", command, ""),
        (
            "a command that is good for an hour",
            "command",
            seal(
                within(COMMAND_OF.payload(), lambda facts: facts.update(expires="2026-11-23T06:00:00+07:00")),
                COMMAND,
                FIRST,
            ),
            "document_unreadable",
        ),
        (
            "another receiver's command",
            "command",
            replace(COMMAND_OF, receiver="an-quang-02").sealed(FIRST),
            "command_for_another",
        ),
    ]


def theft() -> list[tuple[str, str, bytes, str]]:
    """The same, one behind the other, for a receiver that has taken nothing yet: counters, and what a thief does."""

    def ring(version: int, *revoked: str) -> bytes:
        since = (FIRST.public(NOW - 30 * DAY), SECOND.public(NOW - DAY))
        return seal(Keyring(ROOT.raw, version, since, frozenset(revoked)).payload(), KEYRING, ROOT)

    def plan(version: int, key: SigningKey) -> bytes:
        return replace(PLAN_OF, version=version).sealed(key)

    return [
        ("the first keyring", "keyring", ring(3), ""),
        ("the station's plan", "plan", plan(10, FIRST), ""),
        ("an older one", "plan", plan(9, FIRST), "plan_older"),
        ("the thief's, with the highest version there is", "plan", plan(2**53, FIRST), ""),
        ("the station's next one", "plan", plan(11, FIRST), "plan_older"),
        ("the key is revoked", "keyring", ring(4, "k-1"), ""),
        ("the station's next one by another key", "plan", plan(12, SECOND), ""),
        ("the thief's once more", "plan", plan(2**53, FIRST), "seal_key_revoked"),
        ("an older one by the other key", "plan", plan(11, SECOND), "plan_older"),
        ("a newer keyring that knows nothing of the revocation", "keyring", ring(5), ""),
        ("the thief's a third time", "plan", plan(2**53, FIRST), "seal_key_revoked"),
        ("the station's one after that", "plan", plan(13, SECOND), ""),
    ]


def later(facts: Any) -> None:
    """Put a key that nobody knows into every table."""
    if isinstance(facts, dict):
        for each in list(facts.values()):
            later(each)
        facts["x-later"] = {"of": [True, None, "x"]}
    for each in facts if isinstance(facts, list) else ():
        later(each)


def grown(said: bytes = b'"x-later":') -> bytes:
    """The plan as a station of a later time might write it."""
    return seal(within(PLAN_OF.payload(), later).replace(b'"x-later":', said, 1), PLAN, FIRST)


def louder() -> bytes:
    return seal(within(PLAN_OF.payload(), lambda facts: facts["volumes"][0].update(gain_db=3.0)), PLAN, FIRST)


def vectors() -> dict[str, Any]:
    code = EnrolmentCode("EFUJ", "4HYQS4YUBLVH", "7PSKEJPR6US6A2D4")
    parts = {"id": code.id, "secret": code.secret, "authority": code.authority}
    return {
        "about": "Documents of the protocol of receivers, version 1, in the order in which they arrive. "
        "verdict: the code of the refusal, empty where it is taken. theft: to a receiver that has taken nothing yet, "
        "and keeps counters.",
        "receiver": RECEIVER,
        "root": ROOT.raw.hex(),
        "documents": [_shown(*each) for each in documents()],
        "theft": [_shown(*each) for each in theft()],
        "authority": {
            "certificate": AUTHORITY,
            "sha256": hashlib.sha256(ssl.PEM_cert_to_DER_cert(AUTHORITY)).hexdigest(),
            "authority": name_of(ssl.PEM_cert_to_DER_cert(AUTHORITY)),
        },
        "codes": [
            {"typed": code.text, **parts},
            {
                "typed": code.text.lower().replace("-", " "),
                "id": code.id,
                "secret": code.secret,
                "authority": code.authority,
            },
            {"typed": "F" + code.text[1:], "verdict": "code_mistyped", "group": 1},
            {"typed": code.text[:-5] + "A2DW4", "verdict": "code_mistyped", "group": 8},
            {"typed": code.text[:-1], "verdict": "code_length"},
            {"typed": "O" + code.text[1:], "verdict": "code_sign", "group": 1},
        ],
    }


def _shown(what: str, kind: str, document: bytes, verdict: str) -> dict[str, str]:
    return {"what": what, "awaited": kind, "document": document.decode(), "verdict": verdict}


def text() -> str:
    return json.dumps(vectors(), ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
