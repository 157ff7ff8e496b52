-- What became of everything over a period is added up from the runs that ended in it.
create index run_finished on run (finished_at) where finished_at is not null;
