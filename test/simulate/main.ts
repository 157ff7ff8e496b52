/**
 * npm run simulate -- --seeds N [--first-seed S]: that many lives, each with its own people, faults,
 * crashes and workers. One that breaks an invariant is told with what differed, made as small as it
 * can be, and does the same again. --budget counts the requests of calm lives and of disturbed ones.
 * --mutants plants each known mistake and demands that a test or a
 * life notices.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { mutantNamed, mutants } from './mutants.ts';
import { plant } from './plant.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string' },
    'first-seed': { type: 'string' },
    /** Plays this life, as a failing seed prints it, in place of seeds. */
    life: { type: 'string' },
    trace: { type: 'string' },
    /** Shares the seeds out. */
    processes: { type: 'string', default: '1' },
    /** Where a share's result goes. */
    result: { type: 'string' },
    /** Begins no new life after so long. */
    hours: { type: 'string' },
    /** A life that breaks is not made smaller. */
    'no-shrink': { type: 'boolean', default: false },
    'fail-fast': { type: 'boolean', default: false },
    /** All mutants, or those named after each other. */
    mutants: { type: 'boolean', default: false },
    mutant: { type: 'string', multiple: true, default: [] },
    /** Counts what requests are used, with faults and with little quota. */
    budget: { type: 'boolean', default: false },
    /** For one planted mutant: a database that is ready. */
    server: { type: 'string' },
    planted: { type: 'string' },
  },
});

if (values.mutants || values.mutant.length > 0) {
  const wanted = values.mutants ? mutants : values.mutant.map(mutantNamed);
  const { runMutants } = await import('./mutation.ts');
  process.exitCode = await runMutants(wanted, Number(values.seeds ?? 400));
} else if (values.budget) {
  const { runBudget } = await import('./budget.ts');
  const isWell = await runBudget(Number(values['first-seed'] ?? 1), Number(values.seeds ?? 20));
  process.exitCode = isWell ? 0 : 1;
} else {
  if (values.planted !== undefined) plant(mutantNamed(values.planted));
  // After the planting, so that what they import is what was planted.
  const { runSeeds } = await import('./seeds.ts');
  const { summarise } = await import('./summary.ts');
  // For hours on end other seeds each time; the last line says which.
  const first = values.hours === undefined ? 1 : Math.floor(Date.now() / 1000) % 1_000_000;
  const wish = {
    first: Number(values['first-seed'] ?? first),
    count: Number(values.seeds ?? (values.hours === undefined ? 100 : 1_000_000)),
    lifeFile: values.life ?? null,
    trace: values.trace ?? null,
    serverUrl: values.server ?? null,
    untilBroken: values['fail-fast'],
    shrinks: !values['no-shrink'],
    hours: Number(values.hours ?? Infinity),
  };
  const processes = Number(values.processes);
  const { runMany, resultAsJson } = await import('./many.ts');
  const result = processes > 1 ? await runMany(processes, wish) : await runSeeds(wish);
  if (values.result !== undefined) writeFileSync(values.result, resultAsJson(result));
  else process.exitCode = summarise(wish.first, result) ? 0 : 1;
}
