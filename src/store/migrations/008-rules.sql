-- What rules need to know (docs/rules.md).

-- Some profiles have a list of values for it, each of which may pass.
alter table trait add column is_list boolean not null default false;
update trait t set is_list = true
where t.field is null and exists (select 1 from profile p where p.database_id = t.database_id
  and jsonb_typeof(p.traits -> t.name) = 'array');
