-- Files that nobody waits for are kept here until a worker, on whatever machine, has imported them
-- (docs/decisions/0069-uploads-in-the-database.md).

update upload set state = 'failed', error_code = 'UPLOAD_LOST', finished_at = muster_now(),
  error_measured = 'it waited on a disk when Muster was brought up to date'
where state in ('queued', 'running');
alter table upload drop column folder;
-- receiving: its parts are still coming in.
alter table upload drop constraint upload_state_check;
alter table upload add constraint upload_state_check
  check (state in ('receiving', 'queued', 'running', 'succeeded', 'partial', 'failed'));

create table upload_part (
  upload_id bigint not null references upload on delete cascade,
  -- file: as it was sent, until it is imported. rejected: the lines that were left out, as CSV.
  kind text not null check (kind in ('file', 'rejected')),
  part integer not null,
  bytes bytea not null,
  primary key (upload_id, kind, part)
);
-- Packed files do not get smaller, and others are gone soon.
alter table upload_part alter column bytes set storage external;
