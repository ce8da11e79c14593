"""What machines ask: whether the portal lives, whether the installation can work, and figures for monitoring."""

from flask import Blueprint, Response, jsonify
from flask.typing import ResponseReturnValue
from prometheus_client import CONTENT_TYPE_LATEST

from webapp.access import monitor, public
from webapp.metrics import write_metrics
from webapp.portal import portal
from webapp.readiness import check_readiness

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@public
def live() -> ResponseReturnValue:
    """200 as long as this process answers at all: who starts it anew asks this, and nothing else would help then."""
    return jsonify(alive=True)


@blueprint.get("/readyz")
@public
def ready() -> ResponseReturnValue:
    """200 when every part can do its work, else 503; says which part in plain codes, and nothing more."""
    readiness = check_readiness(portal().probes)
    return jsonify(readiness.to_json()), 200 if readiness.is_ready else 503


@blueprint.get("/metrics")
@monitor
def metrics() -> ResponseReturnValue:
    """Figures for Prometheus."""
    return Response(write_metrics(portal()), content_type=CONTENT_TYPE_LATEST)
