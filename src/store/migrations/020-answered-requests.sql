-- What was answered to a request with an Idempotency-Key, for a day (docs/decisions/0048-the-api.md).
create table answered_request (
  -- Who asked: `user 3`, `key 7`.
  principal text not null,
  key text not null,
  -- Of method, address and body.
  digest text not null,
  -- Null: under way, or the process died over it.
  status smallint,
  answer text,
  headers jsonb,
  at timestamptz not null default muster_now(),
  primary key (principal, key)
);
create index answered_request_at on answered_request (at);
