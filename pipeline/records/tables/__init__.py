"""All tables. Nothing is overwritten: attempts, track revisions and releases are added, pointers move.

Times are UTC. Ids are integers inside; what appears in an address or an object key is an opaque name.
"""

from pipeline.records.tables.accounts import (
    SignInTry,
    StaffIdentity,
    StaffKey,
    StaffPasskey,
    StaffRecoveryCode,
    StaffSession,
)
from pipeline.records.tables.base import Base, UtcDateTime
from pipeline.records.tables.desk import Approval, Assignment, Comment, LegalHold
from pipeline.records.tables.interfaces import ApiToken, Webhook, WebhookDelivery
from pipeline.records.tables.mails import Mail
from pipeline.records.tables.missions import MissionLink, MissionOpening
from pipeline.records.tables.record import Event, StaffAccount
from pipeline.records.tables.recordings import BurnedFilm, Recording, Track, Upload
from pipeline.records.tables.releases import CachePurge, Release, ReleaseItem, ScheduledRelease
from pipeline.records.tables.sessions import Country, PreSession, Speaker, SpeakerImport
from pipeline.records.tables.sheets import CueNote, CueRevision, Sheet, SheetCue, SheetTime, Voice
from pipeline.records.tables.statements import Consent, Paper, SpeakerLink, Statement, StatementContent
from pipeline.records.tables.work import Job, RunningPart, StepResult

__all__ = [
    "ApiToken",
    "Approval",
    "Assignment",
    "Base",
    "BurnedFilm",
    "CachePurge",
    "Comment",
    "Consent",
    "Country",
    "CueNote",
    "CueRevision",
    "Event",
    "Job",
    "LegalHold",
    "Mail",
    "MissionLink",
    "MissionOpening",
    "Paper",
    "PreSession",
    "Recording",
    "Release",
    "ReleaseItem",
    "RunningPart",
    "ScheduledRelease",
    "Sheet",
    "SheetCue",
    "SheetTime",
    "SignInTry",
    "Speaker",
    "SpeakerImport",
    "SpeakerLink",
    "StaffAccount",
    "StaffIdentity",
    "StaffKey",
    "StaffPasskey",
    "StaffRecoveryCode",
    "StaffSession",
    "Statement",
    "StatementContent",
    "StepResult",
    "Track",
    "Upload",
    "UtcDateTime",
    "Voice",
    "Webhook",
    "WebhookDelivery",
]
