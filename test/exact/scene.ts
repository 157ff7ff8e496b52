import { must } from '#domain/errors/assert.ts';
import { createMetaClient } from '#meta/client.ts';
import type { Fetch } from '#meta/exchange.ts';
import type { Store, Tx } from '#store/db.ts';
import type { Muster } from '#sync/muster.ts';
import type { SyncReport } from '#sync/reports.ts';
import { syncAudience } from '#sync/sync.ts';
import { Chance } from './chance.ts';
import { openPlace, type Place } from './place.ts';
import { wireOrder } from './values.ts';

/** Whether an upload takes effect: at once, when the test says so, or never. Its connection ends. */
type Unanswered = 'done' | 'late' | 'lost';

/** What becomes of an upload; `dies`: its sender is killed before an answer. Or an error of Meta's. */
export type Fate =
  | 'answered'
  | Unanswered
  | { readonly dies: Unanswered }
  | { readonly code: number; readonly subcode?: number; readonly done?: boolean };

/** An upload as it went over the wire. */
export interface Sent {
  readonly direction: 'add' | 'remove';
  /** The values of each row that were there. */
  readonly rows: readonly string[][];
}

export type Moment = 'planned' | 'written down';

/** What tells of it: a statement of the plan's reader, and one whose commit precedes the request. */
const momentOf: Readonly<Record<Moment, string>> = {
  planned: 'as ids from plan_chunk',
  'written down': 'insert into operation (',
};

/** Longer than anything that this file calls late. */
const settleMs = 10 * 60_000;
const apiBase = 'http://sandbox.invalid';

/** One audience, “gold”, and processes of Muster whose every request does what the test wants. */
export class Scene implements AsyncDisposable {
  readonly place: Place;
  readonly sent: Sent[] = [];
  /** What becomes of the next uploads, one after the other; then `otherwise`. */
  fates: Fate[] = [];
  otherwise: Fate = 'answered';
  /** Before an upload is delivered, whatever its fate. */
  onUpload: (direction: Sent['direction']) => Promise<void> = () => Promise.resolve();
  #late: (() => Promise<Response>)[] = [];
  #waiting: { readonly at: Moment; readonly work: () => Promise<void> }[] = [];

  private constructor(place: Place) {
    this.place = place;
  }

  static async open(): Promise<Scene> {
    const scene = new Scene(await openPlace(new Chance(1)));
    await scene.place.createAudience('gold', { trait: 'plan', op: 'equals', value: 'gold' });
    return scene;
  }

  /** Does something in the middle of the next run, once. */
  at(moment: Moment, work: () => Promise<void>): void {
    this.#waiting.push({ at: moment, work });
  }

  async receive(csv: string, mirror = false): Promise<void> {
    await this.place.receive(`${csv.trim().replaceAll(/\n\s+/g, '\n')}\n`, { mirror });
  }

  /** One run in a process of its own, which waits for no window. */
  async sync(): Promise<SyncReport> {
    const wish = { wait: false, trigger: 'manual' } as const;
    return await syncAudience(this.#process(), 'gold', wish, () => {});
  }

  /** What was late takes effect now. */
  async land(): Promise<void> {
    for (const effect of this.#late.splice(0)) await effect();
  }

  /** From now on all goes well: runs an hour apart until one finds nothing to do. Gives what is held. */
  async settled(): Promise<string[]> {
    this.fates = [];
    this.otherwise = 'answered';
    for (let run = 1; ; run++) {
      this.place.clock.nowMs += 3_600_000;
      const report = await this.sync();
      if (report.requestsUsed === 0 && report.state === 'succeeded') break;
      if (run === 6) throw new Error(`the ${run}th run still ends ${report.state}`);
    }
    return await this.held();
  }

  /** The filled cells of each row that the sandbox holds. */
  async held(): Promise<string[]> {
    const [link] = await this.place.muster.store.query<{ id: string }>(
      'select meta_audience_id as id from link where ended_at is null',
    );
    const rows = await this.place.heldRows(must(link, 'the audience is linked').id);
    return rows.map((row) => (JSON.parse(row) as string[]).filter(Boolean).join(' '));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.place[Symbol.asyncDispose]();
  }

  /** Muster as a process has it that may be killed; its locks go with it. */
  #process(): Muster {
    const { muster, clock } = this.place;
    const life = { isOver: false };
    const meta = createMetaClient({
      ...{ fetch: this.#network(life), apiBase, token: this.place.sandbox.token },
      governor: { ask: () => Promise.resolve(0), answered: () => Promise.resolve() },
      clock: { nowMs: () => clock.nowMs, after: () => () => {} },
    });
    return {
      ...{ ...muster, store: this.#store(muster.store, life) },
      openClient: async () => {
        const { adAccount } = await muster.openClient({} as never);
        return { meta, adAccount, requestTimeoutMs: 90_000, settleMs };
      },
    };
  }

  #network(life: { isOver: boolean }): Fetch {
    return async (url, init) => {
      const deliver = () => this.place.sandbox.fetch(new Request(url, init));
      const upload = readUpload(init);
      if (upload === null) return await deliver();
      this.sent.push(upload);
      await this.onUpload(upload.direction);
      return await this.#befall(life, this.fates.shift() ?? this.otherwise, deliver);
    };
  }

  async #befall(
    life: { isOver: boolean },
    fate: Fate,
    deliver: () => Promise<Response>,
  ): Promise<Response> {
    if (fate === 'answered') return await deliver();
    if (typeof fate === 'object' && 'code' in fate) {
      if (fate.done === true) await deliver();
      return errorOf(fate);
    }
    const effect = typeof fate === 'string' ? fate : fate.dies;
    if (effect === 'done') await deliver();
    if (effect === 'late') this.#late.push(deliver);
    life.isOver ||= typeof fate === 'object';
    throw connectionLost();
  }

  /** Tells of the moments, and does nothing more for a process that is dead. */
  #store(inner: Store, life: { readonly isOver: boolean }): Store {
    const alive = (): void => {
      if (life.isOver) throw new Error('the process is killed');
    };
    const transaction =
      (begin: 'tx' | 'snapshot') =>
      async <T>(work: (tx: Tx) => Promise<T>): Promise<T> => {
        alive();
        const texts: string[] = [];
        const result = await inner[begin]((tx) =>
          work({
            ...tx,
            query: (text, params) => {
              texts.push(text);
              return tx.query(text, params);
            },
          }),
        );
        for (const text of texts) await this.#passed(text);
        return result;
      };
    return {
      query: async <Row extends object>(text: string, params: readonly unknown[] = []) => {
        alive();
        const rows = await inner.query<Row>(text, params);
        await this.#passed(text);
        return rows;
      },
      ...{ tx: transaction('tx'), snapshot: transaction('snapshot') },
      session: (work) => inner.session(work),
      [Symbol.asyncDispose]: () => inner[Symbol.asyncDispose](),
    };
  }

  async #passed(text: string): Promise<void> {
    const due = this.#waiting.findIndex(({ at }) => text.includes(momentOf[at]));
    const [moment] = due < 0 ? [] : this.#waiting.splice(due, 1);
    await moment?.work();
  }
}

function errorOf({ code, subcode = 0 }: { code: number; subcode?: number }): Response {
  const error = { message: 'no', type: 'OAuthException', code, error_subcode: subcode };
  return Response.json({ error: { ...error, fbtrace_id: 'A' } }, { status: 400 });
}

function connectionLost(): TypeError {
  const cause = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
  return new TypeError('fetch failed', { cause });
}

function readUpload({ method, body }: RequestInit): Sent | null {
  if (!(body instanceof Uint8Array)) return null;
  const { payload } = JSON.parse(new TextDecoder().decode(body)) as {
    payload?: { schema: string[]; data: string[][] };
  };
  if (payload === undefined) return null;
  const cellsOf = (cells: readonly string[]): string[] =>
    wireOrder.map((key) => cells[payload.schema.indexOf(key)] ?? '').filter(Boolean);
  return {
    direction: method === 'DELETE' ? 'remove' : 'add',
    rows: payload.data.map(cellsOf),
  };
}
