-- Counting a rule before there is an audience (docs/decisions/0043-counts-in-a-second.md).

-- A place from 0 to 65535 that is as good as drawn: the first so many places are a sample of everybody.
-- Not the bucket, which follows the order in which people came in.
create function sample_place(profile_id bigint) returns integer
language sql immutable strict parallel safe as $$
  select (hashint8extended(profile_id, 0) & 65535)::integer
$$;

-- Only a sixteenth of the people has an entry, so it costs the way in next to nothing.
create index profile_sample on profile (database_id, sample_place(id)) where sample_place(id) < 4096;
