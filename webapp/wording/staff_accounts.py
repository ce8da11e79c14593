"""Accounts in words: roles, ways to sign in, how an account stands."""

from flask_babel import gettext as _

from pipeline.domain.accounts import SignInWay
from pipeline.domain.roles import Role


def role_words(role: Role) -> str:
    """What somebody is here."""
    words = {
        Role.ADMINISTRATOR: _("Administrator"),
        Role.STAFF: _("Staff"),
        Role.INTERPRETER: _("Interpreter"),
        Role.VIEWER: _("Viewer"),
    }
    return words[role]


def role_meaning(role: Role) -> str:
    """What a role may do, in one sentence."""
    words = {
        Role.ADMINISTRATOR: _("Does everything that staff do, and manages accounts."),
        Role.STAFF: _("Reviews, decides and publishes."),
        Role.INTERPRETER: _("Sees only what is assigned, and works on its subtitles."),
        Role.VIEWER: _("Sees what staff see and changes nothing."),
    }
    return words[role]


def way_words(way: SignInWay) -> str:
    """How somebody signed in."""
    words = {
        SignInWay.PASSWORD: _("with the password alone"),
        SignInWay.TOTP: _("with a code from an app"),
        SignInWay.PASSKEY: _("with a passkey"),
        SignInWay.RECOVERY_CODE: _("with a recovery code"),
        SignInWay.OPENID: _("through another service"),
    }
    return words[way]


def account_event_words() -> dict[str, str]:
    """What happened to an account, by the event's name."""
    return {
        "account.added": _("Account added"),
        "account.deactivated": _("Account closed"),
        "account.erased": _("Person erased"),
        "account.identity_bound": _("Account bound to another service"),
        "account.invited": _("Account invited"),
        "account.key_issued": _("Link to choose a password issued"),
        "account.key_refused": _("The account’s address was refused by the mail server"),
        "account.key_used": _("Password chosen by a link"),
        "account.made_operator": _("Made operator"),
        "account.passkey_added": _("Passkey added"),
        "account.passkey_removed": _("Passkey removed"),
        "account.password_changed": _("Password changed"),
        "account.reactivated": _("Account opened again"),
        "account.recovery_code_used": _("Recovery code used"),
        "account.recovery_codes_made": _("Recovery codes made"),
        "account.renamed": _("Name changed"),
        "account.role_changed": _("Role changed"),
        "account.second_factor_failed": _("Second factor was wrong"),
        "account.second_factors_reset": _("Second factors taken away"),
        "account.session_ended": _("Signed out by hand"),
        "account.sign_in_failed": _("Password was wrong"),
        "account.signed_in": _("Signed in"),
        "account.signed_out": _("Signed out"),
        "account.totp_removed": _("App for codes removed"),
        "account.totp_set": _("App for codes set up"),
        "account.unmade_operator": _("No longer operator"),
    }
