import { createHash } from 'node:crypto';
import { must } from '#domain/errors/assert.ts';
import { openSandbox, type Sandbox } from '#sandbox/sandbox.ts';
import { serveSandbox } from '#sandbox/serve.ts';

/** A sandbox on a port, as `muster sandbox` serves it, with what the tests ask of its truth. */
export interface Served {
  readonly sandbox: Sandbox;
  readonly url: string;
  readonly account: string;
  admin(path: string, body?: object): Promise<Record<string, unknown>>;
  /** The e-mail hashes of the rows that an audience holds, in order. */
  emails(audience: string): Promise<string[]>;
  close(): Promise<void>;
}

export async function serveForStrangers(): Promise<Served> {
  const sandbox = await openSandbox({ directory: null, clock: Date.now, random: Math.random });
  const served = await serveSandbox(sandbox, { port: 0, host: '127.0.0.1' });
  return {
    sandbox,
    url: served.url,
    account: must(sandbox.adAccounts[0], 'an ad account').id,
    async admin(path, body) {
      const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
      const response = await fetch(`${served.url}/_sandbox/${path}`, init);
      return (await response.json()) as Record<string, unknown>;
    },
    async emails(audience) {
      const text = await (await fetch(`${served.url}/_sandbox/audiences/${audience}/rows`)).text();
      const lines = text.split('\n').filter((line) => line !== '');
      return lines.map((line) => (JSON.parse(line) as string[])[1] ?? '').toSorted();
    },
    async close() {
      await served.close();
      await sandbox.close();
    },
  };
}

export function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** As many rows of one e-mail each, the same on every run. */
export function emailRows(count: number, from = 0): string[][] {
  return Array.from({ length: count }, (_, at) => [hash(`person-${from + at}@example.com`)]);
}
