"""What the shapes of the interface share: texts without signs that no record holds, problems, pages of lists."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from pipeline.domain.languages import is_country, is_language

_ONE_LINE = r"^[^\x00-\x1f\x7f]*$"
_NO_NULL = r"^[^\x00]*$"

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,23}$")]
Name = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=_ONE_LINE)]
Line = Annotated[str, StringConstraints(max_length=300, pattern=_ONE_LINE)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=2000, pattern=_NO_NULL)]
Code = Annotated[str, StringConstraints(max_length=48, pattern=r"^[a-z_.]*$")]
Id = Annotated[int, Field(ge=1, le=2147483647)]


def _language(code: str) -> str:
    if not is_language(code):
        raise ValueError("not the code of a language, like en, fr or es")
    return code


def _country(code: str) -> str:
    if not is_country(code):
        raise ValueError("not an ISO 3166-1 alpha-2 code in capitals, like MW")
    return code


Language = Annotated[str, StringConstraints(max_length=8), AfterValidator(_language)]
CountryCode = Annotated[str, StringConstraints(min_length=2, max_length=2), AfterValidator(_country)]


class Sent(BaseModel):
    """What a script sends: nothing that is not described is taken."""

    model_config = ConfigDict(extra="forbid")


class FieldProblem(BaseModel):
    """What is wrong at one place of a request."""

    place: str
    problem: str


class Problem(BaseModel):
    """An error, as RFC 9457 has it. `detail` says what to do; `questions` is what publishing still asks."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[FieldProblem] | None = None
    questions: list[str] | None = None


class Page(Sent):
    """Which part of a list: so many, those after an id."""

    limit: Annotated[int, Field(ge=1, le=200)] = 50
    after: Annotated[int, Field(ge=0, le=2147483647)] = 0
