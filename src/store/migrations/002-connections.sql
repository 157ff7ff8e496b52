-- Connections in full: what is known of a token, what stops one, and what is left of Meta's limits.

alter table connection
  -- Of the Meta app, where one was given; the secret is sealed like the token.
  add column app_id text,
  add column app_secret_sealed bytea,
  -- How the token came.
  add column origin text not null default 'pasted' check (origin in ('pasted', 'login')),
  add column user_id text,
  add column user_name text,
  -- What Meta called the token (USER, SYSTEM_USER); null where it would not say.
  add column token_kind text,
  -- infinity: never; null: Meta would not say, which is not the same.
  add column token_ends_at timestamptz,
  add column token_since timestamptz not null default clock_timestamp(),
  add column access_tier text,
  -- Why nothing is sent through it: {"code","words","link","metaCode","metaSubcode"}.
  add column stopped_for jsonb,
  add column stopped_at timestamptz,
  -- When a stopped one was last tried again.
  add column tried_at timestamptz;

-- One ad account that Meta has closed to us, with the others of its connection going on.
alter table integration
  add column stopped_for jsonb,
  add column stopped_at timestamptz,
  add column tried_at timestamptz;

-- Of one app at one ad account, or of the app as a whole (ad_account 'app'). One row a budget, shared
-- by all processes: domain/rate-budget.ts reads and writes the document.
create table rate_budget (
  scope text not null,
  ad_account text not null,
  budget jsonb not null,
  updated_at timestamptz not null,
  primary key (scope, ad_account)
) with (fillfactor = 50);
