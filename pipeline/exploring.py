"""Tables for exploring an archive in a notebook: the sample archive, networks, numbers by event.

Everything here reads records and the index, nothing else; pictures of the tables are in ``pipeline.plots``.
Needs ``pip install letopis[notebooks]``.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any

from pipeline.archive import Archive, build_index, read_records
from pipeline.record import Record

if TYPE_CHECKING:
    import networkx
    import pandas

PARTICIPANTS = ("участник", "человек", "волонтёр", "доброволец", "гость", "делегат", "слушатель", "участница")

LEAST_PEOPLE = 5  # «один человек» is no attendance
UNKNOWN = "источник не назван"

FIELDS = {
    "people": "люди", "organisations": "организации", "cities": "города", "regions": "регионы", "roles": "роли",
    "events": "события", "topics": "темы секций", "facts": "числа", "dates": "даты", "quotes": "цитаты",
    "statements": "косвенная речь",
}  # fmt: skip
EQUAL = {
    "mentions": "упоминания", "overlap": "упоминания хотя бы частью", "names": "названия", "name": "название",
    "region": "город и регион", "full": "всё вместе", "person+title": "человек и должность",
    "person+organisation": "человек и организация", "title": "формулировка", "titled": "названные в кавычках",
    "kind": "и вид", "speakers": "и спикеры", "span": "место в тексте", "value": "значение",
}  # fmt: skip


@dataclass(frozen=True)
class Sample:
    """An archive that was read, indexed and opened: ``records`` by day, ``archive`` for questions."""

    archive: Archive
    records: list[Record]

    def years(self) -> dict[str, int]:
        """Return the year of each dated article, by id."""
        return {r.id: int(r.source.published[:4]) for r in self.records if r.source.published}


def open_sample(news: Path | str, folder: Path | None = None) -> Sample:
    """Extract a folder of news, build its index and open it.

    Args:
        folder: where results and index go, so that a second call only reads what is new; else a new
            temporary one.
    """
    from pipeline.batch.options import RunOptions
    from pipeline.batch.run import run

    place = folder or Path(mkdtemp(prefix="letopis-"))
    run([news], place / "results", RunOptions(workers=1))
    build_index(place / "results", place / "archive.db")
    records = list(read_records(place / "results"))
    records.sort(key=lambda record: (record.source.published or "", str(record.source.path)))
    return Sample(Archive(place / "archive.db"), records)


def themes_by_year(sample: Sample, since: int, largest: int = 7) -> pandas.DataFrame:
    """Count articles by year (rows) and theme (columns, the largest first, the rest as «прочие»)."""
    import pandas

    years = sample.years()
    pairs = [(years[r.id], r.themes[0].label) for r in sample.records if r.id in years and r.themes]
    frame = pandas.DataFrame(pairs, columns=["год", "тема"])
    common = frame["тема"].value_counts().index[:largest]
    frame["тема"] = frame["тема"].where(frame["тема"].isin(common), "прочие")
    table = pandas.crosstab(frame["год"], frame["тема"])
    order = [*common, *(["прочие"] if "прочие" in table else [])]
    return table.reindex(columns=order).reindex(range(since, max(table.index) + 1), fill_value=0)


def main_circle(graph: networkx.Graph) -> networkx.Graph:
    """Return the largest connected part of a graph: pairs that nobody links to the rest are left out."""
    import networkx

    parts = sorted(networkx.connected_components(graph), key=lambda part: (-len(part), min(part)))
    return graph.subgraph(sorted(parts[0])).copy() if parts else graph


def communities(graph: networkx.Graph, largest: int = 7) -> list[list[str]]:
    """Return the communities of a graph (greedy modularity), the largest first; small ones are one, the last."""
    from networkx.algorithms.community import greedy_modularity_communities

    found = [sorted(group) for group in greedy_modularity_communities(graph, weight="weight")]
    found.sort(key=lambda group: (-len(group), group))
    rest = [node for group in found[largest:] for node in group]
    return found[:largest] + ([rest] if rest else [])


def brokers(graph: networkx.Graph, archive: Archive, count: int = 12) -> pandas.DataFrame:
    """Return who connects others: betweenness, and how many regions the articles of each are about."""
    import networkx
    import pandas

    distance = {(a, b): 1 / weight for a, b, weight in graph.edges(data="weight")}
    networkx.set_edge_attributes(graph, distance, "distance")
    between = networkx.betweenness_centrality(graph, weight="distance")
    regions = regions_of_people(archive)
    people = [node for node in graph if graph.nodes[node]["kind"] == "person"]
    people.sort(key=lambda node: (-between[node], node))
    rows = [
        {"человек": graph.nodes[node]["name"], "посредничество": between[node], "регионов": regions.get(node, 0)}
        for node in people[:count]
    ]
    return pandas.DataFrame(rows)


def regions_of_people(archive: Archive) -> dict[str, int]:
    """Count the regions that the articles of each person name, by cities and regions, by id of the person."""
    frame = archive.sql(
        """SELECT p.id, count(DISTINCT c.region) AS regions FROM article_people AS a
           JOIN people AS p USING (person) JOIN article_cities AS ac USING (article)
           JOIN cities AS c USING (city) WHERE c.region IS NOT NULL GROUP BY p.id"""
    )
    return dict(zip(frame["id"], frame["regions"], strict=True))


def careers(records: Iterable[Record], names: Sequence[str]) -> pandas.DataFrame:
    """Return the posts of people through the years, as articles give them: человек, роль, first and last year."""
    import pandas

    rows = set()
    for record in records:
        organisations = {row.id: row.name for row in record.organisations}
        for person in record.people:
            for role in person.roles:
                if person.name in names and record.source.published:
                    post = ", ".join(filter(None, [role.title, organisations.get(role.organisation or "")]))
                    rows.add((person.name, int(record.source.published[:4]), post))
    frame = pandas.DataFrame(sorted(rows), columns=["человек", "год", "роль"])
    frame["пишется"] = frame["роль"].str.replace("ё", "е")  # «молодежной» and «молодёжной» are one post
    table = frame.groupby(["человек", "пишется"]).agg(
        роль=("роль", "max"), первый=("год", "min"), последний=("год", "max"), лет=("год", "nunique")
    )
    return table.reset_index().drop(columns="пишется").sort_values(["человек", "первый"], ignore_index=True)


def participants(facts: pandas.DataFrame) -> pandas.DataFrame:
    """Return the largest number of people that each article gives, by article: event kinds are compared with it."""
    people = facts[(facts["kind"] == "count") & facts["unit"].isin(PARTICIPANTS) & (facts["max"] >= LEAST_PEOPLE)]
    return people.sort_values(["max", "start"]).groupby("article").tail(1)


def money_sources(records: Iterable[Record], words: dict[str, Sequence[str]]) -> pandas.DataFrame:
    """Sort sums in roubles by the source that their sentence, else paragraph, names: год, источник, сумма, текст.

    ``words`` gives for each source the beginnings of words that tell it; the first that fits counts. A sum that
    an article repeats counts once.
    """
    import pandas

    rows = []
    for record in records:
        sums: set[float] = set()
        for fact in record.facts:
            value = fact.max if fact.max is not None else fact.min
            if fact.kind != "money" or fact.unit != "рубль" or value is None or value in sums:
                continue
            sums.add(value)
            source = _source(record.text, fact.start, fact.end, words)
            year = int((record.source.published or "0")[:4])
            rows.append((year, source, value, fact.text))
    return pandas.DataFrame(rows, columns=["год", "источник", "сумма", "текст"])


def _source(text: str, start: int, end: int, words: dict[str, Sequence[str]]) -> str:
    """The source that the sentence of a sum names, else its paragraph, else the headline."""
    paragraph = text[text.rfind("\n", 0, start) + 1 : end + text[end:].find("\n") + 1]
    for place in (sentence_around(text, start, end), paragraph, text.partition("\n")[0]):
        for name, stems in words.items():
            if any(stem in place.lower() for stem in stems):
                return name
    return UNKNOWN


def common_phrases(records: Iterable[Record]) -> dict[str, int]:
    """Count the articles that have a keyphrase; «грант» and «гранты» are one, the usual form is told."""
    from pipeline.themes import text_terms

    forms: defaultdict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
    for record in records:
        for phrase in record.keyphrases:
            forms[tuple(text_terms(phrase.text)) or (phrase.text,)][phrase.text] += 1
    counts = {max(texts, key=lambda text: (texts[text], text)): texts.total() for texts in forms.values()}
    return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))


def name_figure(figure: str) -> str:
    """Name a figure of ``letopis evaluate`` in Russian: "people.names" → «люди: имена»."""
    field, _, equal = figure.partition(".")
    if figure == "people.names":
        return "люди: имена"
    return f"{FIELDS.get(field, field)}: {EQUAL.get(equal, equal)}"


def sentence_around(text: str, start: int, end: int) -> str:
    """Return the sentence that holds a span: the evidence of a number, for people to read."""
    from pipeline.models.segment import split_sentences

    for first, last in split_sentences(text):
        if first <= start < last:
            return " ".join(text[first:last].split())
    return " ".join(text[start:end].split())


def topic_themes(sample: Sample, model: Any) -> pandas.DataFrame:
    """Return the session topics with the theme of their words and article: год, тема, вопрос, регион, спикеры."""
    import pandas

    from pipeline.themes import article_terms, text_terms

    regions = {record.id: _main_region(record) for record in sample.records}
    years = sample.years()
    terms = {record.id: article_terms(record) for record in sample.records}
    topics = sample.archive.topics(limit=None)
    titles = [text_terms(title) for title in topics["title"]]
    found = model.assign_topics(titles, [terms[article] for article in topics["article"]])
    rows = []
    for topic, themes in zip(topics.itertuples(), found, strict=True):
        rows.append(
            {
                "год": years.get(topic.article),
                "тема": themes[0].label if themes else None,
                "вопрос": topic.title,
                "регион": regions[topic.article],
                "спикеры": topic.speakers.split("; ") if isinstance(topic.speakers, str) else [],
            }
        )
    frame = pandas.DataFrame(rows)
    return frame.astype({"год": "Int64"}).sort_values(["год", "вопрос"], ignore_index=True)


def _main_region(record: Record) -> str | None:
    """The region (or city without one) whose cities an article names most."""
    counts: Counter[str] = Counter()
    for city in record.cities:
        counts[city.region or city.name] += len(city.mentions)
    return min(counts, key=lambda name: (-counts[name], name)) if counts else None
