import { setTimeout as delay } from 'node:timers/promises';
import type { Chance } from '../exact/chance.ts';
import { type CrashPoint, crashPoints } from './crash-points.ts';
import { type Command, type Desk, signal } from './desk.ts';
import type { Trial } from './trial.ts';

/** No point is passed more often in one command of this size. */
const occurrencesMax = 20;

/**
 * Kills at the first, the second, … occurrence of a point until a command comes through untouched,
 * and looks each time whether everything is exact after the next try.
 * @returns how often it killed.
 */
export async function killAt(trial: Trial, { name, command }: CrashPoint): Promise<number> {
  for (let n = 1; n <= occurrencesMax; n++) {
    const crashAt = `${name}:${n}`;
    trial.change(command === 'release' ? 0.7 : undefined);
    const taken = await trial.takeIn(nothing, command === 'import' ? crashAt : null);
    const sent = await trial.send(nothing, command === 'import' ? null : crashAt);
    await trial.check(`a kill at ${crashAt}`);
    const harmed = command === 'import' ? taken : sent;
    // Holding is how the run ends whose release is killed; twice shows both sides of its commit.
    const isOver = command === 'release' ? n === 2 : harmed.code !== null;
    if (isOver) return command === 'release' ? n : n - 1;
  }
  throw new Error(`${name} has no end`);
}

export function pointsNamed(names: readonly string[] | null): CrashPoint[] {
  const all = [...crashPoints.values()];
  return names === null ? all : all.filter(({ name }) => names.includes(name));
}

const nothing = (): Promise<void> => Promise.resolve();

const victims = [
  'the command',
  'the command',
  'the command',
  'postgres',
  'serve',
  'sandbox',
] as const;
/** Longer than a written request may wait to be sent (docs/delivery.md §4). */
const stopMs = 6_000;

/** One kill, or a long stop, at a moment chosen by dice. Gives what it was, in words. */
export async function killAnywhere(trial: Trial): Promise<string> {
  const { chance, desk, lasted } = trial;
  trial.change();
  const victim = chance.pick(victims);
  const inImport = chance.happens(0.4);
  const isStop = victim === 'the command' && chance.happens(0.15);
  const afterMs = chance.next() * 1.1 * (inImport ? lasted.import : lasted.sync);
  const words = `${isStop ? 'stopping' : 'killing'} ${victim} ${Math.round(afterMs)} ms into ${inImport ? 'import' : 'sync'}`;
  const harm = async (command: Command): Promise<void> => {
    await Promise.race([delay(afterMs), command.ended]);
    if (isStop) await stopForAWhile(command);
    else killOne(desk, victim, command, chance);
  };
  await trial.takeIn(inImport ? harm : nothing, null, chance.happens(0.7));
  await trial.send(inImport ? nothing : harm);
  await trial.check(words);
  return words;
}

function killOne(desk: Desk, victim: (typeof victims)[number], command: Command, chance: Chance) {
  const pid = victim === 'the command' ? command.pid : desk.pidOf(victim);
  signal(pid, 'SIGKILL');
  // Sometimes two at once, as when a machine runs out of memory.
  if (chance.happens(0.15)) signal(desk.pidOf('postgres'), 'SIGKILL');
}

async function stopForAWhile(command: Command): Promise<void> {
  if (!signal(command.pid, 'SIGSTOP')) return;
  await delay(stopMs);
  signal(command.pid, 'SIGCONT');
}
