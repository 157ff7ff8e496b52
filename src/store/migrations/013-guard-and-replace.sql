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
