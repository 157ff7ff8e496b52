-- Which traits of a person changed, so that a rule which asks for none of them passes them by
-- (docs/decisions/0070-looking-at-fewer-people.md). It holds if news_xid is changed_xid: then all
-- that changed after transaction news_since are the traits named in news.
alter table profile
  add column news_xid xid8,
  add column news_since xid8,
  add column news text[];
