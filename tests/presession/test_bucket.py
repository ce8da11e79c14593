"""`presession bucket` and `presession store check`: a bucket is made, tried, and what is wrong with it is said."""

import json

import boto3
import pytest
from botocore.config import Config
from click.testing import CliRunner

from presession.checkup.store_s3 import rule_for
from presession.cli import main

ORIGIN = "https://presession.example.org"


def checked(place, tmp_path, **others):
    """The levels by name of what `presession store check` says of a bucket, and its exit status."""
    names = {**vars(place), "kind": "s3", "browser_url": place.endpoint_url, **others}
    settings = {f"PRESESSION_STORE__{name.upper()}": value for name, value in names.items()}
    settings["PRESESSION_WEB__PUBLIC_URL"] = f"{ORIGIN}/"
    told = CliRunner().invoke(main, ["store", "check", "--json", "--data", str(tmp_path)], env=settings)
    found = json.loads(told.output)["checks"]
    assert all(one["mend"] for one in found if one["level"] == "problem")
    return {one["name"]: one["level"] for one in found}, told.exit_code


@pytest.mark.slow
def test_a_bucket_is_tried_and_what_is_wrong_is_said(s3_bucket, tmp_path):
    keys = {"aws_access_key_id": s3_bucket.access_key_id, "aws_secret_access_key": s3_bucket.secret_access_key}
    by_path = Config(s3={"addressing_style": "path"})
    client = boto3.client("s3", endpoint_url=s3_bucket.endpoint_url, region_name="us-east-1", config=by_path, **keys)
    name = {"Bucket": s3_bucket.bucket}
    assert checked(s3_bucket, tmp_path, bucket="not-there") == ({"store": "problem"}, 1)

    client.put_bucket_cors(**name, CORSConfiguration=rule_for(ORIGIN))
    levels, status = checked(s3_bucket, tmp_path)
    assert (set(levels.values()), status) == ({"ok"}, 0)

    client.delete_bucket_cors(**name)
    away = checked(s3_bucket, tmp_path, browser_url="http://127.0.0.1:1")
    assert (away[0]["other origins"], away[1]) == ("problem", 1)
    client.put_bucket_versioning(**name, VersioningConfiguration={"Status": "Enabled"})
    client.put_bucket_acl(**name, ACL="public-read")
    rule = {"ID": "all", "Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 30}}
    client.put_bucket_lifecycle_configuration(**name, LifecycleConfiguration={"Rules": [rule]})
    levels, status = checked(s3_bucket, tmp_path)
    wrong = {found for found, level in levels.items() if level == "problem"}
    assert (wrong, status) == ({"lifecycle", "privacy", "other origins"}, 1)
    assert client.list_object_versions(**name).get("Versions", []) == [], "what was tried is gone, with its versions"


def test_a_folder_is_tried(tmp_path):
    (tmp_path / "store" / "originals").mkdir(parents=True)
    result = CliRunner().invoke(main, ["store", "check", "--json", "--data", str(tmp_path)])
    names = [one["name"] for one in json.loads(result.output)["checks"]]
    assert (names, result.exit_code) == (["rights", "copies", "conditional writes", "privacy"], 0)


@pytest.mark.slow
def test_a_bucket_is_made_once(s3_bucket, tmp_path):
    names = {**vars(s3_bucket), "bucket": f"{s3_bucket.bucket}-made", "kind": "s3"}
    settings = {f"PRESESSION_STORE__{name.upper()}": value for name, value in names.items()}
    said = [CliRunner().invoke(main, ["bucket", "--data", str(tmp_path)], env=settings).output for _ in range(2)]
    assert ("was made" in said[0], "is there" in said[1]) == (True, True)


def test_a_folder_needs_none(tmp_path):
    result = CliRunner().invoke(main, ["bucket", "--data", str(tmp_path)])
    assert (result.exit_code, "needs no bucket" in result.output) == (2, True)
