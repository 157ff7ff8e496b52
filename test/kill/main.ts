/**
 * node test/kill/main.ts [--points P7,P9 | --points none] [--kills N] [--seed S]: a real
 * installation is killed with SIGKILL at named moments and at moments chosen by dice; after each
 * kill the next try has to succeed, and the sandbox has to hold exactly what the files say.
 */
import { parseArgs } from 'node:util';
import { killAnywhere, killAt, pointsNamed } from './kills.ts';
import { Trial } from './trial.ts';

const { values } = parseArgs({
  options: {
    points: { type: 'string', default: 'all' },
    kills: { type: 'string', default: '0' },
    seed: { type: 'string', default: '1' },
  },
});

const begunMs = performance.now();
const points = pointsNamed(values.points === 'all' ? null : values.points.split(','));
const kills = Number(values.kills);
let done = 0;
const seed = Number(values.seed);
if (points.length > 0) {
  await using trial = await Trial.open(seed, 0);
  for (const point of points) {
    const times = await killAt(trial, point);
    if (times === 0) throw new Error(`nothing comes by ${point.name}: ${point.match}`);
    done += times;
    console.log(`${point.name}, ${point.words}: killed ${times} times, exact each time`);
  }
}
if (kills > 0) {
  await using trial = await Trial.open(seed, 2);
  for (let i = 0; i < kills; i++) {
    console.log(`${i + 1}. ${await killAnywhere(trial)}: exact`);
    done++;
  }
}
const seconds = ((performance.now() - begunMs) / 1000).toFixed(0);
console.log(`${done} kills and stops, 0 rows lost, in ${seconds} s`);
