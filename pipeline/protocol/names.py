"""Where what is said: MQTT topics, each of one receiver, and HTTPS paths of the station.

A receiver may read its own `plan`, `keyring` and `command`, and write its own `status` and `reply`; the broker refuses
all else. The name of a receiver is the common name of its certificate, on both lines.
"""

from __future__ import annotations

ROOT = "loa/1"


def plan_topic(receiver: str) -> str:
    """Retained, QoS 1, station → receiver: the sealed plan."""
    return f"{ROOT}/{receiver}/plan"


def keyring_topic(receiver: str) -> str:
    """Retained, QoS 1, station → receiver: the sealed keyring."""
    return f"{ROOT}/{receiver}/keyring"


def command_topic(receiver: str) -> str:
    """Never retained, QoS 1, with an expiry, response topic and correlation data, station → receiver."""
    return f"{ROOT}/{receiver}/command"


def reply_topic(receiver: str) -> str:
    """QoS 1, receiver → station, with the correlation data of the command."""
    return f"{ROOT}/{receiver}/reply"


def status_topic(receiver: str) -> str:
    """Retained, QoS 1, receiver → station; also its last will."""
    return f"{ROOT}/{receiver}/status"


AUTHORITY_PATH = "/loa/1/authority"  # GET, without a client certificate: the station's authority (PEM)
ENROL_PATH = "/loa/1/enrol"  # POST: with a one-time code, or to renew over the client certificate
KEYRING_PATH = "/loa/1/keyring"  # GET: the sealed keyring; POST: a newer one that the station has lost
PLAN_PATH = "/loa/1/plan"  # GET: the sealed plan of whoever asks; If-None-Match by version
SOUND_PATH = "/loa/1/sound/"  # GET + hash: with ranges
JOURNAL_PATH = "/loa/1/journal"  # GET ?journal=ID: the last number held; POST: a piece of it
STATUS_PATH = "/loa/1/status"  # POST: where no broker is reached
