-- Upkeep: what was said long ago is said again (docs/delivery.md §9).

alter table link
  -- Nothing that counts as being at Meta was said there before; -infinity: some of it was.
  add column told_since timestamptz not null default muster_now(),
  -- After so many days Meta lets people go by itself; null: it keeps them.
  add column retention_days integer,
  -- The last comparison of everybody with everything told: how many differed unnoted, and how many
  -- people count as being at Meta.
  add column checked_at timestamptz not null default muster_now(),
  add column drifted_people bigint not null default 0,
  add column told_people bigint;
update link set told_since = created_at;

-- The sweep of this audience is switched off, by somebody who knows what is then no longer promised.
alter table audience add column sweep_off_at timestamptz;

-- By which rules the refused row was made; null: not known.
alter table rejection add column row_version text;
