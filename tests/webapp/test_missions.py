"""Missions' links: what they open, and that nothing else does: each kind of address with each kind of token."""

import gzip
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import httpx
import pytest
from sqlalchemy import event

from pipeline.domain.consents import Audience
from pipeline.records.tables import Country, MissionLink, MissionOpening, PreSession, Release
from pipeline.services.events import SYSTEM
from pipeline.services.mission_links import issue_mission_link, revoke_mission_link
from pipeline.site.pages import CONTENT_SECURITY_POLICY
from pipeline.storage.attributes import content_type_of
from pipeline.storage.keys import session_prefix, site_prefix
from pipeline.storage.s3 import S3Store
from tests.fixtures.panels import load_plan, session_plan
from webapp import long_answers
from webapp.app import create_app

NAME = "a" * 32
MEDIA = bytes(range(256)) * 8
MANIFEST = (
    '#EXTM3U\n#EXT-X-MAP:URI="../../../media/{name}/v240.mp4",BYTERANGE="9@0"\n#EXTINF:4,\n'
    "../../../media/{name}/v240.mp4\n#EXT-X-ENDLIST\n"
)
FILES = {
    "index.html": f'<meta content="{CONTENT_SECURITY_POLICY.replace(chr(39), "&#39;")}">front of missions {"-" * 700}',
    f"r/{NAME}/fr.html": "page",
    f"r/{NAME}/programme/master.m3u8": "#EXTM3U\nv240.m3u8\n",
    f"r/{NAME}/programme/v240.m3u8": MANIFEST.format(name=NAME),
    f"r/{NAME}/programme/manifest.mpd": f"<MPD><BaseURL>../../../media/{NAME}/v240.mp4</BaseURL></MPD>",
    f"r/{NAME}/programme/storyboard.vtt": "WEBVTT",
    f"r/{NAME}/s/1/subtitles/en.vtt": "WEBVTT",
    f"r/{NAME}/s/1/paper-1.pdf": "%PDF-1.7",
    f"r/{NAME}/recommendations-fr.csv": "asked",
    f"r/{NAME}/assets/player.js": "player",
    f"media/{NAME}/v240.mp4": MEDIA,
    f"media/{NAME}/film.mp4": MEDIA,
    f"media/{NAME}/poster.jpg": "poster",
}
"""One file of each kind that a release has."""


def put(store, prefix, files):
    for path, data in files.items():
        body = data if isinstance(data, bytes) else data.encode()
        store.put_bytes(prefix + path, body, content_type=content_type_of(path), cache_control="public, max-age=300")


@pytest.fixture
def links(sqlite_database, store):
    """A session with Malawi out for missions; tokens by what is wrong with them."""
    load_plan(sqlite_database, session_plan("36", MW=1, HN=1))
    load_plan(sqlite_database, session_plan("35", MW=1))
    put_session(store)
    now = datetime.now(UTC)
    until = now + timedelta(days=30)
    tokens = {"wrong": "A" * 43, "unknown": "x"}
    with sqlite_database.begin() as db:
        malawi, honduras, elsewhere = (
            db.query(Country).join(PreSession).filter(PreSession.slug == slug, Country.code == code).one()
            for slug, code in (("36", "MW"), ("36", "HN"), ("35", "MW"))
        )
        release = Release(
            country_id=malawi.id, number=1, audience=Audience.MISSIONS, name=NAME, created_at=now, facts={}
        )
        db.add(release)
        db.flush()
        malawi.point_at(Audience.MISSIONS, release.id)

        def issue(label, pre_session, country=None, expires_at=until, at=now):
            told = {"label": label, "country": country, "expires_at": expires_at, "actor": SYSTEM, "now": at}
            return issue_mission_link(db, pre_session, **told)

        session = malawi.pre_session
        tokens["session"], tokens["country"] = issue("Norway", session), issue("Chile", session, malawi)
        tokens["other country's"] = issue("Chile", session, honduras)
        tokens["other session's"] = issue("Norway", elsewhere.pre_session)
        long_ago = now - timedelta(days=9)
        tokens["expired"] = issue("Fiji", session, malawi, now - timedelta(seconds=1), long_ago)
        tokens["revoked"] = issue("Peru", session)
        revoke_mission_link(db, link_of(db, "Peru"), actor=SYSTEM, now=now)
    return tokens


def put_session(store):
    put(store, site_prefix("36", "MW", Audience.MISSIONS), FILES)
    put(store, session_prefix("36", Audience.MISSIONS), {"index.html": "countries", "assets/page.css": "p{}"})
    put(store, site_prefix("36", "HN"), {"index.html": "what is public of Honduras"})


def link_of(db, label):
    return db.query(MissionLink).filter_by(label=label).order_by(MissionLink.id).first()


ASKED = ({}, {"Range": "bytes=0-3"}, {"If-None-Match": "*"}, {"Accept-Encoding": "gzip"}, {"Sec-Purpose": "prefetch"})
"""What browsers, players and programs say besides."""

WRONG = ("wrong", "unknown", "expired", "revoked", "other country's", "other session's")


def detours(token):
    """The addresses of a country written as nobody writes them, to lead out of what a token opens."""
    film = f"media/{NAME}/v240.mp4"
    ways = ("hn/../mw", "hn/%2e%2e/mw", "hn/..%2fmw", "hn/./../mw", "hn/%00/../mw", r"hn\..\mw", "%6d%77", "MW", "mW")
    return [f"/m/{token}/{way}/{film}" for way in (*ways, "../36/mw", "mw/../../../missions/36/mw")]


def fetch(browser, address):
    """An answer, read to its end."""
    answer = browser.get(address)
    assert answer.data
    return answer


def addresses(token):
    below = [f"/m/{token}/mw/{path}" for path in FILES]
    return [f"/m/{token}/mw/", *below]


def test_a_link_opens_every_file_of_its_release_and_nobody_keeps_any(visit, links):
    for kind in ("session", "country"):
        for address in addresses(links[kind]):
            answer = fetch(visit(), address)
            assert answer.status_code == 200, (kind, address)
            assert answer.headers["Cache-Control"] == (
                "private, max-age=3600" if "/assets/" in address else "private, no-store"
            )
            assert answer.headers["Referrer-Policy"] == "no-referrer"
            assert "noindex" in answer.headers["X-Robots-Tag"]
            assert "Set-Cookie" not in answer.headers
    assert visit().get(f"/m/{links['session']}/").data == b"countries"
    assert visit().get(f"/m/{links['session']}/assets/page.css").data == b"p{}"
    assert visit().get(f"/m/{links['country']}/").location == "mw/"
    part = visit().get(f"/m/{links['country']}/mw/media/{NAME}/v240.mp4", headers={"Range": "bytes=5-9"})
    assert (part.status_code, part.data) == (206, MEDIA[5:10])


@pytest.mark.slow
def test_every_address_is_refused_alike_to_every_token_that_does_not_open_it(visit, links):
    def told(answer):
        return answer.status_code, answer.data, {**answer.headers, "Date": ""}

    refusal = told(visit().get("/m/x/mw/"))
    assert refusal[2]["Cache-Control"] == "private, no-store"
    for kind in WRONG:
        for address in (*addresses(links[kind]), *detours(links[kind])):
            assert told(visit().get(address)) == refusal, (kind, address)
        assert visit().client.head(address).content_length == len(refusal[1])
        for headers in ASKED:
            assert told(visit().get(f"/m/{links[kind]}/mw/media/{NAME}/v240.mp4", headers=headers)) == refusal, headers
        assert visit().get(f"/m/{links[kind]}//mw/").status_code == 308, "written as it should be, and asked again"
    for address in (f"/m/{links['country']}/hn/", f"/m/{links['country']}/index.html", f"/m/{links['revoked']}/"):
        assert told(visit().get(address)) == refusal
    for path in FILES:  # nothing of it is public, and no part of the address leads out of its place
        assert visit().get(f"/watch/36/mw/{path}").status_code == 404
        assert visit().get(f"/watch/36/hn/..%2f..%2f..%2fmissions/36/mw/{path}").status_code == 404
        assert visit().get(f"/m/{links['session']}/hn/../mw/{path}").status_code == 404


def test_whatever_is_wrong_with_a_token_the_same_one_question_is_asked(visit, links, sqlite_database):
    asked = []
    event.listen(sqlite_database.engine, "before_cursor_execute", lambda *told: asked.append(told[2]))
    questions = {}
    for kind in ("wrong", "unknown", "expired", "revoked", "other country's"):
        asked.clear()
        assert visit().get(f"/m/{links[kind]}/mw/media/{NAME}/v240.mp4").status_code == 404
        questions[kind] = [said for said in asked if "mission_link" in said]
    assert len(set(map(tuple, questions.values()))) == 1, questions
    assert len(questions["wrong"]) == 1


def test_where_missions_have_no_release_of_their_own_they_watch_what_is_public(visit, links):
    assert visit().get(f"/m/{links['session']}/hn/").data == b"what is public of Honduras"
    assert visit().get(f"/m/{links['other country' + chr(39) + 's']}/").location == "hn/"


def test_a_revoked_link_is_refused_at_the_next_request_for_every_address(visit, links, sqlite_database):
    browser = visit()
    assert all(fetch(browser, address).status_code == 200 for address in addresses(links["country"]))
    with sqlite_database.begin() as db:
        revoke_mission_link(
            db, db.query(MissionLink).filter_by(label="Chile").first(), actor=SYSTEM, now=datetime.now(UTC)
        )
    assert all(fetch(browser, address).status_code == 404 for address in addresses(links["country"]))


def test_a_film_stops_for_whoever_is_in_the_middle_of_it(visit, links, store, sqlite_database, monkeypatch):
    monkeypatch.setattr(long_answers, "ASK_SECONDS", 0.0)
    film = b"film" * 100_000
    for prefix in (site_prefix("36", "MW", Audience.MISSIONS), site_prefix("36", "MW")):
        put(store, prefix, {"film.mp4": film})

    def revoke():
        with sqlite_database.begin() as db:
            revoke_mission_link(db, link_of(db, "Chile"), actor=SYSTEM, now=datetime.now(UTC))

    def take_down():
        store.delete_prefix(site_prefix("36", "MW"))

    for address, end in ((f"/m/{links['country']}/mw/film.mp4", revoke), ("/watch/36/mw/film.mp4", take_down)):
        assert visit().get(address).data == film
        with visit().client.get(address) as answer:
            pieces = iter(answer.response)
            taken = [next(pieces)]
            end()
            taken += pieces
            assert answer.content_length == len(film), "nobody takes what came for the whole"
        assert 0 < len(b"".join(taken)) <= 2 * len(taken[0])


def test_what_is_counted_is_by_mission_and_country_and_nothing_else_is_kept(visit, links, sqlite_database):
    base = f"/m/{links['session']}/mw/"
    for _ in range(2):
        fetch(visit(), base)
    visit().client.head(base)
    fetch(visit(), f"{base}r/{NAME}/fr.html")
    fetch(visit(), f"{base}r/{NAME}/programme/master.m3u8")  # as soon as somebody moves over the player
    assert visit().get(base, headers={"Sec-Purpose": "prefetch"}).status_code == 200

    def counted():
        with sqlite_database.read() as db:
            use = db.query(MissionOpening).one()
            assert link_of(db, "Norway").id == use.link_id
            return use.opened, use.played

    assert counted() == (2, 0)
    visit().client.head(f"{base}?played")
    fetch(visit(), f"{base}media/{NAME}/film.mp4")
    for beginning in (0, 9):  # a player of a film asks for its beginning once, and for more of it again and again
        part = visit().get(f"{base}media/{NAME}/film.mp4", headers={"Range": f"bytes={beginning}-"})
        assert part.data == MEDIA[beginning:]
    visit().client.head(f"/m/{links['revoked']}/mw/?played")
    assert counted() == (2, 3)
    assert set(MissionOpening.__table__.columns.keys()) == {
        "id",
        "link_id",
        "country_id",
        "opened",
        "played",
        "last_on",
    }


@pytest.mark.slow
def test_with_s3_media_come_by_addresses_signed_for_a_short_time(
    portal_settings, sqlite_database, producer, s3_bucket, links
):
    store = S3Store(**asdict(s3_bucket), browser_url=s3_bucket.endpoint_url)
    put_session(store)
    rules = {"AllowedOrigins": ["https://portal.example"], "AllowedMethods": ["GET"], "AllowedHeaders": ["range"]}
    store.connection.client.put_bucket_cors(Bucket=s3_bucket.bucket, CORSConfiguration={"CORSRules": [rules]})
    quick = portal_settings.model_copy(
        update={"store": portal_settings.store.model_copy(update={"signed_seconds": 30})}
    )
    client = create_app(quick, sqlite_database, store, producer, producer.waiting).test_client()
    base, folder = f"/m/{links['country']}/mw/", f"r/{NAME}/programme/"

    page = client.get(base, headers={"Accept-Encoding": "gzip"})
    origin = "{0.scheme}://{0.netloc}".format(urlsplit(s3_bucket.endpoint_url))
    assert f"connect-src &#39;self&#39; {origin}" in gzip.decompress(page.data).decode().replace("blob: ", "")
    assert origin in page.headers["Content-Security-Policy"]
    unsigned = client.get(f"{base}{folder}v240.m3u8").text
    assert unsigned == FILES[f"{folder}v240.m3u8"], "for players that never ask again"
    signed = client.get(f"{base}{folder}v240.m3u8?signed").text.splitlines()
    media = next(line for line in signed if not line.startswith("#"))
    assert media.startswith(s3_bucket.endpoint_url)
    assert "X-Amz-Expires=30" in media
    assert media.replace("&", "&amp;")[:60] in client.get(f"{base}{folder}manifest.mpd?signed").text
    asked = {"Range": "bytes=5-9", "Origin": "https://portal.example"}
    part = httpx.get(media, headers=asked)
    assert (part.status_code, part.content) == (206, MEDIA[5:10])
    assert part.headers["Access-Control-Allow-Origin"] in {"https://portal.example", "*"}
    assert httpx.get(media.split("?")[0]).status_code == 403, "without a signature the store gives nothing"
    elsewhere = media.replace("v240.mp4", "poster.jpg")
    assert httpx.get(elsewhere).status_code == 403, "a signature is for one object"
    assert client.get(f"{base}media/{NAME}/v240.mp4").status_code == 302
    film = client.get(f"{base}media/{NAME}/film.mp4", headers={"Range": "bytes=5-9"})
    assert (film.status_code, film.data) == (206, MEDIA[5:10]), "browsers ask on where a film began, long after"
    assert client.get(f"{base}{folder}master.m3u8?signed").text == FILES[f"{folder}master.m3u8"]
    assert links["country"] not in media, "the store is told of no link"
    for kind in ("wrong", "expired", "revoked", "other country's"):
        for address in addresses(links[kind]):
            assert client.get(address).status_code == 404, (kind, address)
    store.close()
