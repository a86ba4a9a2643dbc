"""Lemmas, inflection, letter case and phrases in the nominative."""

from __future__ import annotations

import pytest

from pipeline.morphology import find_head, inflect, lemma, nominative, recase, shared_length


@pytest.mark.parametrize(
    ("word", "pos", "tag", "expected"),
    [
        ("ресурсных", "ADJ", "Case=Gen|Number=Plur", "ресурсный"),
        ("Области", "NOUN", "Case=Gen|Number=Sing", "область"),
        ("шёл", "VERB", "", "идти"),
        ("ещё", "ADV", "", "еще"),
        ("54", "NUM", "", "54"),
    ],
)
def test_lemma(word: str, pos: str, tag: str, expected: str) -> None:
    assert lemma(word, pos, tag) == expected


@pytest.mark.parametrize(
    ("word", "model", "expected"),
    [
        ("центр", "ЦЕНТРА", "ЦЕНТР"),
        ("центр", "Центра", "Центр"),
        ("центр", "центра", "центр"),
        ("ростов-на-дону", "Ростове-на-Дону", "Ростов-на-Дону"),
        ("уралстальпром", "УралСтальПрома", "УралСтальПром"),
    ],
)
def test_recase(word: str, model: str, expected: str) -> None:
    assert recase(word, model) == expected


def test_inflect() -> None:
    assert inflect("Областью", frozenset({"nomn"})) == "Область"
    assert inflect("54", frozenset({"nomn"})) in (None, "54")


@pytest.mark.parametrize(
    ("phrase", "tags", "expected"),
    [
        ("мэрии Новосибирска", ["NOUN Case=Gen|Number=Sing", "PROPN Case=Gen"], "мэрия Новосибирска"),
        ("Южном федеральном университете",
         ["ADJ Case=Loc|Number=Sing", "ADJ Case=Loc|Number=Sing", "NOUN Case=Loc|Number=Sing"],
         "Южный федеральный университет"),
        ("родного языка", ["ADJ Case=Gen|Number=Sing|Gender=Masc", "NOUN Case=Gen|Number=Sing"], "родной язык"),
        ("молодых учителей", ["ADJ Case=Gen|Number=Plur", "NOUN Case=Gen|Number=Plur"], "молодые учителя"),
        ("окружному слёту", ["ADJ Case=Dat|Number=Sing|Gender=Masc", "NOUN Case=Dat|Number=Sing"], "окружной слёт"),
        ("временным приютом", ["ADJ Case=Ins|Number=Sing|Gender=Masc", "NOUN Case=Ins|Number=Sing"],
         "временный приют"),
        ("онлайн-лагерей", ["NOUN Case=Gen|Number=Plur"], "онлайн-лагеря"),
        ("Северо-Осетинского заповедника", ["ADJ Case=Gen|Number=Sing", "NOUN Case=Gen|Number=Sing"],
         "Северо-Осетинский заповедник"),
        ("Донского университета", ["ADJ Case=Gen|Number=Sing", "NOUN Case=Gen|Number=Sing"],
         "Донской университет"),
        ("Высшей школы экономики",
         ["ADJ Case=Gen|Number=Sing", "NOUN Case=Gen|Number=Sing", "NOUN Case=Gen|Number=Sing"],
         "Высшая школа экономики"),
        ("Тёплыми ладонями", ["ADJ Case=Ins|Number=Plur", "NOUN Case=Ins|Number=Plur"], "Тёплые ладони"),
        ("АНО", ["PROPN "], "АНО"),
        ("", [], ""),
    ],
)  # fmt: skip
def test_nominative(phrase: str, tags: list[str], expected: str) -> None:
    pairs = [tag.split(" ", 1) for tag in tags]
    assert nominative(phrase.split(), [p for p, _ in pairs], [t for _, t in pairs]) == expected.split()


def test_nominative_changes_the_number() -> None:
    words, pos = ["дискуссионных", "площадок"], ["ADJ", "NOUN"]
    tags = ["Case=Gen|Number=Plur", "Case=Gen|Number=Plur"]
    assert nominative(words, pos, tags, number="sing") == ["дискуссионная", "площадка"]


def test_nominative_takes_a_head() -> None:
    """«Общественной» may be tagged a noun; a caller who knows the head says so."""
    words, pos, tags = ["Общественной", "палаты"], ["PROPN", "NOUN"], ["", "Case=Gen|Number=Sing"]
    assert nominative(words, pos, tags, head=1) == ["Общественная", "палата"]


def test_find_head() -> None:
    assert find_head(["московских", "организаций", "инвалидов"], ["ADJ", "NOUN", "NOUN"], ["", "", ""]) == 1
    assert find_head(["быстро"], ["ADV"], [""]) is None


@pytest.mark.parametrize(("a", "b", "length"), [("опора", "опорой", 4), ("", "а", 0), ("дом", "дом", 3)])
def test_shared_length(a: str, b: str, length: int) -> None:
    assert shared_length(a, b) == length
