"""What is remembered, in SQLite or Postgres."""

from bridge.store.migrate import migrate
from bridge.store.store import Change, Store, StoreError

__all__ = ["Change", "Store", "StoreError", "migrate"]
