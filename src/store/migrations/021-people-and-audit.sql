-- Who may do what: people who sign in, one-time links, API keys, and the log of who changed or saw what
-- (docs/decisions/0049-who-may-do-what.md). Tables that begin with login_ are read and written by
-- better-auth too, except for the columns that it does not know.

create table login_user (
  id text primary key default gen_random_uuid()::text,
  name text not null,
  -- In lower case.
  email text not null unique check (email = lower(email)),
  email_verified boolean not null default true,
  image text,
  two_factor_enabled boolean not null default false,
  created_at timestamptz not null default muster_now(),
  updated_at timestamptz not null default muster_now(),
  role text not null default 'viewer' check (role in ('viewer', 'editor', 'admin', 'owner')),
  personal_data boolean not null default false,
  credentials boolean not null default false,
  -- Null: all of them, also those that are made later.
  database_ids integer[],
  disabled_at timestamptz,
  last_seen_at timestamptz
);

create table login_session (
  id text primary key,
  -- The cookie is this and a signature: whoever reads only the table cannot make one.
  token text not null unique,
  user_id text not null references login_user on delete cascade,
  expires_at timestamptz not null,
  ip_address text,
  user_agent text,
  created_at timestamptz not null default muster_now(),
  updated_at timestamptz not null default muster_now()
);
create index login_session_of_user on login_session (user_id);

-- How somebody proves who they are: a password, or an account at a provider of single sign-on.
create table login_credential (
  id text primary key default gen_random_uuid()::text,
  account_id text not null,
  provider_id text not null,
  user_id text not null references login_user on delete cascade,
  access_token text,
  refresh_token text,
  id_token text,
  access_token_expires_at timestamptz,
  refresh_token_expires_at timestamptz,
  scope text,
  -- Argon2id.
  password text,
  created_at timestamptz not null default muster_now(),
  updated_at timestamptz not null default muster_now(),
  unique (provider_id, account_id)
);
create index login_credential_of_user on login_credential (user_id);

-- Steps of a sign-in that are under way.
create table login_verification (
  id text primary key,
  identifier text not null,
  value text not null,
  expires_at timestamptz not null,
  created_at timestamptz not null default muster_now(),
  updated_at timestamptz not null default muster_now()
);
create index login_verification_of on login_verification (identifier);

create table login_two_factor (
  id text primary key,
  user_id text not null references login_user on delete cascade,
  -- Both encrypted under the secret below.
  secret text not null,
  backup_codes text not null,
  verified boolean not null default true,
  failed_verification_count integer not null default 0,
  locked_until timestamptz
);
create index login_two_factor_of_user on login_two_factor (user_id);

-- What signs cookies and encrypts second factors, sealed like tokens.
create table login_secret (
  only_one boolean primary key default true check (only_one),
  sealed bytea not null
);

-- Failed attempts to sign in, by account and by address, each as a hash.
create table login_attempt (
  bucket text primary key,
  count integer not null,
  ends_at timestamptz not null
);

-- Links that work once: the first start, an invitation, a new password, the demo.
create table one_time_link (
  id integer generated always as identity primary key,
  kind text not null check (kind in ('first-start', 'invitation', 'reset', 'demo')),
  -- SHA-256: the link itself is not kept.
  hash bytea not null unique,
  user_id text references login_user on delete cascade,
  email text,
  role text not null default 'viewer' check (role in ('viewer', 'editor', 'admin', 'owner')),
  personal_data boolean not null default false,
  credentials boolean not null default false,
  database_ids integer[],
  made_by text not null,
  created_at timestamptz not null default muster_now(),
  ends_at timestamptz not null,
  used_at timestamptz
);

create table api_key (
  id integer generated always as identity primary key,
  name text not null,
  hash bytea not null unique,
  hint text not null,
  role text not null check (role in ('viewer', 'editor', 'admin', 'owner')),
  personal_data boolean not null,
  credentials boolean not null,
  database_ids integer[],
  made_by text not null,
  created_at timestamptz not null default muster_now(),
  ends_at timestamptz,
  last_used_at timestamptz,
  revoked_at timestamptz
);

alter table write_key add column ends_at timestamptz, add column last_used_at timestamptz;

create table audit_entry (
  id bigint primary key,
  at timestamptz not null,
  actor_kind text not null check (actor_kind in ('user', 'key', 'terminal', 'nobody')),
  actor_id text,
  actor_name text not null,
  action text not null,
  database_id integer,
  subject text,
  detail jsonb,
  -- Of the entry before; 32 zeros before the first.
  previous_hash bytea not null,
  hash bytea not null
);
create index audit_entry_of_database on audit_entry (database_id, id);

-- What an entry's hash is made of: everything in it, and the hash before. Times as microseconds, so
-- that no setting of a session changes their text.
create function audit_hash(entry audit_entry) returns bytea language sql stable as $$
  select sha256(entry.previous_hash || convert_to(jsonb_build_array(
    entry.id, (extract(epoch from entry.at) * 1000000)::bigint, entry.actor_kind, entry.actor_id,
    entry.actor_name, entry.action, entry.database_id, entry.subject, entry.detail)::text, 'UTF8'))
$$;

-- Nobody changes what was written by mistake; on purpose the hashes tell.
create function audit_stays() returns trigger language plpgsql as $$
begin
  raise exception 'the audit log is only ever added to';
end
$$;
create trigger audit_stays before update or delete on audit_entry
  for each row execute function audit_stays();
create trigger audit_stays_whole before truncate on audit_entry
  for each statement execute function audit_stays();
