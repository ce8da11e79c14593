"""Names from CLDR, tokens, fingerprints, findings, packages: small rules with sharp edges."""

from dataclasses import replace

import pytest

from pipeline.domain.errors import WrongUsage
from pipeline.domain.findings import SEVERITIES, Finding, FindingCode, Severity, Verdict, verdict_of
from pipeline.domain.fingerprints import fingerprint
from pipeline.domain.languages import (
    country_name,
    is_country,
    is_language,
    is_right_to_left,
    language_name,
    own_language_name,
)
from pipeline.domain.packages import ByteRange, MediaRendition, Package, Segment, Storyboard
from pipeline.domain.tokens import hash_token, new_name, new_token


@pytest.mark.parametrize(
    ("code", "reader", "name"),
    [
        ("MW", "en", "Malawi"),
        ("US", "fr", "États-Unis"),
        ("MH", "es", "Islas Marshall"),
        ("TR", "en", "Türkiye"),
    ],
)
def test_countries_are_named_in_the_readers_language(code: str, reader: str, name: str) -> None:
    assert country_name(code, reader) == name


@pytest.mark.parametrize("code", ["XX", "mw", "MWI", "", "../"])
def test_what_is_no_country_is_refused(code: str) -> None:
    assert not is_country(code)
    with pytest.raises(WrongUsage, match="ISO 3166"):
        country_name(code, "en")


def test_languages_are_known_by_code() -> None:
    assert all(is_language(code) for code in ("en", "fr", "es", "ar", "dv", "mh", "mn", "zh-Hant"))
    assert not any(is_language(code) for code in ("", "english", "xx-", "EN", "qqq"))
    assert language_name("fr", "es") == "francés"
    assert own_language_name("fr") == "français"
    assert [is_right_to_left(code) for code in ("ar", "dv", "fr")] == [True, True, False]


def test_a_token_is_bound_to_its_purpose() -> None:
    token = new_token()
    assert len(token) >= 43
    assert hash_token(token, "speaker") != hash_token(token, "upload")
    assert len({new_name() for _ in range(100)}) == 100


def test_a_fingerprint_follows_every_input_and_no_order() -> None:
    first = fingerprint("encode", 1, {"source": "a", "ladder": [1, 2]})
    assert first == fingerprint("encode", 1, {"ladder": [1, 2], "source": "a"})
    others = [
        fingerprint("encode", 2, {"source": "a", "ladder": [1, 2]}),
        fingerprint("card", 1, {"source": "a", "ladder": [1, 2]}),
        fingerprint("encode", 1, {"source": "b", "ladder": [1, 2]}),
    ]
    assert len({first, *others}) == 4


def test_one_refusing_finding_refuses() -> None:
    warn, refuse = Finding(FindingCode.SILENT), Finding(FindingCode.TOO_LONG, {"seconds": 431.2})
    assert verdict_of([warn]) is Verdict.ACCEPTED
    assert verdict_of([warn, refuse]) is Verdict.REFUSED
    assert Finding.from_json(refuse.to_json()) == refuse
    assert SEVERITIES[FindingCode.PORTRAIT] is Severity.WARN


def test_a_package_survives_json() -> None:
    index = ByteRange(700, 56)
    segments = (Segment(4.0, 756, 1000, 300), Segment(2.5, 1756, 700, 200))
    rates = {"peak_bits_per_second": 2240, "average_bits_per_second": 2092}
    video = MediaRendition("v1", "avc1.64001f", "v1.mp4", 700, index, segments, **rates, width=640, height=360)
    audio = MediaRendition("a", "mp4a.40.2", "a.mp4", 700, index, segments, **rates, channels=2)
    modern = replace(video, name="a1", codecs="av01.0.05M.08", uri="a1.mp4")
    storyboard = Storyboard("storyboard.jpg", 5, 2, 160, 90, 5.0)
    package = Package(6.5, (video,), audio, "poster.jpg", storyboard, (modern,))
    assert Package.from_json(package.to_json()) == package
    assert (video.duration_seconds, video.size_bytes) == (6.5, 2456)
    assert package.media_uris() == ("poster.jpg", "storyboard.jpg", "v1.mp4", "a1.mp4", "a.mp4")
    assert replace(package, storyboard=None).media_uris() == ("poster.jpg", "v1.mp4", "a1.mp4", "a.mp4")
