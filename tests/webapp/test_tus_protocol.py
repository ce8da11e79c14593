"""What a resumable upload does over several requests, in the spool and in the store; single rules are probed apart."""

import base64
import hashlib
import re
import socket

import httpx
import pytest

from tests.fixtures.portal import BODY, TUS, InvitedSpeaker, begin, offset_of, patch

DATA = b"0123456789" * 1000


def sha(algorithm: str, data: bytes) -> str:
    """A value of `Upload-Checksum`."""
    return f"{algorithm} {base64.b64encode(hashlib.new(algorithm, data).digest()).decode()}"


class TestOptions:
    def test_tells_version_extensions_and_limit_without_a_visit(self, invited: InvitedSpeaker) -> None:
        answer = httpx.options(f"{invited.portal.url}/uploads/")
        assert answer.status_code == 204
        assert answer.headers["Tus-Version"] == "1.0.0"
        assert answer.headers["Tus-Max-Size"] == str(1024**3)
        extensions = set(answer.headers["Tus-Extension"].split(","))
        assert extensions == {
            "creation",
            "creation-with-upload",
            "creation-defer-length",
            "termination",
            "expiration",
            "checksum",
        }
        assert set(answer.headers["Tus-Checksum-Algorithm"].split(",")) == {"sha1", "sha256"}


class TestVersion:
    @pytest.mark.parametrize("headers", [{}, {"Tus-Resumable": "0.2.2"}])
    def test_other_versions_are_refused_and_not_processed(self, visitor: httpx.Client, headers: dict[str, str]) -> None:
        path = begin(visitor, 4)
        answer = visitor.patch(
            path, content=b"abcd", headers={**BODY, "Tus-Resumable": "", **headers, "Upload-Offset": "0"}
        )
        assert answer.status_code == 412
        assert answer.headers["Tus-Version"] == "1.0.0"
        assert offset_of(visitor, path) == 0
        assert visitor.post("/uploads/", headers={**headers, "Upload-Length": "4"}).status_code == 412
        assert visitor.head(path, headers=headers).status_code == 412
        assert visitor.delete(path, headers=headers).status_code == 412

    def test_every_answer_names_the_version(self, visitor: httpx.Client) -> None:
        path = begin(visitor, 4)
        answers = [
            visitor.head(path, headers=TUS),
            patch(visitor, path, 1, b"x"),
            patch(visitor, path, 0, b"abcd"),
            visitor.delete(path, headers=TUS),
            visitor.head(path, headers=TUS),
            visitor.post("/uploads/", headers=TUS),
            httpx.head(str(visitor.base_url).rstrip("/") + path, headers=TUS),
        ]
        assert [answer.headers.get("Tus-Resumable") for answer in answers] == ["1.0.0"] * len(answers)


class TestCreation:
    def test_answers_with_an_absolute_address(self, visitor: httpx.Client) -> None:
        answer = visitor.post("/uploads/", headers={**TUS, "Upload-Length": "10"})
        assert answer.status_code == 201
        assert re.fullmatch(
            rf"{re.escape(str(visitor.base_url).rstrip('/'))}/uploads/[0-9a-f]{{32}}", answer.headers["Location"]
        )
        assert answer.content == b""

    def test_an_empty_file_is_whole_at_once(self, invited: InvitedSpeaker, visitor: httpx.Client) -> None:
        path = begin(visitor, 0)
        assert offset_of(visitor, path) == 0
        assert [recording.size_bytes for recording in invited.recordings()] == [0]

    def test_tells_metadata_back_and_keeps_none_of_it(self, invited: InvitedSpeaker, visitor: httpx.Client) -> None:
        canary = base64.b64encode(b"canary-name.mp4").decode()
        said = f"filename {canary},is_whole"
        headers = {**TUS, "Upload-Length": "4", "Upload-Metadata": f"{said},no base64!, a"}
        path = httpx.URL(visitor.post("/uploads/", headers=headers).headers["Location"]).path
        answer = visitor.head(path, headers=TUS)
        assert answer.status_code == 200
        assert answer.headers["Upload-Metadata"] == f"{said},a"
        kept = [file for file in invited.portal.data_dir.rglob("*") if file.is_file()]
        assert kept
        assert not [
            file for file in kept if b"canary-name" in file.read_bytes() or canary.encode() in file.read_bytes()
        ]


class TestCreationWithUpload:
    def test_takes_the_first_bytes(self, visitor: httpx.Client) -> None:
        answer = visitor.post("/uploads/", content=DATA[:10], headers={**BODY, "Upload-Length": str(len(DATA))})
        assert answer.status_code == 201
        assert answer.headers["Upload-Offset"] == "10"
        path = httpx.URL(answer.headers["Location"]).path
        assert offset_of(visitor, path) == 10
        assert patch(visitor, path, 10, DATA[10:]).status_code == 204

    def test_takes_everything(self, invited: InvitedSpeaker, visitor: httpx.Client) -> None:
        answer = visitor.post("/uploads/", content=DATA, headers={**BODY, "Upload-Length": str(len(DATA))})
        assert answer.headers["Upload-Offset"] == str(len(DATA))
        assert invited.original() == DATA


class TestDeferredLength:
    def test_bytes_come_before_the_length_is_known(self, invited: InvitedSpeaker, visitor: httpx.Client) -> None:
        path = begin(visitor, None)
        assert patch(visitor, path, 0, DATA[:4000]).headers["Upload-Offset"] == "4000"
        head = visitor.head(path, headers=TUS)
        assert (head.headers["Upload-Offset"], head.headers["Upload-Defer-Length"]) == ("4000", "1")
        assert "Upload-Length" not in head.headers
        assert invited.recordings() == []
        last = patch(visitor, path, 4000, DATA[4000:], **{"Upload-Length": str(len(DATA))})
        assert (last.status_code, last.headers["Upload-Offset"]) == (204, str(len(DATA)))
        assert invited.original() == DATA

    def test_an_end_without_more_bytes_is_enough(self, invited: InvitedSpeaker, visitor: httpx.Client) -> None:
        path = begin(visitor, None)
        patch(visitor, path, 0, DATA)
        for _ in range(2):  # said again, as after a lost answer
            assert patch(visitor, path, len(DATA), b"", **{"Upload-Length": str(len(DATA))}).status_code == 204
        assert invited.original() == DATA
        assert len(invited.recordings()) == 1

    def test_a_length_once_known_stays(self, visitor: httpx.Client) -> None:
        path = begin(visitor, None)
        assert patch(visitor, path, 0, b"abc", **{"Upload-Length": "2"}).status_code == 413
        assert patch(visitor, path, 0, b"ab", **{"Upload-Length": "3"}).status_code == 400
        assert visitor.head(path, headers=TUS).headers["Upload-Length"] == "2"


class TestHead:
    def test_tells_offset_length_and_forbids_caching(self, visitor: httpx.Client) -> None:
        path = begin(visitor, len(DATA))
        patch(visitor, path, 0, DATA[:7])
        answer = visitor.head(path, headers=TUS)
        assert answer.status_code == 200
        assert answer.headers["Upload-Offset"] == "7"
        assert answer.headers["Upload-Length"] == str(len(DATA))
        assert answer.headers["Cache-Control"] == "no-store"

    def test_unknown_uploads_are_not_found_and_have_no_offset(self, visitor: httpx.Client) -> None:
        for name in ("0" * 32, "nothing", "..%2f..%2fetc%2fpasswd"):
            answer = visitor.head(f"/uploads/{name}", headers=TUS)
            assert answer.status_code == 404
            assert "Upload-Offset" not in answer.headers


class TestPatch:
    def test_appends_and_tells_the_new_offset(self, invited: InvitedSpeaker, visitor: httpx.Client) -> None:
        path = begin(visitor, len(DATA))
        first = patch(visitor, path, 0, DATA[:4000])
        assert (first.status_code, first.headers["Upload-Offset"], first.content) == (204, "4000", b"")
        last = patch(visitor, path, 4000, DATA[4000:])
        assert (last.status_code, last.headers["Upload-Offset"]) == (204, str(len(DATA)))
        assert invited.original() == DATA
        (recording,) = invited.recordings()
        assert recording.sha256 == hashlib.sha256(DATA).hexdigest()

    def test_refuses_more_than_announced(self, visitor: httpx.Client) -> None:
        path = begin(visitor, 5)
        assert patch(visitor, path, 0, b"too long").status_code == 413
        assert offset_of(visitor, path) == 0

    def test_takes_bodies_of_unknown_length(self, invited: InvitedSpeaker, visitor: httpx.Client) -> None:
        path = begin(visitor, len(DATA))
        pieces = (DATA[start : start + 1000] for start in range(0, len(DATA), 1000))
        answer = visitor.patch(path, content=pieces, headers={**BODY, "Upload-Offset": "0"})
        assert answer.status_code == 204
        assert invited.original() == DATA

    def test_refuses_bodies_of_unknown_length_that_grow_too_long(self, visitor: httpx.Client) -> None:
        path = begin(visitor, 10)
        answer = visitor.patch(path, content=iter([DATA]), headers={**BODY, "Upload-Offset": "0"})
        assert answer.status_code == 413
        assert offset_of(visitor, path) <= 10

    def test_a_body_whose_form_breaks_has_broken_off(self, visitor: httpx.Client) -> None:
        path = begin(visitor, 10)
        broken = b"3\r\nabc\r\nno number\r\n"
        cookies = "; ".join(f"{name}={value}" for name, value in visitor.cookies.items())
        headers = {**BODY, "Host": "x", "Cookie": cookies, "Upload-Offset": "0", "Transfer-Encoding": "chunked"}
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        with socket.create_connection((visitor.base_url.host, visitor.base_url.port or 80), timeout=30) as line:
            line.sendall(f"PATCH {path} HTTP/1.1\r\n{head}\r\n".encode() + broken)
            assert line.recv(4096).startswith(b"HTTP/1.1 204")
        assert offset_of(visitor, path) <= 3

    def test_the_end_said_again_is_no_error_and_no_second_recording(
        self, invited: InvitedSpeaker, visitor: httpx.Client
    ) -> None:
        path = begin(visitor, 4)
        patch(visitor, path, 0, b"abcd")
        again = patch(visitor, path, 4, b"")
        assert (again.status_code, again.headers["Upload-Offset"]) == (204, "4")
        assert patch(visitor, path, 0, b"abcd").status_code == 409
        assert offset_of(visitor, path) == 4
        assert len(invited.recordings()) == 1


class TestMethodOverride:
    def test_a_post_can_mean_head_and_delete(self, visitor: httpx.Client) -> None:
        path = begin(visitor, 10)
        assert visitor.post(path, headers={**TUS, "X-HTTP-Method-Override": "HEAD"}).headers["Upload-Offset"] == "0"
        assert visitor.post(path, headers={**TUS, "X-HTTP-Method-Override": "DELETE"}).status_code == 204
        assert visitor.head(path, headers=TUS).status_code == 404


class TestTermination:
    def test_ends_an_upload_and_its_bytes(self, invited: InvitedSpeaker, visitor: httpx.Client) -> None:
        path = begin(visitor, 10)
        patch(visitor, path, 0, b"abc")
        name = path.rsplit("/", 1)[1]
        assert name in invited.portal.spool.names()
        assert visitor.delete(path, headers=TUS).status_code == 204
        assert name not in invited.portal.spool.names()
        assert visitor.head(path, headers=TUS).status_code == 404
        assert patch(visitor, path, 3, b"d").status_code == 404
        assert visitor.delete(path, headers=TUS).status_code == 404

    def test_the_recording_of_a_finished_upload_stays(self, invited: InvitedSpeaker, visitor: httpx.Client) -> None:
        path = begin(visitor, 4)
        patch(visitor, path, 0, b"abcd")
        assert visitor.delete(path, headers=TUS).status_code == 204
        assert visitor.head(path, headers=TUS).status_code == 404
        assert invited.original() == b"abcd"


class TestChecksum:
    def test_other_bytes_are_thrown_away(self, invited: InvitedSpeaker, visitor: httpx.Client) -> None:
        path = begin(visitor, len(DATA))
        patch(visitor, path, 0, DATA[:100])
        wrong = patch(visitor, path, 100, b"x" * 900, **{"Upload-Checksum": sha("sha1", DATA[100:1000])})
        assert wrong.status_code == 460
        assert offset_of(visitor, path) == 100
        assert patch(visitor, path, 100, DATA[100:], **{"Upload-Checksum": sha("sha1", DATA[100:])}).status_code == 204
        assert invited.original() == DATA
