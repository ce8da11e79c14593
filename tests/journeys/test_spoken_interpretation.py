"""A mission chooses a spoken interpretation in a real Chromium: what is heard is measured, not what a menu says."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from pipeline.domain.sheets import TrackMark
from pipeline.domain.tokens import new_name
from pipeline.domain.voices import Under
from pipeline.media.voice_check import check_voice
from pipeline.media.voice_mix import VoiceRecipe, mix_voice
from pipeline.records.tables import StaffAccount, Voice
from pipeline.site.release_values import PublishedMedia, PublishedVoice, StatementInRelease
from pipeline.site.walking import walk_release
from pipeline.storage.attributes import content_type_of
from pipeline.storage.keys import package_prefix
from tests.fixtures.browser import OpenPage
from tests.fixtures.clock import NOW
from tests.fixtures.desk import EMAIL, PASSWORD
from tests.fixtures.encoded import samples
from tests.fixtures.media import ffmpeg
from tests.fixtures.packages import make_package
from tests.fixtures.panels import load_plan, session_plan, statement_of
from tests.fixtures.portal import PortalProcess
from tests.fixtures.releases import PublishedCountry
from tests.fixtures.standings import QUIET, accept
from tests.fixtures.static_server import ServeFolder
from tests.journeys.test_recorder import computer
from tests.site.stores import ADDRESS, StoreWeb

__all__ = ["computer"]

pytestmark = [pytest.mark.browser, pytest.mark.slow]

FIRST_HERTZ, SECOND_HERTZ, VOICE_HERTZ = 440, 660, 1500
INTERPRETED = "English (interpretation, not reviewed)"

# Listens to the video from now on; `heard()` is the strongest frequency of this moment.
LISTEN = """() => {
    const context = new AudioContext();
    const analyser = new AnalyserNode(context, { fftSize: 16384, smoothingTimeConstant: 0 });
    context.createMediaElementSource(document.querySelector('video')).connect(analyser).connect(context.destination);
    const levels = new Float32Array(analyser.frequencyBinCount);
    globalThis.heard = () => {
        analyser.getFloatFrequencyData(levels);
        const strongest = levels.indexOf(Math.max(...levels));
        return levels[strongest] < -80 ? 0 : (strongest * context.sampleRate) / analyser.fftSize;
    };
    return context.resume();
}"""


@pytest.fixture
def interpreted(published_country: PublishedCountry, sample_media, media_programs, small_ladder, tmp_path: Path):
    """The second of two statements with an English voice, which is a tone of its own."""
    source: PublishedMedia = sample_media["two"]
    voice, out_dir = tmp_path / "voice.wav", tmp_path / "mixed"
    out_dir.mkdir()
    ffmpeg("-f", "lavfi", "-i", f"sine=frequency={VOICE_HERTZ}:sample_rate=48000:duration=5.5", voice)
    package = source.package
    report = check_voice(voice, shown_seconds=package.duration_seconds, programs=media_programs, work_dir=tmp_path)
    below = Path(source.source_prefix) / package.audio.uri
    recipe = VoiceRecipe(voice, report, below, package, 0.0, Under.LOW)
    mixed = mix_voice(recipe, ladder=small_ladder, out_dir=out_dir, programs=media_programs)
    prefix, uri = package_prefix(new_name()), mixed.rendition.uri
    published_country.store.put_file(prefix + uri, out_dir / uri, content_type=content_type_of(uri))
    spoken = PublishedVoice(mixed.rendition, prefix, new_name(), TrackMark.UNREVIEWED)
    first, missing, second = published_country.release.places
    assert isinstance(second, StatementInRelease)
    plan = published_country.publish(places=[first, missing, replace(second, voices={"en": spoken})])
    return published_country, plan


def _hears(page: Page, hertz: int) -> None:
    """Until the tone of this pitch is the strongest of what the browser plays."""
    page.wait_for_function("hertz => Math.abs(heard() - hertz) < 20", arg=hertz)


def _choose_sound(page: Page, name: str) -> None:
    page.locator("media-controller").hover()
    page.locator("media-audio-track-menu-button").focus()
    page.keyboard.press("Enter")
    item = page.locator("media-audio-track-menu").get_by_role("menuitemradio", name=name)
    expect(item).to_be_visible()
    item.focus()
    page.keyboard.press("Enter")


def test_the_chosen_sound_is_the_one_that_is_heard(open_page: OpenPage, interpreted, serve_folder: ServeFolder) -> None:
    country, plan = interpreted
    report = walk_release(StoreWeb(country.store, plan.site_prefix).fetch, ADDRESS)
    assert report.problems == []
    watched = open_page(locale="en")
    page = watched.page
    page.goto(serve_folder(country.folder))
    expect(page.locator("#statement-3")).to_contain_text("Spoken interpretation")
    page.locator("#statement-3 .jump").click()
    page.evaluate(LISTEN)
    _hears(page, SECOND_HERTZ)
    _choose_sound(page, INTERPRETED)
    _hears(page, VOICE_HERTZ)
    assert any(url.endswith("/voice.mp4") for url in watched.requests)
    page.locator("#statement-1 .jump").click()
    _hears(page, FIRST_HERTZ)  # nobody interpreted it
    page.locator("#statement-3 .alone").click()
    _hears(page, VOICE_HERTZ)  # the choice is kept
    _choose_sound(page, "Français")
    _hears(page, SECOND_HERTZ)
    assert watched.errors == []


def test_what_lies_published_is_the_voice_over_the_low_original(interpreted) -> None:
    country, plan = interpreted
    (path,) = country.folder.glob("media/*/voice.mp4")
    sound = samples(path)[48000 : 3 * 48000, 0]
    spectrum = abs(np.fft.rfft(sound * np.hanning(len(sound))))
    voice, below = (20 * np.log10(spectrum[round(hertz * len(sound) / 48000)]) for hertz in (VOICE_HERTZ, SECOND_HERTZ))
    assert voice - below == pytest.approx(16, abs=3)
    assert plan.manifest_uri


@pytest.fixture
def desk(make_portal, password_hash, tmp_path: Path) -> PortalProcess:
    """A portal with a recording that can be watched, and somebody of staff."""
    portal = make_portal()
    load_plan(portal.database, session_plan(MW=1))
    folder, prefix = tmp_path / "package", package_prefix(new_name())
    package = make_package(folder, seconds=6, colour="darkgreen")
    for uri in package.media_uris():
        portal.store.put_file(prefix + uri, folder / uri, content_type=content_type_of(uri))
    with portal.database.begin() as db:
        accept(db, statement_of(db, "MW", 1), QUIET, package=package, prefix=prefix)
        db.add(StaffAccount(email=EMAIL, password_hash=password_hash, session_key=new_name(), created_at=NOW))
    return portal


def test_an_interpreter_records_while_the_picture_plays_and_hands_it_in(desk: PortalProcess, computer) -> None:
    watched = computer.open(["microphone"], base_url=desk.url)
    page = watched.page
    page.goto("/sign-in?next=/staff/statements/1/voices/")
    page.fill("#email", EMAIL)
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    page.get_by_label("Play the picture without sound").check()
    page.get_by_role("button", name="Record from the beginning").click()
    page.wait_for_function("() => document.querySelector('video').currentTime > 1.5")
    page.get_by_role("button", name="Stop recording").click()
    expect(page.get_by_role("status")).to_contain_text("Recorded")
    page.get_by_label("Whoever speaks agrees").check()
    page.get_by_role("button", name="Hand in").click()
    expect(page.get_by_text("is being mixed")).to_be_visible()
    with desk.database.read() as db:
        voice = db.scalars(select(Voice)).one()
        assert (voice.language, voice.offset_ms) == ("fr", 0)
        assert voice.size_bytes > 1000
    assert watched.errors == []
