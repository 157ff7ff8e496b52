/**
 * npm run check — everything about the code that needs no database: types, lint, format, dead code
 * and the shape of the rooms. All steps run even if one fails; what a failed one said follows its line.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

const steps = [
  ['types', 'tsc', '--project', 'tsconfig.json'],
  ['web types', 'tsc', '--project', 'web/tsconfig.json'],
  ['lint', 'oxlint'],
  ['format', 'biome', 'format'],
  ['dead code', 'knip', '--no-progress'],
  ['shape', 'vitest', 'run', 'test/shape'],
];

let failed = 0;
for (const [name, command, ...args] of steps) {
  const begun = performance.now();
  const { code, output } = await run(command, args);
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  console.log(`${code === 0 ? 'ok    ' : 'FAILED'} ${name.padEnd(9)} ${seconds.padStart(5)} s`);
  if (code === 0) continue;
  failed += 1;
  console.log(output.trim().replaceAll(/^/gm, '    '));
}
console.log(`${steps.length - failed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

async function run(command, args) {
  const child = spawn(command, args, {
    cwd: root,
    env: { ...process.env, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: process.platform === 'win32',
  });
  const closed = once(child, 'close').catch((error) => [error.message]);
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), closed]);
  return { code, output: `${out}\n${err}` };
}
