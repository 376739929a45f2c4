"""How a database becomes what `tables.py` describes: Alembic versions, run inside one locked transaction.

Alembic takes most of a second to import, so it is asked only where the version found is not HEAD.
"""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from pipeline.errors import StoreError
from pipeline.store.database import Database

HEAD = "0008"


def migrate(database: Database) -> None:
    """Bring the schema to HEAD. StoreError `store_newer` where it comes from a later Loa: it is left alone."""
    with database.read() as connection:
        if version(connection) == HEAD:
            return
    with database.schema_change() as connection:
        if version(connection) != HEAD:  # somebody else may just have done it
            _upgrade(connection)


def version(connection: Connection) -> str | None:
    """The version of the schema; None where there is none yet."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
    return found


def _upgrade(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    found = version(connection)
    if found is not None and found not in known:
        raise StoreError("store_newer", found=found, known=HEAD)
    command.upgrade(config, "head")
