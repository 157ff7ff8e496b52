-- When audiences run, who has a run, and what Meta says of an audience.

alter table audience
  -- {"kind":"hourly"}, {"kind":"interval","minutes":…}, {"kind":"at once"},
  -- {"kind":"calendar","weekdays":[…],"times":[…],"zone":…}, {"kind":"by hand"}
  add column schedule jsonb not null default '{"kind":"hourly"}',
  -- The running period: outside of it nothing is sent. The zone is how people wrote it.
  add column runs_from timestamptz,
  add column runs_until timestamptz,
  add column period_zone text,
  -- Every member is sent again then: at the start of a running period.
  add column replay_at timestamptz,
  add column paused_at timestamptz,
  -- Members since then or before were covered by a run that ended well.
  add column covered_at timestamptz;

-- Fair over accounts: whose turn was longest ago.
alter table integration add column served_at timestamptz;

alter table run
  add column queued_at timestamptz,
  -- A queued or waiting run is nobody's before then.
  add column due_at timestamptz not null default '-infinity',
  -- Why a run waits: window, quota, network, paused, turn.
  add column waiting_for text,
  -- The last time anybody asked for it; asked after it was taken, another run follows.
  add column requested_at timestamptz not null default '-infinity',
  add column looked_at timestamptz,
  -- Other triggers that met this run while it was active.
  add column joined text[] not null default '{}',
  add column replay boolean not null default false,
  -- Who has it: a number of its own for each taking, and an advisory lock under that number which
  -- dies with the process; the lease ends when either does.
  add column fence integer,
  add column lease_until timestamptz,
  add column attempts integer not null default 0,
  add column cancel_asked_at timestamptz,
  add column cancelled_by text,
  add column cancel_reason text,
  -- What it set out to send, and when: {rows, requests, at}.
  add column planned jsonb,
  -- What the command printed.
  add column report jsonb;

create sequence run_fence as integer cycle;

drop index run_active;
create unique index run_active on run (audience_id) where state in ('queued', 'running', 'waiting');
create index operation_of_run on operation (run_id);

-- What Meta said of an audience, each time it was read; its numbers as they came, -1 for
-- "not available". The first of a link is from before anything was sent.
create table meta_reading (
  id bigint generated always as identity primary key,
  link_id integer not null references link on delete cascade,
  run_id bigint references run,
  read_at timestamptz not null,
  -- False: Meta no longer knows the audience.
  found boolean not null default true,
  name text,
  size_lowest bigint,
  size_highest bigint,
  delivery_code integer,
  delivery_text text,
  operation_code integer,
  operation_text text,
  deletes_at timestamptz,
  flagged_fields text[] not null default '{}'
);
create index meta_reading_of_link on meta_reading (link_id, id desc);
