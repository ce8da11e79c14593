"""What is for missions only in the demonstration: opened by links, nowhere in public, closed when one is revoked."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from config.settings import Settings
from pipeline.domain.consents import Audience
from pipeline.storage.keys import session_prefix, site_prefix
from presession.demo.desk import Desk
from presession.demo.failures import DemoFailed
from presession.demo.published import demand_right, open_client, walk_portal
from presession.demo.texts import DemoStatement

_STAYS, _IS_REVOKED = "Norway", "Chile"
"""The two missions that are given links."""

_RANGE = {"Range": "bytes=0-99"}


@dataclass(frozen=True)
class MissionsCountry:
    """A country as one mission sees it: the address of its link, and the folder of what it opens."""

    code: str
    mission: str
    link: str
    release_dir: Path
    addresses_checked: int

    def to_json(self) -> dict[str, Any]:
        """JSON types only."""
        return {
            "country": self.code,
            "mission": self.mission,
            "link": self.link,
            "release_dir": str(self.release_dir),
            "addresses_checked": self.addresses_checked,
        }


def watch_by_link(desk: Desk, settings: Settings, slug: str, statement: DemoStatement) -> MissionsCountry:
    """Give two missions a link to a statement's country, have both watch, revoke one.

    Raises `DemoFailed` where something of the statement is public, or where the revoked link still opens anything.
    """
    code = statement.country_code
    link, revoked = (desk.issue_mission_link(mission, code) for mission in (_STAYS, _IS_REVOKED))
    public_url = f"{settings.public_url}/watch/{slug}/{code.lower()}/"
    with open_client() as client:
        paths = _walk(client, f"{link}{code.lower()}/")
        _demand_opened(client, f"{revoked}{code.lower()}/", paths)
        desk.revoke_newest_mission_link()
        _demand_refused(client, f"{revoked}{code.lower()}/", paths)
        _demand_refused(client, public_url, {path for path in paths if path.startswith(("media/", "r/"))})
    folder = settings.store_folder / site_prefix(slug, code, Audience.MISSIONS)
    _demand_only_there(statement, folder, settings.store_folder / session_prefix(slug))
    return MissionsCountry(code, _STAYS, link, folder, len(paths))


def _walk(client: httpx.Client, url: str) -> set[str]:
    """Every address below a country's page, seen as a mission sees it."""
    report = walk_portal(client, url)
    demand_right([report])
    return {address.removeprefix(url) for address in report.sizes}


def _demand_opened(client: httpx.Client, base: str, paths: Collection[str]) -> None:
    _demand(client, base, paths, range(200, 400), "is refused to a mission whose link is good")


def _demand_refused(client: httpx.Client, base: str, paths: Collection[str]) -> None:
    _demand(client, base, paths, range(404, 405), "opens for somebody who may not see it")


def _demand(client: httpx.Client, base: str, paths: Collection[str], wanted: range, problem: str) -> None:
    """Ask for everything, whole and a range of it."""
    for path in sorted(paths):
        for headers in ({}, _RANGE):
            with client.stream("GET", base + path, headers=headers) as answer:
                if answer.status_code not in wanted:
                    raise DemoFailed(f"“{path}” {problem}: status {answer.status_code}.")


def _demand_only_there(statement: DemoStatement, missions: Path, public: Path) -> None:
    """The speaker's organisation is named in what missions see, and in no public file."""
    word = statement.speaker.organisation.encode()
    found, leaked = (
        [path for path in folder.rglob("*.*") if word in path.read_bytes()] for folder in (missions, public)
    )
    if leaked or not found:
        raise DemoFailed(f"{statement.name} is for missions only, and stands in {len(leaked)} public files.")
