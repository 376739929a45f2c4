"""Fixtures every part of the tests may ask for; none costs anything until it is asked for."""

from __future__ import annotations

import os

import pytest

from tests.longest import LONGEST, dealt, workers
from tests.postgres import postgres as postgres
from tests.spoken import spoken as spoken
from tests.stores import emptied_postgres as emptied_postgres
from tests.stores import empty_sqlite as empty_sqlite
from tests.stores import store as store
from tests.stores import store_url as store_url

os.environ.pop("COLUMNS", None)  # how wide a table is drawn is for a test to say, and not for whoever runs it


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    return workers()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    beside = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    ranks = [next((at for at, each in enumerate(LONGEST) if each in item.nodeid), None) for item in items]
    if beside > 1 and any(rank is not None for rank in ranks):
        ranked = sorted((rank, at) for at, rank in enumerate(ranks) if rank is not None)
        others = [item for item, rank in zip(items, ranks, strict=True) if rank is None]
        items[:] = dealt([items[at] for _, at in ranked], others, beside)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Before any fixture: the programs that a test is marked to need."""
    wanted = [each for mark in item.iter_markers("programs") for each in mark.args]
    if wanted:
        from tests.receivers.mosquitto import require

        require(*wanted)
