"""How long links work and where they lead, as this portal's settings and address say."""

from flask import request

from pipeline.services.deadlines import LinkTimes
from pipeline.services.mail_sending import SendingRules
from webapp.portal import portal


def sending_rules() -> SendingRules:
    """The same rules that workers send mails by; without a configured address links lead to where staff are now."""
    settings = portal().settings
    address = settings.web.public_url.rstrip("/") or request.url_root.rstrip("/")
    return SendingRules(settings.mails.hold, LinkTimes(settings.links.expire_days, settings.links.grace_days), address)
