"""Terms of the United Nations are found in what is said, and missed where an interpretation says something else."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from config.settings import CONFIG_DIR
from pipeline.captions.drafts.glossary import form_of, read_glossary
from pipeline.captions.drafts.sentences import deviations
from pipeline.domain.errors import WrongUsage


@pytest.fixture(scope="module")
def glossary():
    return read_glossary(CONFIG_DIR / "glossary.toml")


def test_every_term_has_every_language_and_what_is_wanted_for_it_is_found_again(glossary):
    languages = glossary.languages()
    assert languages == ("en", "fr", "es")
    assert len(glossary.terms) > 300
    lost = [
        (source, target, form)
        for source in languages
        for target in set(languages) - {source}
        for term in glossary.terms
        for form in term[source]
        if glossary.missing(form, term[target][0], source, target)
    ]
    assert lost == []
    assert all(set(term) == set(languages) for term in glossary.terms)


def test_the_longest_term_is_found_in_any_number_accents_and_elision_aside(glossary):
    text = "L’Examen périodique universel et les organes conventionnels"
    found = glossary.find(text, "fr", "en")
    assert [term.text for term in found] == ["Examen périodique universel", "organes conventionnels"]
    assert found[1].wanted == ("treaty body",)
    assert text[found[0].start : found[0].end] == found[0].text
    assert [
        term.text for term in glossary.find("the International Covenant on Civil and Political Rights", "en", "fr")
    ] == ["International Covenant on Civil and Political Rights"]


def test_an_abbreviation_is_found_in_capitals_alone_and_other_languages_have_no_terms(glossary):
    assert [term.text for term in glossary.find("The WHO says who pays.", "en", "es")] == ["WHO"]
    assert glossary.find("The WHO says.", "en", "mn") == []
    assert glossary.find("The WHO says.", "en-Latn", "es") != []


def test_a_draft_with_another_word_is_told_unless_a_neighbour_has_the_term(glossary):
    said = ["The treaty bodies", "made recommendations", "on the death penalty."]
    made = ["Les comités", "ont fait des recommandations aux organes conventionnels", "sur la mise à mort."]
    off = deviations(glossary, said, made, "en", "fr")
    assert {place: [term.text for term in terms] for place, terms in off.items()} == {2: ["death penalty"]}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("languages = [", "not valid TOML"),
        ("[a]\nterms = []", "begins with its languages"),
        ('languages = ["en", "fr"]\n[a]\nterms = [["one", "un"], ["two"]]', "term 2 of \\[a\\]"),
        ('languages = ["en", "fr"]\n[a]\nwords = []', "no list “terms” in \\[a\\]"),
    ],
)
def test_a_wrong_file_is_told_with_its_place(tmp_path, text, told):
    path = tmp_path / "own.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(WrongUsage, match=told):
        read_glossary(path)
    with pytest.raises(WrongUsage, match="cannot be read"):
        read_glossary(tmp_path / "nowhere.toml")


def test_the_editors_page_compares_words_as_the_server_does(glossary):
    forms = [form for term in glossary.terms for cell in term.values() for form in cell]
    texts = [*forms, "ÉTAT d'Israël l'ONU UPR's treaties x_y 12e", "Straße, ﬁn? 26\u202f%"]
    node = shutil.which("node", path=f"{os.environ['PATH']}:{Path(sys.executable).parent}")
    assert node is not None, "Node is missing; `make setup` installs one."
    program = Path(__file__).parent.parent / "glossary_words.mjs"
    done = subprocess.run(
        [node, program], input=json.dumps(texts), capture_output=True, timeout=60, check=True, text=True
    )
    assert [tuple(words) for words in json.loads(done.stdout)] == [form_of(text) for text in texts]
