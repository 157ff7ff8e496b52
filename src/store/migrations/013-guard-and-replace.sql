-- What the guard looks at besides numbers (docs/delivery.md §6), and replacing all members (§9).

-- Why somebody is to leave, where it is not evidence that may turn out thin: a person typed it, or
-- time alone did it. Nothing here: something was received that says so.
create table departure (
  audience_id integer not null,
  profile_id bigint not null,
  cause text not null check (cause in ('hand', 'time')),
  at timestamptz not null,
  primary key (audience_id, profile_id)
);

-- Of the people who leave by a removal, those whom the guard counts: not typed, not released by name.
alter table operation add column evidence_people integer not null default 0;
update operation set evidence_people = people where kind = 'remove' and not lane;

-- Stays behind while the guard holds.
alter table plan_chunk add column held boolean not null default false;

-- So often people are expected to come in; null: nobody said.
alter table database add column expected_every_minutes integer
  check (expected_every_minutes > 0);

-- A "no" to a person whose profile an import holds on to: what it says is done at once, and the profile
-- takes it over when it is free (docs/decisions/0034-a-no-does-not-wait-for-an-import.md).
create table spoken_no (
  database_id integer not null references database on delete cascade,
  profile_id bigint not null,
  at timestamptz not null,
  primary key (database_id, profile_id)
);

-- One exchange of all members of a Meta audience, by a session of requests in a fixed order
-- (docs/decisions/0035-replacing-all-members.md).
create table replacement (
  id bigint generated always as identity primary key,
  link_id integer not null references link on delete cascade,
  plan_id bigint not null references plan on delete cascade,
  session_id text not null unique,
  -- The columns of every request, as bits of rowKeys: a session has one shape.
  columns integer not null,
  rows bigint not null,
  -- under way: its first request may have left. done: Meta took the last one. in part: it ended before
  -- that. lost: nobody knows whether it began. refused: it did not.
  state text not null default 'under way'
    check (state in ('under way', 'done', 'in part', 'lost', 'refused')),
  began_at timestamptz not null,
  -- Meta closes the session then: what was sent is the audience.
  closes_at timestamptz not null,
  -- From then on nothing of it can take away what was said beside it.
  settles_at timestamptz not null,
  ended_at timestamptz
);
create unique index replacement_under_way on replacement (link_id) where state = 'under way';

alter table operation
  add column replacement_id bigint,
  -- Its number in the session, and the part of the sealed list that it carried.
  add column batch integer,
  add column chunk_number integer;
create index operation_of_replacement on operation (replacement_id, id)
  where replacement_id is not null;
