-- What needs a second person (docs/decisions/0055-a-second-person.md). Null: nothing.
alter table database
  add column approval_people_at_most integer check (approval_people_at_most >= 0),
  add column approval_removals_at_most integer check (approval_removals_at_most >= 0);

-- Whoever asked for the audience to be as it is: changed, activated or started it last.
-- {"kind", "id", "name", "personId"}; personId is of login_user, null: nobody who signs in.
alter table audience add column asked_by jsonb;

-- Whose key it is: of login_user; null: it was made in the terminal.
alter table api_key add column made_by_id text;

-- One question to a second person: whether exactly that list may go.
create table approval (
  id integer generated always as identity primary key,
  audience_id integer not null references audience on delete cascade,
  -- The runs that stopped for it, the newest last.
  run_ids bigint[] not null,
  plan_checksum text not null,
  -- Over the rows that wait, and nothing else: the same list is the same question.
  list_checksum text not null,
  -- The link, the rule and the way rows are made.
  basis text not null,
  -- People who join, leave and change, and the limits that stood then.
  adds integer not null,
  removes integer not null,
  updates integer not null,
  people_at_most integer,
  removals_at_most integer,
  -- What the guard found in it, in words.
  guard_reasons jsonb not null,
  asked_by jsonb not null,
  asked_at timestamptz not null default muster_now(),
  state text not null default 'open' check (state in ('open', 'approved', 'refused', 'stale', 'done')),
  decided_by jsonb,
  decided_at timestamptz,
  -- api, terminal or link.
  decided_via text,
  note text
);
create unique index approval_open on approval (audience_id) where state = 'open';
create index approval_of_audience on approval (audience_id, id);

-- A link for one person to answer a question by, to be mailed.
create table approval_letter (
  id integer generated always as identity primary key,
  approval_id integer not null references approval on delete cascade,
  user_id text not null references login_user on delete cascade,
  tries integer not null default 0,
  next_at timestamptz not null default muster_now(),
  sent_at timestamptz,
  given_up_at timestamptz,
  problem text,
  unique (approval_id, user_id)
);
create index approval_letter_due on approval_letter (next_at) where sent_at is null and given_up_at is null;

-- What a provider of single sign-on gave is not kept any more.
update login_credential set access_token = null, refresh_token = null, id_token = null
where provider_id <> 'credential';
