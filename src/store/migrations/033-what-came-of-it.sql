-- What became of everything over a period is added up from the runs that ended in it.
create index run_finished on run (finished_at) where finished_at is not null;

-- When the ads of an audience were asked for last, and why they are not known.
create table ad_reading (
  audience_id integer primary key references audience on delete cascade,
  asked_at timestamptz not null,
  -- Null: never.
  read_at timestamptz,
  currency text,
  -- As people read it; null where it was read.
  refusal text
);

-- The ad sets of its account that name its Meta audience, as they were read last.
create table ad_set_use (
  audience_id integer not null references audience on delete cascade,
  ad_set_id text not null,
  name text not null,
  status text,
  -- Its people are kept out of the ads, not shown them.
  excluded boolean not null,
  primary key (audience_id, ad_set_id, excluded)
);

-- What the ad sets that show ads to the audience did on a day: Meta's own figures. One that names several
-- audiences is in the figures of each.
create table ad_day (
  audience_id integer not null references audience on delete cascade,
  day date not null,
  impressions bigint not null,
  -- In the account's currency.
  spend numeric not null,
  purchases bigint not null,
  primary key (audience_id, day)
);
