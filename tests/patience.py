"""How long a test waits for what has to come: no machine is so busy, and only what never comes fails.

A test that waits for another process or thread waits for a sign from it, never for a time in which it should be ready.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

PATIENCE_S = 100.0  # below the time limit of a test (pyproject.toml)


def until(true: Callable[[], object], what: object = "it never came", *, every_s: float = 0.02) -> None:
    """Look again and again until it is so; AssertionError with `what` (called, if it can be) where it never is."""
    deadline = time.monotonic() + PATIENCE_S
    pause = threading.Event()
    while not true():
        assert time.monotonic() < deadline, what() if callable(what) else what
        pause.wait(every_s)
