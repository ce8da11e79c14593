"""A worker sends mails: with a fresh link that is nowhere kept, once, and with somebody told when it cannot be done."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from sqlalchemy import select, text

from config.settings import LinkSettings, MailSettings
from pipeline.domain.jobs import JobKind, JobState
from pipeline.domain.mails import MailKind, MailState
from pipeline.records.tables import Base, Event, Mail, SpeakerLink
from pipeline.services.links import find_link, issue_link, open_link, revoke_links
from pipeline.services.mails import queue_mail, release_mail
from tests.fixtures.clock import NOW
from tests.fixtures.installation import Installation, run_job
from tests.fixtures.logs import logs_set_up
from tests.fixtures.panels import STAFF, hand_in, statement_of
from tests.fixtures.smtp import MailServer

ADDRESS = "ana@example.org"
_LINK = re.compile(r"^http://127\.0\.0\.1:8000/s/([A-Za-z0-9_-]{43})\?lang=(\w\w)\r?$", re.MULTILINE)


@pytest.fixture
def place(sqlite_installation: Installation) -> Installation:
    with sqlite_installation.database.begin() as db:
        statement = statement_of(db, "MW")
        statement.speaker.email = ADDRESS
        statement.speaker.language = "fr"
    return sqlite_installation


def use(place: Installation, **mails: object) -> None:
    """Change the settings of mails."""
    place.settings = place.settings.model_copy(update={"mails": MailSettings(**mails)})  # type: ignore[arg-type]


def use_server(place: Installation, server: MailServer) -> None:
    use(place, kind="smtp", host="127.0.0.1", port=server.port, security="none", sender="desk@example.net")


def ask(place: Installation, kind: MailKind = MailKind.INVITATION) -> int:
    with place.database.begin() as db:
        mail = queue_mail(db, statement_of(db, "MW"), kind, now=NOW)
        assert mail is not None
        return mail.id


def send(place: Installation, mail_id: int) -> Mail:
    """Do the mail's job, as it is now; the mail afterwards."""
    run_job(place.context(), place.job(JobKind.MAIL, mail_id).id)
    with place.database.read() as db:
        return db.get_one(Mail, mail_id)


def in_folder(place: Installation) -> list[EmailMessage]:
    files = sorted(place.settings.mail_dir.glob("*.eml"))
    return [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]  # type: ignore[misc]


def links(place: Installation) -> list[SpeakerLink]:
    with place.database.read() as db:
        return list(db.scalars(select(SpeakerLink).order_by(SpeakerLink.id)))


def test_an_invitation_brings_a_link_that_opens_the_page_and_that_no_record_holds(place: Installation) -> None:
    sent = send(place, ask(place))
    assert (sent.state, sent.language, sent.attempts) == (MailState.SENT, "fr", 1)
    (mail,) = in_folder(place)
    assert mail["To"] == ADDRESS
    found = _LINK.search(mail.get_content())
    assert found is not None, mail.get_content()
    token, language = found.groups()
    assert language == "fr"
    with place.database.begin() as db:
        link = open_link(db, token, now=datetime.now(UTC))
        assert link is not None
        assert link.statement_id == statement_of(db, "MW").id
        rows = [str(row) for table in Base.metadata.sorted_tables for row in db.execute(table.select())]
        assert any(link.token_hash in row for row in rows), "the records were read"
        assert not any(token in row for row in rows)


def test_links_that_were_given_before_stay_good(place: Installation) -> None:
    with place.database.begin() as db:
        until = datetime.now(UTC) + timedelta(days=5)
        older = issue_link(db, statement=statement_of(db, "MW"), expires_at=until, actor=STAFF, now=NOW)
    send(place, ask(place, MailKind.NEW_LINK))
    with place.database.read() as db:
        assert find_link(db, older, now=datetime.now(UTC)) is not None
    assert len(links(place)) == 2


def test_a_link_works_until_the_last_day_and_the_grace(place: Installation) -> None:
    day = datetime.now(UTC).date() + timedelta(days=40)
    with place.database.begin() as db:
        statement_of(db, "MW").speaker.country.hand_in_until = day
    place.settings = place.settings.model_copy(update={"links": LinkSettings(grace_days=7)})
    send(place, ask(place))
    (link,) = links(place)
    assert link.expires_at.date() == day + timedelta(days=8)
    assert str(day.year) in in_folder(place)[0].get_content()


def test_headers_and_names_of_files_say_nothing_of_whom_or_what(place: Installation) -> None:
    for kind in (MailKind.INVITATION, MailKind.NEW_LINK, MailKind.REMINDER):
        send(place, ask(place, kind))
    for mail in in_folder(place):
        headers = " ".join(f"{name}: {value}" for name, value in mail.items() if name != "To")
        for canary in ("Speaker 1", "Organisation", "Malawi", "MW", "Session for tests", ADDRESS, "UPR"):
            assert canary not in headers
        assert "Organisation" not in mail.get_content()
        assert "Malawi" not in mail.get_content()
    assert not any("ana" in path.name for path in place.settings.mail_dir.iterdir())


def test_a_mail_that_waited_too_long_to_be_true_is_dropped(place: Installation) -> None:
    mail_id = ask(place, MailKind.REMINDER)
    with place.database.begin() as db:
        hand_in(db, statement_of(db, "MW"))
    dropped = send(place, mail_id)
    assert (dropped.state, dropped.told) == (MailState.DROPPED, "outdated")
    assert in_folder(place) == []
    assert links(place) == []


def test_by_the_settings_every_mail_waits_for_its_release(place: Installation) -> None:
    use(place, hold=True)
    mail_id = ask(place)
    assert send(place, mail_id).state is MailState.HELD
    assert in_folder(place) == []
    with place.database.begin() as db:
        release_mail(db, db.get_one(Mail, mail_id), actor=STAFF, now=NOW)
    assert send(place, mail_id).state is MailState.SENT
    assert len(in_folder(place)) == 1


def test_an_address_that_is_refused_is_told_and_its_link_forgotten(
    place: Installation, mail_server: Callable[..., MailServer]
) -> None:
    use_server(place, mail_server(RCPT="550 no such user"))
    mail_id = ask(place)
    failed = send(place, mail_id)
    assert (failed.state, failed.told) == (MailState.FAILED, "refused")
    assert place.job(JobKind.MAIL, mail_id).state is JobState.DONE
    assert links(place) == []


def test_a_server_that_is_away_costs_no_attempt_and_leaves_no_links(
    place: Installation, mail_server: Callable[..., MailServer]
) -> None:
    server = mail_server(RCPT="451 later")
    use_server(place, server)
    mail_id = ask(place)
    assert send(place, mail_id).state is MailState.WAITING
    job = place.job(JobKind.MAIL, mail_id)
    assert (job.state, job.attempt, job.waits) == (JobState.QUEUED, 0, 1)
    assert "PRESESSION_MAILS__" in job.told_operator
    assert ADDRESS not in job.told_operator
    server.answers.clear()
    with place.database.begin() as db:
        db.execute(text("UPDATE job SET not_before = NULL"))
    assert send(place, mail_id).state is MailState.SENT
    assert len(server.taken) == 1
    assert len(links(place)) == 1


def test_a_server_that_stays_away_is_asked_before_a_link_is_issued(place: Installation) -> None:
    use(place, kind="smtp", host="127.0.0.1", port=1, security="none", sender="desk@example.net")
    mail_id = ask(place)
    for _ in range(3):
        assert send(place, mail_id).state is MailState.WAITING
        with place.database.begin() as db:
            db.execute(text("UPDATE job SET not_before = NULL"))
    with place.database.read() as db:
        assert db.scalars(select(Event.name).where(Event.name == "link.issued")).all() == ["link.issued"]


@pytest.mark.parametrize(("kind", "state"), [(MailKind.NEW_LINK, "failed"), (MailKind.INVITATION, "sent")])
def test_no_mail_opens_a_way_that_staff_closed_while_it_waited(place: Installation, kind: MailKind, state: str) -> None:
    with place.database.begin() as db:
        until = datetime.now(UTC) + timedelta(days=5)
        issue_link(db, statement=statement_of(db, "MW"), expires_at=until, actor=STAFF, now=NOW)
    mail_id = ask(place, kind)
    with place.database.begin() as db:
        revoke_links(db, statement=statement_of(db, "MW"), actor=STAFF, now=NOW)
    assert send(place, mail_id).state == state
    assert len(in_folder(place)) == (state == "sent")


def test_what_is_done_twice_is_sent_once(place: Installation) -> None:
    mail_id = ask(place)
    send(place, mail_id)
    with place.database.begin() as db:
        db.execute(text("UPDATE job SET state = 'queued', lease_token = NULL"))
    assert send(place, mail_id).state is MailState.SENT
    assert len(in_folder(place)) == 1


def test_no_log_line_holds_the_token_or_the_address(place: Installation, capfd: pytest.CaptureFixture[str]) -> None:
    with logs_set_up(capfd) as read_logs:
        send(place, ask(place))
        said = read_logs()
    (mail,) = in_folder(place)
    found = _LINK.search(mail.get_content())
    assert "job.done" in said
    assert found is not None
    assert found[1] not in said
    assert ADDRESS not in said


def test_a_folder_that_cannot_be_written_loses_no_mail(place: Installation, tmp_path: Path) -> None:
    blocked = tmp_path / "taken"
    blocked.write_text("a file, not a folder")
    use(place, folder=blocked)
    mail_id = ask(place)
    assert send(place, mail_id).state is MailState.WAITING
    assert links(place) == []
