"""What is remembered, in SQLite or Postgres."""

from bridge.store.migrate import migrate
from bridge.store.store import Store, StoreError

__all__ = ["Store", "StoreError", "migrate"]
