import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { emailRows, hash, serveForStrangers, type Served } from './_served.ts';

/**
 * Clients of another make against a served sandbox: Python's own HTTP, in the shapes of Meta's Python
 * SDK, and curl, in the words of Meta's documentation. Where one is not installed its test is left out.
 */
const run = promisify(execFile);

let served: Served;

beforeAll(async () => {
  served = await serveForStrangers();
});
afterAll(() => served.close());

const [hasPython, hasCurl] = await Promise.all([isThere('python3'), isThere('curl')]);

async function isThere(command: string): Promise<boolean> {
  try {
    await run(command, ['--version']);
    return true;
  } catch {
    console.log(
      `Left out: ${command} as a stranger to the sandbox. Install ${command} to have it.`,
    );
    return false;
  }
}

test.runIf(hasPython)('Python finds its way from the token to the last row', async () => {
  const { secret } = await served.admin('app');
  const script = join(import.meta.dirname, 'client.py');
  const given = [served.url, served.account, served.sandbox.token, String(secret)];
  const { stdout } = await run('python3', [script, ...given]);
  const seen = JSON.parse(stdout) as Record<string, unknown> & { audience: string };
  expect(seen).toMatchObject({
    me: 'Sandbox system user',
    accounts: ['Harbour & Pine', 'Harbour & Pine UK', 'Harbour & Pine US'],
    listed: [4, 3, 2, 1, 0].map((number) => `Straße ${number} & “co” 東京`),
    added: { session_id: '9223372036854775807', num_received: 300, num_invalid_entries: 0 },
    more: { session_id: '9223372036854775807', num_received: 502, num_invalid_entries: 1 },
    removed: { num_received: 250, num_invalid_entries: 0 },
    removedByPost: { num_received: 50 },
    renamed: { success: true },
    read: {
      name: 'Renamed by Python',
      account_id: served.account.slice(4),
      retention_days: 0,
      data_source: { type: 'FILE_IMPORTED', sub_type: 'MULTI_HASHES' },
    },
    refusals: {
      'finished session': [400, 2650, 1_870_159],
      'unknown field': [400, 100, null],
      'wrong proof': [400, 100, null],
      'no such audience': [400, 100, 33],
    },
    deleted: [{ success: true }, { success: true }, { success: true }, { success: true }],
  });
  const left = [...emailRows(200, 300).flat(), ''];
  expect(await served.emails(seen.audience)).toEqual(left.toSorted());
});

test.runIf(hasCurl)('curl does what the documentation of Meta shows', async () => {
  const base = `${served.url}/v26.0`;
  const curl = async (...args: string[]) => {
    const { stdout } = await run('curl', ['--silent', '--noproxy', '*', ...args]);
    return JSON.parse(stdout) as Record<string, unknown>;
  };
  const token = `access_token=${served.sandbox.token}`;
  const made = await curl(
    ...['-F', 'name=My new Custom Audience', '-F', 'subtype=CUSTOM'],
    ...['-F', 'description=People who purchased on my website'],
    ...['-F', 'customer_file_source=USER_PROVIDED_ONLY', '-F', token],
    `${base}/${served.account}/customaudiences`,
  );
  const id = String(made['id']);
  const [mary, john] = [hash('mary@example.com'), hash('john@example.com')];
  // The flat rows of a single key, which the documentation still shows.
  const payload = JSON.stringify({ schema: 'EMAIL_SHA256', data: [mary, john] });
  const added = await curl('-F', `payload=${payload}`, '-F', token, `${base}/${id}/users`);
  expect(added).toMatchObject({ audience_id: id, num_received: 2, num_invalid_entries: 0 });
  const gone = JSON.stringify({ schema: 'EMAIL_SHA256', data: [mary] });
  const removal = ['-X', 'DELETE', '-d', `payload=${gone}`, '-d', token];
  expect(await curl(...removal, `${base}/${id}/users`)).toMatchObject({ num_received: 1 });
  expect(await served.emails(id)).toEqual([john]);
  const fields = ['-G', '-d', 'fields=name,data_source', '-d', token];
  expect(await curl(...fields, `${base}/${id}`)).toMatchObject({
    name: 'My new Custom Audience',
    data_source: { type: 'FILE_IMPORTED', sub_type: 'HASHES_OR_USER_IDS' },
  });
  expect(await curl('-X', 'DELETE', '-d', token, `${base}/${id}`)).toEqual({ success: true });
});
