"""What several journeys begin with."""

import pytest

from tests.fixtures.releases import PublishedCountry
from tests.fixtures.static_server import ServeFolder


@pytest.fixture
def address(published_country: PublishedCountry, serve_folder: ServeFolder) -> str:
    """Where the published country page can be watched."""
    published_country.publish()
    return serve_folder(published_country.folder)
