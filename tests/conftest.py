"""Fixtures every part of the tests may ask for; none costs anything until it is asked for."""

from __future__ import annotations

from tests.postgres import postgres as postgres
from tests.stores import emptied_postgres as emptied_postgres
from tests.stores import empty_sqlite as empty_sqlite
from tests.stores import store as store
from tests.stores import store_url as store_url
