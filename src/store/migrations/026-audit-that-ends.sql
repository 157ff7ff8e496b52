-- The audit log may lose its beginning, and nothing else: what an entry `audit.cut` names as gone
-- (store/audit.ts, docs/decisions/0056-logs-and-secrets.md).
create or replace function audit_stays() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' and tg_level = 'ROW' then
    if old.id <= (
      select (a.detail->>'upTo')::bigint from audit_entry a where a.action = 'audit.cut'
      order by a.id desc limit 1
    ) then
      return old;
    end if;
  end if;
  raise exception 'the audit log is only ever added to';
end
$$;
create index audit_entry_cut on audit_entry (id) where action = 'audit.cut';
