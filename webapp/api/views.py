"""All endpoints of the interface: importing this adds their addresses to its blueprint."""

from webapp.api import publishing, record, reference, sessions, speakers, statements, subtitles
from webapp.api.door import blueprint

ENDPOINTS = (publishing, record, reference, sessions, speakers, statements, subtitles)

__all__ = ["ENDPOINTS", "blueprint"]
