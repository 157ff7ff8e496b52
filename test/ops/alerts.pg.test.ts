import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { SMTPServer } from 'smtp-server';
import { Webhook } from 'standardwebhooks';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createMailer } from '#alerts/mail.ts';
import { type Senders, sendDue, sendTest } from '#alerts/send-due.ts';
import { watchCauses } from '#alerts/watch.ts';
import { wordsOf } from '#alerts/words.ts';
import { Secret } from '#config/secret.ts';
import { readChannelTarget } from '#connections/channel-target.ts';
import { addAddresses, createWebhook, findWebhook, rotateWebhook } from '#connections/channels.ts';
import type { KeyRing } from '#connections/key.ts';
import type { alertKinds } from '#domain/alert-kinds.ts';
import { must } from '#domain/errors/assert.ts';
import { listChannels } from '#store/alert-channels.ts';
import { listAlerts, setAlertRules, silenceAlert } from '#store/alerts.ts';
import { openStore, type Store } from '#store/db.ts';
import { testDatabase } from '../support/postgres.ts';

const keys: KeyRing = [randomBytes(32)];
const own = { allowPrivate: true };

let database: Awaited<ReturnType<typeof testDatabase>>;
let store: Store;
let nowMs: number;

/** What the other sides got. */
const mails: { to: readonly string[]; text: string }[] = [];
const calls: { path: string; headers: IncomingHttpHeaders; body: string }[] = [];
let answer = 204;
let smtp: SMTPServer;
let http: Server;
let senders: Senders;

beforeAll(async () => {
  smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData(stream, session, done) {
      void text(stream).then((mail) => {
        mails.push({ to: session.envelope.rcptTo.map(({ address }) => address), text: mail });
        done();
      });
    },
  });
  await new Promise<void>((resolve) => smtp.listen(0, '127.0.0.1', resolve));
  http = createServer((request, response) => {
    void text(request).then((body) => {
      calls.push({ path: request.url ?? '', headers: request.headers, body });
      response.writeHead(answer).end();
    });
  });
  await once(http.listen(0, '127.0.0.1'), 'listening');
});
afterAll(async () => {
  await new Promise<void>((resolve) => smtp.close(resolve));
  http.close();
  await once(http, 'close');
});

beforeEach(async () => {
  nowMs = Date.parse('2026-03-02T12:00:00Z');
  database = await testDatabase();
  store = openStore({ url: database.url, now: () => new Date(nowMs) });
  const { port } = smtp.server.address() as AddressInfo;
  senders = {
    mailer: createMailer(new Secret(`smtp://127.0.0.1:${port}`), 'muster@example.com'),
    openChannel: (id) => readChannelTarget(store, keys, id),
    ownHosts: [],
  };
});
afterEach(async () => {
  await store[Symbol.asyncDispose]();
  await database.drop();
  mails.length = 0;
  calls.length = 0;
  answer = 204;
});

const urlOf = (path: string) => `http://127.0.0.1:${(http.address() as AddressInfo).port}${path}`;
const hours = (n: number) => (nowMs += n * 3_600_000);
const webhook = (name: string, kind: 'webhook' | 'slack') =>
  createWebhook(store, keys, { name, kind, url: urlOf(`/${name}`), reachable: own }, randomBytes);

async function look(): Promise<void> {
  await watchCauses(store);
  await sendDue(store, senders);
}

async function open(): Promise<string[]> {
  await watchCauses(store);
  return (await listAlerts(store, { openOnly: true, limit: 100 })).map(({ kind }) => kind);
}

/** A company with one linked audience, `gold`, to which 1,000 people belong. */
async function seed(): Promise<void> {
  await store.query(
    `insert into connection (name, sandbox, api_url, token_sealed) values ('shop', true, 'http://x', '')`,
  );
  await store.query(
    `insert into integration (name, database_id, connection_id, ad_account) values ('shop', 1, 1, 'act_1')`,
  );
  await store.query(
    `insert into audience (database_id, integration_id, name, rule, rule_version, state, activated_at, member_count, feed_position)
     values (1, 1, 'gold', '{}', '1', 'up to date', muster_now() - interval '9 days', 1000, pg_current_snapshot())`,
  );
  await store.query(
    `insert into link (audience_id, database_id, ad_account, meta_audience_id) values (1, 1, 'act_1', '77')`,
  );
}

const run = (state: string, more = '{}') =>
  store.query(
    `insert into run (audience_id, trigger, state, started_at, finished_at, counts, error)
     values (1, 'schedule', $1, muster_now(), muster_now(), $2,
       '{"code":"META_REFUSED","message":"Meta said no","next":"Look"}')`,
    [state, more],
  );
const reading = (columns: string, values: string) =>
  store.query(
    `insert into meta_reading (link_id, read_at, ${columns}) values (1, muster_now(), ${values})`,
  );

describe('a cause', () => {
  beforeEach(seed);

  const stories: Record<keyof typeof alertKinds, [() => Promise<unknown>, () => Promise<unknown>]> =
    {
      'run failed': [() => run('failed'), () => run('succeeded')],
      'run partial': [() => run('partial', '{"rejected":1}'), () => run('succeeded')],
      'guard held': [
        () => run('held', '{"heldBecause":["12 people would leave"]}'),
        () => store.query(`update run set released_at = muster_now()`),
      ],
      'approval asked': [
        () =>
          store.query(
            `insert into approval (audience_id, run_ids, plan_checksum, list_checksum, basis, adds,
               removes, updates, guard_reasons, asked_by)
             values (1, '{1}', 'x', 'x', '', 900, 0, 0, '[]', '{"name":"Ana"}')`,
          ),
        () => store.query(`update approval set state = 'done'`),
      ],
      'model failed': [
        () =>
          store.query(
            `with s as (insert into source (name, kind, place, allow_private, url_sealed)
             values ('s', 'sqlite', 'x', true, '') returning id),
           m as (insert into model (name, database_id, source_id, sql, id_column, mode, enabled)
             select 'm', 1, id, 'x', 'id', 'mirror', true from s returning id)
           insert into model_run (model_id, state, error_code) select id, 'failed', 'SOURCE_CUT' from m`,
          ),
        () =>
          store.query(`insert into model_run (model_id, state) select id, 'succeeded' from model`),
      ],
      'connection stopped': [
        () =>
          store.query(
            `update connection set stopped_at = muster_now(), stopped_for = '{"code":"META_TERMS","words":"Accept the terms."}'`,
          ),
        () => store.query('update connection set stopped_at = null'),
      ],
      'token ends': [
        () =>
          store.query(`update connection set token_ends_at = muster_now() + interval '13 days'`),
        () => store.query(`update connection set token_ends_at = 'infinity'`),
      ],
      'delivery low': [
        () => run('succeeded', '{"accepted":100,"rejected":25}'),
        () => {
          hours(25);
          return Promise.resolve();
        },
      ],
      'size jump': [
        async () => {
          await watchCauses(store);
          hours(2);
          await store.query('update audience set member_count = 1500');
        },
        () => store.query('update audience set member_count = 1499'),
      ],
      'audience ends': [
        () => reading('operation_code, deletes_at', `100, muster_now() + interval '20 days'`),
        () => reading('operation_code', '200'),
      ],
      'audience flagged': [
        () => reading('operation_code', '471'),
        () => reading('operation_code', '200'),
      ],
      'source silent': [
        async () => {
          await store.query(
            'update database set expected_every_minutes = 60, created_at = muster_now()',
          );
          hours(2.1);
        },
        () =>
          store.query(
            `insert into import (database_id, file, state, finished_at) values (1, 'f', 'done', muster_now())`,
          ),
      ],
      'opt-out refused': [
        () =>
          store.query(
            `insert into opt_out (link_id, match_row_id, opened_at, next_at, refusal)
           values (1, 5, muster_now(), muster_now(), '{}')`,
          ),
        () => store.query(`update opt_out set done_at = muster_now(), outcome = 'removed'`),
      ],
      'erasure overdue': [
        () =>
          store.query(
            `insert into erasure (database_id, stamp, match_row_ids, requested_at)
           values (1, 1, '{}', muster_now() - interval '26 days')`,
          ),
        () => store.query(`update erasure set state = 'settled'`),
      ],
    };

  it('of every kind opens its alert alone, has words, and its end resolves it', async () => {
    for (const [kind, [begin, end]] of Object.entries(stories)) {
      await begin();
      expect(await open(), kind).toEqual([kind]);
      const [alert] = await listAlerts(store, { openOnly: true, limit: 1 });
      const { text: said, next } = wordsOf(must(alert, 'it is open'), new Date(nowMs));
      expect(`${said} ${next}`, kind).not.toMatch(/undefined|null|NaN|Invalid/);
      expect(said.length, kind).toBeGreaterThan(15);
      await end();
      expect(await open(), kind).toEqual([]);
    }
  });

  it('below its bound tells nobody', async () => {
    await run('succeeded', '{"accepted":1000,"rejected":100}');
    await store.query(`update connection set token_ends_at = muster_now() + interval '15 days'`);
    await store.query('update database set expected_every_minutes = 60, created_at = muster_now()');
    await watchCauses(store);
    hours(1);
    await store.query('update audience set member_count = 1499');
    expect(await open()).toEqual([]);
    const rules = {
      deliveryBelowPercent: 95,
      jumpPercent: 49,
      jumpPeopleMin: 1000,
      remindHours: 0,
    };
    await setAlertRules(store, rules);
    expect(await open()).toEqual(['size jump', 'delivery low']);
  });

  it('that stops a connection hides what fails behind it', async () => {
    await run('failed');
    await store.query(
      `update connection set stopped_at = muster_now(), stopped_for = '{"code":"META_TOKEN","words":"The token is dead."}'`,
    );
    expect(await open()).toEqual(['connection stopped']);
  });
});

describe('what is sent', () => {
  beforeEach(seed);

  it('goes by mail, by a signed webhook and to Slack: once, again after a day, and when it is over', async () => {
    await addAddresses(store, ['ana@example.com']);
    const secret = must(await webhook('pager', 'webhook'), 'it signs');
    expect(await webhook('team', 'slack')).toBeNull();
    await run('failed');
    for (let i = 0; i < 3; i++) await look();
    expect(mails).toHaveLength(1);
    expect(mails[0]).toMatchObject({ to: ['ana@example.com'] });
    expect(mails[0]?.text).toContain('Meta said no');
    expect(calls.map(({ path }) => path).toSorted()).toEqual(['/pager', '/team']);
    const call = must(
      calls.find(({ path }) => path === '/pager'),
      'it was called',
    );
    // The time of the test is virtual, and the library refuses what is old: so it signs itself.
    const sentAt = new Date(Number(call.headers['webhook-timestamp']) * 1000);
    const expected = new Webhook(secret).sign(
      String(call.headers['webhook-id']),
      sentAt,
      call.body,
    );
    expect(call.headers['webhook-signature']).toBe(expected);
    expect(JSON.parse(call.body)).toMatchObject({
      type: 'alert.opened',
      data: { alertId: '1', kind: 'run failed', subject: 'gold', database: 'main' },
    });
    expect(
      JSON.parse(
        must(
          calls.find(({ path }) => path === '/team'),
          'too',
        ).body,
      ),
    ).toEqual({
      text: expect.stringContaining('Meta said no'),
    });

    hours(25);
    for (let i = 0; i < 3; i++) await look();
    expect(mails).toHaveLength(2);
    await silenceAlert(store, '1', 7);
    hours(25);
    await look();
    expect(mails).toHaveLength(2);
    await silenceAlert(store, '1', 0);
    await run('succeeded');
    await look();
    expect(mails).toHaveLength(3);
    expect(mails[2]?.text).toContain('It is over');
    await look();
    expect(calls).toHaveLength(6);
  });

  it('is told again at once when it gets worse, also while it is silent', async () => {
    await addAddresses(store, ['ana@example.com']);
    await store.query(`update connection set token_ends_at = muster_now() + interval '13 days'`);
    await look();
    await silenceAlert(store, '1', 30);
    hours(24 * 5);
    await look();
    expect(mails).toHaveLength(1);
    hours(24 * 2);
    await look();
    expect(mails.map((mail) => /in \d+ days?/.exec(mail.text)?.[0])).toEqual([
      'in 13 days',
      'in 6 days',
    ]);
  });

  it('is tried again under the same id, and both keys sign while they are rotated', async () => {
    const first = must(await webhook('pager', 'webhook'), 'it signs');
    answer = 500;
    await run('failed');
    await look();
    await look();
    expect(calls).toHaveLength(1);
    expect((await listChannels(store))[0]?.problem).toContain('answers 500');
    const second = await rotateWebhook(store, keys, 'pager', randomBytes);
    answer = 200;
    nowMs += 31_000;
    await look();
    expect(calls).toHaveLength(2);
    const [before, after] = calls.map(({ headers }) => headers);
    expect(after?.['webhook-id']).toBe(before?.['webhook-id']);
    const at = new Date(Number(after?.['webhook-timestamp']) * 1000);
    const sign = (key: string) =>
      new Webhook(key).sign(String(after?.['webhook-id']), at, calls[1]?.body ?? '');
    expect(after?.['webhook-signature']).toBe(`${sign(second)} ${sign(first)}`);
    expect((await listChannels(store))[0]?.problem).toBeNull();
  });

  it('ends for a webhook that says it is gone, and after two days of trying', async () => {
    await webhook('pager', 'webhook');
    await webhook('moved', 'webhook');
    answer = 500;
    await run('failed');
    for (let i = 0; i < 12; i++) {
      await sendDue(store, senders);
      await watchCauses(store);
      hours(11);
    }
    const tries = calls.filter(({ path }) => path === '/pager').length;
    expect(tries).toBeGreaterThan(5);
    answer = 410;
    await run('succeeded');
    await look();
    expect((await listChannels(store)).map(({ endedAt }) => endedAt !== null)).toEqual([
      true,
      true,
    ]);
    const before = calls.length;
    await run('failed');
    await look();
    expect(calls).toHaveLength(before);
  });

  it('never leads to the own network unless somebody said so, nor to another place by a redirect', async () => {
    const wish = {
      name: 'x',
      kind: 'webhook',
      url: urlOf('/x'),
      reachable: { allowPrivate: false },
    };
    await expect(createWebhook(store, keys, wish as never, randomBytes)).rejects.toMatchObject({
      code: 'SOURCE_HOST_REFUSED',
    });
    const metadata = { ...wish, url: 'http://169.254.169.254/latest', reachable: own };
    await expect(createWebhook(store, keys, metadata as never, randomBytes)).rejects.toMatchObject({
      code: 'SOURCE_HOST_REFUSED',
    });
    await webhook('pager', 'webhook');
    answer = 302;
    const channel = await findWebhook(store, 'pager');
    await expect(sendTest(senders, channel, new Date(nowMs))).rejects.toMatchObject({
      code: 'CHANNEL_REFUSED',
    });
    expect(calls).toHaveLength(1);
  });

  it('keeps no URL and no key in clear', async () => {
    const secret = must(await webhook('team-xyzzy', 'webhook'), 'it signs');
    const rows = await store.query<{ row: string }>('select c::text as row from alert_channel c');
    expect(rows).toHaveLength(1);
    const hex = (value: string) => Buffer.from(value).toString('hex');
    for (const value of [urlOf('/team-xyzzy'), secret]) {
      expect(rows[0]?.row).not.toContain(value);
      expect(rows[0]?.row).not.toContain(hex(value));
    }
  });
});
