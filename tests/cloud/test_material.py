"""Pictures, PDFs, pages, the clipboard and cameras on their way to a model."""

import base64
import io
import re

import pytest
from PIL import Image

from bridge.testing import Answer, Seen, Vendors
from bridge.tiers.base import Enclosed
from tests.cloud.conftest import KINDS, Start, provider
from tests.cloud.pictures import photo


def pictures(seen: Seen) -> list[bytes]:
    """The pictures of a request, whatever its format."""
    found = re.findall(r"[A-Za-z0-9+/_-]{200,}={0,2}", seen.text)
    return [base64.b64decode(one.replace("-", "+").replace("_", "/")) for one in found]


@pytest.mark.parametrize("kind", KINDS)
async def test_a_photo_reaches_the_model_small_and_bare(start: Start, vendors: Vendors, kind: str) -> None:
    vendors.play(Answer(text="Noise."))
    original = photo()
    async with start([provider(vendors, kind)]) as bridge:
        reply = await bridge.phone.say("what is this", enclosed=Enclosed(image=original))
        assert reply.say == "Noise.", await bridge.trace()
        (sent,) = pictures(vendors.seen[0])
        picture = Image.open(io.BytesIO(sent))
        assert picture.format == "JPEG"
        assert picture.size == (683, 1024)  # turned upright, and small
        assert len(sent) <= 400_000
        assert not picture.getexif()
        assert "comment" not in picture.info
        assert b"Apple" not in sent
        assert "picture" in (await bridge.trace())["read"]
