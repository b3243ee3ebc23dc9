"""One page of Chromium for all cases of a file."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.graphics_layers.stage import Stage
from tests.support.browser import SCREEN, Chromium


@pytest.fixture(scope="module")
def _stage(started_chromium: Browser) -> Iterator[Stage]:
    chromium = Chromium(started_chromium)
    yield Stage(chromium.page(**SCREEN))
    chromium.close()
    assert not chromium.unexpected, "\n".join(chromium.unexpected)


@pytest.fixture
def stage(_stage: Stage) -> Stage:
    """Of 1920×1080, for somebody who wants less motion."""
    _stage.resize(1)
    _stage.page.emulate_media(reduced_motion="reduce")
    return _stage
