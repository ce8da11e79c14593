"""Handing mails over: to a real SMTP conversation, or into a folder; whose fault it is when that does not work."""

import stat
from collections.abc import Callable
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from pipeline.domain.mails import WrittenMail
from pipeline.services.mail_delivery import (
    AddressRefused,
    FolderCarrier,
    MailServerAway,
    SmtpCarrier,
    build_message,
)
from tests.fixtures.smtp import MailServer

NOW = datetime(2026, 10, 5, 9, 0, tzinfo=UTC)
LINK = f"https://portal.example/s/{'aB3_' * 10}xyz?lang=ar"
TEXT = f"عزيزتي،\n\nافتحي صفحتك:\n\n{LINK}\n"


def message(address: str = "ana@example.org") -> EmailMessage:
    return build_message(
        WrittenMail("رابطك الشخصي", TEXT),
        sender="Sender <desk@portal.example>",
        reply_to="answers@portal.example",
        address=address,
        language="ar",
        now=NOW,
    )


def smtp(server: MailServer, security: str = "none", user: str = "") -> SmtpCarrier:
    return SmtpCarrier("127.0.0.1", server.port, security, user, "secret" if user else "")


def test_a_mail_arrives_as_it_was_written(mail_server: Callable[..., MailServer]) -> None:
    server = mail_server()
    smtp(server).deliver(message())
    (taken,) = server.mails
    assert taken["Subject"] == "رابطك الشخصي"
    assert taken["To"] == "ana@example.org"
    assert taken["Reply-To"] == "answers@portal.example"
    assert taken["Auto-Submitted"] == "auto-generated"
    assert taken["Content-Language"] == "ar"
    assert LINK in taken.get_content().splitlines()
    assert b"\r\n" in server.taken[0]


def test_the_headers_name_no_machine_of_ours(mail_server: Callable[..., MailServer]) -> None:
    server = mail_server()
    smtp(server).deliver(message())
    (taken,) = server.mails
    assert set(taken.keys()) <= {
        "From", "To", "Reply-To", "Subject", "Date", "Message-ID", "Auto-Submitted", "Content-Language",
        "Content-Type", "Content-Transfer-Encoding", "MIME-Version",
    }  # fmt: skip
    assert taken["Message-ID"].endswith("@portal.example>")


def test_addresses_of_all_scripts(mail_server: Callable[..., MailServer]) -> None:
    server = mail_server()
    smtp(server).deliver(message("ana@bücher.example"))
    assert server.mails[0]["To"] == "ana@xn--bcher-kva.example"
    with pytest.raises(AddressRefused):
        smtp(server).deliver(message("añá@example.org"))
    able = mail_server(EHLO="250-here\r\n250 SMTPUTF8")
    smtp(able).deliver(message("añá@example.org"))
    assert "añá@example.org".encode() in able.taken[0]


def test_an_address_where_nobody_is_is_refused_and_not_quoted(mail_server: Callable[..., MailServer]) -> None:
    server = mail_server(RCPT="550 <ana@example.org> no such user")
    with pytest.raises(AddressRefused) as caught:
        smtp(server).deliver(message())
    assert "550" in str(caught.value)
    assert "ana" not in str(caught.value)
    assert server.taken == []


@pytest.mark.parametrize(
    ("answers", "user"),
    [
        ({"RCPT": "451 come back later"}, ""),
        ({"MAIL": "550 we do not know you"}, ""),
        ({"DATA": "554 not from you"}, ""),
        ({"EHLO": "250-here\r\n250 AUTH PLAIN", "AUTH": "535 wrong"}, "user"),
    ],
)
def test_a_server_that_takes_nothing_from_us_is_away(
    mail_server: Callable[..., MailServer], answers: dict[str, str], user: str
) -> None:
    with pytest.raises(MailServerAway):
        smtp(mail_server(**answers), user=user).deliver(message())


def test_a_server_that_is_gone_is_away(mail_server: Callable[..., MailServer]) -> None:
    server = mail_server()
    server.stop()
    with pytest.raises(MailServerAway):
        smtp(server).deliver(message())


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_nothing_goes_out_unencrypted_where_encryption_is_asked_for(
    mail_server: Callable[..., MailServer], security: str
) -> None:
    server = mail_server(EHLO="250 here")
    with pytest.raises(MailServerAway):
        smtp(server, security, user="user").deliver(message())
    assert not {"AUTH", "MAIL", "DATA"} & set(server.verbs)


def test_a_folder_takes_mails_that_only_we_can_read(tmp_path: Path) -> None:
    folder = tmp_path / "mails"
    for _ in range(2):
        FolderCarrier(folder).deliver(message())
    files = list(folder.iterdir())
    assert len(files) == 2
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for file in files:
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert file.name.startswith("20261005T090000-")
        taken = message_from_bytes(file.read_bytes(), policy=policy.default)
        assert LINK in taken.get_content()
