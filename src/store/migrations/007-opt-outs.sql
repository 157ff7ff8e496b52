-- Opt-outs and erasures: what must not be said again, and the queue of what has to leave
-- (docs/delivery.md §5 and §9; docs/decisions/0022-consent-feeds-the-lane.md).

-- A "no" that somebody gave us directly. Files do not overrule it; only a "yes" given the same way does.
alter table profile add column opted_out boolean not null default false;

-- Keeps erased people's values from being known again to whoever reads the table.
alter table installation add column suppression_salt bytea not null
  default sha256(convert_to(gen_random_uuid()::text || gen_random_uuid()::text, 'UTF8'));

create function stamp_of(salt bytea, key bigint) returns bigint
language sql immutable strict parallel safe as $$
  select ('x' || substr(encode(sha256(salt || int8send(key)), 'hex'), 1, 16))::bit(64)::bigint
$$;

-- Whether names, place and birth alone are enough to match by (features.md §9 Q-7). The bits are the
-- positions in identifierKeys.
create function names_are_enough(cells bytea) returns boolean
language sql immutable strict parallel safe as $$
  select get_byte(cells, 0) & 192 = 192 and (get_byte(cells, 1) & 16 = 16
    or get_byte(cells, 1) & 12 = 12 or get_byte(cells, 0) & 56 = 56)
$$;

-- Identifying values that no addition may carry, whoever holds them. `key` is as in match_key; that
-- of an erasure is its stamp.
drop table suppression;
create table suppression (
  database_id integer not null references database on delete cascade,
  key bigint not null,
  -- consent: a profile that says "no" holds it. opt-out: somebody said "no" to us directly.
  reason text not null check (reason in ('consent', 'opt-out', 'erasure')),
  at timestamptz not null,
  primary key (database_id, key, reason)
);
create index suppression_of_erasure on suppression (database_id, key) where reason = 'erasure';

-- Profiles whose "no" came, went or holds other values than before; whoever sends next works it out.
create table consent_change (
  database_id integer not null,
  profile_id bigint not null
);
create index consent_change_of_database on consent_change (database_id);

-- Whoever changes consent, by whatever way, does it between two transactions that send, never beside
-- one: what was sent before is in the ledger, and what is sent after knows of it. The lock is taken
-- at the commit, so that a long import holds nobody up.
create function note_consent_change() returns trigger language plpgsql as $$
begin
  perform pg_advisory_xact_lock(7278314, coalesce(new.database_id, old.database_id));
  insert into consent_change (database_id, profile_id)
  values (coalesce(new.database_id, old.database_id), coalesce(new.id, old.id));
  return null;
end $$;
create constraint trigger profile_says_no after insert on profile
  deferrable initially deferred for each row when (new.consent is false)
  execute function note_consent_change();
create constraint trigger profile_no_changes after update on profile
  deferrable initially deferred for each row
  when ((old.consent is false or new.consent is false)
    and (old.consent is distinct from new.consent or old.match_row_ids <> new.match_row_ids))
  execute function note_consent_change();
create constraint trigger profile_no_goes after delete on profile
  deferrable initially deferred for each row when (old.consent is false)
  execute function note_consent_change();

create function keep_opt_out() returns trigger language plpgsql as $$
begin
  new.consent := false;
  return new;
end $$;
create trigger profile_keeps_opt_out before update on profile for each row
  when (old.opted_out and new.opted_out and new.consent is distinct from false)
  execute function keep_opt_out();

-- Somebody who asked to be forgotten: no name, no value, only a stamp of the external id.
create table erasure (
  id bigint generated always as identity primary key,
  database_id integer not null references database on delete cascade,
  stamp bigint not null,
  -- The sealed rows: no profile names them any more, and they go when this is settled.
  match_row_ids bigint[] not null,
  requested_at timestamptz not null,
  -- settled: everything was acknowledged. given up: 30 days were not enough.
  state text not null default 'open' check (state in ('open', 'settled', 'given up')),
  settled_at timestamptz,
  -- What the certificate says, written when it is settled.
  certificate jsonb
);
create index erasure_of_person on erasure (database_id, stamp);

-- The lane: one row for each link and match row that have to leave, before anything else is sent.
create table opt_out (
  id bigint generated always as identity primary key,
  link_id integer not null references link on delete cascade,
  match_row_id bigint not null,
  erasure_id bigint references erasure on delete cascade,
  opened_at timestamptz not null,
  -- An addition sent before may land until then, so the removal is said once more after it.
  add_until timestamptz,
  -- The last request that carried it.
  op_id bigint,
  sent_at timestamptz,
  next_at timestamptz not null,
  tries integer not null default 0,
  -- What Meta said when it refused.
  refusal jsonb,
  done_at timestamptz,
  outcome text check (outcome in ('removed', 'moot', 'audience gone', 'given up'))
);
create unique index opt_out_open on opt_out (link_id, match_row_id) where done_at is null;
create index opt_out_due on opt_out (next_at) where done_at is null;
create index opt_out_of_link on opt_out (link_id, opened_at);
create index opt_out_of_erasure on opt_out (erasure_id) where erasure_id is not null;

-- A request to a whole ad account: remove from every audience.
create table account_removal (
  id bigint generated always as identity primary key,
  ad_account text not null,
  erasure_id bigint not null references erasure on delete cascade,
  opened_at timestamptz not null,
  session_id text,
  sent_at timestamptz,
  settles_at timestamptz,
  next_at timestamptz not null,
  tries integer not null default 0,
  refusal jsonb,
  done_at timestamptz
);
create index account_removal_open on account_removal (ad_account) where done_at is null;

-- Members none of whose values may be sent, kept so that showing how many costs nothing.
create table withheld (
  link_id integer not null,
  profile_id bigint not null,
  primary key (link_id, profile_id)
);

alter table operation add column lane boolean not null default false;

-- The Meta audience is no more: nothing is held there and nothing can be taken out of it.
alter table link add column gone_at timestamptz;
