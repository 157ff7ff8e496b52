-- Sources that files are picked up from, warehouses, and which version of which file a model took
-- last (docs/decisions/0040-files-picked-up.md).

alter table source drop constraint source_kind_check;
alter table source add constraint source_kind_check check (kind in (
  'postgres', 'redshift', 'mysql', 'sqlite', 'clickhouse', 'bigquery', 'snowflake', 'databricks',
  'folder', 'https', 's3', 'sftp'));
-- What is no secret: the pattern of names, the region, the fingerprint of a host key.
alter table source add column settings jsonb not null default '{}';

create table picked_file (
  model_id integer not null references model on delete cascade,
  name text not null,
  -- As the place tells it: its ETag, or size and time; null where it tells nothing.
  version text,
  sha256 bytea not null,
  taken_at timestamptz not null default muster_now(),
  primary key (model_id, name)
);
