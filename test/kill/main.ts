/**
 * node test/kill/main.ts [--points P7,P9 | --points none] [--kills N] [--full-disk] [--seed S]: a real
 * installation is killed with SIGKILL at named moments and at moments chosen by dice; after each
 * kill the next try has to succeed, and the sandbox has to hold exactly what the files say.
 */
import { parseArgs } from 'node:util';
import type { Killed } from './crash-points.ts';
import { fillDisk } from './full-disk.ts';
import { killAnywhere, killAt, killMigrations, pointsNamed } from './kills.ts';
import { Trial } from './trial.ts';

const { values } = parseArgs({
  options: {
    points: { type: 'string', default: 'all' },
    kills: { type: 'string', default: '0' },
    seed: { type: 'string', default: '1' },
    'full-disk': { type: 'boolean', default: false },
  },
});

const begunMs = performance.now();
const points = pointsNamed(values.points === 'all' ? null : values.points.split(','));
const kills = Number(values.kills);
const seed = Number(values.seed);
let done = 0;

/** Of the first command, those of runs and imports, and those of people who go, each in a place of its own. */
for (const isOne of [isOfSetup, isOfRuns, isOfLeaving]) {
  const some = points.filter(({ command }) => isOne(command));
  if (some.length === 0) continue;
  let inSetup = 0;
  await using trial = await Trial.open({
    ...{ seed, workers: 0, sharing: isOne === isOfRuns ? 0.3 : 0 },
    before: async (desk) => {
      if (isOne === isOfSetup) inSetup = await killMigrations(desk);
    },
  });
  for (const point of some) {
    const times = isOne === isOfSetup ? inSetup : await killAt(trial, point);
    if (times === 0) throw new Error(`nothing comes by ${point.name}: ${point.match}`);
    done += times;
    console.log(`${point.name}, ${point.words}: killed ${times} times, exact each time`);
  }
}
if (kills > 0) {
  await using trial = await Trial.open({ seed, workers: 2 });
  for (let i = 0; i < kills; i++) {
    console.log(`${i + 1}. ${await killAnywhere(trial)}: exact`);
    done++;
  }
}
if (values['full-disk']) {
  const disk = await fillDisk(seed);
  console.log(disk ?? 'a full disk: left out, since no small disk can be mounted here');
}
const seconds = ((performance.now() - begunMs) / 1000).toFixed(0);
console.log(`${done} kills and stops, 0 rows lost, in ${seconds} s`);

function isOfSetup(command: Killed): boolean {
  return command === 'setup';
}

function isOfLeaving(command: Killed): boolean {
  return command === 'forget' || command === 'no';
}

function isOfRuns(command: Killed): boolean {
  return !isOfSetup(command) && !isOfLeaving(command);
}
