-- How an audience is filled: in exactly one way (docs/decisions/0044-one-way-an-audience.md).

alter table audience
  add column way text not null default 'rule'
    check (way in ('rule', 'events', 'hand', 'automation', 'scenario')),
  -- match: the members are whom the rule finds. add: whom it finds joins, and nobody leaves by it.
  -- remove: whom it finds leaves, and nobody joins by it.
  add column rule_mode text not null default 'match'
    check (rule_mode in ('match', 'add', 'remove')),
  -- Its rule is applied once a day, not with every change; and when that was last.
  add column rule_daily boolean not null default false,
  add column ruled_at timestamptz,
  alter column rule drop not null;
update audience set way = 'events' where event_key is not null;
alter table audience
  add constraint audience_one_way check (
    (way in ('rule', 'events')) = (rule is not null)
    and (way = 'events') = (event_key is not null)
    and (way = 'rule' or (rule_mode = 'match' and not rule_daily))),
  -- What belongs to one way points here, so that an audience cannot have two.
  add constraint audience_way unique (id, way);

-- Who was put into an audience, by whatever way is no matching rule; a "no" or the hold-out keeps
-- them out all the same.
create table placed (
  audience_id integer not null,
  profile_id bigint not null,
  at timestamptz not null,
  primary key (audience_id, profile_id)
);
create index placed_of_profile on placed (profile_id);

create function forget_placed() returns trigger language plpgsql as $$
begin
  delete from placed d using gone g where d.profile_id = g.id;
  return null;
end
$$;
create trigger profile_gone_from_ways after delete on profile referencing old table as gone
  for each statement execute function forget_placed();

create function forget_placed_of_audience() returns trigger language plpgsql as $$
begin
  delete from placed where audience_id = old.id;
  return null;
end
$$;
create trigger audience_gone_from_ways after delete on audience
  for each row execute function forget_placed_of_audience();
