-- Groups of people, as group calls tell of them: a company, a household, a team
-- (docs/decisions/0060-groups.md).

create table people_group (
  id bigint generated always as identity primary key,
  database_id integer not null,
  -- The group id of the calls.
  external_id text not null,
  -- What calls said of it, each with its time: the newer one holds, whichever arrives first.
  facts jsonb not null,
  -- What holds now, as rules read it; with its own id as groupId.
  traits jsonb not null,
  -- The feed: with a group, everybody in it is looked at again, and no row of theirs is written.
  changed_xid xid8 not null default pg_current_xact_id(),
  unique (database_id, external_id)
) with (fillfactor = 80);
create index people_group_changed on people_group (database_id, changed_xid);

-- Which id of a person said so: if that turns out to be somebody else's, the membership goes along.
create table group_member (
  database_id integer not null,
  group_id bigint not null,
  identity_id bigint not null,
  profile_id bigint not null,
  changed_xid xid8 not null default pg_current_xact_id(),
  primary key (database_id, group_id, identity_id)
);
create index group_member_of_profile on group_member (database_id, profile_id);
create index group_member_changed on group_member (database_id, changed_xid);

alter table audience add column reads_groups boolean not null default false;

-- A group that nobody is left in is only about people who are gone.
create function forget_groups() returns trigger language plpgsql as $$
begin
  with left_groups as (
    delete from group_member m using gone g
    where m.database_id = g.database_id and m.profile_id = g.id
    returning m.database_id, m.group_id, m.identity_id
  )
  delete from people_group p where p.id in (select group_id from left_groups)
    and not exists (select from group_member m
      where m.database_id = p.database_id and m.group_id = p.id
        and not exists (select from left_groups l
          where l.group_id = m.group_id and l.identity_id = m.identity_id));
  return null;
end
$$;
create trigger profile_gone_from_groups after delete on profile referencing old table as gone
  for each statement execute function forget_groups();

-- People who were deleted while an import into their database was under way: what it staged of them
-- is left out (docs/decisions/0061-deleting-beside-an-import.md).
create table gone_beside_import (
  database_id integer not null,
  profile_id bigint not null,
  primary key (database_id, profile_id)
);

-- Files of people that somebody sent over the API and did not wait for: kept on the disk of whoever took them
-- until a worker there has imported them.
create table upload (
  id bigint generated always as identity primary key,
  database_id integer not null references database on delete cascade,
  -- Its name as it was sent, and its folder in the data directory.
  file text not null,
  folder text not null,
  -- How it is to be taken, as the request said.
  wish jsonb not null,
  state text not null default 'queued'
    check (state in ('queued', 'running', 'succeeded', 'partial', 'failed')),
  -- How often it was begun: a process may die on it.
  attempts integer not null default 0,
  queued_at timestamptz not null default muster_now(),
  started_at timestamptz,
  finished_at timestamptz,
  progress jsonb,
  report jsonb,
  error_code text,
  error_measured text
);
create index upload_open on upload (id) where state in ('queued', 'running');
