"""Speakers' personal links: issued and shown once, opened by pressing a button, revoked; only a hash is kept."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.domain.tokens import hash_token, new_token
from pipeline.records.tables import Event, SpeakerLink, Statement
from pipeline.services.events import SYSTEM, Actor, record_event

_PURPOSE = "speaker link"


def issue_link(
    db: Session,
    *,
    statement: Statement,
    expires_at: datetime,
    actor: Actor,
    now: datetime,
    revokes_older: bool = True,
) -> str:
    """Make a link to one statement and give its token, which cannot be had a second time.

    Older links stop to work unless `revokes_older` is false: who asks for a new one has often lost the old one.
    """
    if revokes_older:
        revoke_links(db, statement=statement, actor=actor, now=now)
    token = new_token()
    link = SpeakerLink(
        statement_id=statement.id,
        token_hash=hash_token(token, _PURPOSE),
        created_at=now,
        expires_at=expires_at,
    )
    db.add(link)
    db.flush()
    _record(db, "link.issued", link, actor=actor, now=now)
    return token


def link_address(public_url: str, token: str, language: str) -> str:
    """What a speaker opens: the link's address at the portal, in a language."""
    return f"{public_url}/s/{token}?lang={language}"


def find_link(db: Session, token: str, *, now: datetime) -> SpeakerLink | None:
    """The link of a token; None alike for a token that is wrong, expired or revoked. Changes nothing."""
    link = db.scalar(select(SpeakerLink).where(SpeakerLink.token_hash == hash_token(token, _PURPOSE)))
    return link if link is not None and is_usable(link, now=now) else None


def open_link(db: Session, token: str, *, now: datetime) -> SpeakerLink | None:
    """Like `find_link`, for somebody who pressed the button; the opening is on record."""
    link = find_link(db, token, now=now)
    if link is not None:
        _record(db, "link.opened", link, actor=Actor("speaker", link.id), now=now)
    return link


def is_usable(link: SpeakerLink, *, now: datetime) -> bool:
    """Whether a link still opens its statement."""
    return link.revoked_at is None and now < link.expires_at


def is_invited(db: Session, statement: Statement) -> bool:
    """Whether staff let this speaker in: a link was issued, even one that has ended, and not all were revoked."""
    standing = select(SpeakerLink.id).where(SpeakerLink.statement_id == statement.id, SpeakerLink.revoked_at.is_(None))
    return db.scalars(standing.limit(1)).first() is not None


def is_shut_out(db: Session, statement: Statement) -> bool:
    """Whether links were issued, and every one of them was revoked since: somebody wants this speaker's way closed."""
    issued = select(SpeakerLink.id).where(SpeakerLink.statement_id == statement.id)
    return not is_invited(db, statement) and db.scalars(issued.limit(1)).first() is not None


def forget_link(db: Session, link: SpeakerLink, *, actor: Actor, now: datetime) -> None:
    """Close a link that nobody ever got: it says nothing of who was let in."""
    revoke_link(db, link, actor=actor, now=now)
    db.delete(link)
    db.flush()


def revoke_link(db: Session, link: SpeakerLink, *, actor: Actor, now: datetime) -> None:
    """Close a link and every visit that came by it; nothing happens when it is closed already."""
    if link.revoked_at is not None:
        return
    link.revoked_at = now
    _record(db, "link.revoked", link, actor=actor, now=now)


def revoke_links(db: Session, *, statement: Statement, actor: Actor, now: datetime) -> None:
    """Close all links of a statement."""
    open_links = select(SpeakerLink).where(SpeakerLink.statement_id == statement.id, SpeakerLink.revoked_at.is_(None))
    for link in db.scalars(open_links):
        revoke_link(db, link, actor=actor, now=now)


def revoke_mailed_links(db: Session, *, statement: Statement, actor: Actor, now: datetime) -> None:
    """Close the links that went out by mail; those that staff handed over themselves stay good."""
    of_statement = (Event.subject_kind == "statement", Event.subject_id == statement.id)
    by_mail = (Event.name == "link.issued", Event.actor_kind == SYSTEM.kind)
    mailed = {facts["link_id"] for facts in db.scalars(select(Event.facts).where(*of_statement, *by_mail))}
    open_links = select(SpeakerLink).where(SpeakerLink.id.in_(mailed), SpeakerLink.revoked_at.is_(None))
    for link in db.scalars(open_links):
        revoke_link(db, link, actor=actor, now=now)


def _record(db: Session, name: str, link: SpeakerLink, *, actor: Actor, now: datetime) -> None:
    record_event(
        db,
        name,
        subject_kind="statement",
        subject_id=link.statement_id,
        actor=actor,
        now=now,
        link_id=link.id,
    )
