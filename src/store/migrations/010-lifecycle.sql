-- Deactivating an audience, and deleting its counterpart at Meta
-- (docs/decisions/0030-a-new-link-takes-the-ledger-along.md).

-- Since when the people of an audience are being removed, so that it can be deactivated: nobody
-- belongs to it, and the run that finds nothing left ends it.
alter table audience add column emptying_at timestamptz;

-- Somebody asked for the deletion of the Meta audience; written before Meta is asked.
alter table link add column deletion_began_at timestamptz;
