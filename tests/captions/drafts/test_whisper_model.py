"""A real small model of recognition, of random weights: loaded from its folder alone, it hears words with times."""

import json
import wave

import numpy as np
import pytest

from pipeline.captions.drafts.drafting import SOUND_RATE
from pipeline.captions.drafts.faults import DraftingNotSetUp
from pipeline.captions.drafts.whisper import WhisperRecogniser
from pipeline.processes import run_program

pytestmark = pytest.mark.slow

DEPTH, BANDS = 8, 80
SPECIAL = ("endoftext", "startoftranscript", "en", "translate", "transcribe", "startoflm", "startofprev", "nospeech")
"""What every model of this kind has after its words, before the moments."""


@pytest.fixture
def tiny_model(tmp_path):
    """As the converters write one, for English alone."""
    ctranslate2 = pytest.importorskip("ctranslate2")
    tokenizers = pytest.importorskip("tokenizers")
    pytest.importorskip("faster_whisper")
    special = [f"<|{name}|>" for name in (*SPECIAL, "notimestamps")]
    vocabulary = [*(f"w{n}" for n in range(2000)), *special, *(f"<|{n * 0.02:.2f}|>" for n in range(1501))]
    numbers = {token: number for number, token in enumerate(vocabulary)}
    spec = ctranslate2.specs.WhisperSpec(1, 2, 1, 2)
    _fill(spec, len(vocabulary))
    spec.register_vocabulary(vocabulary)
    spec.config.lang_ids = [numbers["<|en|>"]]
    spec.config.suppress_ids, spec.config.suppress_ids_begin = [], [numbers["<|endoftext|>"]]
    spec.config.alignment_heads = [[0, 0]]
    spec.validate()
    spec.save(str(tmp_path))
    words = tokenizers.Tokenizer(tokenizers.models.WordLevel(numbers, unk_token="w0"))
    words.pre_tokenizer = tokenizers.pre_tokenizers.Whitespace()
    words.add_special_tokens(special)
    words.save(str(tmp_path / "tokenizer.json"))
    (tmp_path / "preprocessor_config.json").write_text(json.dumps({"feature_size": BANDS}))
    return tmp_path


def _fill(spec, signs):
    random = np.random.default_rng(7)

    def weights(*shape):
        return random.normal(0, 0.3, shape).astype(np.float32)

    def linear(part, rows, columns):
        part.weight, part.bias = weights(rows, columns), np.zeros(rows, np.float32)

    def norm(part):
        part.gamma, part.beta = np.ones(DEPTH, np.float32), np.zeros(DEPTH, np.float32)

    def attention(part, rows):
        for layer, size in zip(part.linear, rows, strict=True):
            linear(layer, size * DEPTH, DEPTH)
        norm(part.layer_norm)

    encoder, decoder = spec.encoder, spec.decoder
    for part, bands in ((encoder.conv1, BANDS), (encoder.conv2, DEPTH)):
        part.weight, part.bias = weights(DEPTH, bands, 3), np.zeros(DEPTH, np.float32)
    decoder.embeddings.weight = weights(signs, DEPTH)
    decoder.projection.weight = decoder.embeddings.weight
    for side, moments in ((encoder, 1500), (decoder, 448)):
        side.position_encodings.encodings = weights(moments, DEPTH)
        norm(side.layer_norm)
        for layer in side.layer:
            attention(layer.self_attention, (3, 1))
            if side is decoder:
                attention(layer.attention, (1, 2, 1))
            linear(layer.ffn.linear_0, 16, DEPTH)
            linear(layer.ffn.linear_1, DEPTH, 16)
            norm(layer.ffn.layer_norm)


@pytest.fixture
def speech(tmp_path):
    """Some seconds of it, as a recogniser is given them."""
    said = "We ask the government to open the registers of the courts."
    run_program(["espeak-ng", "-w", str(tmp_path / "said.wav"), said], deadline_seconds=30)
    with wave.open(str(tmp_path / "said.wav"), "rb") as file:
        sound = np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(np.float32) / 32768
        seconds = file.getnframes() / file.getframerate()
    moments = np.linspace(0, len(sound) - 1, round(seconds * SOUND_RATE))
    return np.interp(moments, np.arange(len(sound)), sound).astype(np.float32)


def test_a_model_in_a_folder_hears_words_where_somebody_speaks_and_in_no_language_that_it_does_not_know(
    tiny_model, speech
):
    recogniser = WhisperRecogniser(tiny_model, threads=1)
    recogniser.check()
    heard = recogniser.hear(speech, "en")
    seconds = len(speech) / SOUND_RATE
    assert heard
    assert all(0 <= word.start_seconds <= word.end_seconds <= seconds + 30 for word in heard)
    assert [word.start_seconds for word in heard] == sorted(word.start_seconds for word in heard)
    assert all(0 <= word.probability <= 1 for word in heard)
    assert recogniser.hear(np.zeros(SOUND_RATE, np.float32), "en") == []
    with pytest.raises(DraftingNotSetUp, match="does not know"):
        recogniser.hear(speech, "fr")
