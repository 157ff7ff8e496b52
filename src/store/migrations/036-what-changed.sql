-- Which traits of a person changed, so that a rule which asks for none of them passes them by
-- (docs/decisions/0070-looking-at-fewer-people.md). It holds if news_xid is changed_xid: then all
-- that changed after transaction news_since are the traits named in news.
alter table profile
  add column news_xid xid8,
  add column news_since xid8,
  add column news text[];

-- Who became a member of an audience that rules ask about, or ceased to be one.
create table member_news (
  audience_id integer not null,
  profile_id bigint not null,
  changed_xid xid8 not null default pg_current_xact_id(),
  at timestamptz not null default muster_now()
);
create index member_news_changed on member_news (audience_id, changed_xid);

-- The last transaction that changed members without saying whom; until now none has said so.
alter table audience add column members_untold_xid xid8;
update audience set members_untold_xid = pg_current_xact_id();
