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
