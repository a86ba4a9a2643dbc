-- Indexes for the questions of ``letopis query`` and of the pages; made after the rows are in.

CREATE INDEX IF NOT EXISTS articles_by_day ON articles (day);
CREATE INDEX IF NOT EXISTS articles_by_shard ON articles (shard);
CREATE INDEX IF NOT EXISTS articles_by_theme ON articles (theme, day);
CREATE INDEX IF NOT EXISTS reprints_by_article ON reprints (article);

CREATE INDEX IF NOT EXISTS people_by_articles ON people (articles DESC);
CREATE INDEX IF NOT EXISTS organisations_by_articles ON organisations (articles DESC);
CREATE INDEX IF NOT EXISTS organisations_by_city ON organisations (city, articles DESC);
CREATE INDEX IF NOT EXISTS cities_by_articles ON cities (articles DESC);
CREATE INDEX IF NOT EXISTS cities_by_region ON cities (region);
CREATE INDEX IF NOT EXISTS events_by_day ON events (first_day);
CREATE INDEX IF NOT EXISTS events_by_series ON events (series, first_day);
CREATE INDEX IF NOT EXISTS events_by_city ON events (city);
CREATE INDEX IF NOT EXISTS entity_names_by_entity ON entity_names (kind, entity);

-- The articles of an entity, and the entities of an article: what is counted, without the rest of the rows.
CREATE INDEX IF NOT EXISTS article_people_by_person
  ON article_people (person, article, published, mentions, again);
CREATE INDEX IF NOT EXISTS article_people_counted
  ON article_people (article, person, published, mentions, again);
CREATE INDEX IF NOT EXISTS article_people_often
  ON article_people (article, person, published, mentions, again, often) WHERE often;
CREATE INDEX IF NOT EXISTS article_organisations_by_organisation
  ON article_organisations (organisation, article, published, mentions, again);
CREATE INDEX IF NOT EXISTS article_organisations_counted
  ON article_organisations (article, organisation, published, mentions, again);
CREATE INDEX IF NOT EXISTS article_organisations_often
  ON article_organisations (article, organisation, published, mentions, again, often) WHERE often;
CREATE INDEX IF NOT EXISTS article_cities_by_city
  ON article_cities (city, article, published, mentions, again);
CREATE INDEX IF NOT EXISTS article_cities_counted
  ON article_cities (article, city, published, mentions, again);
CREATE INDEX IF NOT EXISTS article_cities_often
  ON article_cities (article, city, published, mentions, again, often) WHERE often;
CREATE INDEX IF NOT EXISTS article_events_by_event ON article_events (event, article, again);
CREATE INDEX IF NOT EXISTS article_regions_by_region ON article_regions (region, article, published);
CREATE INDEX IF NOT EXISTS article_countries_by_country ON article_countries (country, article);
CREATE INDEX IF NOT EXISTS article_themes_by_theme ON article_themes (theme, article);
CREATE INDEX IF NOT EXISTS topic_speakers_by_article ON topic_speakers (article, person_row);
CREATE INDEX IF NOT EXISTS topic_speakers_by_person ON topic_speakers (person, topic, article);
CREATE INDEX IF NOT EXISTS facts_by_value ON facts (kind, unit, value);
CREATE INDEX IF NOT EXISTS facts_by_kind ON facts (kind, value);
CREATE INDEX IF NOT EXISTS facts_by_unit ON facts (unit, value);
CREATE INDEX IF NOT EXISTS facts_by_day ON facts (published);
CREATE INDEX IF NOT EXISTS topics_by_day ON topics (published);
CREATE INDEX IF NOT EXISTS pairs_by_other ON pairs (other_kind, other, articles DESC);
CREATE INDEX IF NOT EXISTS pairs_by_entity ON pairs (kind, entity, articles DESC);
CREATE INDEX IF NOT EXISTS pairs_by_articles ON pairs (articles DESC);
CREATE INDEX IF NOT EXISTS merges_by_anchor ON merges (anchor);

-- People who came, the most first; the words are those of views.py (a test compares them).
CREATE INDEX IF NOT EXISTS facts_of_comers ON facts (value, article, unit) WHERE kind = 'count' AND (
  predicate IN (
    'быть', 'зарегистрироваться', 'записаться', 'побывать', 'подключиться', 'посетить', 'прибыть',
    'приехать', 'прийти', 'принять', 'присоединиться', 'пройти', 'собрать', 'собраться',
    'съехаться', 'участвовать'
  ) OR unit IN ('участник', 'участница', 'гость', 'слушатель', 'посетитель', 'зритель')
);
