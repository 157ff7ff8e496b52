-- What an audience has besides its rule (docs/decisions/0046-values.md, 0047-editing.md).

alter table audience
  -- Its rows carry LOOKALIKE_VALUE, so that lookalikes can be made by value. Fixed when it is made:
  -- Meta refuses the swap.
  add column value_based boolean not null default false,
  -- Told to Meta when its audience is made, and when they change.
  add column description text not null default '',
  add column opt_out_link text,
  -- Meta would not take the opt-out address; the audience was made without it.
  add column opt_out_refused boolean not null default false,
  -- Made as connectors make them: at Meta it is called CA_ and its name.
  add column connector boolean not null default false,
  -- Another account of the same login than its integration's; null: that one.
  add column ad_account text check (ad_account ~ '^act_[0-9]+$'),
  add column folder text check (folder <> ''),
  add column labels text[] not null default '{}',
  -- Moves with every change that a person makes to what it is; who changes it says which one was seen.
  add column version integer not null default 1;

create function count_audience_edit() returns trigger language plpgsql as $$
begin
  new.version := old.version + 1;
  return new;
end $$;
create trigger audience_edited before update on audience for each row
  when (row (old.name, old.rule, old.way, old.rule_mode, old.rule_daily, old.description,
      old.opt_out_link, old.ad_account, old.folder, old.labels, old.schedule, old.runs_from,
      old.runs_until, old.period_zone)
    is distinct from row (new.name, new.rule, new.way, new.rule_mode, new.rule_daily, new.description,
      new.opt_out_link, new.ad_account, new.folder, new.labels, new.schedule, new.runs_from,
      new.runs_until, new.period_zone))
  execute function count_audience_edit();

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
