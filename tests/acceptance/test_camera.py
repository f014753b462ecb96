"""What a camera of a real Home Assistant sees."""

import pytest

from actions.errors import HomeRefused
from actions.hass import HomeAssistantLink
from bridge.tiers.cloud.pictures import shrink
from tests.ha import HomeAssistantProcess


async def test_a_camera_shows_what_it_sees(home_assistant: HomeAssistantProcess) -> None:
    link = HomeAssistantLink(home_assistant.url, home_assistant.token)
    picture = await link.snapshot("camera.demo_camera")
    assert (await shrink(picture)).media_type == "image/jpeg"
    with pytest.raises(HomeRefused):
        await link.snapshot("camera.nowhere")
