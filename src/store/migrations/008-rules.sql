-- What rules need to know (docs/rules.md).

-- Some profiles have a list of values for it, each of which may pass.
alter table trait add column is_list boolean not null default false;
update trait t set is_list = true
where t.field is null and exists (select 1 from profile p where p.database_id = t.database_id
  and jsonb_typeof(p.traits -> t.name) = 'array');

alter table audience
  -- What its rule reads besides profiles, as of its last evaluation: new events wake it, and so do
  -- the members of other audiences.
  add column reads_events boolean not null default false,
  add column reads_audiences integer[] not null default '{}',
  -- The last transaction after which a rule that asks for its members may answer otherwise.
  add column answers_xid xid8;

-- When the clock alone may change whether somebody belongs: looked at again then, and not before.
create table recheck (
  audience_id integer not null,
  profile_id bigint not null,
  at timestamptz not null,
  primary key (audience_id, profile_id)
);
create index recheck_due on recheck (audience_id, at);

-- The moment of the last evaluation: a clock that went back makes all of its re-checks worthless.
alter table audience add column looked_at timestamptz;
