import type { Fetch } from '#meta/exchange.ts';
import type { Sandbox } from '#sandbox/sandbox.ts';
import type { Chance } from '../exact/chance.ts';
import { keysOf } from '../exact/known-people.ts';
import { wireOrder } from '../exact/values.ts';
import type { Actor } from './actor.ts';
import type { Answered, Watch } from './watch.ts';
import {
  bodyOf,
  codesByMeaning,
  hadNoEffect,
  networkFailure,
  networkFaults,
} from './listed-errors.ts';
import type { FaultPlan, Setting } from './script.ts';
import type { Stage } from './stage.ts';

/** One upload as it left the worker. */
export interface Upload {
  readonly direction: 'add' | 'remove';
  readonly metaAudienceId: string;
  readonly sessionId: string;
  /** In the order of the wire, '' where the request had nothing. */
  readonly rows: readonly (readonly string[])[];
  /** The rows as Meta would name them in its samples. */
  readonly samples: readonly string[];
}

export interface WireOptions {
  /** Known by the time of the first request. */
  readonly sandbox: () => Sandbox;
  readonly stage: Stage;
  readonly chance: Chance;
  readonly setting: Setting;
  /** Makes of a removal what a Meta does that knows whose the values are. */
  readonly asKnown: (upload: Upload) => Upload;
  readonly watch: Watch;
}

interface Answering {
  readonly answer: Promise<Answered>;
  /** Nothing was done. */
  readonly refused?: boolean;
}

/** Between the workers and the sandbox: one request at a time, some of them twice, some never. */
export class Wire {
  readonly #options: WireOptions;
  #onLine: (line: string) => void = () => {};
  #lastDuplicateMs = 0;
  #duplicateOdds: number;
  #listed: FaultPlan['listed'] = null;

  constructor(options: WireOptions) {
    this.#options = options;
    this.#duplicateOdds = options.setting.duplicateOdds;
  }

  /** The sandbox says one line of every request that it has decided about. */
  logged(line: string): void {
    this.#onLine(line);
  }

  /** How late a request may still arrive a second time. */
  get largestLagMs(): number {
    const { setting, stage } = this.#options;
    const pendingMs = Math.max(0, this.#lastDuplicateMs - stage.nowMs);
    return this.#duplicateOdds > 0 ? setting.duplicateLagMs : pendingMs;
  }

  arm(listed: FaultPlan['listed']): void {
    this.#listed = listed;
  }

  /** From now on nothing arrives twice that has not been sent yet. */
  calm(): void {
    this.#duplicateOdds = 0;
    this.#listed = null;
  }

  /** The network as one process has it. */
  fetchOf(actor: Actor): Fetch {
    const { watch, stage } = this.#options;
    return async (url, init) => {
      const { pathname } = new URL(url);
      const upload = readUpload(pathname, init);
      watch.opened(actor, upload);
      const asTold =
        upload === null ? init : { ...init, body: rewritten(upload, init, this.#options) };
      const { answer, refused = false } = await actor.step(
        `${init.method} ${pathname}`,
        async () => {
          if (upload !== null) {
            stage.note(`${upload.direction}: ${upload.rows.map(inShort).join(', ')}`);
            watch.sent(actor, upload);
          }
          return (await this.#listedAnswer(url, asTold)) ?? (await this.#deliver(url, asTold));
        },
      );
      const fate = { refused };
      answer.then(
        ({ status, text }) => (fate.refused ||= status >= 400 && hadNoEffect(text)),
        () => {},
      );
      if (upload !== null)
        this.#again({ actor, upload, sent: watch.sentUploads.length }, url, asTold, fate);
      try {
        const answered = await Promise.race([answer, actor.death]);
        watch.answered(actor, upload, answered);
        return answered.response;
      } catch (error) {
        watch.answered(actor, upload, null);
        throw error;
      }
    };
  }

  /** Resolves when the sandbox has decided, whether or not it answers. */
  async #deliver(url: string, init: RequestInit): Promise<Answering> {
    const { stage, sandbox, watch } = this.#options;
    const decided = Promise.withResolvers<void>();
    this.#onLine = (line) => {
      // Milliseconds of the real clock are no part of a seed.
      stage.note(`sandbox: ${line.replace(/ \d+ ms/, '')}`);
      watch.fired(/ (\w+)$/.exec(line)?.[1] ?? '');
      decided.resolve();
    };
    const answer = sandbox().fetch(new Request(url, init)).then(readWhole);
    const settled = answer.then(
      () => {},
      () => {},
    );
    await Promise.race([decided.promise, settled]);
    // What is answered at all is answered before anything else happens.
    for (let i = 0; i < 3; i++) await new Promise((resolve) => setImmediate(resolve));
    return { answer };
  }

  /** A listed error in place of the sandbox's answer, with or without the effect; or null. */
  async #listedAnswer(url: string, init: RequestInit): Promise<Answering | null> {
    const { chance, stage, watch } = this.#options;
    if (this.#listed === null || !chance.happens(this.#listed.odds)) return null;
    const { meaning } = this.#listed;
    watch.fired(meaning);
    const network = networkFaults.find((fault) => fault === meaning);
    if (network !== undefined && network !== 'HTTP 413') {
      stage.note(`network: ${network}`);
      return { answer: Promise.reject(networkFailure(network)), refused: true };
    }
    const error = network === undefined ? chance.pick(codesByMeaning.get(meaning) ?? []) : null;
    stage.note(`instead: ${error?.code ?? 'HTTP 413'}`);
    if (error?.mayBeDone === true && chance.happens(0.5)) {
      (await this.#deliver(url, init)).answer.catch(() => {});
    }
    const [text, status, type] =
      error === null
        ? (['<h1>413</h1>', 413, 'text/html'] as const)
        : ([bodyOf(error.code), 400, 'application/json'] as const);
    const response = new Response(text, { status, headers: { 'content-type': type } });
    const refused = error?.mayBeDone !== true;
    return { answer: Promise.resolve({ response, text, status }), refused };
  }

  /**
   * A copy of what was refused is refused, too: by that a refusal is known to have had no effect. And one
   * whose people have another name since does not bring the earlier one back (docs/reliability.md).
   */
  #again(
    { actor, upload, sent }: { actor: Actor; upload: Upload; sent: number },
    url: string,
    { signal: _, ...init }: RequestInit,
    fate: { readonly refused: boolean },
  ): void {
    const { chance, setting, stage, watch } = this.#options;
    if (!chance.happens(this.#duplicateOdds)) return;
    const delayMs = chance.below(setting.duplicateLagMs);
    this.#lastDuplicateMs = Math.max(this.#lastDuplicateMs, stage.nowMs + delayMs);
    stage.after(null, delayMs, async () => {
      const later = watch.sentUploads.slice(sent).map((one) => one.upload);
      if (fate.refused || isRenamed(upload, later)) return;
      stage.note(`the same request of ${actor.name} again`);
      watch.fired('duplicate');
      (await this.#deliver(url, init)).answer.catch(() => {});
    });
  }
}

/** Whether somebody of an addition was told later with the same identifying values and other names. */
function isRenamed({ direction, metaAudienceId, rows }: Upload, later: readonly Upload[]): boolean {
  if (direction === 'remove') return false;
  const told = new Map(rows.map((cells) => [keysOf({ cells }).join(), cells.join()]));
  return later.some(
    (upload) =>
      upload.direction === 'add' &&
      upload.metaAudienceId === metaAudienceId &&
      upload.rows.some((cells) => {
        const before = told.get(keysOf({ cells }).join());
        return before !== undefined && before !== cells.join();
      }),
  );
}

function rewritten(
  upload: Upload,
  init: RequestInit,
  { asKnown, setting }: WireOptions,
): Uint8Array<ArrayBuffer> {
  const text = textOf(init);
  if (upload.direction === 'add' || !setting.asPeople) return new TextEncoder().encode(text);
  const body = JSON.parse(text) as WireBody;
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
function readUpload(path: string, init: RequestInit): Upload | null {
  if (!(init.body instanceof Uint8Array)) return null;
  const text = textOf(init);
  const { payload } = JSON.parse(text) as WireBody;
  if (payload === undefined) return null;
  return {
    direction: init.method === 'DELETE' ? 'remove' : 'add',
    metaAudienceId: path.split('/').at(-2) ?? '',
    sessionId: /"session_id":(\d+)/.exec(text)?.[1] ?? '',
    rows: payload.data.map((cells) =>
      wireOrder.map((key) => cells[payload.schema.indexOf(key)] ?? ''),
    ),
    samples: payload.data.map((cells) => JSON.stringify(cells)),
  };
}

/** An answer with its whole body read, or as much of it as came before it broke off. */
async function readWhole(response: Response): Promise<Answered> {
  const pieces: Uint8Array[] = [];
  let broke: unknown = null;
  try {
    for await (const piece of response.body ?? []) pieces.push(piece as Uint8Array);
  } catch (error) {
    broke = error;
  }
  const text = broke === null ? Buffer.concat(pieces).toString() : '';
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      const piece = pieces.shift();
      if (piece !== undefined) controller.enqueue(piece);
      else if (broke !== null) controller.error(broke);
      else controller.close();
    },
  });
  const { status, headers } = response;
  return { response: new Response(body, { status, headers }), text, status };
}
