-- The first schema: databases, profiles and their match rows, audiences and members, and the ledger
-- of what Meta was told (docs/words.md has the words; the delivery rules are in docs/delivery.md).
-- Every data table leads with database_id or with something that belongs to one database; profiles,
-- members and ledger carry a bucket (hash of the profile, 0-255), so that they can be partitioned
-- later without a change above the store. The large tables have no foreign keys: checking one costs
-- ten microseconds a row, which was half of a first load (docs/decisions/0004-no-foreign-keys.md).

-- One clock for everything: the database's. Tests and the simulator set muster.now.
create function muster_now() returns timestamptz language sql stable parallel safe as $$
  select coalesce(nullif(current_setting('muster.now', true), '')::timestamptz, clock_timestamp())
$$;

create function bucket_of(profile_id bigint) returns smallint language sql immutable parallel safe as $$
  select (profile_id & 255)::smallint
$$;

create table installation (
  one boolean primary key default true check (one),
  id uuid not null default gen_random_uuid(),
  -- Feed positions of another cluster or of a time before a restore are worthless (protocol.md §7).
  restore_epoch integer not null default 1,
  created_at timestamptz not null default clock_timestamp()
);
insert into installation default values;

create table database (
  id integer generated always as identity primary key,
  name text not null unique check (name <> ''),
  entity text not null default 'people',
  -- ISO 3166-1 alpha-2; completes phones, postcodes and states, never sent as somebody's COUNTRY.
  default_country char(2),
  -- features.md §9 Q-9: by default only a "no" blocks.
  unknown_consent_passes boolean not null default true,
  -- Which rules made the match rows: normaliser version and settings, as one text.
  row_version text not null default '',
  -- Moves with every committed import: a plan made before is stale afterwards.
  source_version bigint not null default 0,
  created_at timestamptz not null default clock_timestamp()
);
insert into database (name) values ('main');

-- How a column of a file is known to rules: under its header as written.
create table trait (
  database_id integer not null references database on delete cascade,
  name text not null,
  -- The identifier field that holds it, or null when profile.traits does.
  field text,
  type text not null check (type in ('number', 'date', 'boolean', 'text')),
  primary key (database_id, name)
);

create sequence profile_id as bigint increment by 10000;
create sequence match_row_id as bigint increment by 10000;

create table profile (
  database_id integer not null,
  id bigint not null,
  bucket smallint not null,
  external_id text not null,
  consent boolean, -- null: unknown
  -- 0 nothing to match by, 1 External ID alone, 2 enough (features.md §9 Q-7); the best of its rows.
  sufficiency smallint not null,
  -- Of the raw values and the row version: equal means that nothing has to be looked at.
  fingerprint bigint not null,
  -- The feed: what changed since a pg_snapshot (protocol.md §7).
  changed_xid xid8 not null,
  match_row_ids bigint[] not null,
  identifiers jsonb not null,
  traits jsonb not null,
  primary key (database_id, id)
) with (fillfactor = 90);
create unique index profile_external_id on profile (database_id, external_id);
create index profile_not_enough on profile (database_id, id) where sufficiency < 2;
create index profile_changed on profile (database_id, changed_xid);

-- Immutable once made. A row whose profile is gone stays for the ledger's sake: hashes, no profile.
create table match_row (
  database_id integer not null,
  id bigint not null,
  profile_id bigint not null,
  sufficiency smallint not null,
  -- Bytes this row takes in a request, so that a plan knows how many rows fit.
  wire_bytes smallint not null,
  -- Its identifying values, as in match_key, in the order of the keys.
  keys bigint[] not null,
  cells bytea not null,
  primary key (database_id, id)
);
create index match_row_profile on match_row (database_id, profile_id);
alter table match_row alter column cells set storage external;

-- Who else holds this key? 8 bytes of the hash of kind and value; identifying keys only.
create table match_key (
  database_id integer not null,
  key bigint not null,
  match_row_id bigint not null
);
create index match_key_lookup on match_key (key, match_row_id);

create table import (
  id integer generated always as identity primary key,
  database_id integer not null references database on delete cascade,
  file text not null,
  state text not null default 'reading' check (state in ('reading', 'done', 'failed')),
  -- Blocks of match_row ids taken by this import: what a killed one left behind is found by them.
  match_row_blocks bigint[] not null default '{}',
  counts jsonb,
  started_at timestamptz not null default clock_timestamp(),
  finished_at timestamptz
);

create table connection (
  id integer generated always as identity primary key,
  name text not null unique,
  sandbox boolean not null,
  api_url text not null,
  token_sealed bytea not null,
  created_at timestamptz not null default clock_timestamp()
);

create table integration (
  id integer generated always as identity primary key,
  name text not null unique,
  database_id integer not null references database,
  connection_id integer not null references connection,
  ad_account text not null check (ad_account ~ '^act_[0-9]+$'),
  enabled boolean not null default true,
  -- strict or external-id-allowed (features.md §9 Q-7).
  external_id_allowed boolean not null default false,
  created_at timestamptz not null default clock_timestamp(),
  unique (database_id, ad_account)
);

create table audience (
  id integer generated always as identity primary key,
  database_id integer not null references database,
  integration_id integer references integration,
  name text not null unique check (name <> ''),
  rule jsonb not null,
  rule_version text not null,
  customer_file_source text not null default 'USER_PROVIDED_ONLY',
  -- never, pending, up to date, error, deactivated
  state text not null default 'never',
  created_at timestamptz not null default clock_timestamp(),
  activated_at timestamptz,
  member_count bigint not null default 0,
  members_changed_at timestamptz,
  synchronized_at timestamptz,
  next_run_at timestamptz,
  -- Set before Meta is asked to make its audience: if we die, the next attempt looks for it first.
  creation_began_at timestamptz,
  -- Where this audience has read the feed up to; null: evaluate everybody.
  feed_position pg_snapshot,
  feed_restore_epoch integer
);

create table member (
  audience_id integer not null,
  profile_id bigint not null,
  bucket smallint not null,
  since timestamptz not null,
  primary key (audience_id, profile_id)
);

-- An attempt stopped by consent is remembered, so that it is told once (protocol.md §7).
create table blocked (
  audience_id integer not null,
  profile_id bigint not null,
  since timestamptz not null,
  primary key (audience_id, profile_id)
);

-- The unit we told something to: an audience, a Meta audience, an epoch.
create table link (
  id integer generated always as identity primary key,
  audience_id integer not null references audience on delete cascade,
  database_id integer not null references database,
  ad_account text not null,
  meta_audience_id text not null,
  epoch integer not null default 1,
  ended_at timestamptz,
  -- Members that have no row good enough to send; kept here so that showing it costs nothing.
  not_enough_count bigint not null default 0,
  -- Everybody has to be compared: a new link, or one whose dirty list cannot be trusted.
  compare_all boolean not null default true,
  created_at timestamptz not null default clock_timestamp()
);
create unique index link_of_audience on link (audience_id) where ended_at is null;
create unique index link_of_meta_audience on link (meta_audience_id) where ended_at is null;

create table run (
  id bigint generated always as identity primary key,
  audience_id integer not null references audience on delete cascade,
  link_id integer references link,
  trigger text not null,
  state text not null check (state in
    ('queued', 'running', 'waiting', 'held', 'succeeded', 'partial', 'failed', 'cancelled')),
  counts jsonb not null default '{}',
  error jsonb,
  held_plan_id bigint,
  released_by text,
  released_at timestamptz,
  started_at timestamptz not null,
  -- When it looked at who belongs: a member that changed later is not covered by it.
  evaluated_at timestamptz,
  finished_at timestamptz
);
create unique index run_active on run (audience_id) where state in ('running', 'waiting');
create index run_of_audience on run (audience_id, id desc);

create table plan (
  id bigint generated always as identity primary key,
  link_id integer references link on delete cascade,
  audience_id integer not null references audience on delete cascade,
  run_id bigint references run,
  checksum text not null,
  -- What it was made from; apply refuses when any of it has moved.
  made_from jsonb not null,
  counts jsonb not null,
  guard jsonb not null,
  state text not null default 'sealed' check (state in ('sealed', 'applied', 'held', 'stale')),
  created_at timestamptz not null
);
create index plan_checksum on plan (checksum);

-- The sealed list, at most one request a chunk. Arrays: a million rows are a hundred tuples.
create table plan_chunk (
  plan_id bigint not null references plan on delete cascade,
  number integer not null,
  -- cover: a removal whose keys others still hold; it settles without a request.
  kind text not null check (kind in ('add', 'remove', 'cover')),
  match_row_ids bigint[] not null,
  -- So many of the first ids are of people who are new to Meta.
  joining integer not null,
  bytes bigint not null,
  primary key (plan_id, number)
);

create table operation (
  id bigint generated always as identity primary key,
  link_id integer not null references link on delete cascade,
  run_id bigint references run,
  kind text not null check (kind in ('add', 'remove')),
  -- A removal whose keys are all held by others sends nothing and settles at once.
  covered boolean not null default false,
  schema text[] not null,
  row_count integer not null,
  -- Who was not at Meta before, or leaves it; not changes and repeats. What the guard counts.
  people integer not null default 0,
  body_bytes integer not null default 0,
  session_id text,
  sent_at timestamptz not null,
  settles_at timestamptz not null,
  outcome text check (outcome in ('clean', 'refused', 'uncertain')), -- null: not answered yet
  answer jsonb,
  finished_at timestamptz
);
create unique index operation_session on operation (session_id) where session_id is not null;
create index operation_of_link on operation (link_id, id);
create index operation_open on operation (link_id) where outcome is null;

create table ledger (
  link_id integer not null,
  match_row_id bigint not null,
  bucket smallint not null,
  op_id bigint, -- null: only a removal that may take this row too was sent (remove_until)
  -- What was true before this operation, if it turns out to have been refused: 0 out, 1 in, 2 unknown.
  base smallint not null,
  -- Until when an older addition, or removal, may still land.
  add_until timestamptz,
  remove_until timestamptz,
  primary key (link_id, match_row_id)
) with (fillfactor = 80);

create table rejection (
  link_id integer not null,
  match_row_id bigint not null,
  op_id bigint not null,
  key text,
  reason text not null,
  tries integer not null default 1,
  at timestamptz not null,
  primary key (link_id, match_row_id)
);

create table suppression (
  database_id integer not null references database on delete cascade,
  key bigint not null,
  reason text not null,
  at timestamptz not null,
  primary key (database_id, key)
);

-- Profiles whose rows at Meta may differ from what is wanted.
create table dirty (
  link_id integer not null,
  profile_id bigint not null
);
-- No primary key: a mark made while another is being cleared must survive it.
create index dirty_of_link on dirty (link_id, profile_id);

-- A row's state is derived, never stored (protocol.md §4.3), so an answer is one update.
create view ledger_state as
select l.link_id, l.match_row_id, l.op_id, l.base, l.add_until, l.remove_until,
  o.kind, o.covered, o.outcome, o.sent_at, o.settles_at,
  case
    when r.match_row_id is not null then 'rejected'
    when o.id is null then 'out'
    when o.outcome = 'refused' then (array['out', 'in', 'unknown'])[l.base + 1]
    when o.outcome = 'clean' and o.kind = 'add'
      and o.sent_at >= coalesce(l.remove_until, '-infinity') then 'in'
    when o.outcome = 'clean' and o.kind = 'remove'
      and o.sent_at >= coalesce(l.add_until, '-infinity') then 'out'
    else 'unknown'
  end as state
from ledger l
left join operation o on o.id = l.op_id
left join rejection r on r.link_id = l.link_id and r.match_row_id = l.match_row_id;
