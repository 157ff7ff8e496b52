-- A list of a thousand audiences asks of each whether a run of it is held; without this it went
-- through all runs there ever were, once for each audience.
create index run_held on run (audience_id, id desc) where state = 'held';
