import type { Fetch } from '#meta/exchange.ts';
import type { Sandbox } from '#sandbox/sandbox.ts';
import type { Chance } from '../exact/chance.ts';
import { keysOf } from '../exact/meta-model.ts';
import { wireOrder } from '../exact/values.ts';
import type { Stage } from './stage.ts';

/** One upload as it left the worker. */
export interface Upload {
  readonly direction: 'add' | 'remove';
  readonly sessionId: string;
  /** In the order of the wire, '' where the request had nothing. */
  readonly rows: readonly (readonly string[])[];
}

export interface WireOptions {
  readonly sandbox: Sandbox;
  readonly stage: Stage;
  readonly chance: Chance;
  /** How often a request arrives a second time, within `duplicateLagMs`. */
  readonly duplicateOdds: number;
  readonly duplicateLagMs: number;
  /** Makes of a removal what a Meta does that knows whose the values are. */
  readonly asKnown: (upload: Upload) => Upload;
  sent(upload: Upload): void;
}

export interface Wire {
  readonly fetch: Fetch;
  /** The sandbox says one line of every request that it has decided about. */
  logged(line: string): void;
  /** How late a request may still arrive a second time. */
  readonly largestLagMs: number;
  /** From now on nothing arrives twice that has not been sent yet. */
  calm(): void;
}

type Sent = { readonly response: Promise<Response> };

/** Between a worker and the sandbox: one request at a time, some of them twice. */
export function openWire(): { logged: Wire['logged']; connect: (options: WireOptions) => Wire } {
  let onLine: (line: string) => void = () => {};
  const logged = (line: string) => onLine(line);
  const connect = (options: WireOptions): Wire => {
    const { sandbox, stage, chance } = options;
    let lastDuplicateMs = 0;
    let { duplicateOdds } = options;

    /** Resolves when the sandbox has decided, whether or not it answers. */
    async function deliver(url: string, init: RequestInit): Promise<Sent> {
      const decided = Promise.withResolvers<void>();
      onLine = (line) => {
        // Milliseconds of the real clock are no part of a seed.
        stage.note(`sandbox: ${line.replace(/ \d+ ms/, '')}`);
        decided.resolve();
      };
      const response = sandbox.fetch(new Request(url, init)).then(readWhole);
      const settled = response.then(
        () => {},
        () => {},
      );
      await Promise.race([decided.promise, settled]);
      // What is answered at all is answered before anything else happens.
      for (let i = 0; i < 3; i++) await new Promise((resolve) => setImmediate(resolve));
      return { response };
    }

    const fetch: Fetch = async (url, init) => {
      const upload = readUpload(init);
      const asTold = upload === null ? init : { ...init, body: rewritten(init, options) };
      const { response } = await stage.step(`${init.method} ${new URL(url).pathname}`, () => {
        if (upload !== null) {
          stage.note(`${upload.direction}: ${upload.rows.map(inShort).join(', ')}`);
          options.sent(upload);
        }
        return deliver(url, asTold);
      });
      response.catch(() => {});
      if (upload !== null && chance.happens(duplicateOdds)) {
        const delayMs = chance.below(options.duplicateLagMs);
        lastDuplicateMs = Math.max(lastDuplicateMs, stage.nowMs + delayMs);
        const { signal: _, ...again } = asTold;
        stage.worldAfter(delayMs, async () => {
          stage.note('the same request again');
          (await deliver(url, again)).response.catch(() => {});
        });
      }
      return await Promise.race([response, stage.death]);
    };

    return {
      fetch,
      logged,
      get largestLagMs() {
        const pendingMs = Math.max(0, lastDuplicateMs - stage.nowMs);
        return duplicateOdds > 0 ? options.duplicateLagMs : pendingMs;
      },
      calm() {
        duplicateOdds = 0;
      },
    };
  };
  return { logged, connect };
}

function rewritten(init: RequestInit, { asKnown }: WireOptions): Uint8Array<ArrayBuffer> {
  const upload = readUpload(init);
  const body = JSON.parse(textOf(init)) as WireBody;
  if (upload === null || upload.direction === 'add') return new TextEncoder().encode(textOf(init));
  const { rows } = asKnown(upload);
  const columns = wireOrder.filter((_, i) => rows.some((row) => row[i] !== ''));
  const data = rows.map((row) => columns.map((key) => row[wireOrder.indexOf(key)] ?? ''));
  return new TextEncoder().encode(JSON.stringify({ ...body, payload: { schema: columns, data } }));
}

/** A row by the beginnings of its identifying values. */
function inShort(cells: readonly string[]): string {
  return keysOf({ cells })
    .map((key) => key.replace(/^(\w)\w+ (.{10}).*$/, '$1:$2'))
    .join('+');
}

interface WireBody {
  readonly payload: { readonly schema: readonly string[]; readonly data: readonly string[][] };
  readonly session: { readonly session_id: number };
}

function textOf({ body }: RequestInit): string {
  return body instanceof Uint8Array ? new TextDecoder().decode(body) : String(body as string);
}

/** Null for a request that brings no rows. */
function readUpload(init: RequestInit): Upload | null {
  if (!(init.body instanceof Uint8Array)) return null;
  const text = textOf(init);
  const { payload } = JSON.parse(text) as WireBody;
  if (payload === undefined) return null;
  return {
    direction: init.method === 'DELETE' ? 'remove' : 'add',
    sessionId: /"session_id":(\d+)/.exec(text)?.[1] ?? '',
    rows: payload.data.map((cells) =>
      wireOrder.map((key) => cells[payload.schema.indexOf(key)] ?? ''),
    ),
  };
}

/** An answer with its whole body read, or as much of it as came before it broke off. */
async function readWhole(response: Response): Promise<Response> {
  const pieces: Uint8Array[] = [];
  let broke: unknown = null;
  try {
    for await (const piece of response.body ?? []) pieces.push(piece as Uint8Array);
  } catch (error) {
    broke = error;
  }
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      const piece = pieces.shift();
      if (piece !== undefined) controller.enqueue(piece);
      else if (broke !== null) controller.error(broke);
      else controller.close();
    },
  });
  const { status, headers } = response;
  return new Response(body, { status, headers });
}
