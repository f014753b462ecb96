"""A long-lived token of a Home Assistant that was never started: no browser, no onboarding over HTTP."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import time
from pathlib import Path
from typing import Any

GROUPS = {"system-admin": "Administrators", "system-users": "Users", "system-read-only": "Read Only"}


def mint_tokens(config: Path, people: dict[str, str]) -> dict[str, str]:
    """Write people and the onboarding as done into a config folder, and return each one's long-lived token by name.

    ``people`` are names with their group; the first one is the owner.
    """
    users: list[dict[str, Any]] = []
    refresh_tokens: list[dict[str, Any]] = []
    tokens: dict[str, str] = {}
    for name, group in people.items():
        user: dict[str, Any] = {"id": secrets.token_hex(16), "group_ids": [group], "is_owner": not users}
        users.append(user | {"is_active": True, "name": name, "system_generated": False, "local_only": False})
        refresh_token, tokens[name] = _token(user["id"])
        refresh_tokens.append(refresh_token)
    _write_storage(config, "auth", 1, {
        "users": users,
        "groups": [{"id": group, "name": name} for group, name in GROUPS.items()],
        "credentials": [],
        "refresh_tokens": refresh_tokens,
    })  # fmt: skip
    _write_storage(config, "onboarding", 4, {"done": ["user", "core_config", "analytics", "integration"]})
    return tokens


def _token(user: str) -> tuple[dict[str, Any], str]:
    """A long-lived token of a user: what Home Assistant keeps of it, and the token itself."""
    refresh, key, now = secrets.token_hex(16), secrets.token_hex(64), int(time.time())
    created = time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime(now))
    refresh_token = {
        "id": refresh, "user_id": user, "client_id": None, "client_name": "tests", "client_icon": None,
        "token_type": "long_lived_access_token", "created_at": created, "access_token_expiration": 315360000.0,
        "token": secrets.token_hex(64), "jwt_key": key, "last_used_at": None, "last_used_ip": None,
        "expire_at": None, "credential_id": None, "version": None,
    }  # fmt: skip
    claims = json.dumps({"iss": refresh, "iat": now, "exp": now + 315360000})
    signed = ".".join(_base64(part.encode()) for part in ('{"alg":"HS256","typ":"JWT"}', claims))
    return refresh_token, f"{signed}.{_base64(hmac.new(key.encode(), signed.encode(), hashlib.sha256).digest())}"


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _write_storage(config: Path, key: str, version: int, data: dict[str, Any]) -> None:
    (config / ".storage").mkdir(exist_ok=True)
    content = {"version": version, "minor_version": 1, "key": key, "data": data}
    (config / ".storage" / key).write_text(json.dumps(content))
