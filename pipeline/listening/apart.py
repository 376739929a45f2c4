"""The comparison as a process of its own, for who must stay small: a receiver never loads numpy."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from pipeline.errors import AudioError, ContentError, LoaError
from pipeline.listening.microphone import Microphone
from pipeline.protocol.hearing import Hearing

LIMIT_S = 300.0  # a Raspberry Pi takes a minute for an hour


def compare_apart(
    recording: Path,
    heard: Path,
    *,
    lead_s: float = 0.0,
    from_s: float = 0.0,
    to_s: float | None = None,
    words: Sequence[tuple[float, float]] = (),
    usual_db: float | None = None,
    limit_s: float = LIMIT_S,
) -> Hearing:
    """`comparing.compare` in a child with low priority, which ends with its memory.

    AudioError: listening_not_installed, listening_timed_out, listening_failed, or what kept it from comparing.
    """
    command = [sys.executable, "-m", "pipeline.listening", "--nice", f"--lead={lead_s}", f"--from={from_s}"]
    command += [] if to_s is None else [f"--to={to_s}"]
    command += [] if usual_db is None else [f"--usual={usual_db}"]
    command += [f"--words={start}-{end}" for start, end in words]
    try:
        ended = subprocess.run(
            [*command, "--", str(recording), str(heard)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, timeout=limit_s, check=False, env={**os.environ, **ONE_THREAD},
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise AudioError("listening_timed_out", limit=round(limit_s)) from None
    return _read(ended.stdout)


def conclude(
    microphone: Microphone,
    recording: Path,
    *,
    lead_s: float,
    from_s: float = 0.0,
    to_s: float | None = None,
    words: Sequence[tuple[float, float]] = (),
    usual_db: float | None = None,
) -> tuple[Hearing | None, str]:
    """End a recorder, compare what it took, delete it: it may hold people's voices. Never raises.

    lead_s: from `microphone.began` to the first sample that was played. The hearing, or the code of why there is none.
    """
    taken = microphone.finish()
    try:
        if taken.code:
            return None, taken.code
        return compare_apart(
            recording, taken.path, lead_s=lead_s, from_s=from_s, to_s=to_s, words=words, usual_db=usual_db
        ), ""
    except LoaError as error:
        return None, error.code
    except OSError:
        return None, "listening_failed"
    finally:
        with contextlib.suppress(OSError):
            taken.path.unlink(missing_ok=True)


ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}  # threads of their own would cost memory for nothing


def _read(said: bytes) -> Hearing:
    try:
        document = json.loads(said)
    except ValueError:
        raise AudioError("listening_failed") from None
    if isinstance(document, dict) and set(document) == {"code", "params"}:
        raise AudioError(str(document["code"]), **document["params"])
    try:
        return Hearing.read(document)
    except ContentError:
        raise AudioError("listening_failed") from None
