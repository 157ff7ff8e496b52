/**
 * The tables of the state, one step a version: a state that stopped at step n is given the rest when
 * it is opened. A step that was released is never edited.
 */
export const schemaSteps: readonly string[] = [
  `
  create table fact (name text primary key, value text not null) without rowid;
  create table account (id text primary key, name text not null, details text not null) without rowid;
  create table token (token text primary key, details text not null) without rowid;
  create table audience (
    number integer primary key,
    id text not null unique,
    account text not null references account,
    created_at integer not null,
    deleted_at integer,
    details text not null,
    shape text,
    columns integer not null default 0,
    last_row integer not null default 0,
    settled_row integer not null default 0,
    rows_held integer not null default 0,
    people_matched integer not null default 0,
    changed_at integer,
    people_shown integer not null default -1
  );
  create index audience_by_account on audience (account, number);
  create table session (
    account text not null,
    id text not null,
    target text not null,
    kind text not null,
    started_at integer not null,
    finished_at integer,
    last_seq integer not null,
    received integer not null,
    invalid integer not null,
    primary key (account, id)
  ) without rowid;
  create table held_row (id integer primary key, person integer, body blob not null);
  create table row_key (audience integer, hash integer, row integer,
    primary key (audience, hash, row)) without rowid;
  create table late_effect (id integer primary key, due_at integer not null, request text not null);
  create table fault (id integer primary key, details text not null);
  `,
  // Sizes and statuses that come late, a journal of what took effect, blocks, people with a number.
  `
  alter table audience add column ready_at integer;
  alter table audience add column due_at integer;
  alter table audience add column content_shown_at integer;
  update audience set ready_at = changed_at, due_at = changed_at;
  alter table session add column schema text;
  create table operation (
    id integer primary key,
    at integer not null,
    account text not null,
    audience text,
    kind text not null,
    details text not null
  );
  create index operation_by_audience on operation (audience, id);
  create table quota (account text primary key, details text not null) without rowid;
  create table listed_key (hash integer, person integer,
    primary key (hash, person)) without rowid;
  create table listed_people (first integer primary key, past integer not null);
  `,
  // How much of the last session was invalid.
  'alter table audience add column invalid_percent integer not null default 0;',
  // Listed people in audiences, and the external ids they came with.
  `
  create table listed_member (audience integer, person integer,
    primary key (audience, person)) without rowid;
  create table external_id (account text, hash integer, person integer not null,
    at integer not null, primary key (account, hash)) without rowid;
  `,
  // When the rows and the listed people of an audience came, by day, for those that let them go.
  `
  alter table listed_member add column day integer not null default 0;
  create table row_mark (audience integer, day integer, last_row integer not null,
    primary key (audience, day)) without rowid;
  `,
];
