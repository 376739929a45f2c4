"""What the small site says, spoken once for a whole run of the tests, however many processes it has.

What is lent is the cache of segments: each is named by all it depends on, so that a site that says anything else finds
nothing of use and speaks for itself. Tests of speaking and of mastering borrow nothing.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.sites import approve_all, write_site

SEGMENTS = Path("var") / "cache" / "segments"
BEFORE_THE_FIRST = datetime(2026, 11, 23, 5, tzinfo=UTC)


@pytest.fixture(scope="session")
def spoken(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path], Path]:
    """Lends the segments to a site, which is returned."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base  # of all processes of this run
    kept = shared / "spoken"
    with (shared / "spoken.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            _speak(shared / "speaking").rename(kept)

    def lend(root: Path) -> Path:
        shutil.copytree(kept, root / SEGMENTS)
        return root

    return lend


def _speak(root: Path) -> Path:
    from pipeline.app import Station

    write_site(root)
    approve_all(root)
    station = Station.open(root, lambda: BEFORE_THE_FIRST)
    station.produce(7)
    station.close()
    return root / SEGMENTS
