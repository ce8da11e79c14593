"""The name under which a browser keeps what belongs to one statement: its takes, and copies of picked files."""

import hashlib
import hmac

from flask import current_app


def browser_scope(statement_id: int) -> str:
    """It says nothing to who finds it, and is of this statement alone."""
    secret = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.new(secret, f"takes\0{statement_id}".encode(), hashlib.sha256).hexdigest()[:24]
