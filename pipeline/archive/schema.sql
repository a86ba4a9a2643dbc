-- The index of an archive. SCHEMA.md beside this file explains the tables and draws how they hang together.
-- Offsets (start, stop) are half-open, in Unicode code points, into article_texts.text.
-- "row" is the place of a row in its list of the record, from 1: («org-2» is row 2 of the organisations).

CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE shards (
  shard INTEGER PRIMARY KEY,
  path TEXT NOT NULL UNIQUE,            -- relative to the results folder
  digest TEXT NOT NULL                  -- of its content: equal means nothing to read again
);

CREATE TABLE articles (
  article INTEGER PRIMARY KEY AUTOINCREMENT,  -- never used twice: the full-text index relies on it
  id TEXT NOT NULL UNIQUE,              -- the id of the record
  shard INTEGER NOT NULL REFERENCES shards,
  digest BLOB NOT NULL,                 -- of the line of the shard
  title TEXT NOT NULL,                  -- the headline, else the first line of the text
  url TEXT,
  path TEXT,
  day TEXT,                             -- of publication, ISO
  theme TEXT,                           -- the likeliest theme
  reprints INTEGER NOT NULL DEFAULT 0   -- how many copies of it there are
);

CREATE TABLE article_texts (            -- apart from articles, so that lists need not read the texts
  article INTEGER PRIMARY KEY REFERENCES articles ON DELETE CASCADE,
  text TEXT NOT NULL,
  record BLOB NOT NULL                  -- the record without its text: zlib over JSON
);

CREATE TABLE reprints (                 -- copies of an article that were not read again
  reprint INTEGER PRIMARY KEY,
  id TEXT NOT NULL,
  article INTEGER NOT NULL REFERENCES articles ON DELETE CASCADE,   -- the one that was read
  title TEXT,
  url TEXT,
  path TEXT,
  day TEXT
);

-- Entities: one row for each in the whole archive, made by the resolution from the article_… tables below.

CREATE TABLE people (
  person INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,                   -- the fullest form, nominative, given name first
  given TEXT, patronymic TEXT, surname TEXT,
  gender TEXT,
  post TEXT,                            -- the latest that an article gives, with its organisation
  articles INTEGER NOT NULL DEFAULT 0, mentions INTEGER NOT NULL DEFAULT 0,
  sessions INTEGER NOT NULL DEFAULT 0, quotes INTEGER NOT NULL DEFAULT 0, statements INTEGER NOT NULL DEFAULT 0,
  first_day TEXT, last_day TEXT
);

CREATE TABLE organisations (
  organisation INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  city INTEGER REFERENCES cities,       -- where most articles place it
  articles INTEGER NOT NULL DEFAULT 0, mentions INTEGER NOT NULL DEFAULT 0,
  first_day TEXT, last_day TEXT
);

CREATE TABLE cities (
  city INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  region INTEGER REFERENCES regions,
  country TEXT,                         -- ISO 3166-1 alpha-2
  geoname_id INTEGER,
  latitude REAL, longitude REAL,        -- degrees
  population INTEGER,
  articles INTEGER NOT NULL DEFAULT 0, mentions INTEGER NOT NULL DEFAULT 0,
  first_day TEXT, last_day TEXT
);

CREATE TABLE regions (
  region INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL UNIQUE,            -- official; a federal district; a macro-region (Сибирь)
  code TEXT,                            -- ISO 3166-2
  kind TEXT,
  district TEXT,                        -- the federal district it lies in
  articles INTEGER NOT NULL DEFAULT 0   -- that name it or a city of it
);

CREATE TABLE countries (
  country INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  code TEXT,
  articles INTEGER NOT NULL DEFAULT 0
);

CREATE TABLE events (
  event INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  series TEXT NOT NULL,                 -- lemmas of the name: equal for the editions of one event
  kind TEXT,
  first_day TEXT, last_day TEXT,        -- when it was held
  city INTEGER REFERENCES cities,
  articles INTEGER NOT NULL DEFAULT 0, sessions INTEGER NOT NULL DEFAULT 0
);

CREATE TABLE entity_names (             -- every form under which an entity stands in a record
  name_key INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,                   -- person, organisation, city, region, event
  entity INTEGER NOT NULL,              -- people.person, organisations.organisation …
  name TEXT NOT NULL,
  articles INTEGER NOT NULL
);

CREATE TABLE merges (                   -- why a row of a record was given to an entity
  article INTEGER NOT NULL REFERENCES articles ON DELETE CASCADE,
  kind TEXT NOT NULL,                   -- person, organisation, event
  row INTEGER NOT NULL,
  anchor TEXT NOT NULL,                 -- digits of an id that mean this row (see slugs.py)
  score REAL NOT NULL,                  -- how sure: 0 starts an entity, above 0 joins one
  evidence TEXT NOT NULL,
  PRIMARY KEY (article, kind, row)
) WITHOUT ROWID;

CREATE TABLE surroundings (             -- in how many rows a name, city, post … stands beside entities of a kind
  kind TEXT NOT NULL,                   -- person, organisation
  aspect INTEGER NOT NULL,              -- of resolve_people.PersonFeatures, resolve_organisations.OrganisationFeatures
  feature NOT NULL,                     -- the number of a city or organisation, else text
  rows INTEGER NOT NULL,
  PRIMARY KEY (kind, aspect, feature)
) WITHOUT ROWID;

-- What the articles say: the rows of the records. The entity columns are NULL only while an index is built. What
-- is counted stands first in a row, which is faster to read.

CREATE TABLE article_people (
  article INTEGER NOT NULL REFERENCES articles ON DELETE CASCADE,
  row INTEGER NOT NULL,
  person INTEGER REFERENCES people,
  again INTEGER NOT NULL DEFAULT 0,      -- 1: so is an earlier row of the article
  often INTEGER NOT NULL DEFAULT 0,      -- 1: it is in 20 articles at least
  published TEXT,                       -- the day of the article
  mentions INTEGER NOT NULL,
  name TEXT NOT NULL, given TEXT, patronymic TEXT, surname TEXT, gender TEXT,
  near TEXT,                            -- JSON: rows of article_cities that stand beside it
  start INTEGER, stop INTEGER,          -- of the first mention
  PRIMARY KEY (article, row)
) WITHOUT ROWID;

CREATE TABLE article_organisations (
  article INTEGER NOT NULL REFERENCES articles ON DELETE CASCADE,
  row INTEGER NOT NULL,
  organisation INTEGER REFERENCES organisations,
  again INTEGER NOT NULL DEFAULT 0,      -- 1: so is an earlier row of the article
  often INTEGER NOT NULL DEFAULT 0,      -- 1: it is in 20 articles at least
  published TEXT,                       -- the day of the article
  mentions INTEGER NOT NULL,
  name TEXT NOT NULL, kind TEXT NOT NULL,
  aliases TEXT NOT NULL DEFAULT '[]',   -- JSON
  city_row INTEGER,                     -- of article_cities: where the text places it
  near TEXT,                            -- JSON: rows of article_cities that stand beside it
  start INTEGER, stop INTEGER,
  PRIMARY KEY (article, row)
) WITHOUT ROWID;

CREATE TABLE article_cities (
  article INTEGER NOT NULL REFERENCES articles ON DELETE CASCADE,
  row INTEGER NOT NULL,
  city INTEGER REFERENCES cities,
  again INTEGER NOT NULL DEFAULT 0,      -- 1: so is an earlier row of the article
  often INTEGER NOT NULL DEFAULT 0,      -- 1: it is in 20 articles at least
  published TEXT,                       -- the day of the article
  mentions INTEGER NOT NULL,
  name TEXT NOT NULL, region TEXT, federal_district TEXT, country TEXT, geoname_id INTEGER,
  latitude REAL, longitude REAL, population INTEGER,
  start INTEGER, stop INTEGER,
  PRIMARY KEY (article, row)
) WITHOUT ROWID;

CREATE TABLE article_regions (          -- regions an article names, and those that its cities lie in
  article INTEGER NOT NULL REFERENCES articles ON DELETE CASCADE,
  region INTEGER NOT NULL REFERENCES regions,
  published TEXT,                       -- the day of the article
  mentions INTEGER NOT NULL,            -- 0: only through a city or a smaller region
  start INTEGER, stop INTEGER,
  PRIMARY KEY (article, region)
) WITHOUT ROWID;

CREATE TABLE article_countries (
  article INTEGER NOT NULL REFERENCES articles ON DELETE CASCADE,
  country INTEGER NOT NULL REFERENCES countries,
  mentions INTEGER NOT NULL,
  start INTEGER, stop INTEGER,
  PRIMARY KEY (article, country)
) WITHOUT ROWID;

CREATE TABLE article_events (
  article INTEGER NOT NULL REFERENCES articles ON DELETE CASCADE,
  row INTEGER NOT NULL,
  event INTEGER REFERENCES events,
  again INTEGER NOT NULL DEFAULT 0,      -- 1: so is an earlier row of the article
  mentions INTEGER NOT NULL,
  name TEXT NOT NULL, kind TEXT,
  first_day TEXT, last_day TEXT,
  city_row INTEGER,
  start INTEGER, stop INTEGER,
  PRIMARY KEY (article, row)
) WITHOUT ROWID;

CREATE TABLE event_organisers (
  article INTEGER NOT NULL REFERENCES articles ON DELETE CASCADE,
  event_row INTEGER NOT NULL,
  organisation_row INTEGER NOT NULL,
  PRIMARY KEY (article, event_row, organisation_row)
) WITHOUT ROWID;

CREATE TABLE roles (
  article INTEGER NOT NULL REFERENCES articles ON DELETE CASCADE,
  row INTEGER NOT NULL,                 -- over all roles of the record
  person_row INTEGER NOT NULL,
  organisation_row INTEGER,
  title TEXT NOT NULL,                  -- nominative, without the organisation
  start INTEGER NOT NULL, stop INTEGER NOT NULL,
  PRIMARY KEY (article, row)
) WITHOUT ROWID;

CREATE TABLE topics (                   -- of sessions, lectures, round tables
  topic INTEGER PRIMARY KEY AUTOINCREMENT,
  article INTEGER NOT NULL REFERENCES articles ON DELETE CASCADE,
  row INTEGER NOT NULL,
  published TEXT,                       -- the day of the article
  title TEXT NOT NULL,
  titled INTEGER NOT NULL,              -- 1: the title stood in quotes
  kind TEXT,                            -- круглый стол, лекция …
  event_row INTEGER,
  day INTEGER,                          -- of the event, from 1
  starts TEXT, ends TEXT,               -- HH:MM
  keywords TEXT NOT NULL DEFAULT '[]',  -- JSON
  start INTEGER, stop INTEGER,
  UNIQUE (article, row)
);

CREATE TABLE topic_speakers (
  topic INTEGER NOT NULL REFERENCES topics ON DELETE CASCADE,
  person_row INTEGER NOT NULL,
  article INTEGER NOT NULL REFERENCES articles ON DELETE CASCADE,
  person INTEGER REFERENCES people,
  PRIMARY KEY (topic, person_row)
) WITHOUT ROWID;

CREATE TABLE facts (                    -- numbers with what they count
  fact INTEGER PRIMARY KEY,
  article INTEGER NOT NULL REFERENCES articles ON DELETE CASCADE,
  row INTEGER NOT NULL,
  published TEXT,                       -- the day of the article
  kind TEXT NOT NULL,                   -- count, money, percent, duration, measure, age, rank
  value REAL,                           -- to sort and filter by: min, where open max
  min REAL, max REAL,                   -- an open bound is NULL: «более 300» is 300, NULL
  modifier TEXT,
  unit TEXT,                            -- nominative singular; the currency; %
  subject TEXT, predicate TEXT,
  event_row INTEGER,
  start INTEGER NOT NULL, stop INTEGER NOT NULL, text TEXT NOT NULL,
  UNIQUE (article, row)
);

CREATE TABLE units (                    -- the words of each unit, for search in any form
  unit TEXT PRIMARY KEY,
  lemmas TEXT NOT NULL                  -- « дискуссионный площадка »
) WITHOUT ROWID;

CREATE TABLE dates (
  article INTEGER NOT NULL REFERENCES articles ON DELETE CASCADE,
  row INTEGER NOT NULL,
  first_day TEXT, last_day TEXT, precision TEXT,
  start INTEGER NOT NULL, stop INTEGER NOT NULL, text TEXT NOT NULL,
  PRIMARY KEY (article, row)
) WITHOUT ROWID;

CREATE TABLE quotes (
  article INTEGER NOT NULL REFERENCES articles ON DELETE CASCADE,
  row INTEGER NOT NULL,
  person_row INTEGER,
  start INTEGER NOT NULL, stop INTEGER NOT NULL,
  PRIMARY KEY (article, row)
) WITHOUT ROWID;

CREATE TABLE statements (               -- indirect speech; who speaks is a person or an organisation
  article INTEGER NOT NULL REFERENCES articles ON DELETE CASCADE,
  row INTEGER NOT NULL,
  person_row INTEGER, organisation_row INTEGER,
  start INTEGER NOT NULL, stop INTEGER NOT NULL,
  PRIMARY KEY (article, row)
) WITHOUT ROWID;

CREATE TABLE article_themes (
  article INTEGER NOT NULL REFERENCES articles ON DELETE CASCADE,
  theme TEXT NOT NULL,
  score REAL NOT NULL,
  PRIMARY KEY (article, theme)
) WITHOUT ROWID;

CREATE TABLE keyphrases (
  article INTEGER NOT NULL REFERENCES articles ON DELETE CASCADE,
  phrase TEXT NOT NULL,
  score REAL NOT NULL,
  PRIMARY KEY (article, phrase)
) WITHOUT ROWID;

CREATE TABLE pairs (                    -- entities that stand in the same articles, two articles at least
  kind TEXT NOT NULL, entity INTEGER NOT NULL,
  other_kind TEXT NOT NULL, other INTEGER NOT NULL,
  articles INTEGER NOT NULL,
  first_day TEXT, last_day TEXT,
  PRIMARY KEY (kind, entity, other_kind, other)
) WITHOUT ROWID;

CREATE TABLE neighbours (               -- who and what is in the articles of an entity that very many articles name
  kind TEXT NOT NULL, entity INTEGER NOT NULL,
  other_kind TEXT NOT NULL, other INTEGER NOT NULL,
  articles INTEGER NOT NULL, mentions INTEGER NOT NULL,   -- of the other, in these articles
  first_day TEXT, last_day TEXT,
  PRIMARY KEY (kind, entity, other_kind, other)
) WITHOUT ROWID;

CREATE TABLE facets (                   -- how many rows of a whole list have a value that it can be narrowed by
  question TEXT NOT NULL,               -- articles, facts …
  facet TEXT NOT NULL,                  -- kind, unit, theme; since: the year
  value TEXT NOT NULL,
  n INTEGER NOT NULL,
  PRIMARY KEY (question, facet, value)
) WITHOUT ROWID;

-- Full text over lemmas, ё as е. The lemmas themselves are not kept. "also" holds the second readings of
-- ambiguous words (Громов: гром).
CREATE VIRTUAL TABLE articles_fts USING fts5(
  title, topics, text, also, content='', tokenize="unicode61 remove_diacritics 0"
);
CREATE VIRTUAL TABLE topics_fts USING fts5(
  title, keywords, also, content='', tokenize="unicode61 remove_diacritics 0"
);
CREATE VIRTUAL TABLE names_fts USING fts5(
  words, lemmas, content='', tokenize="unicode61 remove_diacritics 0", prefix='2 3'
);

CREATE VIRTUAL TABLE search_words USING fts5vocab(articles_fts, row);
