-- What an audience has besides its rule (docs/decisions/0046-values.md, 0047-editing.md).

alter table audience
  -- Its rows carry LOOKALIKE_VALUE, so that lookalikes can be made by value. Fixed when it is made:
  -- Meta refuses the swap.
  add column value_based boolean not null default false;

-- Members of a value-based audience none of whose rows has a value, kept so that showing how many
-- costs nothing.
create table valueless (
  link_id integer not null,
  profile_id bigint not null,
  primary key (link_id, profile_id)
);

-- Lookalikes that were made from here. Meta is the truth about them: what is written down keeps one
-- from being made twice, and names them where nobody asks Meta.
create table lookalike (
  id integer generated always as identity primary key,
  audience_id integer not null references audience on delete cascade,
  ad_account text not null,
  seed_meta_audience_id text not null,
  -- ISO 3166-1 alpha-2, upper case.
  country char(2) not null,
  -- So much of its people, those who are most alike.
  percent smallint not null check (percent between 1 and 20),
  name text not null,
  -- Null: Meta was, or is about to be, asked for it.
  meta_audience_id text,
  asked_at timestamptz not null default muster_now(),
  unique (seed_meta_audience_id, country, percent)
);
create index lookalike_of_audience on lookalike (audience_id);
