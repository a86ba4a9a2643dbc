"""The spaCy pipeline: what people do with any spaCy pipeline works with this one, and properties of records."""

from __future__ import annotations

import gc
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from spacy.language import Language
from spacy.tokens import Doc

import pipeline
from pipeline.nlp import COMPONENTS
from pipeline.reading import spans_of_tags
from pipeline.record import Record, record_schema

pytestmark = pytest.mark.models

TEXT = """26—27 сентября в Томске прошёл форум «Вместе теплее». Директор фонда «Опора» Мария Ильинична \
Стрельцова провела мастер-класс «Смета без слёз».

В форуме приняли участие более 300 человек из 12 регионов."""

ODD_TEXTS = [
    "",
    " ",
    "\n\n\t\n",
    "слово",
    "«",
    ")))(((",
    "Plain English text about nothing in particular.",
    "😀 Форум 🎉 прошёл 👍🏽 в Томске 🇷🇺",
    "А" * 5000,
    "и " * 5000,
    "Томск\x00Омск\x07\x1b[31m",
    "Слово\u00a0за\u2009словом\u200bбез\ufeffпробелов",
    "Ко\u0301фе и е\u0301ж",
    "«" * 300 + "Томск" + "»" * 300,
    "1 000 000 000 000 000 000 000 000 рублей и 10" + "0" * 400 + " человек",
    "- \n- \n- \n1. \n2. \n",
]


def offsets_are_exact(record: Record) -> bool:
    """Every span of the record stands in the text where it says."""

    def check(value: Any) -> bool:
        if isinstance(value, dict):
            if isinstance(value.get("start"), int) and "text" in value:
                assert record.text[value["start"] : value["end"]] == value["text"]
                assert value["start"] < value["end"]
            return all(check(v) for v in value.values())
        return all(check(v) for v in value) if isinstance(value, list) else True

    return check(record.to_dict())


def references_lead_somewhere(record: Record) -> None:
    ids = {row.id for field in ("people", "organisations", "cities", "events") for row in getattr(record, field)}
    named = [r.organisation for p in record.people for r in p.roles] + [o.city for o in record.organisations]
    named += [e.city for e in record.events] + [o for e in record.events for o in e.organisers]
    named += [s for t in record.session_topics for s in t.speakers] + [t.event for t in record.session_topics]
    named += [q.speaker for q in record.quotes]
    assert {name for name in named if name} <= ids
    for field in ("people", "organisations", "cities", "regions", "events", "session_topics", "facts", "dates"):
        row_ids = [row.id for row in getattr(record, field)]
        assert len(row_ids) == len(set(row_ids)), field


@pytest.mark.parametrize("text", ODD_TEXTS, ids=range(len(ODD_TEXTS)))
def test_odd_texts_give_a_valid_record(text: str) -> None:
    record = pipeline.extract(text, published="2024-05-01")
    assert offsets_are_exact(record)
    references_lead_somewhere(record)


def test_corpus_records_are_exact(corpus_texts: dict[str, str]) -> None:
    for record in pipeline.extract_all(map(pipeline.Article.from_text, corpus_texts.values())):
        assert offsets_are_exact(record)
        references_lead_somewhere(record)


def test_records_validate_against_the_published_schema(corpus_texts: dict[str, str]) -> None:
    import jsonschema

    validator = jsonschema.Draft202012Validator(record_schema())
    for text in list(corpus_texts.values())[:20]:
        validator.validate(pipeline.extract(text, published="2024-05-01").to_dict())


def test_json_round_trip_and_determinism() -> None:
    first, second = (pipeline.extract(TEXT, published="2024-10-01") for _ in range(2))
    assert first.to_json() == second.to_json()
    assert Record.from_json(first.to_json()).to_json() == first.to_json()


WORDS = st.sampled_from(
    ["Томск", "томского", "фонд", "«Опора»", "Анна", "Петрова", "12", "млн", "рублей", "26", "сентября", "2024",
     "форум", "секция", "«Право»", "обсудили", "директор", ",", ".", "—", "(", ")", "\n", "из", "в", "более", "%"]
)  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.one_of(WORDS, st.text(max_size=8)), max_size=40).map(" ".join))
def test_any_text_gives_exact_offsets(text: str) -> None:
    record = pipeline.extract(text, published="2024-10-01")
    assert offsets_are_exact(record)
    references_lead_somewhere(record)


def test_an_article_leaves_no_cycles_behind(corpus_texts: dict[str, str]) -> None:
    """Else pages would wait in memory for the garbage collector, which is told to come seldom."""
    texts = list(corpus_texts.values())[:5]
    for text in texts:
        pipeline.extract(text)
    gc.collect()
    gc.disable()
    try:
        for text in texts:
            pipeline.extract(text)
        assert gc.collect() == 0
    finally:
        gc.enable()


def test_pipe_equals_single_calls(nlp: Language, corpus_texts: dict[str, str]) -> None:
    texts = list(corpus_texts.values())[:12]
    together = [_summary(doc) for doc in nlp.pipe(texts, batch_size=5)]
    assert together == [_summary(nlp(text)) for text in texts]


def test_spacy_gives_the_same_record(nlp: Language, corpus_texts: dict[str, str]) -> None:
    articles = [pipeline.Article.from_text(text, published="2024-05-01") for text in corpus_texts.values()]
    without_spacy = [record.to_json() for record in pipeline.extract_all(articles)]
    assert [record.to_json() for record in pipeline.extract_all(articles, nlp=nlp)] == without_spacy


def test_two_processes_equal_one(nlp: Language) -> None:
    texts = [TEXT, "", TEXT.replace("Томск", "Омск")]
    assert [_summary(d) for d in nlp.pipe(texts, n_process=2)] == [_summary(d) for d in nlp.pipe(texts)]


def _summary(doc: Doc) -> tuple[Any, ...]:
    tokens = [(t.text, t.pos_, str(t.morph), t.lemma_, t.dep_, t.head.i) for t in doc]
    groups = {
        name: [(s.start_char, s.end_char, s.label_, s.id_) for s in spans] for name, spans in doc.spans.items()
    }
    return tokens, [(e.text, e.label_) for e in doc.ents], groups, [p.name for p in doc._.people]


def test_the_doc_is_the_text(nlp: Language) -> None:
    for text in ODD_TEXTS:
        assert nlp.make_doc(text).text == text


def test_components_can_be_left_out_and_added(nlp: Language) -> None:
    small = pipeline.load(exclude=["letopis_syntax", "letopis_session_topics"])
    assert "letopis_session_topics" not in small.pipe_names
    assert small(TEXT)._.session_topics == []

    @Language.component("count_people_for_test")
    def count(doc: Doc) -> Doc:
        doc.user_data["people"] = len(doc._.people)
        return doc

    small.add_pipe("count_people_for_test", last=True)
    assert small(TEXT).user_data["people"] == len(nlp(TEXT)._.people)


def test_an_unknown_component_is_an_error() -> None:
    with pytest.raises(ValueError, match="letopis_nowhere"):
        pipeline.load(exclude=["letopis_nowhere"])


def test_components_are_one_for_each_extractor(nlp: Language) -> None:
    assert tuple(nlp.pipe_names) == COMPONENTS


@pytest.mark.parametrize(
    ("tags", "spans"),
    [
        (["O", "O"], []),
        (["B-PER", "I-PER", "O"], [(0, 2, "PER")]),
        (["B-PER", "B-PER"], [(0, 1, "PER"), (1, 2, "PER")]),
        (["I-LOC", "I-ORG"], [(0, 1, "LOC"), (1, 2, "ORG")]),
    ],
)
def test_spans_of_tags(tags: list[str], spans: list[tuple[int, int, str]]) -> None:
    assert spans_of_tags(tags) == spans


def test_an_office_has_its_place() -> None:
    record = pipeline.extract("Главой Сызрани стал Иван Петров.")
    assert record.people[0].roles[0].place == record.cities[0].id
