-- Whether everybody has to show a second factor (docs/decisions/0065-everybody-needs-a-second-factor.md).
alter table installation
  add column second_factor_needed boolean not null default false,
  -- Whoever comes by single sign-on has shown there what the provider asks for.
  add column single_sign_on_suffices boolean not null default true;

-- How somebody came in. Better-auth does not know these columns.
alter table login_session
  add column second_factor boolean not null default false,
  add column single_sign_on boolean not null default false;
