"""Folders that steps work in: what killed attempts left goes, what runs stays."""

from pathlib import Path

from workers.folders import remove_stale_folders, work_folder


def test_stale_folders_go_and_live_ones_stay(tmp_path: Path) -> None:
    for token in ("stale", "live"):
        (tmp_path / token / "deep").mkdir(parents=True)
    remove_stale_folders(tmp_path, lambda: {"live"})
    assert [folder.name for folder in tmp_path.iterdir()] == ["live"]


def test_an_attempt_that_another_worker_begins_meanwhile_keeps_its_folder(tmp_path: Path) -> None:
    (tmp_path / "stale").mkdir()
    running = work_folder(tmp_path, "begun-meanwhile")

    def find_live_tokens() -> frozenset[str]:
        running.__enter__()
        return frozenset()

    remove_stale_folders(tmp_path, find_live_tokens)
    assert [folder.name for folder in tmp_path.iterdir()] == ["begun-meanwhile"]
    running.__exit__(None, None, None)
