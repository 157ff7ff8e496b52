-- An addition whose answer got lost is sent again; its people joined once. What the guard counts of
-- either direction stands in evidence_people from now on.
update operation set evidence_people = people where kind = 'add';

-- It says again what was told long ago: a run that is taken over counts it as that.
alter table operation add column swept boolean not null default false;
