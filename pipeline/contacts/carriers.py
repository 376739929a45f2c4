"""Which network a prefix was given to. A guess and nothing more: a number keeps its digits when its owner moves."""

from __future__ import annotations

from collections.abc import Mapping

# Prefixes as the ministry has given them out to each network, without the zero; ported numbers are not in here.
_GIVEN: Mapping[str, str] = {
    "Viettel": "32 33 34 35 36 37 38 39 86 96 97 98",
    "VinaPhone": "81 82 83 84 85 88 91 94",
    "MobiFone": "70 76 77 78 79 89 90 93",
    "Vietnamobile": "52 56 58 92",
    "Gmobile": "59 99",
    "Itel": "87",
    "Wintel": "55",
}
_CARRIERS = {prefix: carrier for carrier, prefixes in _GIVEN.items() for prefix in prefixes.split()}


def prefix_of(phone: str) -> str:
    """The prefix of a number (E.164 digits) as people write it: `84912345678` → `091`."""
    return f"0{phone[2:4]}" if phone.startswith("84") and len(phone) == 11 else ""


def carrier_guess(prefix: str) -> str:
    """The network a prefix was given to; empty where none is known."""
    return _CARRIERS.get(prefix.removeprefix("0"), "")
