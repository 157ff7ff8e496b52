-- Values that are there and give no identifier, person by person, and the rules that a database's
-- values are read by.

-- [["PHONE", "phone: only punctuation"], …]: the key and why, never the value. Null: nothing to say.
alter table profile add column unusable jsonb;
create index profile_unusable on profile (database_id, id) where unusable is not null;

-- Members with such a value; kept here so that showing it costs nothing.
alter table link add column bad_request_count bigint not null default 0;

-- The settings of docs/normalising.md that differ from their defaults.
alter table database add column normalising jsonb not null default '{}';

-- A plan says from now on whose values it leaves out; those made before do not.
update plan set state = 'stale' where state = 'sealed';
