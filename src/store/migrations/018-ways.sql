-- How an audience is filled: in exactly one way (docs/decisions/0044-one-way-an-audience.md).

alter table audience
  add column way text not null default 'rule'
    check (way in ('rule', 'events', 'hand', 'automation', 'scenario')),
  -- match: the members are whom the rule finds. add: whom it finds joins, and nobody leaves by it.
  -- remove: whom it finds leaves, and nobody joins by it.
  add column rule_mode text not null default 'match'
    check (rule_mode in ('match', 'add', 'remove')),
  -- Its rule is applied once a day, not with every change; and when that was last.
  add column rule_daily boolean not null default false,
  add column ruled_at timestamptz,
  alter column rule drop not null;
update audience set way = 'events' where event_key is not null;
alter table audience
  add constraint audience_one_way check (
    (way in ('rule', 'events')) = (rule is not null)
    and (way = 'events') = (event_key is not null)
    and (way = 'rule' or (rule_mode = 'match' and not rule_daily))),
  -- What belongs to one way points here, so that an audience cannot have two.
  add constraint audience_way unique (id, way);

-- Who was put into an audience, by whatever way is no matching rule; a "no" or the hold-out keeps
-- them out all the same.
create table placed (
  audience_id integer not null,
  profile_id bigint not null,
  at timestamptz not null,
  primary key (audience_id, profile_id)
);
create index placed_of_profile on placed (profile_id);

create function forget_placed() returns trigger language plpgsql as $$
begin
  delete from placed d using gone g where d.profile_id = g.id;
  return null;
end
$$;
create trigger profile_gone_from_ways after delete on profile referencing old table as gone
  for each statement execute function forget_placed();

create function forget_placed_of_audience() returns trigger language plpgsql as $$
begin
  delete from placed where audience_id = old.id;
  return null;
end
$$;
create trigger audience_gone_from_ways after delete on audience
  for each row execute function forget_placed_of_audience();

-- What happens to people one by one, step by step: scenarios, and the automation of one audience, which
-- is a scenario of a fixed shape (docs/decisions/0045-one-engine-for-automations.md).
create table scenario (
  id integer generated always as identity primary key,
  database_id integer not null references database on delete cascade,
  -- Of a scenario; an automation goes by its audience.
  name text unique check (name <> ''),
  audience_id integer unique,
  -- An automation is the one way of its audience, and the audience has no other.
  way text generated always as (case when audience_id is not null then 'automation' end) stored,
  definition jsonb not null,
  state text not null default 'draft' check (state in ('draft', 'active', 'stopped')),
  created_at timestamptz not null default muster_now(),
  activated_at timestamptz,
  -- When it looks next whom its rule, or a date, finds; null: nothing of the kind starts it.
  looks_at timestamptz,
  constraint scenario_or_automation check ((name is null) = (audience_id is not null)),
  constraint automation_of_audience foreign key (audience_id, way) references audience (id, way)
    on delete cascade
);

-- The audiences that a scenario fills.
create table scenario_audience (
  scenario_id integer not null references scenario on delete cascade,
  -- As the scenario calls it, whatever it is called since.
  known_as text not null,
  audience_id integer not null,
  way text not null default 'scenario' check (way = 'scenario'),
  primary key (scenario_id, known_as),
  constraint scenario_of_audience foreign key (audience_id, way) references audience (id, way)
    on delete cascade
);

-- People are on their way by what was activated.
create function keep_scenario() returns trigger language plpgsql as $$
begin
  raise exception 'scenario % is active and cannot be changed', old.id using errcode = 'check_violation';
end
$$;
create trigger scenario_is_frozen before update of definition, database_id, audience_id on scenario
  for each row when (old.activated_at is not null) execute function keep_scenario();

-- One person on one way.
create table walk (
  id bigint generated always as identity primary key,
  scenario_id integer not null references scenario on delete cascade,
  profile_id bigint not null,
  -- What started it; the same cause starts one walk.
  cause text not null,
  -- Conditions are taken as met: somebody started it by hand and said so.
  unasked boolean not null default false,
  started_at timestamptz not null,
  -- The step to be done next, and when.
  step integer not null,
  due_at timestamptz not null,
  ended_at timestamptz,
  unique (scenario_id, profile_id, cause)
);
create index walk_due on walk (due_at) where ended_at is null;
create index walk_of_profile on walk (profile_id);

-- What was done, once for each person and step.
create table walk_step (
  walk_id bigint not null references walk on delete cascade,
  step integer not null,
  at timestamptz not null,
  outcome text not null,
  primary key (walk_id, step)
);

create or replace function forget_placed() returns trigger language plpgsql as $$
begin
  delete from placed d using gone g where d.profile_id = g.id;
  delete from walk w using gone g where w.profile_id = g.id;
  return null;
end
$$;

-- Who is in no audience, whatever fills it: a share of everybody, drawn by external id, and whoever holds a
-- value of the suppression list.
alter table database
  -- Below these eight hex digits of an MD5 somebody is held out; null: nobody is.
  add column hold_out_below text collate "C",
  add column hold_out_percent numeric check (hold_out_percent > 0 and hold_out_percent <= 50),
  add column hold_out_seed uuid not null default gen_random_uuid();

create table suppressed_value (
  database_id integer not null references database on delete cascade,
  -- As in match_key; never the value itself.
  key bigint not null,
  kind text not null check (kind in ('EXTERN_ID', 'EMAIL', 'PHONE')),
  at timestamptz not null,
  primary key (database_id, key)
);
