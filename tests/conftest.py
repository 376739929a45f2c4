"""Fixtures every part of the tests may ask for; none costs anything until it is asked for."""

from __future__ import annotations

import os

import pytest

from tests.postgres import postgres as postgres
from tests.spoken import spoken as spoken
from tests.stores import emptied_postgres as emptied_postgres
from tests.stores import empty_sqlite as empty_sqlite
from tests.stores import store as store
from tests.stores import store_url as store_url

os.environ.pop("COLUMNS", None)  # how wide a table is drawn is for a test to say, and not for whoever runs it


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Before any fixture: the programs that a test is marked to need."""
    wanted = [each for mark in item.iter_markers("programs") for each in mark.args]
    if wanted:
        from tests.receivers.mosquitto import require

        require(*wanted)
