-- Models run by themselves: on a schedule, one run at a time, cancelled when somebody asks. A run is asked
-- for, taken and ended in its row, as runs of audiences are (docs/decisions/0038-runs-of-a-model.md).

alter table model
  add column schedule jsonb not null default '{"kind": "by hand"}',
  -- Intervals are counted from here: when the schedule was set.
  add column scheduled_at timestamptz not null default muster_now(),
  add column next_run_at timestamptz,
  -- Planned runs that failed one after another; the next attempt comes the later for it.
  add column failures integer not null default 0,
  -- The audience that was made for its people.
  add column audience_id integer references audience on delete set null;
create index model_due on model (next_run_at) where next_run_at is not null;

alter table model_run drop constraint model_run_state_check;
alter table model_run
  add constraint model_run_state_check
    check (state in ('queued', 'running', 'succeeded', 'partial', 'failed', 'cancelled')),
  add column trigger text not null default 'manual' check (trigger in ('manual', 'schedule', 'retry')),
  add column queued_at timestamptz not null default muster_now(),
  -- An answer without rows is the truth.
  add column allow_empty boolean not null default false,
  add column cancel_asked_at timestamptz,
  add column cancel_reason text;
-- Runs of the version before counted no people.
update model_run set counts = null;
-- And this is what they left without an end.
update model_run set state = 'failed', finished_at = muster_now(), error_code = 'MODEL_RUN_LOST'
  where state = 'running';
create unique index model_run_active on model_run (model_id) where state in ('queued', 'running');

-- After a reset: the row is known, so that it is noticed when it goes, and what was in it is not.
alter table model_row alter column checksum drop not null;

-- The run that found it.
alter table model_failed_row add column run_id bigint references model_run on delete cascade;
update model_failed_row f set run_id = (select max(id) from model_run r where r.model_id = f.model_id);
alter table model_failed_row alter column run_id set not null;

-- Traits that are worked out from events (docs/decisions/0039-traits-from-events.md).
create table computed_trait (
  id integer generated always as identity primary key,
  database_id integer not null references database on delete cascade,
  name text not null check (name <> ''),
  event text not null check (event <> ''),
  function text not null
    check (function in ('count', 'sum', 'average', 'first', 'last', 'most_frequent')),
  -- Of the event; null: the events themselves are counted.
  property text check (property is not null or function = 'count'),
  -- Only events of so many last days; null: all.
  days double precision check (days > 0),
  -- The identifier that it feeds besides, as profiles name it.
  field text,
  -- Up to where events and people were looked at, in which life of the database.
  position pg_snapshot,
  restore_epoch integer,
  -- Its values are being taken away.
  ending boolean not null default false,
  unique (database_id, name),
  unique (database_id, field)
);

-- When an event leaves the window of somebody's value: time alone changes it then.
create table computed_due (
  computed_trait_id integer not null references computed_trait on delete cascade,
  profile_id bigint not null,
  at timestamptz not null,
  primary key (computed_trait_id, profile_id)
);
create index computed_due_at on computed_due (computed_trait_id, at);
