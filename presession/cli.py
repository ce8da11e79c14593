"""The `presession` command: which commands there are, and how errors become exit codes."""

import importlib
import traceback
from typing import Any, NoReturn

import click

from config.settings import SettingsError
from pipeline.domain.errors import ExitCode, PresessionError
from presession.crash_log import write_crash_log
from presession.outside_troubles import sentence_of

COMMANDS = {
    "check": "Check one recording: is it a playable video within the limit?",
    "process": "Turn one recording into a streamable package, without a server.",
    "captions": "Subtitles: check a file, say how those of a session stand, have texts timed.",
    "voices": "Spoken interpretation: hand in a sound file, say how it stands.",
    "session": "List sessions and load a session file.",
    "speaker": "List, export and import the speakers of a session.",
    "invite": "Mail personal links to speakers who were not let in yet.",
    "link": "Issue and revoke the personal link of one speaker.",
    "remind": "Remind speakers of what is missing, by mail.",
    "status": "Show how each statement of a session stands.",
    "publish": "Look at what publishing a country would mean, and publish it.",
    "release": "Compare a country's releases, go back to one, set moments for publishing.",
    "export": "Write what is published as a folder or ZIP that plays from a stick.",
    "missions": "Make, list and revoke links by which missions watch.",
    "import": "Hand in a folder of recordings for speakers, matched by name.",
    "account": "Add staff accounts and change passwords.",
    "token": "Make and revoke tokens for scripts.",
    "webhook": "Say which other systems are told of events.",
    "run": "Run everything on this machine: portal, worker, scheduler.",
    "web": "Run the portal alone.",
    "worker": "Run a worker alone.",
    "scheduler": "Run the scheduler alone.",
    "keys": "Look after the keys that originals are sealed with.",
    "store": "Try the folder or bucket that keeps the objects, and say what to change.",
    "bucket": "Make the S3 bucket that the settings name.",
    "backup": "Copy records and objects into a folder while everything runs.",
    "restore": "Fill an empty installation from a backup.",
    "retention": "Say what is kept until when, and remove what is not kept any longer.",
    "hold": "Keep a session, country or statement from being removed.",
    "erase": "Erase a speaker with everything they handed in.",
    "audit": "Print and export the record of who did what.",
    "explain": "Say how each step of a recording stands, and why.",
    "doctor": "Say what is missing or wrong, and which command mends it.",
    "demo": "Show the whole product at work with sample recordings.",
}
"""Every command with its line in `presession --help`; module and function in `presession.commands` bear its name."""

_NAMES = {"import": "import_folder"}
"""Of module and function, where the command's own is a word of Python."""

EXAMPLES = """\b
Examples:
  presession demo
  presession session load 36
  presession run --data /srv/presession --port 8000
  presession check statement.mp4 --limit 5:00-7:00
"""


class PresessionGroup(click.Group):
    """Loads commands when they are needed, and turns every error into a sentence and an exit code."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All commands, in the order of `COMMANDS`."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one command."""
        if cmd_name not in COMMANDS:
            return None
        name = _NAMES.get(cmd_name, cmd_name)
        command = getattr(importlib.import_module(f"presession.commands.{name}"), name)
        assert isinstance(command, click.Command)  # noqa: S101 - one of our own modules
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; the one place where errors become exit codes."""
        try:
            return super().invoke(ctx)
        except PresessionError as error:
            _refuse(ctx, error, error.exit_code)
        except SettingsError as error:
            _refuse(ctx, error, ExitCode.USAGE)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:  # noqa: BLE001 - the edge of the program
            _refuse(ctx, error, ExitCode.OUR_FAULT, unexpected=True)


@click.group(cls=PresessionGroup, epilog=EXAMPLES)
@click.option("--debug", is_flag=True, help="Show the full trace of an error.")
@click.version_option(package_name="presession", prog_name="presession", message="%(prog)s %(version)s")
def main(debug: bool) -> None:
    """Virtual UPR Pre-sessions: recorded statements in, a country's subtitled playlist out.

    \b
    Exit codes: 0 done, 1 our fault, 2 wrong usage, 3 refused.
    """


def _refuse(ctx: click.Context, error: Exception, exit_code: int, *, unexpected: bool = False) -> NoReturn:
    if ctx.params.get("debug"):
        click.echo("".join(traceback.format_exception(error)), err=True)
    click.echo(f"Error: {_unexpected(error) if unexpected else error}", err=True)
    ctx.exit(exit_code)


def _unexpected(error: Exception) -> str:
    place = write_crash_log(error)
    where = f"What happened is written in {place}." if place else "Run it again with `presession --debug …`."
    known = sentence_of(error)
    if known:
        return known
    return f"Something went wrong inside presession ({type(error).__name__}). {where}"
