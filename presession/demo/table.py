"""The short table at the end of the demonstration: what to open, and as whom."""

from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

from pipeline.domain.languages import country_name
from presession.demo.by_link import MissionsCountry
from presession.demo.installation import Account
from presession.demo.journey import Part
from presession.demo.outcome import PublishedCountry


def print_table(
    *,
    portal_url: str,
    account: Account,
    countries: Sequence[PublishedCountry],
    missions: Sequence[MissionsCountry],
    recordings: Sequence[dict[str, Any]],
    parts: Sequence[Part],
) -> None:
    """Print it for a person; addresses are never cut."""
    console = Console(soft_wrap=True)
    console.print(_recordings_table(recordings))
    console.print("\n[bold]Published pages[/]")
    for country in countries:
        console.print(f"  {country_name(country.code, 'en'):12} {country.url}", highlight=False)
    console.print("\n[bold]Missions' links[/]: what is public, and what is for missions only")
    for seen in missions:
        console.print(
            f"  {country_name(seen.code, 'en'):12} {seen.mission:8} {seen.link}", highlight=False, markup=False
        )
    console.print("\n[bold]Staff[/]")
    console.print(f"  {portal_url}/sign-in   {account.email}   {account.password}", highlight=False, markup=False)
    console.print("\n[bold]Speakers' links[/]")
    for part in parts:
        console.print(f"  {part.statement.speaker.name:16} {part.link}", highlight=False, markup=False)


def _recordings_table(recordings: Sequence[dict[str, Any]]) -> Table:
    table = Table("country", "speaker", "attempt", "verdict", "noticed", "state", box=None, padding=(0, 2, 0, 0))
    for row in recordings:
        noticed = ", ".join(finding["code"] for finding in row["findings"])
        table.add_row(row["country"], row["speaker"], str(row["attempt"]), row["verdict"], noticed, row["state"])
    return table
