-- What people are told when something needs them, and how long things are kept
-- (docs/decisions/0050-alerts-backup-retention.md).

-- One cause, one alert: it is open while the cause is there, and the same cause later is another one.
create table alert (
  id bigint generated always as identity primary key,
  kind text not null,
  -- What has the cause, such as run/17: an audience, a connection, a database.
  cause text not null,
  database_id integer references database on delete cascade,
  -- Of what people call it. No personal data here and in detail.
  subject text not null,
  -- Grows while it gets worse: the days before an end that were warned of last.
  step integer not null default 0,
  detail jsonb not null,
  opened_at timestamptz not null default muster_now(),
  told_at timestamptz not null default muster_now(),
  reminders integer not null default 0,
  silenced_until timestamptz,
  resolved_at timestamptz
);
create unique index alert_open on alert (kind, cause) where resolved_at is null;
create index alert_resolved on alert (resolved_at) where resolved_at is not null;

-- Where alerts go: an address of mail, or a URL that is called.
create table alert_channel (
  id integer generated always as identity primary key,
  name text not null unique check (name <> ''),
  kind text not null check (kind in ('mail', 'webhook', 'slack')),
  -- An address of mail, or the host of a URL: never the URL, which may hold a secret.
  place text not null,
  allow_private boolean not null default false,
  -- {"url": …, "secrets": ["whsec_…", …]}, sealed as tokens are; null: of mail.
  sealed bytea,
  created_at timestamptz not null default muster_now(),
  -- It answered that it is gone for good (410), and is not called any more.
  ended_at timestamptz
);

-- What has to be sent, one row for each channel; written together with what it tells.
create table alert_message (
  id bigint generated always as identity primary key,
  channel_id integer not null references alert_channel on delete cascade,
  alert_id bigint not null references alert on delete cascade,
  what text not null check (what in ('opened', 'reminder', 'resolved')),
  -- The same for every try, so that whoever gets it twice can tell.
  message_id uuid not null default gen_random_uuid(),
  made_at timestamptz not null default muster_now(),
  next_at timestamptz not null default muster_now(),
  tries integer not null default 0,
  sent_at timestamptz,
  given_up_at timestamptz,
  -- Why the last try failed.
  problem text
);
create index alert_message_due on alert_message (next_at) where sent_at is null and given_up_at is null;
create index alert_message_of_alert on alert_message (alert_id);

-- From when on something is told.
create table alert_rules (
  one boolean primary key default true check (one),
  -- Of the rows of a day, so many per cent have to be accepted.
  delivery_below_percent integer not null default 90 check (delivery_below_percent between 0 and 100),
  -- An audience of at least so many people that grows or shrinks by so much within a day.
  jump_percent integer not null default 50 check (jump_percent > 0),
  jump_people_min integer not null default 100 check (jump_people_min >= 0),
  -- So long after it was told last, an open alert is told again; 0: never.
  remind_hours integer not null default 24 check (remind_hours >= 0)
);
insert into alert_rules default values;

-- How many people belong, looked at once an hour.
create table audience_size (
  audience_id integer not null references audience on delete cascade,
  at timestamptz not null,
  members bigint not null,
  primary key (audience_id, at)
);

-- When copies were made, so that somebody can be told that none is.
create table backup (
  at timestamptz primary key,
  bytes bigint not null
);

-- A restored copy: nothing is sent from it until somebody says that the original is gone.
alter table installation add column paused_at timestamptz;

-- For how long things are kept, where somebody said so; null: for ever (store/retention.ts).
create table retention (
  name text primary key,
  days integer check (days > 0)
);
alter table installation add column retained_at timestamptz;
