-- What an audience has besides its rule (docs/decisions/0046-values.md, 0047-editing.md).

alter table audience
  -- Its rows carry LOOKALIKE_VALUE, so that lookalikes can be made by value. Fixed when it is made:
  -- Meta refuses the swap.
  add column value_based boolean not null default false;

-- Members of a value-based audience none of whose rows has a value, kept so that showing how many
-- costs nothing.
create table valueless (
  link_id integer not null,
  profile_id bigint not null,
  primary key (link_id, profile_id)
);
