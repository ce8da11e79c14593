"""`presession bucket`: an S3 server of one's own gets its bucket."""

import pytest
from click.testing import CliRunner

from presession.cli import main


@pytest.mark.slow
def test_a_bucket_is_made_once(s3_bucket, tmp_path):
    names = {**vars(s3_bucket), "bucket": f"{s3_bucket.bucket}-made", "kind": "s3"}
    settings = {f"PRESESSION_STORE__{name.upper()}": value for name, value in names.items()}
    said = [CliRunner().invoke(main, ["bucket", "--data", str(tmp_path)], env=settings).output for _ in range(2)]
    assert ("was made" in said[0], "is there" in said[1]) == (True, True)


def test_a_folder_needs_none(tmp_path):
    result = CliRunner().invoke(main, ["bucket", "--data", str(tmp_path)])
    assert (result.exit_code, "needs no bucket" in result.output) == (2, True)
