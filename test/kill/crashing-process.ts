/**
 * Loaded before Muster (`node --import`): kills this process at the n-th occurrence of a named
 * moment, as CRASH_AT=P7:3 says it.
 */
import { request } from 'node:http';
import pg from 'pg';
import { crashPoints } from './crash-points.ts';

const [name = '', times = '1'] = (process.env['CRASH_AT'] ?? '').split(':');
const point = crashPoints.get(name);
let left = Number(times);

/** Comes by: true once, when it is time. */
function isTime(): boolean {
  left--;
  return left === 0;
}

function die(): never {
  process.kill(process.pid, 'SIGKILL');
  throw new Error('not reached');
}

if (point?.when === 'half sent' || point?.when === 'answered') spoilFetch(point.when, point.match);
else if (point !== undefined) watchStatements(point.when, point.match);

type Query = (...args: readonly unknown[]) => unknown;

/** Every statement of every connection; a transaction is told by its commit. */
function watchStatements(when: string, match: string): void {
  const proto = pg.Client.prototype as unknown as { query: Query };
  const original = proto.query;
  /** Connections whose transaction holds such a statement. */
  const marked = new Set<unknown>();
  proto.query = function query(this: unknown, ...args: readonly unknown[]): unknown {
    const text = textOf(args[0]);
    if (text === 'begin' || text.startsWith('begin ')) marked.delete(this);
    const isEnd = text === 'commit' && marked.delete(this);
    if (isEnd && when === 'before commit' && isTime()) die();
    if (text.includes(match)) {
      if (when === 'at' && isTime()) die();
      marked.add(this);
    }
    const result = original.apply(this, [...args]);
    if (isEnd && when === 'after commit') {
      void (result as Promise<unknown>).then(() => {
        if (isTime()) die();
      });
    }
    return result;
  };
}

function textOf(statement: unknown): string {
  if (typeof statement === 'string') return statement.trim();
  const { text } = (statement ?? {}) as { text?: unknown };
  return typeof text === 'string' ? text.trim() : '';
}

function spoilFetch(when: string, match: string): void {
  const original = globalThis.fetch;
  globalThis.fetch = async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    const isUpload = url.pathname.endsWith(match) && init?.body instanceof Uint8Array;
    if (!isUpload || !isTime()) return await original(input, init);
    if (when === 'half sent') return await sendHalf(url, init);
    await original(input, init);
    die();
  };
}

async function sendHalf(url: URL, init: RequestInit): Promise<never> {
  const body = init.body as Uint8Array;
  const headers = Object.fromEntries(new Headers(init.headers));
  const sent = request(url, {
    method: init.method ?? 'POST',
    headers: { ...headers, 'content-length': String(body.length) },
  });
  sent.on('error', () => {});
  await new Promise<void>((resolve) => {
    sent.write(body.subarray(0, Math.ceil(body.length / 2)), () => resolve());
  });
  die();
}
