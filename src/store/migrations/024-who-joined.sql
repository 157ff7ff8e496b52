-- An addition whose answer got lost is sent again; its people joined once. What the guard counts of
-- either direction stands in evidence_people from now on.
update operation set evidence_people = people where kind = 'add';

-- It says again what was told long ago: a run that is taken over counts it as that.
alter table operation add column swept boolean not null default false;

-- A "no" in a call that waits in the inbox because an import holds on to the people: it keeps them from
-- being sent until the call is received. Null: said to us directly.
alter table spoken_no add column inbox_id bigint;
