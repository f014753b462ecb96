"""Request bodies. They come from Shortcuts too: numbers and booleans as text, unused fields as null or ""."""

import base64
import binascii
import hashlib
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from actions.errors import HearthError

MAX_TEXT = 20_000


def _empty(value: Any) -> Any:
    return None if isinstance(value, str) and not value.strip() else value


Optional = BeforeValidator(_empty)
"""An empty text means that the field was left out."""
Text = Annotated[str, Field(max_length=MAX_TEXT)]
Short = Annotated[str, Field(max_length=200)]


class Body(BaseModel):
    """Base: unknown fields are refused, so that a slip in a shortcut is seen."""

    model_config = ConfigDict(extra="forbid")


class DeviceIn(Body):
    """What the device says of itself."""

    name: Annotated[Short | None, Optional] = None
    os: Annotated[Short | None, Optional] = None
    locked: Annotated[bool | None, Optional] = None
    watch: Annotated[bool | None, Optional] = None


class AskIn(Body):
    """One request."""

    text: Annotated[Text | None, Optional] = Field(None, description="What was said or typed.")
    image: Annotated[str | None, Optional] = Field(None, description="A picture or PDF, base64.")
    url: Annotated[Annotated[str, Field(max_length=4000)] | None, Optional] = None
    clipboard: Annotated[Text | None, Optional] = None
    turn_id: Annotated[Short | None, Optional] = Field(None, description="Of the reply that this answers.")
    device: DeviceIn | None = None
    area: Annotated[Short | None, Optional] = Field(None, description="Room of the device, by name or id.")
    locale: Annotated[Short | None, Optional] = Field(None, description='Such as "en_GB" or "de".')
    deadline_ms: Annotated[Annotated[int, Field(ge=100, le=55_000)] | None, Optional] = None
    person: Annotated[Short | None, Optional] = Field(None, description="Who said it; kept with the record.")
    read_only: Annotated[bool | None, Optional] = Field(None, description="Answer only; nothing is done.")
    without_tiers: Annotated[list[Short], Field(max_length=20)] | None = Field(
        None, description='Tiers that are not asked, such as "cloud".'
    )
    ticket: Annotated[Short | None, Optional] = Field(
        None, description="Of Home Assistant's own integration: calls are made in the name of whom it stands for."
    )


class ToolCallsIn(Body):
    """Tool calls as a vendor's model gave them."""

    dialect: Literal["openai", "anthropic", "gemini", "mcp"]
    calls: Any = Field(description="The model's whole answer, its message, or the calls alone.")
    turn_id: Annotated[Short | None, Optional] = None
    device: Annotated[Short | None, Optional] = Field(
        None, description="Name of the phone that phone actions are for; needs the scope 'phone'."
    )
    area: Annotated[Short | None, Optional] = None
    locale: Annotated[Short | None, Optional] = None
    deadline_ms: Annotated[Annotated[int, Field(ge=100, le=55_000)] | None, Optional] = None


class ResultIn(Body):
    """What became of one phone action."""

    id: Short
    status: Literal["started", "done", "failed", "cancelled"]
    detail: Annotated[Annotated[str, Field(max_length=2000)] | None, Optional] = None


class ResultsIn(Body):
    """What became of a turn's phone actions."""

    turn_id: Short
    results: Annotated[list[ResultIn], Field(max_length=100)]


def decoded(image: str | None) -> bytes | None:
    """The bytes of a picture or PDF; line breaks in the base64 do not matter.

    :raises HearthError: it is no base64.
    """
    if image is None:
        return None
    try:
        return base64.b64decode("".join(image.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise HearthError(
            "The picture is not base64", code="invalid_image", hint="Encode it with base64."
        ) from error


def picture(data: bytes | None) -> dict[str, Any] | None:
    """Hash and size of a picture, for the record."""
    return {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)} if data is not None else None


def language(locale: str | None, default: str) -> str:
    """A BCP 47 tag of what a phone calls its locale: "en_GB" -> "en-GB"."""
    return (locale or default).replace("_", "-").split("@")[0]
