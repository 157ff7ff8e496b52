-- Sources (other databases to read) and models (queries whose rows are people), with what each model
-- gave last: the difference is by id and checksum (docs/decisions/0028-rows-of-a-model.md).

create table source (
  id integer generated always as identity primary key,
  name text not null unique check (name <> ''),
  kind text not null check (kind in ('postgres', 'mysql', 'sqlite')),
  -- The URL, or the path of a file, sealed as tokens are: it holds a password.
  url_sealed bytea not null,
  -- Where it leads, without user and password.
  place text not null,
  -- Loopback and private addresses are reached only where somebody asked for it.
  allow_private boolean not null,
  created_at timestamptz not null default muster_now()
);

create table model (
  id integer generated always as identity primary key,
  name text not null unique check (name <> ''),
  database_id integer not null references database on delete cascade,
  source_id integer not null references source,
  sql text not null,
  id_column text not null,
  -- KEY=COLUMN,… as `import --map` takes it; null: by the names of the columns alone.
  map text,
  mode text not null check (mode in ('mirror', 'upsert', 'delete')),
  enabled boolean not null,
  created_at timestamptz not null default muster_now()
);

-- The rows that a model gave last, without what is in them.
create table model_row (
  model_id integer not null references model on delete cascade,
  external_id text not null,
  checksum bigint not null,
  primary key (model_id, external_id)
);

create table model_run (
  id bigint generated always as identity primary key,
  model_id integer not null references model on delete cascade,
  state text not null default 'running' check (state in ('running', 'succeeded', 'partial', 'failed')),
  started_at timestamptz not null default muster_now(),
  finished_at timestamptz,
  counts jsonb,
  -- The code of what went wrong, and what was measured.
  error_code text,
  error_measured text
);
create index model_run_of on model_run (model_id, id desc);

-- Rows of the last run that could not be taken; the next one reads their newest version.
create table model_failed_row (
  model_id integer not null references model on delete cascade,
  -- Null where not even the id could be read.
  external_id text,
  row_number bigint not null,
  reason text not null
);
create index model_failed_row_of on model_failed_row (model_id, row_number);
