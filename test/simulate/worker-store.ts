import type { Db, Store, Tx } from '#store/db.ts';
import type { Stage } from './stage.ts';

/** One statement as it went to the database. */
export interface Statement {
  readonly text: string;
  readonly params: readonly unknown[];
}

export interface StoreHooks {
  /** A transaction, or a statement of its own, is durable now. */
  committed(statements: readonly Statement[]): void;
  /** What a mutant makes of a statement. */
  rewrite(text: string): string;
}

/**
 * A store as a worker has it that may die at any statement: each transaction is one step, each
 * statement in it a point. `isInStep` is for a worker that has the stage for itself already.
 */
export function workerStore(
  inner: Store,
  stage: Stage,
  hooks: StoreHooks,
  isInStep: boolean,
): Store {
  const step = <T>(name: string, work: () => Promise<T>): Promise<T> =>
    isInStep ? alone(stage, name, work) : stage.step(name, work);

  const transaction =
    (begin: 'tx' | 'snapshot') =>
    <T>(work: (tx: Tx) => Promise<T>): Promise<T> =>
      step(begin, async () => {
        let statements: Statement[] = [];
        const result = await inner[begin]((tx) => {
          statements = [];
          return work(recorded(tx, statements, stage, hooks));
        });
        hooks.committed(statements);
        return result;
      });

  return {
    query: <Row extends object>(text: string, params: readonly unknown[] = []) =>
      step(brief(text), async () => {
        const rows = await inner.query<Row>(hooks.rewrite(text), params);
        hooks.committed([{ text, params }]);
        return rows;
      }),
    tx: transaction('tx'),
    snapshot: transaction('snapshot'),
    session: (work) => holdSession(inner, step, stage, hooks, work),
    [Symbol.asyncDispose]: () => inner[Symbol.asyncDispose](),
  };
}

/** A step within a step. */
async function alone<T>(stage: Stage, name: string, work: () => Promise<T>): Promise<T> {
  stage.point(name);
  const result = await work();
  stage.point(`${name}, done`);
  return result;
}

/** The session is held from one step to another; what is done in it are steps of their own. */
async function holdSession<T>(
  inner: Store,
  step: <R>(name: string, work: () => Promise<R>) => Promise<R>,
  stage: Stage,
  hooks: StoreHooks,
  work: (session: Tx) => Promise<T>,
): Promise<T> {
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
      query: (text, params = []) =>
        step(brief(text), async () => {
          const rows = await session.query(hooks.rewrite(text), params);
          hooks.committed([{ text, params }]);
          return rows as never;
        }),
      copyIn: (text, rows) => step(brief(text), () => session.copyIn(text, rows)),
      openCopy: (text) => session.openCopy(text),
      copyOut: (text) => session.copyOut(text),
    });
  } finally {
    end.resolve();
    await (stage.isDead ? held : step('session ends', () => held));
  }
}

function recorded(tx: Tx, statements: Statement[], stage: Stage, hooks: StoreHooks): Tx {
  const query: Db['query'] = async (text, params = []) => {
    stage.point(brief(text));
    const rows = await tx.query(hooks.rewrite(text), params);
    statements.push({ text, params });
    return rows as never;
  };
  return {
    query,
    async copyIn(text, rows) {
      stage.point(brief(text));
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
