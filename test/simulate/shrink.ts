import {
  type Act,
  type FaultPlan,
  identifiersSometimes,
  type Script,
  type WorkerPlan,
} from './script.ts';

/**
 * A smaller life in which something still breaks: acts, workers, faults, deaths and people are taken
 * out one after the other, for as long as it helps and `isTimeLeft`.
 */
export async function shrink(
  script: Script,
  stillBreaks: (smaller: Script) => Promise<boolean>,
  isTimeLeft: () => boolean,
): Promise<Script> {
  let smallest = script;
  for (let size = JSON.stringify(smallest).length + 1; ; ) {
    size = JSON.stringify(smallest).length;
    for (const make of candidates(smallest)) {
      if (!isTimeLeft()) return smallest;
      // Made from the smallest so far, which may have lost what this one would take out.
      const smaller = make(smallest);
      if (smaller === null || JSON.stringify(smaller) === JSON.stringify(smallest)) continue;
      if (await stillBreaks(smaller)) smallest = smaller;
    }
    if (JSON.stringify(smallest).length >= size) return smallest;
  }
}

/** What a life can do without. */
const optional: ReadonlySet<string> = new Set(identifiersSometimes);

type Make = (script: Script) => Script | null;

function* candidates({ acts, setting }: Script): Generator<Make> {
  for (
    let count = Math.ceil(acts.length / 2);
    count >= 1;
    count = count === 1 ? 0 : Math.ceil(count / 2)
  ) {
    for (let from = acts.length - count; from >= 1; from -= count) {
      yield (script) => ({ ...script, acts: script.acts.toSpliced(from, count) });
    }
  }
  for (let people = Math.ceil(setting.people / 2); people < setting.people; people += 4) {
    yield withSetting({ people });
  }
  yield withSetting({ audiences: 1 });
  yield withSetting({ sharing: 0 });
  yield withSetting({ asPeople: false });
  yield withSetting({ duplicateOdds: 0 });
  yield withSetting({ longTransaction: false });
  yield withSetting({ lease: true });
  for (const column of setting.columns.filter((name) => optional.has(name))) {
    yield withSetting({ columns: setting.columns.filter((other) => other !== column) });
  }
  for (const [i, act] of acts.entries()) yield* ofAct(i, act);
}

function withSetting(change: Partial<Script['setting']>): Make {
  return (script) => ({ ...script, setting: { ...script.setting, ...change } });
}

function* ofAct(i: number, act: Act): Generator<Make> {
  if (act.act === 'faults') yield* ofFaults(i, act.faults);
  if (act.act === 'import') yield change(i, 'import', (found) => ({ ...found, deathAt: null }));
  if (act.act !== 'shift') return;
  for (const j of act.workers.keys()) {
    const edit = (to: (worker: WorkerPlan) => WorkerPlan[]): Make =>
      change(i, 'shift', (found) => ({
        ...found,
        workers: found.workers.flatMap((worker, k) => (k === j ? to(worker) : [worker])),
      }));
    if (act.workers.length > 1) yield edit(() => []);
    yield edit((worker) => [{ ...worker, deathAt: null }]);
    yield edit((worker) => [{ ...worker, freeze: null }]);
    yield edit((worker) => [{ ...worker, clockSkewMs: 0 }]);
  }
}

function* ofFaults(i: number, { odds }: FaultPlan): Generator<Make> {
  const edit = (to: (faults: FaultPlan) => FaultPlan): Make =>
    change(i, 'faults', (found) => ({ ...found, faults: to(found.faults) }));
  for (const name of Object.keys(odds)) {
    yield edit((faults) => ({
      ...faults,
      odds: Object.fromEntries(Object.entries(faults.odds).filter(([other]) => other !== name)),
    }));
  }
  yield edit((faults) => ({ ...faults, listed: null }));
  yield edit((faults) => ({ ...faults, bad: null }));
}

/** Null when another act stands there by now. */
function change<Kind extends Act['act']>(
  i: number,
  kind: Kind,
  to: (act: Extract<Act, { act: Kind }>) => Act,
): Make {
  return (script) => {
    const found = script.acts[i];
    if (found?.act !== kind) return null;
    return { ...script, acts: script.acts.with(i, to(found as Extract<Act, { act: Kind }>)) };
  };
}

/** A life in a few lines, for people; the whole of it is its JSON. */
export function tellScript({ setting, acts }: Script): string[] {
  const { people, sharing, audiences, lease, asPeople, duplicateOdds } = setting;
  return [
    `  ${people} people, sharing ${sharing}, ${audiences} audience(s), ${lease ? 'a lease' : 'no lease'}, ` +
      `Meta knows ${asPeople ? 'people' : 'rows'}, duplicates ${duplicateOdds}`,
    ...acts.map((act, i) => `  ${i + 1}. ${tellAct(act)}`),
  ];
}

function tellAct(act: Act): string {
  if (act.act === 'pass') return `${act.ms} ms pass`;
  if (act.act === 'faults') {
    const { odds, listed, bad, lagMs } = act.faults;
    return `faults ${JSON.stringify(odds)}, listed ${listed?.meaning ?? 'none'}, bad ${bad?.valuePrefix ?? 'none'}, lag ${lagMs} ms`;
  }
  if (act.act === 'import') return `import ${JSON.stringify(act.file)}${death(act.deathAt)}`;
  return `work: ${act.workers.map(tellWorker).join('; ')}`;
}

function tellWorker({ does, audience, startsAt, deathAt, freeze }: WorkerPlan): string {
  const stopped = freeze === null ? '' : `, stopped for ${freeze.ms} ms at step ${freeze.at}`;
  return `${does} of audience ${audience} from point ${startsAt}${death(deathAt)}${stopped}`;
}

function death(at: number | null): string {
  return at === null ? '' : `, killed at step ${at}`;
}
