"""Both stores: the schema, its versions, the settings of a connection, and what goes wrong with a database."""

from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from pipeline.domain import Receipt, Recording, State
from pipeline.errors import ConflictError, StoreError
from pipeline.messages import CATALOGUE
from pipeline.messages.store import MESSAGES
from pipeline.store import Store, database
from pipeline.store.database import Database
from pipeline.store.migrations import HEAD
from pipeline.store.tables import Instant, metadata
from tests.postgres import Postgres
from tests.stores import NOW, START, WEEK, Person, airing, claim, plan, text

SQLITE_SCHEMA = "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE name NOT LIKE '%alembic_version%'"
POSTGRES_SCHEMA = """
    SELECT 'column', table_name, column_name, ordinal_position::text, data_type, is_nullable, column_default,
        character_maximum_length::text, identity_generation
    FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> 'alembic_version'
    UNION ALL SELECT 'index', tablename, indexname, indexdef, '', '', '', '', ''
    FROM pg_indexes WHERE schemaname = 'public' AND tablename <> 'alembic_version'
    UNION ALL SELECT 'constraint', conrelid::regclass::text, conname, pg_get_constraintdef(oid), '', '', '', '', ''
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND conrelid::regclass::text <> 'alembic_version'
    UNION ALL SELECT 'trigger', tgrelid::regclass::text, tgname, pg_get_triggerdef(oid), '', '', '', '', ''
    FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL SELECT 'function', proname, prosrc, '', '', '', '', '', ''
    FROM pg_proc WHERE pronamespace = 'public'::regnamespace
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def new_url(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[str], str]:
    """Makes databases without any table."""
    if request.param == "sqlite":
        return lambda name: f"sqlite:///{tmp_path / name}.db"
    server = request.getfixturevalue("postgres")
    return lambda name: str(server.make(name))


def schema(url: str) -> list[tuple[str, ...]]:
    """Everything the database knows of its own shape; blanks do not count."""
    opened = Database(url)
    query = SQLITE_SCHEMA if opened.is_sqlite else POSTGRES_SCHEMA
    with opened.read() as connection:
        found = [tuple(" ".join(str(each).split()) for each in row) for row in connection.execute(sa.text(query))]
    opened.close()
    return sorted(found)


def migrated(url: str) -> str:
    with closing(Store(url)) as store:
        store.migrate()
    return url


def _parts(statement: str) -> list[str]:
    """What stands between the outer brackets of a CREATE TABLE, in alphabetical order."""
    head, _, body = statement.partition("(")
    parts, depth = [""], 0
    for character in body:
        depth += (character == "(") - (character == ")")
        if character == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    return [head, *sorted(part.strip(" )") for part in parts)]


def test_all_migrations_lead_to_the_schema_of_the_code(new_url: Callable[[str], str]) -> None:
    by_migrations, by_code = migrated(new_url("migrations")), new_url("code")
    opened = Database(by_code)
    with opened.schema_change() as connection:
        metadata.create_all(connection)
    opened.close()
    assert len(schema(by_code)) > 20
    first, second = ([[_parts(each) for each in row] for row in schema(url)] for url in (by_migrations, by_code))
    assert first == second


def test_alembic_sees_no_difference_either(new_url: Callable[[str], str]) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    opened = Database(migrated(new_url("compared")))
    with opened.read() as connection:
        found = compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), metadata)
    opened.close()
    assert found == []


def test_migrating_again_changes_nothing(new_url: Callable[[str], str]) -> None:
    url = migrated(new_url("again"))
    before = schema(url)
    assert schema(migrated(url)) == before


def test_head_names_the_last_version() -> None:
    versions = sorted((Path(database.__file__).parent / "migrations" / "versions").glob("[0-9]*.py"))
    assert versions[-1].name.split("_")[0] == HEAD


def test_many_may_migrate_at_once(new_url: Callable[[str], str]) -> None:
    url = new_url("at_once")
    failures: list[Exception] = []

    def work() -> None:
        try:
            migrated(url)
        except Exception as error:  # noqa: BLE001
            failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert any("occurrences" in row for row in schema(url))


def test_a_database_of_a_later_loa_is_refused_and_left_alone(new_url: Callable[[str], str]) -> None:
    url = migrated(new_url("newer"))
    opened = Database(url)
    with opened.write() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    before = schema(url)
    with pytest.raises(StoreError) as caught:
        migrated(url)
    assert (caught.value.code, dict(caught.value.params)) == ("store_newer", {"found": "9999", "known": HEAD})
    assert schema(url) == before
    with opened.read() as connection:
        assert connection.scalar(sa.text("SELECT version_num FROM alembic_version")) == "9999"
    opened.close()


def test_an_up_to_date_database_never_waits_for_alembic(tmp_path: Path) -> None:
    url = migrated(f"sqlite:///{tmp_path / 'loa.db'}")
    code = (
        "import sys; from pipeline.store import Store\n"
        "assert 'sqlalchemy' in sys.modules\n"
        f"s = Store({url!r}); s.migrate(); s.close(); print('alembic' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_the_names_of_the_store_cost_nothing_until_it_is_used() -> None:
    code = "import sys, pipeline.store; print('sqlalchemy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_the_tables_hold_no_column_for_a_plain_number_or_name() -> None:
    personal = {"phone", "name", "note"}  # of contacts; people who work at the station sign with their names
    for table in (each for name, each in metadata.tables.items() if name != "persons"):
        for column in table.columns:
            if column.name in personal or column.name == "lookup":
                assert isinstance(column.type, sa.LargeBinary), f"{table.name}.{column.name}"


# --- connections ------------------------------------------------------------------------------------------------------


def test_sqlite_keeps_what_it_acknowledged(tmp_path: Path) -> None:
    opened = Database(f"sqlite:///{tmp_path / 'new' / 'loa.db'}")
    with opened.read() as connection:
        found = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("busy_timeout", "journal_mode", "synchronous", "foreign_keys")
        }
    assert found == {"busy_timeout": 30_000, "journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
    opened.close()


def test_busy_timeout_is_the_first_thing_a_connection_hears(tmp_path: Path) -> None:
    opened = Database(f"sqlite:///{tmp_path / 'loa.db'}")
    heard: list[str] = []
    sa.event.listen(opened.engine, "connect", lambda raw, _: raw.set_trace_callback(heard.append), insert=True)
    with opened.write():
        pass
    opened.close()
    ours = [each for each in heard if each.startswith("PRAGMA") and "=" in each]
    assert ours[0].startswith("PRAGMA busy_timeout")
    assert "BEGIN IMMEDIATE" in heard


def test_the_file_is_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "var" / "loa.db"
    store = Store(f"sqlite:///{path}")
    store.migrate()
    plan(store, airing())
    assert {each.stat().st_mode & 0o777 for each in path.parent.iterdir()} == {0o600}
    store.close()


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("mysql://u:geheim@h/d", "store_url_unknown"),
        ("var/loa.db", "store_url_unknown"),
        ("postgresql+asyncpg://u:geheim@h/d", "store_url_unknown"),
        ("geheim", "store_url_unknown"),
        ("postgresql+psycopg://u:geheim@h:notaport/x", "store_url_malformed"),
        ("postgresql://u:geheim@[::1/x", "store_url_malformed"),
    ],
)
def test_an_url_of_another_kind_is_refused_without_its_password(url: str, code: str) -> None:
    with pytest.raises(StoreError) as caught:
        Store(url)
    assert caught.value.code == code
    assert "geheim" not in str(caught.value)


def test_an_url_the_driver_cannot_use_is_malformed(tmp_path: Path) -> None:
    pytest.importorskip("psycopg")
    store = Store("postgresql+psycopg://u:geheim@127.0.0.1:1/d?connect_timeout=abc")
    with pytest.raises(StoreError) as caught:
        store.migrate()
    assert caught.value.code == "store_url_malformed"


def test_a_server_that_is_not_there_is_named_without_its_password(tmp_path: Path) -> None:
    pytest.importorskip("psycopg")
    store = Store(f"postgresql+psycopg://u:geheim@/d?host={tmp_path}")
    with pytest.raises(StoreError) as caught:
        store.migrate()
    assert caught.value.code == "store_unreachable"
    assert "geheim" not in f"{caught.value}{caught.value.__cause__}"


def test_a_database_without_tables_says_what_is_missing(new_url: Callable[[str], str]) -> None:
    with closing(Store(new_url("bare"))) as store, pytest.raises(StoreError) as caught:
        store.due("thu-muc", now=NOW)
    assert caught.value.code == "store_not_migrated"


def test_a_file_that_is_no_database_is_named_damaged(tmp_path: Path) -> None:
    path = tmp_path / "loa.db"
    path.write_bytes(b"no database at all" * 100)
    with pytest.raises(StoreError) as caught:
        migrated(f"sqlite:///{path}")
    assert caught.value.code == "store_damaged"


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("a file where a folder should be")
    with pytest.raises(StoreError) as caught:
        migrated(f"sqlite:///{tmp_path / 'var' / 'loa.db'}")
    assert caught.value.code == "store_unwritable"


def test_a_full_disk_is_named_and_loses_nothing(tmp_path: Path, empty_sqlite: Path) -> None:
    path = tmp_path / "loa.db"
    path.write_bytes(empty_sqlite.read_bytes())
    store = Store(f"sqlite:///{path}")
    plan(store, airing())

    def fill(raw: sqlite3.Connection, _: object) -> None:
        raw.execute(f"PRAGMA max_page_count = {raw.execute('PRAGMA page_count').fetchone()[0]}")

    store.close()
    sa.event.listen(store._database.engine, "connect", fill)
    many = [f"loa-{number}" for number in range(5_000)]
    with pytest.raises(StoreError) as caught:
        plan(store, airing(targets=many))
    assert caught.value.code == "store_disk_full"
    assert not plan(store, airing())
    store.close()


def test_a_database_held_by_somebody_else_is_named_busy(
    tmp_path: Path, empty_sqlite: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "BUSY_TIMEOUT_S", 0)
    path = tmp_path / "loa.db"
    path.write_bytes(empty_sqlite.read_bytes())
    store = Store(f"sqlite:///{path}")
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(ConflictError) as caught:
        plan(store, airing())
    assert caught.value.code == "store_busy"
    holder.execute("COMMIT")
    holder.close()
    assert plan(store, airing())
    store.close()


def test_planning_excludes_claiming_and_claiming_does_not_exclude_itself(postgres: Postgres) -> None:
    opened = Database(migrated(postgres.make("locks")))

    def could(lock: str) -> bool:
        with opened.read() as connection:
            return bool(connection.scalar(sa.text(f"SELECT pg_try_advisory_xact_lock{lock}({database.PLAN_LOCK})")))

    with opened.write():
        assert could("_shared")
        assert not could("")
    with opened.write(alone=True):
        assert not could("_shared")
    assert could("")
    opened.close()


def test_times_in_sqlite_sort_as_they_read(tmp_path: Path, empty_sqlite: Path) -> None:
    path = tmp_path / "loa.db"
    path.write_bytes(empty_sqlite.read_bytes())
    with closing(Store(f"sqlite:///{path}", key=tmp_path / "key")) as store:
        plan(store, airing())
        (held,) = (each.delivery for each in claim(store, limit=1))
        store.record([Receipt(held.id, START, State.CONFIRMED, started=START, ended=START)])
        store.import_contacts("to-truong", "b", [Person("84900000001")], now=NOW)
    with closing(sqlite3.connect(path)) as raw:
        for table in metadata.sorted_tables:
            for column in table.columns:
                if isinstance(column.type, Instant):
                    found = {row[0] for row in raw.execute(f'SELECT "{column.name}" FROM {table.name}')} - {None}
                    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00", each) for each in found)


def test_no_question_of_a_tick_reads_a_whole_table(tmp_path: Path, empty_sqlite: Path) -> None:
    path = tmp_path / "loa.db"
    path.write_bytes(empty_sqlite.read_bytes())
    asked: list[tuple[str, Any]] = []

    def note(_: object, __: object, statement: str, values: Any, ___: object, many: bool) -> None:
        if not many and statement.startswith(("SELECT", "UPDATE")):
            asked.append((statement, values))

    with closing(Store(f"sqlite:///{path}")) as store:
        plan(store, airing(), text())
        sa.event.listen(store._database.engine, "before_cursor_execute", note)
        held = [each.delivery.id for each in claim(store)]
        store.record([Receipt(each, START, State.ACCEPTED) for each in held])
        store.set_recording(held, "abc")
        store.open_deliveries("thu-muc", {State.ACCEPTED, State.UNKNOWN})
        store.sms_to_expand(START)
        store.as_run(START, START + WEEK)
        store.delivery_counts(START, START + WEEK)
        store.miss_late(START + WEEK)
        store.expire_leases(START + WEEK)
        with store._database.read() as connection:
            plans = [connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {each}", values).all() for each, values in asked]
    assert len(plans) > 15
    assert [row[3] for steps in plans for row in steps if row[3].startswith("SCAN")] == []


def test_readers_are_never_held_up_by_a_writer(store: Store, store_url: str) -> None:
    plan(store, airing())
    opened = Database(store_url)
    with opened.write() as connection:
        connection.execute(sa.text("UPDATE deliveries SET code = 'x'"))
        assert store.deliveries([1])[0].code == ""
    opened.close()


def test_every_code_of_the_database_has_a_sentence_and_a_remedy() -> None:
    raised = {*database.SQLITE_FAULTS.values(), *database.POSTGRES_FAULTS.values(), "store_newer", "store_unreachable"}
    for code in raised:
        message = CATALOGUE[code]
        assert message.hint_vi, code
        assert message.hint_en, code
    assert MESSAGES.items() <= CATALOGUE.items()


# --- recordings -------------------------------------------------------------------------------------------------------


def test_a_recording_is_found_by_its_key_and_replaced_by_a_better_one(store: Store) -> None:
    first = Recording("abc", Path("audio/abc.mp3"), 412.3, -16.1, -1.6, "espeak-ng/vi", True)
    better = Recording("def", Path("audio/def.mp3"), 400.25, -16.0, -1.2, "piper/vi", False)
    assert store.find_recording("k") is None
    store.save_recording("k", first, NOW)
    assert store.find_recording("k") == first
    store.save_recording("k", better, NOW)
    assert store.find_recording("k") == better
    assert store.find_recording("other") is None
