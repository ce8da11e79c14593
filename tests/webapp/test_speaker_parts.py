"""The statement's other parts over HTTP: written fields, text out of a file, papers, the name shown, withdrawal."""

from collections.abc import Callable
from contextlib import closing

import httpx
import pytest

from pipeline.domain.consents import ConsentItem, NameForm
from pipeline.domain.jobs import JobKind
from pipeline.domain.papers import PaperState
from pipeline.domain.statements import StatementState
from pipeline.records.tables import Job, Paper, Statement
from pipeline.services.consents import latest_consents
from tests.fixtures.documents import PARAGRAPH, telling_docx, telling_pdf
from tests.fixtures.portal import InvitedSpeaker, PortalProcess, csrf_token

JSON = {"Accept": "application/json"}


def post(visitor: httpx.Client, path: str, *, file: tuple[str, bytes] | None = None, **fields: str) -> httpx.Response:
    """Send a form as the page would; what the answer leads to."""
    data = {"csrf_token": csrf_token(visitor.get("/speaker/").text), **fields}
    files = {file[0]: ("Ana Lima's secret name.doc", file[1], "text/html")} if file else None
    return visitor.post(f"/speaker/{path}", data=data, files=files, follow_redirects=True)


def statement(invited: InvitedSpeaker, read: Callable[[Statement], object]) -> object:
    """Something of the statement as it is now."""
    with invited.portal.database.read() as db:
        return read(db.get_one(Statement, invited.statement_id))


def test_written_fields_are_kept_and_shown_again(invited: InvitedSpeaker, visitor: httpx.Client) -> None:
    page = post(
        visitor, "contents", text="\r\nOne\r\n\r\n<two>", theme="Wells", language="fr", **{"recommendation-2": "Ask"}
    )
    assert page.status_code == 200
    for shown in (
        "Your text is saved.",
        "One\n\n&lt;two&gt;</textarea>",
        'value="Wells"',
        '<option value="fr" selected>',
    ):
        assert shown in page.text
    kept = statement(invited, lambda one: (one.contents[-1].text, one.contents[-1].recommendations))
    assert kept == ("One\n\n<two>", ["Ask"])
    token = csrf_token(page.text)
    again = visitor.post("/speaker/contents", data={"csrf_token": token, "text": "New"}, headers=JSON)
    assert again.json() == {"saved": "Your text is saved."}
    assert statement(invited, lambda one: [content.text for content in one.contents]) == ["One\n\n<two>", "New"]


@pytest.mark.parametrize(
    "fields", [{"text": "x" * 20_001}, {"language": "xx-nothing"}, {"recommendation-1": "x" * 601}]
)
def test_what_is_too_long_or_was_not_offered_is_refused(visitor: httpx.Client, fields: dict[str, str]) -> None:
    assert post(visitor, "contents", **fields).status_code == 422


@pytest.mark.slow
def test_text_is_taken_out_of_a_file_and_the_other_fields_stay(invited: InvitedSpeaker, visitor: httpx.Client) -> None:
    post(visitor, "contents", theme="Wells", **{"recommendation-1": "Ask"})
    page = post(visitor, "text-file", file=("document", telling_docx()))
    assert "Please read it, and correct what is wrong." in page.text
    assert PARAGRAPH in page.text
    assert statement(invited, lambda one: (one.contents[-1].theme, one.contents[-1].recommendations)) == (
        "Wells",
        ["Ask"],
    )
    assert "cannot be opened" in post(visitor, "text-file", file=("document", b"%PDF-1.7 and nothing")).text
    assert "secret" not in invited.portal.log


class TestPapers:
    def test_a_paper_is_received_and_can_be_removed(self, invited: InvitedSpeaker, visitor: httpx.Client) -> None:
        page = post(visitor, "papers/", file=("paper", telling_pdf()), title="A <report>")
        assert "Your paper has arrived." in page.text.split('id="papers" open')[1], "where the answer leads"
        assert "A &lt;report&gt;" in page.text
        paper = statement(invited, lambda one: one.papers[0])
        assert isinstance(paper, Paper)
        assert invited.portal.store.read_bytes(paper.original_key) == telling_pdf()
        with invited.portal.database.read() as db:
            assert db.query(Job).filter_by(kind=JobKind.PAPER, subject_id=paper.id).count() == 1
        assert visitor.get(f"/speaker/papers/{paper.id}/file").status_code == 404, "not before it is clean"
        page = post(visitor, f"papers/{paper.id}/remove")
        assert "What you withdrew" in page.text
        assert statement(invited, lambda one: one.papers[0].state) is PaperState.REMOVED

    def test_a_clean_one_is_fetched_by_its_speaker_alone(
        self, invited: InvitedSpeaker, visitor: httpx.Client, invite: Callable[..., InvitedSpeaker]
    ) -> None:
        post(visitor, "papers/", file=("paper", telling_pdf()))
        with invited.portal.database.begin() as db:
            paper = db.get_one(Statement, invited.statement_id).papers[0]
            paper.state, paper.clean_key = PaperState.CLEAN, f"papers/{paper.name}/clean.pdf"
            invited.portal.store.put_bytes(paper.clean_key, b"%PDF-1.7\n", content_type="application/pdf")
        answer = visitor.get(f"/speaker/papers/{paper.id}/file")
        assert (answer.content, answer.headers["content-type"]) == (b"%PDF-1.7\n", "application/pdf")
        assert answer.headers["content-disposition"] == f"attachment; filename=paper-{paper.id}.pdf"
        with closing(invite(invited.portal).visit()) as other:
            assert other.get(f"/speaker/papers/{paper.id}/file").status_code == 404
            assert post(other, f"papers/{paper.id}/remove").status_code == 404

    @pytest.mark.parametrize(
        ("data", "words"),
        [
            (b"\x89PNG", "This kind of file is not taken."),
            (b"", "choose a file"),
            (b"%PDF-" + bytes(20 * 1024**2), "too large"),
        ],
        ids=["picture", "empty", "large"],
    )
    def test_what_is_no_paper_is_not_taken(
        self, invited: InvitedSpeaker, visitor: httpx.Client, data: bytes, words: str
    ) -> None:
        assert words in post(visitor, "papers/", file=("paper", data)).text
        assert statement(invited, lambda one: len(one.papers)) == 0

    def test_a_form_of_another_site_leaves_nothing(self, invited: InvitedSpeaker, visitor: httpx.Client) -> None:
        answer = visitor.post("/speaker/papers/", data={"csrf_token": "no"}, files={"paper": ("a", telling_pdf())})
        assert answer.status_code == 400
        assert statement(invited, lambda one: len(one.papers)) == 0

    def test_there_is_room_for_five(self, invited: InvitedSpeaker, visitor: httpx.Client) -> None:
        for _ in range(5):
            page = post(visitor, "papers/", file=("paper", telling_pdf()))
        assert "There is no room for another paper." in page.text
        assert "There are 5 papers already." in post(visitor, "papers/", file=("paper", telling_pdf())).text


def test_the_name_is_chosen_and_a_wrong_one_keeps_the_other_answers(
    invited: InvitedSpeaker, visitor: httpx.Client
) -> None:
    page = post(visitor, "consent", **{"name-form": "alias", "alias": "Speaker 1"}, text="missions")
    assert "This name says your own name." in page.text
    assert statement(invited, lambda one: one.name_form) is NameForm.FULL
    assert statement(invited, lambda one: latest_consents(one)[ConsentItem.TEXT].audience) == "missions"
    assert "Your answers are saved." in post(visitor, "consent", **{"name-form": "alias", "alias": "Rosa"}).text
    assert statement(invited, lambda one: (one.name_form, one.alias)) == (NameForm.ALIAS, "Rosa")


def test_one_part_is_withdrawn_with_a_receipt(invited: InvitedSpeaker, visitor: httpx.Client) -> None:
    post(visitor, "contents", text="Words")
    assert "Withdraw my text" in visitor.get("/speaker/withdraw").text
    page = post(visitor, "withdraw/text")
    assert "1 version of your text: removed on" in page.text
    assert "Words" not in page.text
    assert statement(invited, lambda one: one.state) is StatementState.INVITED
    assert post(visitor, "withdraw/everything").status_code == 404


def test_strangers_reach_none_of_it(portal_process: PortalProcess) -> None:
    with httpx.Client(base_url=portal_process.url) as stranger:
        for path in ("papers/", "papers/1/remove", "contents", "text-file", "withdraw/text"):
            assert stranger.post(f"/speaker/{path}").status_code in {400, 403}, path
