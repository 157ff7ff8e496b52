-- Consent by category, what integrations ask for, and what a person's history keeps
-- (docs/decisions/0036-consent-by-category.md).

-- By category: {"newsletter": {"given": true, "basis": …, "source": …, "at": …, "proof": …}, …}. Of
-- "marketing" only what goes with it: its answer is the column consent. "sale_sharing" is what a
-- Global Privacy Control signal refuses. Said to us directly: "direct": true. Null: nothing.
alter table profile add column consents jsonb;

-- Categories that somebody must have said yes to before they are sent through it.
alter table integration add column required_consents text[] not null default '{}';

-- The one predicate for whether somebody may be sent (domain/consent.ts says the same): null, or why
-- not. `rule` is {"unknownPasses": true, "required": {"newsletter": {"given": true}, …}}.
create function consent_verdict(consent boolean, consents jsonb, rule jsonb) returns text
language sql immutable parallel safe as $$
  select case
    when consent is false then 'no'
    when consents @> '{"sale_sharing": {"given": false}}' then 'saleSharing'
    when consent is null and not rule @> '{"unknownPasses": true}' then 'unknown'
    when not coalesce(consents, '{}') @> (rule -> 'required') then 'category'
  end
$$;

-- Whether somebody said no to anything at all.
create function refuses_something(consent boolean, consents jsonb) returns boolean
language sql immutable parallel safe as $$
  select consent is false
    or consents is not null and consents @? '$.*.given ? (@ == false)'
$$;

-- What somebody said no to: '' stands for everything, a category for itself.
create function refusals(consent boolean, consents jsonb) returns setof text
language sql immutable parallel safe as $$
  select '' where consent is false or consents @> '{"sale_sharing": {"given": false}}'
  union all
  select e.key from jsonb_each(coalesce(consents, '{}')) e
  where e.value -> 'given' = 'false' and e.key <> 'sale_sharing'
$$;

-- The same of what somebody said no to directly.
create function direct_refusals(opted_out boolean, consents jsonb) returns setof text
language sql immutable parallel safe as $$
  select '' where opted_out or consents @> '{"sale_sharing": {"given": false, "direct": true}}'
  union all
  select e.key from jsonb_each(coalesce(consents, '{}')) e
  where e.value @> '{"given": false, "direct": true}' and e.key <> 'sale_sharing'
$$;

-- What a source says of some categories over what is held; a null takes a category away.
create function merged_consents(held jsonb, said jsonb) returns jsonb
language sql immutable parallel safe as $$
  select nullif(jsonb_strip_nulls(coalesce(held, '{}') || coalesce(said, '{}')), '{}')
$$;

-- Of two records of one person: a no beats not knowing, which beats a yes; of two equal answers the
-- later one counts.
create function stricter_consents(a jsonb, b jsonb) returns jsonb
language sql immutable strict parallel safe as $$
  select coalesce(jsonb_object_agg(k.key, case
      when b -> k.key -> 'given' = 'false' then b -> k.key
      when a -> k.key -> 'given' = 'false' then a -> k.key
      when k.key = 'marketing' then coalesce(b -> k.key, a -> k.key)
      when jsonb_typeof(a -> k.key) = 'object' then b -> k.key
    end), '{}')
  from (select jsonb_object_keys(a) union select jsonb_object_keys(b)) k (key)
$$;
create aggregate strictest_consents(jsonb) (
  sfunc = stricter_consents, stype = jsonb, parallel = safe
);

-- The triggers of migration 007, for every category.
drop trigger profile_says_no on profile;
drop trigger profile_no_changes on profile;
drop trigger profile_no_goes on profile;
create constraint trigger profile_says_no after insert on profile
  deferrable initially deferred for each row
  when (refuses_something(new.consent, new.consents))
  execute function note_consent_change();
create constraint trigger profile_no_changes after update on profile
  deferrable initially deferred for each row
  when ((refuses_something(old.consent, old.consents) or refuses_something(new.consent, new.consents))
    and (old.consent is distinct from new.consent or old.consents is distinct from new.consents
      or old.match_row_ids <> new.match_row_ids))
  execute function note_consent_change();
create constraint trigger profile_no_goes after delete on profile
  deferrable initially deferred for each row
  when (refuses_something(old.consent, old.consents))
  execute function note_consent_change();

-- A no to a category that was given directly is kept until something else is said directly.
create function keep_direct_noes() returns trigger language plpgsql as $$
begin
  new.consents := coalesce(new.consents, '{}') || (
    select coalesce(jsonb_object_agg(e.key, e.value), '{}') from jsonb_each(old.consents) e
    where e.value @> '{"given": false, "direct": true}'
      and not coalesce(new.consents -> e.key @> '{"direct": true}', false));
  return new;
end $$;
create trigger profile_keeps_direct_noes before update on profile for each row
  when (old.consents is distinct from new.consents
    and old.consents @? '$.* ? (@.given == false && @.direct == true)')
  execute function keep_direct_noes();

-- Which category was refused, or '' for everything: only links whose integration asks for it keep the
-- value back.
alter table suppression add column category text not null default '';
alter table suppression drop constraint suppression_pkey;
alter table suppression add primary key (database_id, key, reason, category);

-- The same, and what exactly was said.
alter table spoken_no
  add column category text not null default '',
  add column answer jsonb not null default '{"category": "marketing", "given": false, "details": {}}';
alter table spoken_no drop constraint spoken_no_pkey;
alter table spoken_no add primary key (database_id, profile_id, category);

-- By which way the audience would have taken them in, and why it did not: a verdict of consent_verdict.
alter table blocked
  add column way text not null default 'rule',
  add column reason text not null default 'no';
-- Few where only a no blocks, and then counting by reason costs nothing.
create index blocked_otherwise on blocked (audience_id, reason) where reason <> 'no';

-- The "negative consent" interactions that are over; those that last are in blocked.
create table past_block (
  database_id integer not null,
  profile_id bigint not null,
  audience_id integer not null,
  way text not null,
  reason text not null,
  since timestamptz not null,
  ended_at timestamptz not null
);
create index past_block_of_profile on past_block (database_id, profile_id);
create index past_block_of_audience on past_block (audience_id);

-- What was said about a person and changed: who said it, what it was and is. Identifiers by their shape
-- alone, and all of it goes with the person or after a while.
create table profile_change (
  database_id integer not null,
  profile_id bigint not null,
  at timestamptz not null,
  source text not null,
  -- A field of identifiers, a trait, consent, or consent.CATEGORY.
  about text not null,
  before jsonb,
  after jsonb
);
create index profile_change_of_profile on profile_change (database_id, profile_id, at);
create index profile_change_at on profile_change using brin (at);

create function shape_of(value jsonb) returns jsonb
language sql immutable strict parallel safe as $$
  select to_jsonb(left(regexp_replace(regexp_replace(value #>> '{}', '[[:digit:]]', '9', 'g'),
    '[[:alpha:]]', 'a', 'g'), 40))
$$;

create function changes_between(identifiers jsonb, traits jsonb, consent boolean, consents jsonb,
  new_identifiers jsonb, new_traits jsonb, new_consent boolean, new_consents jsonb)
returns table (about text, before jsonb, after jsonb)
language sql immutable parallel safe as $$
  select coalesce(a.key, b.key), shape_of(a.value), shape_of(b.value)
  from jsonb_each(identifiers) a full join jsonb_each(new_identifiers) b on a.key = b.key
  where a.value is distinct from b.value
  union all
  select coalesce(a.key, b.key), a.value, b.value
  from jsonb_each(traits) a full join jsonb_each(new_traits) b on a.key = b.key
  -- Consent is told as what it was taken for.
  where a.value is distinct from b.value and coalesce(a.key, b.key) not like 'consent.%'
  union all
  select 'consent', to_jsonb(consent), to_jsonb(new_consent)
  where consent is distinct from new_consent
  union all
  select 'consent.' || coalesce(a.key, b.key), a.value, b.value
  from jsonb_each(coalesce(consents, '{}')) a
  full join jsonb_each(coalesce(new_consents, '{}')) b on a.key = b.key
  where a.value is distinct from b.value
$$;

create or replace function forget_with_profile() returns trigger language plpgsql as $$
begin
  delete from identity i using gone g where i.database_id = g.database_id and i.profile_id = g.id;
  delete from event e using gone g where e.database_id = g.database_id and e.profile_id = g.id;
  delete from event_summary s using gone g
    where s.database_id = g.database_id and s.profile_id = g.id;
  delete from past_block b using gone g where b.database_id = g.database_id and b.profile_id = g.id;
  delete from profile_change c using gone g
    where c.database_id = g.database_id and c.profile_id = g.id;
  return null;
end
$$;
