"""The demo home, which is also the fake of the home in tests."""

from actions.demo.demo import DemoHome
from actions.demo.layout import Layout, LayoutError

__all__ = ["DemoHome", "Layout", "LayoutError"]
