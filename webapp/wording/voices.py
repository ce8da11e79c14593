"""Spoken interpretation in words: how a voice stands, why a file cannot be one, how it lies on what is shown."""

from flask_babel import gettext as _

from pipeline.domain.voices import Under, VoiceFault, VoiceState
from pipeline.records.tables import Event, Voice
from pipeline.services.voices import fit_of_voice, state_of_voice
from webapp.i18n import language_name_for_reader
from webapp.wording.measured import length_words

_GOOD_MATCH_LU = 1.0


def voice_state_words(voice: Voice) -> str:
    """How a voice stands."""
    words = {
        VoiceState.WAITING: _("is being mixed"),
        VoiceState.REFUSED: _("cannot be taken"),
        VoiceState.IN_REVIEW: _("to be approved"),
        VoiceState.APPROVED: _("approved"),
        VoiceState.STALE: _("made for another part of the recording"),
    }
    return words[state_of_voice(voice)]


def voice_fault_words(voice: Voice) -> str:
    """Why a file cannot be taken, and what to do; empty where it can."""
    if voice.fault is None:
        return ""
    return fault_words(voice.fault, voice.report.get("seconds") or 0.0, voice.recording.duration_seconds or 0.0)


def fault_words(fault: VoiceFault, seconds: float, shown_seconds: float) -> str:
    """Why a file is no voice; both lengths are told where one does not fit the other."""
    lengths = {"voice": length_words(seconds), "shown": length_words(shown_seconds)}
    words = {
        VoiceFault.EMPTY: _("The file is empty. Please choose another one."),
        VoiceFault.TOO_LARGE: _("The file is too large. Sound of this length has a few megabytes."),
        VoiceFault.NOT_SOUND: _("This is no sound file. WAV, MP3, M4A, OGG, FLAC and WebM are taken, and films."),
        VoiceFault.NO_SOUND: _("There is no sound in this file."),
        VoiceFault.UNREADABLE: _("The file cannot be read. Please export it again, as MP3 or WAV."),
        VoiceFault.DAMAGED: _("A part of the file is missing or damaged. Please send it again."),
        VoiceFault.SILENT: _("Nobody is heard in this file. Was the microphone on?"),
        VoiceFault.TOO_LONG: _("The voice is %(voice)s long, the statement only %(shown)s.", **lengths),
        VoiceFault.TOO_SHORT: _("The voice is only %(voice)s long, the statement %(shown)s.", **lengths),
    }
    return words[fault]


def voice_notes(voice: Voice) -> list[str]:
    """What a person should know who listens: what is cut off, what is left over, and how loud it came out."""
    fit = fit_of_voice(voice)
    if fit is None or voice.fault is not None:
        return []
    notes = []
    if fit.lost_before >= 1:
        notes.append(_("Its first %(seconds)s are before the first picture and are cut off.", **_said(fit.lost_before)))
    if fit.lost_after >= 1:
        notes.append(_("It goes on for %(seconds)s after the last picture; that is cut off.", **_said(fit.lost_after)))
    if fit.left_over >= 1:
        notes.append(_("The statement goes on for %(seconds)s after it.", **_said(fit.left_over)))
    loudness, original = voice.report.get("loudness_lufs"), voice.report.get("original_lufs")
    if loudness is not None and original is not None and abs(loudness - original) > _GOOD_MATCH_LU:
        notes.append(_("It could not be made as loud as the original."))
    return notes


def under_words(under: Under) -> str:
    """How the original stays below a voice."""
    words = {
        Under.LOW: _("low below the voice, and fully before and after it"),
        Under.NONE: _("not heard"),
    }
    return words[under]


def voice_event_words(event: Event) -> str:
    """What happened to a voice, in the past tense."""
    language = language_name_for_reader(str(event.facts.get("language", "")))
    words = {
        "voice.added": _("Spoken interpretation handed in: %(language)s", language=language),
        "voice.approved": _("Spoken interpretation approved: %(language)s", language=language),
        "voice.changed": _("Spoken interpretation changed: %(language)s", language=language),
        "voice.erased": _("Spoken interpretation erased: %(language)s", language=language),
        "voice.mixed": _("Spoken interpretation mixed with the original: %(language)s", language=language),
        "voice.refused": _("Spoken interpretation cannot be taken: %(language)s", language=language),
        "voice.removed": _("Spoken interpretation removed: %(language)s", language=language),
    }
    return words.get(event.name, event.name)


def _said(seconds: float) -> dict[str, str]:
    return {"seconds": length_words(seconds)}
