-- A rule is woken by the events that it names, and by no others.
alter table audience
  add column reads_event_names text[] not null default '{}',
  drop column reads_events;
-- Those that read events write down which when they are looked at next, which is at once.
update audience set feed_position = null where rule::text like '%"event"%';

drop index event_changed;
create index event_news on event (database_id, name, changed_xid);
