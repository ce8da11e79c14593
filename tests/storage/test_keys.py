"""Keys are made of opaque names, slugs and country codes, and of nothing else."""

from collections.abc import Callable

import pytest

from pipeline.domain.errors import WrongUsage
from pipeline.storage import keys

NAME = "0123456789abcdef" * 2


def test_each_kind_of_object_has_its_place() -> None:
    assert keys.original_key(NAME) == f"originals/{NAME}"
    assert keys.under(keys.package_prefix(NAME), "v360/0001.m4s") == f"packages/{NAME}/v360/0001.m4s"
    assert keys.under(keys.paper_prefix(NAME), "clean.pdf") == f"papers/{NAME}/clean.pdf"
    site = keys.site_prefix("upr36", "MW")
    assert site == "site/upr36/mw/"
    assert keys.under(site + keys.release_uri(NAME), "index.html") == f"site/upr36/mw/r/{NAME}/index.html"
    assert keys.media_uri(NAME) == f"media/{NAME}/"


@pytest.mark.parametrize(
    "make", [keys.original_key, keys.package_prefix, keys.paper_prefix, keys.media_uri, keys.release_uri]
)
@pytest.mark.parametrize("name", ["", "film.mp4", NAME.upper(), NAME + "0", NAME + "\n", "../" + NAME, "a" * 31 + "/"])
def test_a_name_is_32_hexadecimal_digits(make: Callable[[str], str], name: str) -> None:
    with pytest.raises(WrongUsage):
        make(name)


@pytest.mark.parametrize(
    ("slug", "country"), [("", "MW"), ("UPR", "MW"), ("a/b", "MW"), ("upr36", "MWI"), ("upr36", "M\n")]
)
def test_a_site_is_a_slug_and_a_country(slug: str, country: str) -> None:
    with pytest.raises(WrongUsage):
        keys.site_prefix(slug, country)


@pytest.mark.parametrize("relative", ["", "/a", "a/", "../a", "a/../../b", "a//b", ".hidden", "a\n", "a b"])
def test_nothing_leaves_its_prefix(relative: str) -> None:
    with pytest.raises(WrongUsage):
        keys.under("site/upr36/mw/", relative)
    with pytest.raises(WrongUsage):
        keys.under("site/upr36/mw", "index.html")
