"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_WHEN = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "device",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("name", sa.String, nullable=False, index=True),
        sa.Column("token_hash", sa.String, nullable=False, unique=True),
        sa.Column("scopes", sa.JSON, nullable=False),
        sa.Column("created", _WHEN, nullable=False),
        sa.Column("revoked", _WHEN),
        sa.Column("seen", _WHEN),
    )
    op.create_table(
        "turn",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("device", sa.String, sa.ForeignKey("device.id"), nullable=False, index=True),
        sa.Column("created", _WHEN, nullable=False),
        sa.Column("pending", sa.JSON),
        sa.Column("pending_until", _WHEN),
    )
    op.create_table(
        "exchange",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("turn", sa.String, sa.ForeignKey("turn.id"), nullable=False, index=True),
        sa.Column("device", sa.String, sa.ForeignKey("device.id"), nullable=False),
        sa.Column("created", _WHEN, nullable=False),
        sa.Column("finished", _WHEN),
        sa.Column("idempotency_key", sa.String),
        sa.Column("fingerprint", sa.String, nullable=False),
        sa.Column("request", sa.JSON, nullable=False),
        sa.Column("home_version", sa.String),
        sa.Column("registry_version", sa.String),
        sa.Column("tiers", sa.JSON, nullable=False),
        sa.Column("decision", sa.String),
        sa.Column("reply", sa.JSON),
        sa.UniqueConstraint("device", "idempotency_key"),
    )
    op.create_table(
        "act",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("exchange", sa.String, sa.ForeignKey("exchange.id"), nullable=False, index=True),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("place", sa.String, nullable=False),
        sa.Column("call", sa.JSON, nullable=False),
        sa.Column("receipt", sa.JSON, nullable=False),
        sa.Column("status", sa.String, nullable=False, index=True),
        sa.Column("created", _WHEN, nullable=False),
        sa.Column("settled", _WHEN),
    )
    op.create_table(
        "home",
        sa.Column("version", sa.String, primary_key=True),
        sa.Column("created", _WHEN, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "timer",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("device", sa.String, sa.ForeignKey("device.id"), nullable=False, index=True),
        sa.Column("name", sa.String),
        sa.Column("seconds", sa.Integer, nullable=False),
        sa.Column("ends", _WHEN),
        sa.Column("remaining", sa.Float),
        sa.Column("created", _WHEN, nullable=False),
    )
