"""What a browser is called in a list of sessions: its kind and system, and nothing that tells one from another."""

_KINDS = (("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox", "Firefox"), ("Chrom", "Chrome"), ("Safari", "Safari"))
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


def name_browser(user_agent: str) -> str:
    """For example `Firefox, Windows`; empty where it says nothing that is known."""
    found = (next((name for sign, name in known if sign in user_agent), "") for known in (_KINDS, _SYSTEMS))
    return ", ".join(name for name in found if name)
