"""The steps: one module for each kind of job, and the table of them.

A step loads what it needs in a short transaction, works without one, and returns how to record what came of it.
To add one: a `JobKind` and its queue in `pipeline.domain.jobs`, its inputs in `pipeline.services.step_inputs`, a module
here, a line in `STEPS`, and a node in the build graph.
"""

from collections.abc import Mapping

from pipeline.domain.jobs import JobKind
from workers.steps.account_mail import run_account_mail
from workers.steps.account_notice import run_account_notice
from workers.steps.align import run_align
from workers.steps.burn import run_burn
from workers.steps.draft import run_draft
from workers.steps.encode import run_encode
from workers.steps.intake import run_intake
from workers.steps.mail import run_mail
from workers.steps.paper import run_paper
from workers.steps.proxy import run_proxy
from workers.steps.purge import run_purge
from workers.steps.release import run_release
from workers.steps.run import Step
from workers.steps.takedown import run_takedown
from workers.steps.voice import run_voice
from workers.steps.waveform import run_waveform
from workers.steps.webhook import run_webhook

STEPS: Mapping[JobKind, Step] = {
    JobKind.INTAKE: run_intake,
    JobKind.ENCODE: run_encode,
    JobKind.PROXY: run_proxy,
    JobKind.RELEASE: run_release,
    JobKind.MAIL: run_mail,
    JobKind.ACCOUNT_MAIL: run_account_mail,
    JobKind.ACCOUNT_NOTICE: run_account_notice,
    JobKind.PAPER: run_paper,
    JobKind.WEBHOOK: run_webhook,
    JobKind.ALIGN: run_align,
    JobKind.DRAFT: run_draft,
    JobKind.BURN: run_burn,
    JobKind.TAKEDOWN: run_takedown,
    JobKind.PURGE: run_purge,
    JobKind.VOICE: run_voice,
    JobKind.WAVEFORM: run_waveform,
}
