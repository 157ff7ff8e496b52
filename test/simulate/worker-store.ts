import type { Db, Store, Tx } from '#store/db.ts';
import type { Actor } from './actor.ts';

/** One statement as it went to the database. */
export interface Statement {
  readonly text: string;
  readonly params: readonly unknown[];
}

export interface WorkerStoreOptions {
  readonly inner: Store;
  readonly actor: Actor;
  /** A transaction, or a statement of its own, is durable now. */
  committed(statements: readonly Statement[]): void;
  /** It has the stage for itself already. */
  readonly isInStep: boolean;
}

/**
 * A store as a process has it that may die at any statement: each transaction is one step, each
 * statement in it a point.
 */
export function workerStore(options: WorkerStoreOptions): Store {
  const { inner, actor, committed, isInStep } = options;
  const step = <T>(name: string, work: () => Promise<T>): Promise<T> =>
    isInStep ? withinStep(actor, name, work) : actor.step(name, work);

  const transaction =
    (begin: 'tx' | 'snapshot') =>
    <T>(work: (tx: Tx) => Promise<T>): Promise<T> =>
      step(begin, async () => {
        let statements: Statement[] = [];
        const result = await inner[begin]((tx) => {
          statements = [];
          return work(recorded(tx, statements, actor, !isInStep));
        });
        committed(statements);
        return result;
      });

  return {
    query: <Row extends object>(text: string, params: readonly unknown[] = []) =>
      step(brief(text), async () => {
        const rows = await inner.query<Row>(text, params);
        committed([{ text, params }]);
        return rows;
      }),
    tx: transaction('tx'),
    snapshot: transaction('snapshot'),
    session: (work) => holdSession(options, step, work),
    [Symbol.asyncDispose]: () => inner[Symbol.asyncDispose](),
  };
}

/** An import does several things at once, in an order that the machine decides: it is not told. */
async function withinStep<T>(actor: Actor, name: string, work: () => Promise<T>): Promise<T> {
  actor.point(name, false);
  const result = await work();
  actor.point(name, false);
  return result;
}

type Step = <R>(name: string, work: () => Promise<R>) => Promise<R>;

/** The session is held from one step to another; what is done in it are steps of their own. */
async function holdSession<T>(
  options: WorkerStoreOptions,
  step: Step,
  work: (session: Tx) => Promise<T>,
): Promise<T> {
  const { inner, actor, committed } = options;
  const end = Promise.withResolvers<void>();
  let held: Promise<void> = Promise.resolve();
  const open = () =>
    new Promise<Tx>((resolve, reject) => {
      held = inner.session((opened) => {
        resolve(opened);
        return end.promise;
      });
      held.catch(reject);
    });
  try {
    const session = await step('session', open);
    return await work({
      async query(text, params = []) {
        if (!options.isInStep && text.startsWith('select pg_advisory_lock('))
          return await lock(options, step, session, params);
        return await step(brief(text), async () => {
          const rows = await session.query(text, params);
          committed([{ text, params }]);
          return rows as never;
        });
      },
      copyIn: (text, rows) => step(brief(text), () => session.copyIn(text, rows)),
      openCopy: (text) => session.openCopy(text),
      copyOut: (text) => session.copyOut(text),
    });
  } finally {
    end.resolve();
    await (actor.isDead ? held : step('session ends', () => held));
  }
}

const lockTriesMax = 10;
const lockTryMs = 500;

/**
 * A lock that is waited for in virtual time: in real time whoever has it could never let it go,
 * because one process moves at a time. As with lock_timeout it is given up after five seconds.
 */
async function lock(
  { actor }: WorkerStoreOptions,
  step: Step,
  session: Tx,
  params: readonly unknown[],
): Promise<never> {
  for (let attempt = 1; attempt <= lockTriesMax; attempt++) {
    const [tried] = await step('lock', () =>
      session.query<{ got: boolean }>('select pg_try_advisory_lock($1, $2) as got', params),
    );
    if (tried?.got === true) return [] as never;
    await actor.sleep(lockTryMs);
  }
  throw Object.assign(new Error('canceling statement due to lock timeout'), { code: '55P03' });
}

function recorded(tx: Tx, statements: Statement[], actor: Actor, isTold: boolean): Tx {
  const query: Db['query'] = async (text, params = []) => {
    actor.point(brief(text), isTold);
    const rows = await tx.query(text, params);
    statements.push({ text, params });
    return rows as never;
  };
  return {
    query,
    async copyIn(text, rows) {
      actor.point(brief(text), isTold);
      await tx.copyIn(text, rows);
    },
    openCopy: (text) => tx.openCopy(text),
    copyOut: (text) => tx.copyOut(text),
  };
}

/** Enough to know a statement by; ids that differ from run to run left out. */
function brief(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll(/\d+/g, '#').slice(0, 44);
}
