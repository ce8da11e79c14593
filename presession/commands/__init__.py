"""One module a command; `presession.cli` loads each only when it is asked for."""
