"""Imports go one way; a seeded violation of each rule is noticed."""

from pathlib import Path

import pytest

from tests.shape.imports import violations

ROOT = Path(__file__).parents[2]


def test_the_tree_keeps_the_rules() -> None:
    assert violations(ROOT) == []


@pytest.mark.parametrize(
    ("importer", "statement", "rule"),
    [
        ("config/a.py", "import pipeline.domain", "config/ may not know pipeline/"),
        ("pipeline/domain/a.py", "import flask", "works without flask"),
        ("pipeline/media/a.py", "from sqlalchemy import select", "works without sqlalchemy"),
        ("pipeline/storage/a.py", "import celery", "works without celery"),
        ("pipeline/media/a.py", "from config import settings", "pipeline/ may not know config/"),
        ("pipeline/domain/a.py", "from pipeline import records", "may not know pipeline/records/"),
        ("pipeline/domain/a.py", "from ..services import jobs", "may not know pipeline/services/"),
        ("pipeline/records/a.py", "from pipeline.services.jobs import x", "may not know pipeline/services/"),
        ("pipeline/services/a.py", "import webapp.app", "pipeline/ may not know webapp/"),
        ("webapp/a.py", "import workers", "webapp/ may not know workers/"),
        ("workers/a.py", "from webapp import app", "workers/ may not know webapp/"),
        ("workers/a.py", "from flask import Flask", "flask is used in webapp/ alone"),
        ("pipeline/media/a.py", "import subprocess", "subprocess is used in"),
        ("webapp/a.py", "import boto3", "boto3 is used in"),
        ("presession/a.py", "from celery import Celery", "celery is used in workers/ alone"),
    ],
)
def test_a_violation_is_noticed(tmp_path: Path, importer: str, statement: str, rule: str) -> None:
    file = tmp_path / importer
    file.parent.mkdir(parents=True)
    file.write_text(statement + "\n", encoding="utf-8")
    (found,) = {line.split(": ", 1)[1] for line in violations(tmp_path)}
    assert rule in found
