import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, it } from 'vitest';

const repository = join(import.meta.dirname, '..');

/** Stands in for npm: notes that it ran, takes its time, talks on standard output, links Node. */
const npm = `#!/bin/sh
echo "$*" >> npm.log
sleep 0.3
[ -e npm.fails ] && exit 7
mkdir -p node_modules/.bin
ln -sf '${process.execPath}' node_modules/.bin/node
echo added 1 package
`;

const main = `
console.log(JSON.stringify({ pid: process.pid, args: process.argv.slice(2) }));
if (process.argv[2] === 'stay') setInterval(() => {}, 1000);
else process.exitCode = 3;
`;

let checkout: string;

beforeEach(() => {
  checkout = mkdtempSync(join(tmpdir(), 'muster-bootstrap-'));
  for (const directory of ['scripts', 'src', 'bin', 'tools']) mkdirSync(join(checkout, directory));
  copyFileSync(join(repository, 'scripts/bootstrap.mjs'), join(checkout, 'scripts/bootstrap.mjs'));
  copyFileSync(join(repository, 'bin/muster'), join(checkout, 'bin/muster'));
  writeFileSync(join(checkout, 'src/main.ts'), main);
  writeFileSync(
    join(checkout, 'package-lock.json'),
    JSON.stringify({ packages: { '': {}, 'node_modules/one': { version: '1.0.0' } } }),
  );
  writeFileSync(join(checkout, 'tools/npm'), npm);
  chmodSync(join(checkout, 'tools/npm'), 0o755);
});

afterEach(() => {
  rmSync(checkout, { recursive: true, force: true });
});

function start(command: string, args: readonly string[]): ChildProcess {
  const { npm_execpath: _, ...env } = process.env;
  return spawn(command, args, {
    cwd: checkout,
    env: { ...env, PATH: `${join(checkout, 'tools')}:${process.env['PATH']}` },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

interface Ending {
  readonly pid: number | undefined;
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

async function run(command: string, args: readonly string[]): Promise<Ending> {
  const child = start(command, args);
  const [out, err, [code]] = await Promise.all([
    child.stdout === null ? '' : text(child.stdout),
    child.stderr === null ? '' : text(child.stderr),
    once(child, 'close') as Promise<[number | null]>,
  ]);
  return { pid: child.pid, code, out, err };
}

const bootstrap = (...args: readonly string[]) =>
  run(process.execPath, ['scripts/bootstrap.mjs', 'src/main.ts', ...args]);

const installs = () => readFileSync(join(checkout, 'npm.log'), 'utf8').trim().split('\n');

it('installs once, however many start at the same time, and leaves standard output alone', async () => {
  const five = await Promise.all(['a', 'b', 'c', 'd', 'e'].map((name) => bootstrap(name)));
  expect(installs()).toHaveLength(1);
  expect(installs()[0]).toContain('ci --ignore-scripts');
  expect(five.map(({ out }) => JSON.parse(out).args)).toEqual([['a'], ['b'], ['c'], ['d'], ['e']]);
  expect(five.map(({ code }) => code)).toEqual([3, 3, 3, 3, 3]);
  expect(existsSync(join(checkout, '.install.lock'))).toBe(false);
});

it('installs again when the lock changed, and only then', async () => {
  await bootstrap();
  await bootstrap();
  expect(installs()).toHaveLength(1);
  const lock = join(checkout, 'package-lock.json');
  writeFileSync(lock, `${readFileSync(lock, 'utf8')}\n`);
  await bootstrap();
  expect(installs()).toHaveLength(2);
});

it('accepts what was installed by hand', async () => {
  const modules = join(checkout, 'node_modules');
  mkdirSync(join(modules, '.bin'), { recursive: true });
  symlinkSync(process.execPath, join(modules, '.bin/node'));
  const hidden = join(modules, '.package-lock.json');
  writeFileSync(hidden, JSON.stringify({ packages: { 'node_modules/one': { version: '0.9.0' } } }));
  await bootstrap();
  expect(installs()).toHaveLength(1);

  rmSync(join(modules, `.muster-${await uname('-s')}-${await uname('-m')}`));
  writeFileSync(hidden, JSON.stringify({ packages: { 'node_modules/one': { version: '1.0.0' } } }));
  expect((await bootstrap()).code).toBe(3);
  expect(installs()).toHaveLength(1);
});

async function uname(flag: string): Promise<string> {
  return (await run('uname', [flag])).out.trim();
}

it('takes over from an installer that was killed', async () => {
  const killed = start('true', []);
  await once(killed, 'close');
  writeFileSync(join(checkout, '.install.lock'), `${hostname()} ${killed.pid}`);
  expect((await bootstrap()).code).toBe(3);
  expect(installs()).toHaveLength(1);
});

it('says what failed, and lets the next one try again', async () => {
  writeFileSync(join(checkout, 'npm.fails'), '');
  const failed = await bootstrap();
  expect(failed).toMatchObject({ code: 1, out: '' });
  expect(failed.err).toContain('npm ci failed (exit code 7)');
  rmSync(join(checkout, 'npm.fails'));
  expect((await bootstrap()).code).toBe(3);
});

it.each([
  ['becomes the command', []],
  [
    'stands before the command (older Node)',
    ['--import', 'data:text/javascript,delete process.execve'],
  ],
])('passes a signal on when it %s', async (_, flags) => {
  await bootstrap();
  const child = start(process.execPath, [
    ...flags,
    ...['scripts/bootstrap.mjs', 'src/main.ts', 'stay'],
  ]);
  const [line] = (await once(child.stdout ?? child, 'data')) as [Buffer];
  const { pid } = JSON.parse(line.toString()) as { pid: number };
  expect(pid === child.pid).toBe(flags.length === 0);
  child.kill('SIGTERM');
  expect(await once(child, 'close')).toEqual([null, 'SIGTERM']);
  expect(() => process.kill(pid, 0)).toThrow('ESRCH');
});

it('is not even needed by an installed bin/muster, linked from anywhere', async () => {
  const link = join(checkout, 'tools/elsewhere');
  symlinkSync('../bin/muster', link);
  const first = await run(link, ['one']);
  expect(first.err).toContain('Installing');
  rmSync(join(checkout, 'scripts'), { recursive: true });
  const second = await run(link, ['two words', '--flag']);
  expect(second).toMatchObject({ code: 3, err: '' });
  expect(JSON.parse(second.out)).toEqual({ pid: second.pid, args: ['two words', '--flag'] });
});
