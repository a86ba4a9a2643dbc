"""Keyphrases: what is a phrase, how it is counted, ranked and put into the nominative."""

from __future__ import annotations

import pytest

from pipeline.extractors import keyphrases
from pipeline.page import Chunk, Page
from pipeline.record import Person, Role, SessionTopic, Span

CASES = {"n": "Nom", "g": "Gen", "d": "Dat", "a": "Acc", "i": "Ins", "l": "Loc"}
POS = {"N": "NOUN", "A": "ADJ", "V": "VERB", "P": "ADP", "R": "PROPN"}


def build_page(marked: str) -> Page:
    """Build a page from «ресурсных/Agp центров/Ngp»: part of speech, case, number (s, p)."""
    pairs = [word.rpartition("/") if "/" in word else (word, "", "") for word in marked.split()]
    text = " ".join(word for word, _, _ in pairs)
    pos = [POS[mark[0]] if mark else "PUNCT" for _, _, mark in pairs]
    tags = [
        f"Case={CASES[mark[1]]}|Number={'Plur' if mark[2] == 'p' else 'Sing'}" if len(mark) > 2 else ""
        for _, _, mark in pairs
    ]
    return Page.build(text, pos=pos, tags=tags)


def find(page: Page, *, people: list[Person] | None = None, topics: list[SessionTopic] | None = None):  # type: ignore[no-untyped-def]
    return keyphrases.find(
        page, people=people or [], organisations=[], cities=[], regions=[], dates=[], facts=[],
        session_topics=topics or [],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ("рассказали/V о/P паллиативной/Als помощи/Nls", "паллиативная помощь"),
        ("обсудили/V развитие/Nas территорий/Ngp", "развитие территорий"),
        ("занялись/V раздельным/Ais сбором/Nis отходов/Ngp", "раздельный сбор отходов"),
        ("помогли/V приёмным/Adp семьям/Ndp", "приёмные семьи"),
        ("выгорание/Nns сотрудников/Ngp", "выгорание сотрудников"),
    ],
)
def test_phrases_stand_in_the_nominative(marked: str, expected: str) -> None:
    phrases, _ = find(build_page(f"Вчера {marked} ."))
    assert phrases[0].text == expected
    assert phrases[0].score == 1.0


@pytest.mark.parametrize(
    "marked",
    [
        "в/P прошлом/Als году/Nls",
        "первая/Ans половина/Nns дня/Ngs",
        "хоспис/Nns",  # once is too little for a single word
        "модерировал/Ans журналист/Nns",
    ],
)
def test_general_words_are_no_phrases(marked: str) -> None:
    phrases, _ = find(build_page(f"Вчера {marked} ."))
    assert [phrase.text for phrase in phrases] == []


@pytest.mark.parametrize(
    ("marked", "expected", "wrong"),
    [
        ("на/P полях/Nlp встречи/Ngs подписали/V", None, "поля встречи"),
        ("убрали/V на/P соседних/Alp полях/Nlp фермы/Ngs", "поля фермы", None),
        ("отправили/V за/P счёт/Nas организаторов/Ngp", None, "счёт организаторов"),
        ("к/P ней/P эта/P организация/Nns отношения/Ngs не/P имеет/V", None, "организация отношения"),
        ("с/P открытием/Nis комнат/Ngp работы/Ngs прибавилось/V", None, "комнаты работы"),
        ("в/P больницах/Nlp палат/Ngp мало/P", None, "больницы палат"),
        ("развитие/Nns территорий/Ngp стало/V темой/Nis", "развитие территорий", None),
        ("после/P кризиса/Ngs доноров/Ngp стало/V меньше/P", None, "кризис доноров"),
        ("раздали/V детям/Ndp книги/Ngs", None, "дети книги"),
        ("помогли/V детям/Ndp мигрантов/Ngp", "дети мигрантов", None),
        ("помощь/Nns детям/Ndp войны/Ngs", "дети войны", None),
        ("говорили/V о/P вреде/Nls поднятия/Ngs тяжестей/Ngp", "поднятие тяжестей", "вред поднятия"),
        ("составили/V регистр/Nas доноров/Ngp костного/Ags мозга/Ngs", "регистр доноров", None),
    ],
)
def test_figures_of_speech_and_objects_of_verbs_are_no_phrases(
    marked: str, expected: str | None, wrong: str | None
) -> None:
    phrases = keyphrases._collect(page := build_page(f"Вчера {marked} ."), bytearray(b"\1" * len(page)),
                                  range(len(page)), frozenset({0}))  # fmt: skip
    found = [keyphrases._spell(page, phrase) for phrase in phrases.values()]
    assert expected is None or expected in found
    assert wrong not in found


def test_a_phrase_ends_with_its_sentence() -> None:
    page = build_page("форум/Nns онлайн/Nns ДАТЫ/Ngs")
    phrases = keyphrases._collect(page, bytearray(b"\1" * 3), range(3), frozenset({0, 2}))
    assert ("онлайн", "дата") not in phrases


@pytest.mark.parametrize(
    ("word", "expected"),
    [("ДАТЫ", "даты"), ("НКО", "НКО"), ("ТОС", "ТОС"), ("Дома", "дома"), ("ВОЛОНТЁРЫ", "волонтёры")],
)
def test_capitals_stay_in_acronyms_only(word: str, expected: str) -> None:
    assert keyphrases._small(word) == expected


def test_words_of_a_quoted_name_are_no_telling_words() -> None:
    page = Page.build("Приют « Снежный барс » открыт", chunks=[Chunk(0, 5, "ORG")])
    assert keyphrases._quoted_in_names(page) >= {2, 3}
    assert 0 not in keyphrases._quoted_in_names(page)


def test_cases_of_one_phrase_are_counted_together_and_the_usual_number_is_told() -> None:
    page = build_page(
        "вчера ресурсных/Agp центров/Ngp , ресурсным/Adp центрам/Ndp , "
        "ресурсного/Ags центра/Ngs , детский/Ans хор/Nns"
    )
    phrases, _ = find(page)
    assert [phrase.text for phrase in phrases] == ["ресурсные центры", "детский хор"]


def test_names_are_no_phrases() -> None:
    page = build_page("вчера вера/Nns надежды/Ngs и надежда/Nns хора/Ngs")
    start = page.starts[1]
    mention = Span(start=start, end=start + len("вера надежды"), text="вера надежды")
    phrases, _ = find(page, people=[Person(id="per-1", name="вера надежды", mentions=(mention,))])
    assert not any("вера" in phrase.text for phrase in phrases)


def test_topics_get_keywords_of_their_own_words() -> None:
    page = build_page("вчера говорили/V о/P цифровых/Alp архивах/Nlp , а потом о/P приютах/Nlp")
    start = page.starts[3]
    title = "цифровых архивах"
    mention = Span(start=start, end=start + len(title), text=title)
    _, topics = find(page, topics=[SessionTopic(id="topic-1", title=title, titled=False, mentions=(mention,))])
    assert topics[0].keywords == ("цифровые архивы",)


@pytest.mark.models
def test_every_phrase_of_real_text_is_russian_and_nominative() -> None:
    from pipeline.extraction import extract

    record = extract(
        "Хоспис расширил выездную службу. О паллиативной помощи на дому рассказали врачи хосписа. "
        "Выездной службе нужны врачи, паллиативной помощи — деньги. В хосписе ждут добровольцев."
    )
    texts = [phrase.text for phrase in record.keyphrases]
    assert "паллиативная помощь" in texts
    assert "выездная служба" in texts


def test_a_page_of_few_phrases_is_named_by_the_words_that_tell_its_theme() -> None:
    page = build_page("Вчера приют/Nns , калитка/Nns и ещё один приют/Nns")
    phrases, _ = find(page)
    assert [phrase.text for phrase in phrases] == ["приют"]


def test_posts_are_no_phrases() -> None:
    page = build_page("вчера приехала/V Анна/Nns Котова/Nns , врач/Nns паллиативной/Ags помощи/Ngs")
    start, end = page.starts[5], page.ends[-1]
    role = Role(title="врач паллиативной помощи", start=start, end=end, text=page.text[start:end])
    person = Person(id="per-1", name="Анна Котова", roles=(role,))
    phrases, _ = find(page, people=[person])
    assert phrases == []
