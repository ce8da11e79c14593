"""Models of an operator: every missing file is named before a library is asked, and a real small model translates."""

import io
import json

import numpy as np
import pytest

from pipeline.captions.drafts.ctranslate import CTranslate2Drafter
from pipeline.captions.drafts.drafting import HeardWord
from pipeline.captions.drafts.faults import DraftingNotSetUp, PairNotOffered
from pipeline.captions.drafts.listening import cues_of
from pipeline.captions.drafts.model_files import RECOGNITION_FILES, TRANSLATION_FILES
from pipeline.captions.drafts.whisper import WhisperRecogniser

SILENCE = np.zeros(16000, dtype=np.float32)


def _fill(folder, wanted):
    folder.mkdir(parents=True, exist_ok=True)
    names = [choice[0].replace("*", "json") for choice in wanted]
    for name in names:
        (folder / name).write_text("{}")
    return names


def test_each_missing_file_of_a_translation_is_named(tmp_path):
    for name in _fill(tmp_path / "fr-en", TRANSLATION_FILES):
        (tmp_path / "fr-en" / name).rename(tmp_path / "aside")
        with pytest.raises(DraftingNotSetUp, match="PRESESSION_TRANSLATION__MODELS") as raised:
            CTranslate2Drafter(tmp_path).translate(["Oui."], "fr", "en")
        assert name.replace(".json", ".*") in str(raised.value) or name in str(raised.value)
        (tmp_path / "aside").rename(tmp_path / "fr-en" / name)


def test_each_missing_file_of_recognition_is_named_and_an_empty_one_counts_as_missing(tmp_path):
    for name in _fill(tmp_path, RECOGNITION_FILES):
        kept = (tmp_path / name).read_text()
        (tmp_path / name).write_text("")
        with pytest.raises(DraftingNotSetUp, match="PRESESSION_RECOGNITION__MODEL") as raised:
            WhisperRecogniser(tmp_path).hear(SILENCE, "en")
        lacks = str(raised.value).partition("which lacks ")[2].partition(". Nothing")[0]
        assert lacks == name.replace("vocabulary.json", "vocabulary.*")
        (tmp_path / name).write_text(kept)
    with pytest.raises(DraftingNotSetUp, match="is no folder"):
        WhisperRecogniser(tmp_path / "nowhere").check()


def test_a_pair_without_a_model_goes_through_the_pivot_or_is_not_offered(tmp_path):
    for pair in ("fr-en", "en-es"):
        (tmp_path / pair).mkdir()
    drafter = CTranslate2Drafter(tmp_path)
    assert drafter.route("fr", "en") == ("fr", "en")
    assert drafter.route("fr", "es") == ("fr", "en", "es")
    with pytest.raises(PairNotOffered, match="es-fr"):
        drafter.route("es", "fr")


def test_a_broken_model_is_told_as_the_library_tells_it_and_a_missing_library_by_its_extra(tmp_path):
    """With the packages of the extras installed the libraries' own errors are quoted; without, the extra is named."""
    _fill(tmp_path / "fr-en", TRANSLATION_FILES)
    with pytest.raises(DraftingNotSetUp, match=r"cannot be loaded|presession\[translation\]"):
        CTranslate2Drafter(tmp_path).translate(["Oui."], "fr", "en")
    _fill(tmp_path / "whisper", RECOGNITION_FILES)
    with pytest.raises(DraftingNotSetUp, match=r"cannot be loaded|presession\[recognition\]"):
        WhisperRecogniser(tmp_path / "whisper").hear(SILENCE, "en")


WORDS = [f"mot{number}" for number in range(60)]


@pytest.fixture
def tiny_models(tmp_path):
    """A model of random weights with SentencePiece models that know sixty words, as the converters write them."""
    ctranslate2 = pytest.importorskip("ctranslate2")
    sentencepiece = pytest.importorskip("sentencepiece")
    folder = tmp_path / "fr-en"
    pieces = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter([" ".join(WORDS)] * 20),
        model_writer=pieces,
        vocab_size=80,
        hard_vocab_limit=False,
        minloglevel=2,
    )
    processor = sentencepiece.SentencePieceProcessor(model_proto=pieces.getvalue())
    vocabulary = [processor.id_to_piece(number) for number in range(processor.get_piece_size())]
    spec = _tiny_spec(ctranslate2, vocabulary)
    folder.mkdir()
    spec.save(str(folder))
    for name in ("source.spm", "target.spm"):
        (folder / name).write_bytes(pieces.getvalue())
    return tmp_path


def _tiny_spec(ctranslate2, vocabulary):
    spec = ctranslate2.specs.TransformerSpec.from_config(num_layers=1, num_heads=2)
    random = np.random.default_rng(7)
    depth, signs = 8, len(vocabulary)

    def linear(part, rows, columns):
        part.weight = random.normal(0, 0.2, (rows, columns)).astype(np.float32)
        part.bias = np.zeros(rows, dtype=np.float32)

    def norm(part):
        part.gamma, part.beta = np.ones(depth, dtype=np.float32), np.zeros(depth, dtype=np.float32)

    def attention(part, *, is_own):
        for number, layer in enumerate(part.linear):
            rows = {(True, 0): 3 * depth, (False, 1): 2 * depth}.get((is_own, number), depth)
            linear(layer, rows, depth)
        norm(part.layer_norm)

    def feed_forward(part):
        linear(part.linear_0, 16, depth)
        linear(part.linear_1, depth, 16)
        norm(part.layer_norm)

    for side in (spec.encoder, spec.decoder):
        side.scale_embeddings = True
        embeddings = side.embeddings if side is spec.decoder else side.embeddings[0]
        embeddings.weight = random.normal(0, 1, (signs, depth)).astype(np.float32)
        norm(side.layer_norm)
        for layer in side.layer:
            attention(layer.self_attention, is_own=True)
            if side is spec.decoder:
                attention(layer.attention, is_own=False)
            feed_forward(layer.ffn)
    linear(spec.decoder.projection, signs, depth)
    spec.register_source_vocabulary(vocabulary)
    spec.register_target_vocabulary(vocabulary)
    spec.config.decoder_start_token = "</s>"
    spec.validate()
    return spec


def test_a_real_small_model_translates_and_says_the_same_twice(tiny_models):
    drafter = CTranslate2Drafter(tiny_models)
    drafter.check("fr", "en")
    texts = ["mot1 mot2 mot3", "", "mot7\nmot8"]
    made = drafter.translate(texts, "fr", "en")
    assert made == drafter.translate(texts, "fr", "en")
    assert made[0] and made[1] == "" and "\n" not in made[2]
    assert "</s>" not in " ".join(made)
    told = json.loads((tiny_models / "fr-en" / "config.json").read_text())
    assert not told["add_source_eos"]


def _said(text, begins=0.0, probability=0.9):
    return [
        HeardWord(begins + n * 0.4, begins + n * 0.4 + 0.3, f" {word}", probability)
        for n, word in enumerate(text.split())
    ]


def test_heard_words_become_cues_that_keep_their_words_and_times():
    first = "We ask the government to open the registers of the courts, and we ask for legal aid in every district."
    heard = [*_said(first), *_said("Thank you.", begins=40.0, probability=0.4)]
    cues = cues_of(heard, "en")
    assert " ".join(one.cue.text for one in cues) == f"{first} Thank you."
    assert cues[-1].cue.text == "Thank you."
    assert (cues[-1].cue.start_ms, cues[-1].cue.end_ms) == (40_000, 40_700)
    assert [one.cue.start_ms for one in cues] == sorted(one.cue.start_ms for one in cues)
    assert cues[-1].doubt > 0.5 > cues[0].doubt
