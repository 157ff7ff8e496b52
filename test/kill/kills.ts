import { setTimeout as delay } from 'node:timers/promises';
import type { Chance } from '../exact/chance.ts';
import { type CrashPoint, crashPoints, type Killed } from './crash-points.ts';
import { type Command, crashes, type Desk, type Ended, signal, stepsClock } from './desk.ts';
import { none, type Trial } from './trial.ts';

/** No point is passed more often in one command of this size. */
const occurrencesMax = 20;

/**
 * Kills at the first, the second, … occurrence of a point until a command comes through untouched,
 * and looks each time whether everything is exact after the next try.
 * @returns how often it killed.
 */
export async function killAt(trial: Trial, point: CrashPoint): Promise<number> {
  const { name, command } = point;
  for (let n = 1; n <= occurrencesMax; n++) {
    const crashAt = `${name}:${n}`;
    const harmed = await killOnce(trial, command, crashAt);
    await trial.check(`a kill at ${crashAt}`);
    // Holding is how the run ends whose release is killed; twice shows both sides of its commit.
    const isOver = command === 'release' ? n === 2 : harmed.code !== null;
    if (isOver) return command === 'release' ? n : n - 1;
  }
  throw new Error(`${name} has no end`);
}

async function killOnce(trial: Trial, command: Killed, crashAt: string): Promise<Ended> {
  const at = (when: Killed) => (command === when ? crashes(crashAt) : null);
  if (command === 'forget' || command === 'no') {
    const left = await trial.leave(command, crashAt);
    await trial.takeIn(none);
    await trial.send(none);
    return left;
  }
  trial.change(command === 'release' ? 0.7 : undefined);
  const taken = await trial.takeIn(none, at('import'));
  const sent = await trial.send(none, at('sync'), at('release'));
  return command === 'import' ? taken : sent;
}

/** Kills the first command of a data directory in each migration, one after the other. */
export async function killMigrations(desk: Desk): Promise<number> {
  await desk.stand('sandbox');
  for (let kills = 0; ; kills++) {
    // The one it died in is done by the next try, which dies in the one after.
    const at = crashes(`P15:${kills === 0 ? 1 : 2}`);
    const { code } = await desk.run(['connect', '--sandbox'], at);
    if (code !== null) return kills;
  }
}

export function pointsNamed(names: readonly string[] | null): CrashPoint[] {
  const all = [...crashPoints.values()];
  return names === null ? all : all.filter(({ name }) => names.includes(name));
}

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
  const stepMs = chance.happens(0.2) ? chance.pick([-1, 1]) * 3_600_000 : 0;
  const afterMs = chance.next() * 1.1 * (inImport ? lasted.import : lasted.sync);
  const clock = stepMs === 0 ? '' : `, its clock an hour ${stepMs < 0 ? 'back' : 'on'} by then`;
  const words = `${isStop ? 'stopping' : 'killing'} ${victim} ${Math.round(afterMs)} ms into ${inImport ? 'import' : 'sync'}${clock}`;
  const harm = async (command: Command): Promise<void> => {
    await Promise.race([delay(afterMs), command.ended]);
    if (isStop) await stopForAWhile(command);
    else killOne(desk, victim, command, chance);
  };
  const spoilt = stepMs === 0 ? null : stepsClock(stepMs, afterMs / 2);
  const at = (isHere: boolean) => [isHere ? harm : none, isHere ? spoilt : null] as const;
  await trial.takeIn(...at(inImport), chance.happens(0.7));
  await trial.send(...at(!inImport));
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
