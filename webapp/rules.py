"""The rules that endpoints carry, and which roles of the organiser pass each; `webapp.access` enforces them."""

from collections.abc import Mapping
from enum import StrEnum

from pipeline.domain.roles import Role


class Rule(StrEnum):
    """Who an endpoint is for."""

    PUBLIC = "public"
    HALF_SIGNED_IN = "half_signed_in"
    SIGNED_IN = "signed_in"
    INTERPRETER = "interpreter"
    READER = "reader"
    STAFF = "staff"
    ADMINISTRATOR = "administrator"
    OPERATOR = "operator"
    MONITOR = "monitor"
    SPEAKER = "speaker"
    UPLOADER = "uploader"
    TOKEN = "token"  # noqa: S105 - a rule, not a secret
    ADMINISTRATOR_TOKEN = "administrator_token"  # noqa: S105 - a rule, not a secret


ROLES_OF: Mapping[Rule, frozenset[Role]] = {
    Rule.SIGNED_IN: frozenset(Role),
    Rule.INTERPRETER: frozenset(Role),
    Rule.READER: frozenset({Role.VIEWER, Role.STAFF, Role.ADMINISTRATOR}),
    Rule.STAFF: frozenset({Role.STAFF, Role.ADMINISTRATOR}),
    Rule.ADMINISTRATOR: frozenset({Role.ADMINISTRATOR}),
    Rule.OPERATOR: frozenset(Role),
}
"""Roles that pass a rule for people of the organiser; the rules of interpreters and operators then ask for more."""
