"""What people of the organiser are to the service; what each may do is decided where it is asked."""

from enum import StrEnum


class Role(StrEnum):
    """The role of an account.

    Administrators also manage accounts, tokens and retention. Interpreters see only what is assigned to them, viewers
    see everything that staff see and change nothing.
    """

    ADMINISTRATOR = "administrator"
    STAFF = "staff"
    INTERPRETER = "interpreter"
    VIEWER = "viewer"
