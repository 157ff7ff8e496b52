-- Data in by events: the keys that may write, calls waiting to become profiles, who is who, the
-- events themselves (docs/decisions/0024-calls-wait-in-an-inbox.md, 0025-who-is-who.md).

create table write_key (
  id integer generated always as identity primary key,
  database_id integer not null references database on delete cascade,
  name text not null,
  -- SHA-256 of the key: it has 190 bits of chance, so there is nothing to slow a guess down for.
  hash bytea not null unique,
  -- Its last characters, by which people tell keys apart.
  hint text not null,
  created_at timestamptz not null default muster_now(),
  revoked_at timestamptz
);

-- Accepted calls that are not in profiles yet: one row a request, written before its 200.
create table inbox (
  id bigint generated always as identity primary key,
  database_id integer not null,
  received_at timestamptz not null,
  call_count integer not null,
  -- A call that could not become part of a profile, though it was acknowledged: kept, and shown.
  stuck boolean not null default false,
  -- A JSON array, already checked. Text, because it is read once and by us alone.
  calls text not null
);
create index inbox_of_database on inbox (database_id, id) where not stuck;
-- A megabyte a second of it comes and goes: compressing it would cost more than writing it.
alter table inbox alter column calls set storage external;

-- What came in last, for people to look at: every refusal, and accepted calls as long as they are
-- few. Nothing in it names a person.
create table recent_call (
  id bigint generated always as identity primary key,
  database_id integer, -- null: the key is unknown
  at timestamptz not null,
  type text not null,
  name text,
  accepted boolean not null,
  reason text,
  detail jsonb not null
);
create index recent_call_of_database on recent_call (database_id, id);

-- One effect a message: the first 16 bytes of SHA-256 of its id, kept for 30 days.
create table seen_message (
  database_id integer not null,
  message uuid not null,
  received_at timestamptz not null,
  primary key (database_id, message)
);
create index seen_message_age on seen_message using brin (received_at);

-- Everything that a call names a person by: user ids and anonymous ids.
create sequence identity_id as bigint increment by 10000;

create table identity (
  database_id integer not null,
  kind text not null check (kind in ('user', 'anonymous')),
  name text not null,
  id bigint not null,
  -- Whose it is: of the user id that it leads to in the end, or its own.
  profile_id bigint not null,
  -- The user id that it belongs to by the earliest call that said so.
  linked_to text,
  linked_ms float8, -- not timestamptz: it is compared with what calls say, to the microsecond
  linked_by text,
  -- What calls under this very id said, each with its time; null: nothing.
  facts jsonb,
  primary key (database_id, kind, name)
) with (fillfactor = 90);
create index identity_of_profile on identity (database_id, profile_id);

-- One row a track, page, screen or group call. No unique key: seen_message has seen to that, and
-- the table can be partitioned by anything.
create table event (
  database_id integer not null,
  profile_id bigint not null,
  bucket smallint not null,
  -- Of a track call its event; else page, screen or group.
  name text not null,
  -- When it happened, by the sender's clock put right.
  at timestamptz not null,
  received_at timestamptz not null,
  message_id text not null,
  -- The identity that the call named: if that turns out to be somebody else's, the event goes along.
  identity_id bigint not null,
  -- The feed: what came since a pg_snapshot (protocol.md §7). An event does not touch its profile row.
  changed_xid xid8 not null default pg_current_xact_id(),
  properties jsonb not null
);
create index event_of_profile on event (database_id, profile_id, name, at);
create index event_at on event (database_id, name, at);
create index event_changed on event (database_id, changed_xid);

-- Outlives its events: first, last and how many, for each profile and name.
create table event_summary (
  database_id integer not null,
  profile_id bigint not null,
  bucket smallint not null,
  name text not null,
  first_at timestamptz not null,
  last_at timestamptz not null,
  count bigint not null,
  primary key (database_id, profile_id, name)
) with (fillfactor = 80);

-- With a profile goes everything that is only about it, whoever deletes it and why.
create function forget_with_profile() returns trigger language plpgsql as $$
begin
  delete from identity i using gone g where i.database_id = g.database_id and i.profile_id = g.id;
  delete from event e using gone g where e.database_id = g.database_id and e.profile_id = g.id;
  delete from event_summary s using gone g
    where s.database_id = g.database_id and s.profile_id = g.id;
  return null;
end
$$;
create trigger profile_gone after delete on profile referencing old table as gone
  for each statement execute function forget_with_profile();

-- The property that adds to this audience and removes from it, fixed when the audience is made.
-- Null: events do not fill it.
alter table audience add column event_key text;
create unique index audience_event_key on audience (database_id, event_key);
