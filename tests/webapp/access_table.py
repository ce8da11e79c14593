"""Who gets where: every endpoint of the portal by name, with the rule that it must carry. A new one needs a line here.

`OWN_ONLY` names endpoints that look at their own object: to whoever it does not belong, it is not there.
"""

from collections.abc import Mapping

from webapp.rules import Rule

_R = Rule

ENDPOINTS: Mapping[str, Rule] = {
    "health.live": _R.PUBLIC,
    "health.metrics": _R.MONITOR,
    "health.ready": _R.PUBLIC,
    "language.choose": _R.PUBLIC,
    "new_links.ask": _R.PUBLIC,
    "new_links.asked": _R.PUBLIC,
    "new_links.request_new": _R.PUBLIC,
    "openid.come_back": _R.PUBLIC,
    "openid.start": _R.PUBLIC,
    "personal_links.empty": _R.PUBLIC,
    "personal_links.enter": _R.PUBLIC,
    "personal_links.show": _R.PUBLIC,
    "second_step.show": _R.HALF_SIGNED_IN,
    "second_step.take_code": _R.HALF_SIGNED_IN,
    "second_step.take_key": _R.HALF_SIGNED_IN,
    "second_step.take_recovery": _R.HALF_SIGNED_IN,
    "sign_in.leave": _R.SIGNED_IN,
    "sign_in.show": _R.PUBLIC,
    "sign_in.submit": _R.PUBLIC,
    "sign_in.welcome": _R.PUBLIC,
    "speaker.confirm_withdrawal": _R.SPEAKER,
    "speaker.consent": _R.SPEAKER,
    "speaker.goodbye": _R.PUBLIC,
    "speaker.leave": _R.SPEAKER,
    "speaker.page": _R.SPEAKER,
    "speaker.status": _R.SPEAKER,
    "speaker.withdraw": _R.SPEAKER,
    "speaker.withdraw_one": _R.SPEAKER,
    "speaker_attempts.use": _R.SPEAKER,
    "speaker_contents.save": _R.SPEAKER,
    "speaker_contents.take_text": _R.SPEAKER,
    "speaker_files.hand_in": _R.SPEAKER,
    "speaker_files.measure_line": _R.SPEAKER,
    "speaker_files.share_browser": _R.SPEAKER,
    "speaker_media.copy": _R.SPEAKER,
    "speaker_media.media": _R.SPEAKER,
    "speaker_papers.add": _R.SPEAKER,
    "speaker_papers.file": _R.SPEAKER,
    "speaker_papers.remove": _R.SPEAKER,
    "speaker_previews.answer": _R.SPEAKER,
    "speaker_previews.page": _R.SPEAKER,
    "speaker_protection.choose": _R.SPEAKER,
    "speaker_recorder.page": _R.SPEAKER,
    "speaker_trims.choose": _R.SPEAKER,
    "speaker_trims.copy_status": _R.SPEAKER,
    "speaker_trims.page": _R.SPEAKER,
    "speaker_trims.prepare_copy": _R.SPEAKER,
    "speaker_trims.show_whole": _R.SPEAKER,
    "staff.account": _R.SIGNED_IN,
    "staff.accounts": _R.ADMINISTRATOR,
    "staff.add_app": _R.SIGNED_IN,
    "staff.add_key": _R.SIGNED_IN,
    "staff.add_subtitles": _R.STAFF,
    "staff.approve": _R.STAFF,
    "staff.board": _R.READER,
    "staff.board_live": _R.READER,
    "staff.cancel": _R.OPERATOR,
    "staff.change_account": _R.ADMINISTRATOR,
    "staff.change_account_role": _R.ADMINISTRATOR,
    "staff.change_mail": _R.STAFF,
    "staff.country": _R.READER,
    "staff.country_live": _R.READER,
    "staff.download_subtitles": _R.INTERPRETER,
    "staff.end_other_sessions": _R.SIGNED_IN,
    "staff.end_own_session": _R.SIGNED_IN,
    "staff.give_time": _R.STAFF,
    "staff.invite": _R.STAFF,
    "staff.invite_again": _R.STAFF,
    "staff.invite_colleague": _R.ADMINISTRATOR,
    "staff.invite_panel": _R.STAFF,
    "staff.issue": _R.STAFF,
    "staff.job": _R.OPERATOR,
    "staff.mail": _R.READER,
    "staff.media": _R.INTERPRETER,
    "staff.one_account": _R.ADMINISTRATOR,
    "staff.operations": _R.OPERATOR,
    "staff.outbox": _R.READER,
    "staff.paper": _R.READER,
    "staff.publication": _R.READER,
    "staff.publish": _R.STAFF,
    "staff.remove_app": _R.SIGNED_IN,
    "staff.remove_key": _R.SIGNED_IN,
    "staff.remove_subtitles": _R.STAFF,
    "staff.renew_codes": _R.SIGNED_IN,
    "staff.reopen": _R.STAFF,
    "staff.reorder": _R.STAFF,
    "staff.retry": _R.STAFF,
    "staff.retry_any": _R.OPERATOR,
    "staff.review": _R.READER,
    "staff.review_live": _R.READER,
    "staff.revoke_link": _R.STAFF,
    "staff.save_name": _R.SIGNED_IN,
    "staff.save_password": _R.SIGNED_IN,
    "staff.send_back": _R.STAFF,
    "staff.sessions": _R.READER,
    "staff.set_up_factor": _R.SIGNED_IN,
    "staff.stop_publishing": _R.STAFF,
    "staff.take_down": _R.STAFF,
    "staff.undo": _R.STAFF,
    "staff_keys.ask_for_key": _R.PUBLIC,
    "staff_keys.asked": _R.PUBLIC,
    "staff_keys.choose_password": _R.PUBLIC,
    "staff_keys.forgotten": _R.PUBLIC,
    "staff_keys.open_key": _R.PUBLIC,
    "static": _R.PUBLIC,
    "uploads.answer": _R.UPLOADER,
    "uploads.create": _R.UPLOADER,
    "uploads.describe": _R.PUBLIC,
    "watch.file": _R.PUBLIC,
    "watch.front": _R.PUBLIC,
}

OWN_ONLY = frozenset(
    {
        "staff.end_own_session",
        "staff.remove_key",
        "speaker_papers.file",
        "speaker_papers.remove",
    }
)

READERS = frozenset({"viewer", "staff", "administrator", "operator"})
EVERYBODY = READERS | {"nobody", "speaker", "half", "interpreter", "token", "viewer_token"}
CHANGERS = READERS - {"viewer"}

LET_IN: Mapping[Rule, frozenset[str]] = {
    _R.PUBLIC: EVERYBODY,
    _R.HALF_SIGNED_IN: frozenset({"half"}),
    _R.SIGNED_IN: READERS | {"interpreter"},
    _R.READER: READERS,
    _R.STAFF: CHANGERS,
    _R.ADMINISTRATOR: frozenset({"administrator"}),
    _R.OPERATOR: frozenset({"operator"}),
    _R.MONITOR: EVERYBODY,
    _R.SPEAKER: frozenset({"speaker"}),
    _R.UPLOADER: frozenset({"speaker"}),
}
"""Who passes each rule whatever is asked for and however; the rules of interpreters and tokens depend on it: see below.

A monitor is a program on this machine, as every visitor of these tests is.
"""


def may_enter(rule: Rule, visitor: str, *, is_safe: bool, is_own: bool) -> bool:
    """Whether a visitor gets in, asking safely (GET) or to change something, for what is assigned to it or not."""
    if rule is Rule.INTERPRETER:
        return (visitor == "interpreter" and is_own) or visitor in (READERS if is_safe else CHANGERS)
    if rule is Rule.TOKEN:
        return visitor == "token" or (visitor == "viewer_token" and is_safe)
    return visitor in LET_IN[rule]
