"""Spoken interpretation by script: listed, handed in, placed, approved, taken away."""

import base64
import binascii
from datetime import UTC, datetime

from flask import abort

from pipeline.domain.scopes import Scope
from pipeline.domain.tokens import new_name
from pipeline.domain.voices import Under
from pipeline.records.tables import Voice as VoiceRow
from pipeline.services.originals import StoredOriginal
from pipeline.services.voice_intake import store_voice
from pipeline.services.voice_removal import remove_voice
from pipeline.services.voices import add_voice, approve_voice, change_voice, listed_voices
from pipeline.storage.spool import Spool
from webapp.access import current_staff
from webapp.api.door import ID, Answer, blueprint, endpoint, etag, seen_version
from webapp.api.panels import recording_there
from webapp.api.problems import VersionPassed, WrongRequest
from webapp.api.shapes_voices import Voice, VoiceApproval, VoiceChange, Voices, VoiceSent
from webapp.database import current_db
from webapp.portal import portal

_TAG = "voices"
_ALL = f"/recordings/<{ID}:recording_id>/voices"
_ONE = f"/voices/<{ID}:voice_id>"


@blueprint.get(_ALL)
@endpoint(Scope.READ, Voices, tag=_TAG)
def list_voices(recording_id: int) -> Answer:
    """The spoken interpretations of a recording that count, and newer ones that could not be taken."""
    return Voices(items=[Voice.of(voice) for voice in listed_voices(recording_there(recording_id))])


@blueprint.post(_ALL)
@endpoint(Scope.REVIEW, Voice, tag=_TAG, status=201)
def add_spoken_voice(recording_id: int, json: VoiceSent) -> Answer:
    """Hand in a sound file; it is checked and mixed with the original next."""
    recording_there(recording_id)
    try:
        data = base64.b64decode(json.sound, validate=True)
    except binascii.Error:
        raise WrongRequest([{"place": "sound", "problem": "Send the file's bytes in base64."}]) from None
    spool, name = Spool(portal().settings.spool_dir), new_name()
    spool.create(name)
    with spool.hold(name) as file:
        file.append(data)
    made: list[VoiceRow] = []
    store_voice(portal().originals, spool, name, lambda stored: made.append(_record(recording_id, json, stored)))
    return Voice.of(made[0]), 201, etag(made[0].version)


@blueprint.get(_ONE)
@endpoint(Scope.READ, Voice, tag=_TAG)
def read_voice(voice_id: int) -> Answer:
    """One voice; its ETag is the version that a decision names."""
    voice = _there(voice_id)
    return Voice.of(voice), 200, etag(voice.version)


@blueprint.patch(_ONE)
@endpoint(Scope.REVIEW, Voice, tag=_TAG, changes=True)
def place_voice(voice_id: int, json: VoiceChange) -> Answer:
    """Let a voice begin elsewhere, or the original be heard otherwise below it; it is mixed and approved again."""
    voice, version = _seen(voice_id)
    under = Under(json.under) if json.under else None
    starts, now = json.starts_seconds, datetime.now(UTC)
    change_voice(current_db(), voice, version, starts=starts, under=under, actor=current_staff().actor, now=now)
    return Voice.of(voice), 200, etag(voice.version)


@blueprint.post(f"{_ONE}/approval")
@endpoint(Scope.REVIEW, Voice, tag=_TAG, changes=True)
def approve_spoken_voice(voice_id: int, json: VoiceApproval) -> Answer:
    """Approve a voice that another person brought, after listening to all of it."""
    voice, version = _seen(voice_id)
    nameless, now = json.does_not_say_the_name, datetime.now(UTC)
    approve_voice(current_db(), voice, version, is_nameless=nameless, actor=current_staff().actor, now=now)
    return Voice.of(voice), 200, etag(voice.version)


@blueprint.delete(_ONE)
@endpoint(Scope.REVIEW, None, tag=_TAG, status=204, changes=True)
def remove_spoken_voice(voice_id: int) -> Answer:
    """Take the voice that was seen away for good; where it is out it comes down at once."""
    voice, version = _seen(voice_id)
    remove_voice(current_db(), voice, version, actor=current_staff().actor, now=datetime.now(UTC))
    return "", 204


def _record(recording_id: int, json: VoiceSent, stored: StoredOriginal) -> VoiceRow:
    return add_voice(
        current_db(),
        recording_there(recording_id),
        language=json.language,
        original=stored,
        under=Under(json.under),
        is_own=json.is_own,
        actor=current_staff().actor,
        now=datetime.now(UTC),
    )


def _seen(voice_id: int) -> tuple[VoiceRow, int]:
    voice, version = _there(voice_id), seen_version()
    if voice.version != version:
        raise VersionPassed
    return voice, version


def _there(voice_id: int) -> VoiceRow:
    voice = current_db().get(VoiceRow, voice_id)
    return voice if voice is not None and not voice.is_removed else abort(404)
