"""The taxonomy of themes: what counts as a term, how labels are ranked, what the shipped model answers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipeline import taxonomy
from pipeline import themes as archive_themes
from pipeline.cli import app
from pipeline.errors import LetopisError
from pipeline.page import Chunk, Page
from pipeline.record import Event, Keyphrase, Produced, Record, Source, Span
from pipeline.taxonomy import LABELS, OTHER, load_classifier, rank_labels, terms
from pipeline.theme_quality import coherence
from pipeline.themes import ThemeModel, article_terms, fit, load_model, text_terms

CORPUS = Path(__file__).parent.parent / "corpus"


def test_terms_count_the_headline_more_and_leave_out_names() -> None:
    page = Page.build(
        "Приют открыт\nАнна Петрова открыла приют",
        pos=["NOUN", "ADJ", "PROPN", "PROPN", "VERB", "NOUN"],
        chunks=[Chunk(2, 4, "PER")],
    )
    counts = terms(page)
    assert counts["приют"] == taxonomy.HEADLINE + 1
    assert counts["открыть"] == 1
    assert not any(name in counts for name in ("анна", "петрова", "петров"))


def test_neighbours_are_pairs_also_across_a_preposition_but_not_across_a_name() -> None:
    page = Page.build(
        "забота о пожилых , Анна помогает",
        pos=["NOUN", "ADP", "ADJ", "PUNCT", "PROPN", "VERB"],
        chunks=[Chunk(4, 5, "PER")],
    )
    assert [term for term in terms(page) if " " in term] == ["забота пожилой"]


@pytest.mark.parametrize(
    ("scores", "expected"),
    [
        ({"экология": 0.9, OTHER: 0.1}, ["экология", OTHER]),
        ({"экология": 0.95, OTHER: 0.05}, ["экология"]),
        ({"экология": 0.14, "охрана здоровья": 0.12, OTHER: 0.1}, [OTHER, "экология", "охрана здоровья"]),
    ],
)
def test_labels_are_ranked_and_other_answers_where_all_are_unlikely(
    scores: dict[str, float], expected: list[str]
) -> None:
    assert [theme.label for theme in rank_labels(scores, scores.values())] == expected


def test_scores_add_up_to_one_and_an_empty_page_has_no_theme() -> None:
    scores = load_classifier().scores({"приют": 4, "собака": 2, "такогослованет": 1})
    assert scores.sum() == pytest.approx(1.0, abs=1e-5)
    assert LABELS[int(scores.argmax())] == "защита животных"
    assert taxonomy.find(Page.build("")) == []


@pytest.mark.models
@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Добровольцы собрали на берегу пруда двести мешков мусора и посадили ивы.", "экология"),
        ("Ветеринары бесплатно привили кошек и собак из городского приюта.", "защита животных"),
        ("В хосписе открыли палаты, где родные могут оставаться с больным.", "охрана здоровья"),
        ("Студенческие отряды вузов провели слёт, лучшие получили путёвки.", "молодёжные проекты"),
        ("Поисковый отряд захоронил останки солдат, найденные у деревни.", "историческая память"),
        ("Ресурсный центр учил руководителей НКО писать заявки на гранты.", "институты гражданского общества"),
        ("Суд обязал чиновников выплатить компенсацию, иск вели юристы организации.", "права человека"),
        ("Подошёл поезд, продали мороженое, закрыли окно.", OTHER),
    ],
)
def test_the_shipped_model_reads_short_news(text: str, label: str) -> None:
    from pipeline.extraction import extract

    assert extract(text).themes[0].label == label


@pytest.mark.models
def test_hands_that_are_a_measure_are_not_learnt_from() -> None:
    from pipeline.training import themes

    examples = themes.read_gold(CORPUS)
    assert not {example.hand for example in examples} & themes.UNSEEN
    measured = themes.score_shipped(examples)
    assert measured.totals().endswith(f"articles {len(examples)}")
    assert measured.macro_f1() > 0.9  # these it has learnt from


@pytest.mark.slow
@pytest.mark.models
def test_training_gives_about_the_shipped_model_and_keeps_its_quality() -> None:
    from pipeline.training import themes

    examples = themes.read_paragraphs() + themes.read_gold(CORPUS)
    measured = themes.cross_validate(examples)
    temperature = themes.choose_temperature(measured)
    assert measured.tempered(temperature).macro_f1() >= 0.84
    trained = themes.train(examples, temperature)
    shipped = load_classifier()
    agree = [trained.scores(e.counts).argmax() == shipped.scores(e.counts).argmax() for e in examples]
    assert sum(agree) >= 0.97 * len(agree)  # not all: articles may have been added since


# -- themes of an archive ---------------------------------------------------------------------------------

WORLDS = {
    "приют": "приют собака кошка корм вольер ветеринар щенок хвост",
    "кровь": "кровь донор плазма медик станция регистр врач анализ",
    "лес": "лес саженец сосна лесник берег мусор отход тропа",
}


def make_records() -> list[Record]:
    """Forty-eight small articles of three worlds, each with six of its eight words."""
    records = []
    for n in range(16):
        for name, words in WORLDS.items():
            chosen = [word for i, word in enumerate(words.split()) if (i + n) % 4 != 0]
            text = " ".join([*chosen, "участники", "город"])
            records.append(
                Record(
                    id=f"{name}-{n}",
                    produced=Produced(version="0"),
                    source=Source(published=f"{2015 + n % 3}-05-01"),
                    text=text,
                    keyphrases=(Keyphrase(text=name, score=1.0),),
                )
            )
    return records


@pytest.fixture(scope="module")
def fitted() -> ThemeModel:
    model, _ = fit(make_records(), number=3)
    return model


def test_themes_are_found_and_called_by_their_phrases(fitted: ThemeModel) -> None:
    assert {label.split(",")[0] for label in fitted.labels} == set(WORLDS)
    for record, themes in zip(
        make_records(), fitted.assign([article_terms(r) for r in make_records()]), strict=True
    ):
        assert themes[0].label.startswith(record.id.partition("-")[0])


def make_record(text: str, phrases: list[str], events: tuple[Event, ...] = ()) -> Record:
    return Record(
        id=text,
        produced=Produced(version="0"),
        source=Source(),
        text=text,
        events=events,
        keyphrases=tuple(Keyphrase(text=phrase, score=1.0) for phrase in phrases),
    )


def test_names_of_events_in_quotes_are_no_terms_and_phrases_of_events_are() -> None:
    text = "Форум «Белые ночи» и слёт вожатых"
    events = (
        Event(id="event-1", name="Белые ночи", mentions=(Span(start=7, end=17, text="Белые ночи"),)),
        Event(id="event-2", name="слёт вожатых", mentions=(Span(start=21, end=33, text="слёт вожатых"),)),
    )
    assert set(article_terms(make_record(text, [], events))) == {"вожатый"}


def test_forms_of_a_phrase_are_one_and_spelled_as_most_often() -> None:
    records = [make_record("а", ["семьи"]), make_record("б", ["семья"]), make_record("в", ["семьи"])]
    assert {key for record in records for key in archive_themes._phrases(record)} == {"семья"}


def test_a_longer_phrase_comes_first_and_the_second_has_other_words() -> None:
    value = {"хоспис": 2.0, "паллиативный помощь": 1.0, "паллиативный врач": 0.9, "лес": 0.0}
    assert archive_themes._choose_phrases(value, ["боль"]) == ["паллиативный помощь", "хоспис"]
    assert archive_themes._choose_phrases({}, ["боль", "койка", "врач"]) == ["боль", "койка"]


def test_fitting_again_gives_the_same_model_and_saving_keeps_it(fitted: ThemeModel, tmp_path: Path) -> None:
    again, _ = fit(make_records(), number=3)
    assert again.version == fitted.version
    fitted.save(tmp_path / "model.npz")
    loaded = load_model(tmp_path / "model.npz")
    assert loaded.version == fitted.version
    new = [article_terms(record) for record in make_records()[:2]]
    assert loaded.assign(new) == fitted.assign(new)


def test_a_text_without_known_words_has_no_theme(fitted: ThemeModel) -> None:
    assert fitted.assign([text_terms("Скрипка и альт")]) == [[]]
    assert fitted.assign([]) == []


def test_a_topic_without_known_words_has_the_theme_of_its_article(fitted: ThemeModel) -> None:
    articles = [article_terms(record) for record in make_records()[:2]]
    titles = [text_terms("Скрипка и альт"), text_terms("Собака, корм, щенок")]
    silent, speaking = fitted.assign_topics(titles, [articles[1], articles[1]])
    assert silent == fitted.assign([articles[1]])[0]
    assert speaking[0].label.startswith("приют")
    assert fitted.assign_topics([], []) == []


def test_too_few_articles_and_a_wrong_file_are_said(tmp_path: Path) -> None:
    with pytest.raises(LetopisError, match="at least"):
        fit(make_records()[:3])
    (tmp_path / "model.npz").write_bytes(b"no model")
    with pytest.raises(LetopisError, match="--refit"):
        load_model(tmp_path / "model.npz")


@pytest.mark.parametrize(
    ("words", "expected"),
    [(["а", "б"], 1.0), (["а", "в"], -1.0)],
)
def test_coherence_is_one_for_words_always_together_and_minus_one_for_never(
    words: list[str], expected: float
) -> None:
    articles = [{"а": 1, "б": 1}, {"в": 1}, {"г": 1}]
    assert coherence([words], articles) == pytest.approx(expected)


def test_the_command_fits_then_applies(tmp_path: Path) -> None:
    results, output = tmp_path / "results.jsonl", tmp_path / "themes"
    results.write_text("".join(record.to_json() + "\n" for record in make_records()), encoding="utf-8")
    run = CliRunner()
    first = run.invoke(app, ["themes", str(results), "-o", str(output), "--number", "3", "--compare"])
    assert first.exit_code == 0, first.output
    assert "LDA" in first.output
    second = run.invoke(app, ["themes", str(results), "-o", str(output)])
    assert "version" in second.output
    rows = [json.loads(line) for line in (output / "articles.jsonl").read_text(encoding="utf-8").splitlines()]
    assert len(rows) == 48
    assert rows[0]["themes"][0]["label"].startswith("приют")
