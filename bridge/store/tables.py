"""The tables. Times are UTC; JSON columns hold what the pydantic models of the same name dump."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, Column, DateTime, Dialect, LargeBinary, TypeDecorator, UniqueConstraint
from sqlmodel import Field, SQLModel


def now() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


class _Utc(TypeDecorator[datetime]):
    """A time in UTC, whatever the database gives back: SQLite no zone, Postgres that of its session."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _when(*, nullable: bool = False) -> Any:
    return Field(default=None if nullable else ..., sa_type=_Utc, nullable=nullable)


class DeviceRow(SQLModel, table=True):
    """A paired device; its token is kept as a hash only."""

    __tablename__ = "device"

    id: str = Field(primary_key=True)
    name: str = Field(index=True)
    token_hash: str = Field(unique=True)
    scopes: list[str] = Field(sa_column=Column(JSON, nullable=False))
    created: datetime = _when()
    revoked: datetime | None = _when(nullable=True)
    seen: datetime | None = _when(nullable=True)
    kind: str = Field(default="")
    """`shortcut` (a phone with our shortcuts), `mac` (the agent), or nothing: a program."""
    shortcut: str | None = Field(default=None)
    """The shortcut that it last used, with its version: "ask/1"."""


class TurnRow(SQLModel, table=True):
    """A conversation about one request: the request, the questions back, the confirmation."""

    __tablename__ = "turn"

    id: str = Field(primary_key=True)
    device: str = Field(foreign_key="device.id", index=True)
    created: datetime = _when()
    pending: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True)))
    """What the next request of this turn may confirm or choose; taken out when it is used."""
    pending_until: datetime | None = _when(nullable=True)


class ExchangeRow(SQLModel, table=True):
    """One request and its reply."""

    __tablename__ = "exchange"
    __table_args__ = (UniqueConstraint("device", "idempotency_key"),)

    id: str = Field(primary_key=True)
    turn: str = Field(foreign_key="turn.id", index=True)
    device: str = Field(foreign_key="device.id")
    created: datetime = _when()
    finished: datetime | None = _when(nullable=True)
    idempotency_key: str | None = Field(default=None)
    fingerprint: str = Field()
    """SHA-256 of a request with a key, to tell a retry from another request under the same one; else empty."""
    request: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    """What was said, from where; pictures as hash and size."""
    home_version: str | None = Field(default=None)
    registry_version: str | None = Field(default=None)
    tiers: list[dict[str, Any]] = Field(sa_column=Column(JSON, nullable=False))
    """Each tier's output with its confidence, in the order asked."""
    decision: str | None = Field(default=None)
    """performed, confirm_asked, confirmed, declined, denied, question, chosen, answered, not_understood, failed."""
    reply: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True)))


class ActRow(SQLModel, table=True):
    """One act on one target, written before it is done; becomes its receipt."""

    __tablename__ = "act"

    id: str = Field(primary_key=True)
    exchange: str = Field(foreign_key="exchange.id", index=True)
    position: int
    place: str
    call: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    """The tool call, and the service data that went out."""
    receipt: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    status: str = Field(index=True)
    created: datetime = _when()
    settled: datetime | None = _when(nullable=True)


class HomeRow(SQLModel, table=True):
    """The home's registries at one version, zlib-compressed JSON: enough to replay a turn."""

    __tablename__ = "home"

    version: str = Field(primary_key=True)
    created: datetime = _when()
    content: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class TimerRow(SQLModel, table=True):
    """A running or paused timer."""

    __tablename__ = "timer"

    id: str = Field(primary_key=True)
    device: str = Field(foreign_key="device.id", index=True)
    name: str | None = None
    seconds: int
    """As it was started, with later changes."""
    ends: datetime | None = _when(nullable=True)
    """Null while paused."""
    remaining: float | None = None
    """Seconds, while paused."""
    created: datetime = _when()


class PhoneActionRow(SQLModel, table=True):
    """What a phone is to do: the act of the same id, and how far the phone is with it."""

    __tablename__ = "phone_action"

    id: str = Field(primary_key=True, foreign_key="act.id")
    turn: str = Field(foreign_key="turn.id", index=True)
    device: str = Field(foreign_key="device.id", index=True)
    """The phone; not always the device that asked."""
    kind: str
    args: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    confirm: str | None = None
    inline: bool
    """It went out in the reply to this phone's own request; else the phone fetches it."""
    created: datetime = _when()
    expires: datetime = _when()
    """It may not be begun later."""
    leased: datetime | None = _when(nullable=True)
    """Fetched; until then it is not given out again."""
    pushed: datetime | None = _when(nullable=True)
    route: str | None = None
    """How the phone was woken."""
    started: datetime | None = _when(nullable=True)
    settled: datetime | None = _when(nullable=True)


class PairingRow(SQLModel, table=True):
    """A pairing code, as a hash, that a new device may use once."""

    __tablename__ = "pairing"

    id: str = Field(primary_key=True)
    code_hash: str
    scopes: list[str] = Field(sa_column=Column(JSON, nullable=False))
    created: datetime = _when()
    expires: datetime = _when()
    used: datetime | None = _when(nullable=True)
    wrong: int = 0
    """Wrong codes that came while this one was open."""


class SentRow(SQLModel, table=True):
    """One request that left the house for a model: written before it goes, with its cost when that is known."""

    __tablename__ = "sent"

    id: str = Field(primary_key=True)
    exchange: str = Field(index=True)
    """Not a foreign key: it is written before its exchange is."""
    turn: str = Field(index=True)
    device: str = Field(index=True)
    at: datetime = Field(sa_type=_Utc, nullable=False, index=True)
    provider: str
    model: str
    url: str
    headers: dict[str, str] = Field(sa_column=Column(JSON, nullable=False))
    """As sent, keys hidden."""
    body: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    """Exactly what was sent, zlib-compressed."""
    outcome: str = "sent"
    """ok, or why it came to nothing; "sent" while the answer is awaited, and for good after a crash."""
    input_tokens: int = 0
    cached_tokens: int = 0
    output_tokens: int = 0
    usd: float = 0.0
    """What it cost; until that is known, the most that it may."""
    ms: float | None = None


class PseudonymRow(SQLModel, table=True):
    """What a thing, room or person is called outside the house, for good."""

    __tablename__ = "pseudonym"
    __table_args__ = (UniqueConstraint("kind", "number"),)

    key: str = Field(primary_key=True)
    """`entity:light.kitchen`, `area:kitchen`, `floor:ground`."""
    kind: str
    number: int


class OwnRow(SQLModel, table=True):
    """One thing that the bridge keeps of itself."""

    __tablename__ = "own"

    name: str = Field(primary_key=True)
    value: Any = Field(sa_column=Column(JSON, nullable=False))
