"""Phone actions, pairing codes, and what kind of device a device is."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_WHEN = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Apply."""
    op.add_column("device", sa.Column("kind", sa.String, nullable=False, server_default=""))
    op.add_column("device", sa.Column("shortcut", sa.String))
    op.create_table(
        "phone_action",
        sa.Column("id", sa.String, sa.ForeignKey("act.id"), primary_key=True),
        sa.Column("turn", sa.String, sa.ForeignKey("turn.id"), nullable=False, index=True),
        sa.Column("device", sa.String, sa.ForeignKey("device.id"), nullable=False, index=True),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("args", sa.JSON, nullable=False),
        sa.Column("confirm", sa.String),
        sa.Column("inline", sa.Boolean, nullable=False),
        sa.Column("created", _WHEN, nullable=False),
        sa.Column("expires", _WHEN, nullable=False),
        sa.Column("leased", _WHEN),
        sa.Column("pushed", _WHEN),
        sa.Column("route", sa.String),
        sa.Column("started", _WHEN),
        sa.Column("settled", _WHEN),
    )
    op.create_table(
        "pairing",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("code_hash", sa.String, nullable=False),
        sa.Column("scopes", sa.JSON, nullable=False),
        sa.Column("created", _WHEN, nullable=False),
        sa.Column("expires", _WHEN, nullable=False),
        sa.Column("used", _WHEN),
        sa.Column("wrong", sa.Integer, nullable=False, server_default="0"),
    )
