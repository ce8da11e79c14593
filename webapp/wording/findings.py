"""Findings in words: exact for staff; for speakers what it means and what to do.

`pipeline.media.verdicts` says which measured values come with each finding.
"""

from pipeline.domain.findings import Finding
from pipeline.domain.limits import Limit
from webapp.wording.speaker_findings import SPEAKER_SENTENCES
from webapp.wording.staff_findings import STAFF_SENTENCES


def staff_sentence(finding: Finding) -> str:
    """One finding for staff, with what was measured."""
    return STAFF_SENTENCES[finding.code](finding.values)


def speaker_sentence(finding: Finding, limit: Limit) -> str:
    """One finding for the speaker: what was found, and what to do about it."""
    return SPEAKER_SENTENCES[finding.code](finding.values, limit)
