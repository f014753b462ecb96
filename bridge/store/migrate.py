"""Bringing the database to this version's tables."""

from pathlib import Path

from sqlalchemy import Engine, inspect, text
from sqlalchemy.exc import SQLAlchemyError

from bridge.store.store import StoreError

HEAD = "0004"
"""The newest revision; a test holds it against the files."""


def migrate(engine: Engine) -> None:
    """Upgrade to the newest revision; does nothing, fast, when already there.

    :raises StoreError: the database cannot be written, or was made by a newer version.
    """
    try:
        if current(engine) != HEAD:
            _upgrade(engine)
    except SQLAlchemyError as error:
        cause = getattr(error, "orig", None) or error
        raise StoreError(f"The database cannot be set up: {str(cause).splitlines()[0]}") from error


def current(engine: Engine) -> str | None:
    """The revision that the database is at; None for an empty one."""
    if not inspect(engine).has_table("alembic_version"):
        return None
    with engine.connect() as connection:
        row = connection.execute(text("SELECT version_num FROM alembic_version")).first()
    return str(row[0]) if row else None


def _upgrade(engine: Engine) -> None:
    # Imported here: only a new or old database needs it, and it costs 0.2 s of the start.
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, "head")
        except CommandError as error:
            hint = "It was made by a newer Hearthbridge: install that version again, or use another database."
            raise StoreError(f"The database's version is not known: {error}", hint=hint) from error
