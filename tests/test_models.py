"""The models against the libraries they come from: slovnet's tags, heads and relations, razdel's tokens."""

from __future__ import annotations

import doctest
from collections.abc import Iterator
from importlib import import_module
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import razdel
import slovnet
import slovnet.shape
from hypothesis import given, settings
from hypothesis import strategies as st
from navec import Navec
from razdel.tests.partition import Partition
from razdel.tests.test_sentenize import UNIT as RAZDEL_SENTENCES
from razdel.tests.test_tokenize import UNIT as RAZDEL_TOKENS

from pipeline import models
from pipeline.models import Models, WeightsError, crf, encoder, load_models, vocabulary, weights
from pipeline.models.segment import split_sentences, tokenize

RAZDEL = [test.text for tests in (RAZDEL_TOKENS, RAZDEL_SENTENCES) for test in tests]

ODD_TEXTS = [
    "", " ", "\n\n", ".", "а", "А", "1", "—", "…", "😀", "\ud800", "\x00", "\x1c\x1d", "\u200b\ufeff", "ё", "Ё",
    "кто -то и кто- то, 1 ,5 и 1, 5; 1/ 2, 3 /4", "что-то к_тому_же 1,5 1/2 2011–2020 -5 --- ** *** __",
    "mβж Δσ 5G aб бa 世界 ½ Ⅷ K²", "Yahoo! yahoo!! YAHOO! Yahoo", ":) ;-) =(( :)))) ;) ( ) :( а", "?!.. !? …. .…",
    "Петров - 176! Михайлов - 180!", "и т. д. и т. п. В общем, т. е. Томск, т.н. Дом",
    "В г. Томске им. Л. В. Щербы.", "1. Первое. 2) Второе. а) Третье. §2. Четвёртое. IV. Пятое. 8.1. Шестое",
    "Он сказал: «Да!» Она ушла.",
    "— Да! — сказал он. — Нет? — Нет.", '"Так." "Эдак." " Вот" \'А\' „Б“ Вот.', "(Хорошо.) Потом. [Да] Нет}",
    "Собрали 500 тыс. рублей. 300 чел. пришли в 15 час. 13 мин. Вечером", "Пришёл! )  ;) А потом", "слово " * 300,
    "г. Томск ул. Ленина д. 5 стр. 2 " * 20, "А. Б. В. Г. Д. " * 40,
]  # fmt: skip


# -- tokens and sentences ---------------------------------------------------------------------------------


def same_segments(text: str) -> None:
    assert tokenize(text) == [(token.start, token.stop) for token in razdel.tokenize(text)]
    sentences = [(sentence.start, sentence.stop) for sentence in razdel.sentenize(text)]
    assert split_sentences(text) == [(start, stop) for start, stop in sentences if start < stop]


@pytest.mark.parametrize("text", ODD_TEXTS + RAZDEL)
def test_segments_of_odd_texts(text: str) -> None:
    same_segments(text)


def test_razdel_agrees_with_its_own_tests() -> None:
    """The texts above are razdel's own cases, marked with what it should find."""
    case = Partition(['Брось!.."', " ", "Связываться не хотелось"])
    assert [s.text for s in razdel.sentenize(case.text)] == [part.text for part in case.substrings]


def test_segments_of_the_corpus(corpus_texts: dict[str, str]) -> None:
    for text in corpus_texts.values():
        same_segments(text)


PARTS = [
    *"аяЁбВ тпде.,-—–‑_/\\!?…;:)(\"«»”'’„]}12 Zbyahoo\n\u00a0δ世😀ſ²Ⅷ\x1c\ud800*=IX§№%",
    "г. ", "т. е. ", "т. д. ", "А. ", "Yahoo!", " — а", " — А", "\n1) ", "8.1. ", ";) ", ':))) ', '." ', "» Б",
]  # fmt: skip


@settings(max_examples=1500, deadline=None, derandomize=True)
@given(st.lists(st.sampled_from(PARTS), max_size=14).map("".join))
def test_segments_of_any_marks(text: str) -> None:
    same_segments(text)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.text(max_size=30))
def test_segments_of_any_characters(text: str) -> None:
    same_segments(text)


# -- models against slovnet -------------------------------------------------------------------------------


class Library:
    """slovnet, a sequence a call: what a text gets does not depend on others."""

    def __init__(self) -> None:
        folder = weights.data_folder()
        navec = Navec.load(folder / "emb" / f"{weights.EMBEDDING}.tar")
        kinds = {"ner": slovnet.NER, "morph": slovnet.Morph, "syntax": slovnet.Syntax}
        self.models = {
            name: kind.load(folder / "model" / f"slovnet_{name}_news_v1.tar").navec(navec)
            for name, kind in kinds.items()
        }

    def tags(self, name: str, sequences: list[list[str]]) -> Iterator[list[str]]:
        infer = self.models[name].infer
        for words in sequences:
            yield next(infer.decoder(infer.process(infer.encoder([words])))) if words else []

    def syntax(self, sentences: list[list[str]]) -> Iterator[tuple[list[int], list[str]]]:
        for trees in self.tags("syntax", sentences):
            _, heads, relations = trees or ([], [], [])
            yield [int(head) - 1 for head in heads], relations


@pytest.fixture(scope="module")
def library() -> Library:
    return Library()


def words_of(text: str) -> list[str]:
    return [text[start:end] for start, end in tokenize(text)]


def sentences_of(text: str) -> list[list[str]]:
    return [words_of(text[start:end]) for start, end in split_sentences(text)]


@pytest.fixture(scope="module")
def texts(corpus_texts: dict[str, str]) -> list[str]:
    return ODD_TEXTS + list(corpus_texts.values())[::6]


@pytest.fixture(scope="module")
def words(texts: list[str]) -> list[list[str]]:
    return [words_of(text) for text in texts]


@pytest.fixture(scope="module")
def sentences(texts: list[str]) -> list[list[str]]:
    return [sentence for text in texts for sentence in sentences_of(text)]


def test_ner_gives_the_tags_of_slovnet(library: Library, words: list[list[str]]) -> None:
    assert load_models().ner(words) == list(library.tags("ner", words))


def test_morph_gives_the_tags_of_slovnet(library: Library, sentences: list[list[str]]) -> None:
    assert load_models().morph(sentences) == list(library.tags("morph", sentences))


def test_syntax_gives_the_heads_and_relations_of_slovnet(library: Library, sentences: list[list[str]]) -> None:
    assert load_models().syntax(sentences) == list(library.syntax(sentences))


def test_what_a_text_gets_does_not_depend_on_its_batch(words: list[list[str]], sentences: list[list[str]]) -> None:
    found = load_models()
    assert found.ner(words[-5:]) == [found.ner([text])[0] for text in words[-5:]]
    assert found.morph(sentences[-60:]) == [found.morph([sentence])[0] for sentence in sentences[-60:]]
    assert found.syntax(sentences[-60:]) == [found.syntax([sentence])[0] for sentence in sentences[-60:]]


@pytest.mark.parametrize(
    "batch", [[], [[]], [[], []], [[], ["слово"], []], [["<pad>", "<unk>", "", " ", "\ud800"]]]
)
def test_batches_keep_their_form(batch: list[list[str]]) -> None:
    found = load_models()
    lengths = [len(words) for words in batch]
    assert [len(tags) for tags in found.ner(batch)] == lengths
    assert [len(tags) for tags in found.morph(batch)] == lengths
    assert [(len(heads), len(relations)) for heads, relations in found.syntax(batch)] == [(n, n) for n in lengths]


# -- limits -----------------------------------------------------------------------------------------------


def all_found(found: Models, words: list[list[str]], sentences: list[list[str]]) -> list[Any]:
    return [found.ner(words), found.morph(sentences), found.syntax(sentences)]


def test_small_tables_and_blocks_change_nothing(
    words: list[list[str]], sentences: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = all_found(load_models(), words, sentences)
    monkeypatch.setattr(encoder, "TABLE_WORDS", 256)
    monkeypatch.setattr(encoder, "BLOCK", 64)
    monkeypatch.setattr(vocabulary, "MAX_FORMS", 1000)
    monkeypatch.setattr(models, "GROUP", 500)
    small = Models()
    assert all_found(small, words, sentences) == expected
    assert all_found(small, words, sentences) == expected


def test_a_text_without_sentence_ends_is_parsed_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(models, "MAX_SENTENCE", 50)
    words = ["дети", "и", "взрослые", "пришли"] * 40
    (heads, relations), *_ = load_models().syntax([words])
    assert len(heads) == len(relations) == len(words)
    assert all(head < 0 or head // 50 == i // 50 for i, head in enumerate(heads))
    assert heads[50:100] == [
        head if head < 0 else head + 50 for head in load_models().syntax([words[50:100]])[0][0]
    ]


def test_a_long_text_is_tagged_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(models, "MAX_TEXT", 40)
    words = ["В", "Томске", "выступила", "Анна", "Петрова", "."] * 20
    assert load_models().ner([words]) == [["O", "B-LOC", "O", "B-PER", "I-PER", "O"] * 20]


def test_without_natasha_the_message_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weights, "find_spec", lambda name: None)
    with pytest.raises(WeightsError, match="pip install natasha"):
        weights.data_folder()


# -- parts ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("word", sorted({word for text in ODD_TEXTS for word in text.split()} | {""}))
def test_shapes_of_odd_words(word: str) -> None:
    assert vocabulary.word_shape(word) == slovnet.shape.word_shape(word)


@settings(max_examples=500, deadline=None, derandomize=True)
@given(st.text(st.sampled_from("абВГёЁabCDſ1²-—'.№😀 "), max_size=6))
def test_shapes_of_any_word(word: str) -> None:
    assert vocabulary.word_shape(word) == slovnet.shape.word_shape(word)


def best_path(emissions: Any, transitions: Any) -> list[int]:
    """Viterbi, a token at a time."""
    scores, moves = emissions[0], []
    for emission in emissions[1:]:
        ways = scores[:, None] + transitions
        moves.append(ways.argmax(0))
        scores = ways.max(0) + emission
    path = [int(scores.argmax())]
    for move in reversed(moves):
        path.append(int(move[path[-1]]))
    return path[::-1]


@pytest.mark.parametrize("seed", range(8))
def test_best_tags_of_many_texts_at_once(seed: int) -> None:
    random = np.random.default_rng(seed)
    lengths = random.integers(0, 400, 9)
    ends = [0, *np.cumsum(lengths).tolist()]
    emissions = 2 * random.standard_normal((ends[-1], 8)).astype(np.float32)  # the model is surer than this
    transitions = random.standard_normal((8, 8)).astype(np.float32)
    expected = [tag for a, b in pairwise(ends) if a < b for tag in best_path(emissions[a:b], transitions)]
    assert crf.viterbi(emissions, lengths, transitions).tolist() == expected
    assert crf.best_tags(emissions, lengths, transitions).tolist() == expected


def test_convolution_of_two_rows_at_a_time() -> None:
    random = np.random.default_rng(0)
    weight, bias, rows = (random.standard_normal(shape).astype(np.float32) for shape in ((3, 6, 4), 4, (22, 6)))
    expected = sum(rows[tap : tap + 20] @ weight[tap] for tap in range(3)) + bias
    found = encoder.Convolution(weight, bias)(rows)
    np.testing.assert_allclose(found, np.maximum(expected, 0), atol=1e-4)


@pytest.mark.parametrize("name", ["", ".segment", ".vocabulary"])
def test_examples_in_the_documentation(name: str) -> None:
    results = doctest.testmod(import_module("pipeline.models" + name))
    assert results.attempted
    assert not results.failed
