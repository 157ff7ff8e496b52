import { readFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commands } from '#cli/commands.ts';
import { cliReference, errorReference } from '#cli/reference.ts';
import { catalogue } from '#domain/errors/catalogue.ts';
import { type Desk, onlyDocument, openDesk } from './_muster.ts';

let desk: Desk;
beforeAll(async () => {
  desk = await openDesk();
});
afterAll(async () => {
  await desk[Symbol.asyncDispose]();
});

const page = (name: string) =>
  readFile(new URL(`../../docs/reference/${name}`, import.meta.url), 'utf8');

describe('the reference pages', () => {
  it('say what the commands say; else run `node scripts/reference.ts`', async () => {
    expect(await page('cli.md')).toBe(await cliReference());
    expect(await page('errors.md')).toBe(errorReference());
  });

  it('show an example for every command', async () => {
    const text = await page('cli.md');
    for (const { name } of commands) expect(text).toContain(`$ muster ${name}`);
  });
});

describe('help', () => {
  it.each([[[]], [['--help']], [['help']]])('%j lists the commands', async (args) => {
    const { code, stdout, stderr } = await desk.muster(args);
    expect(stdout).toContain('A first walk, without Meta');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });

  it.each([
    ['plan', '--help'],
    ['help', 'plan'],
  ])('%s %s explains a command', async (...args) => {
    const { code, stdout } = await desk.muster(args);
    expect(stdout).toMatch(/^Usage: muster plan \[options\] <name>\n/);
    expect(code).toBe(0);
  });

  it('looks up any code of the catalogue, in any case', async () => {
    const { stdout } = await desk.muster(['help', 'plan_stale']);
    expect(stdout).toContain('PLAN_STALE');
    expect(stdout).toContain(catalogue.PLAN_STALE.next);
  });

  it('prints the version of the package', async () => {
    const manifest = await readFile(new URL('../../package.json', import.meta.url), 'utf8');
    const { version } = JSON.parse(manifest) as { version: string };
    expect(await desk.muster(['--version'])).toMatchObject({ code: 0, stdout: `${version}\n` });
  });
});

describe('wrong use', () => {
  it.each([
    [['bogus']],
    [['plan']],
    [['plan', 'one', 'two']],
    [['plan', '--bogus', 'x']],
    [['audience']],
    [['audience', 'create', 'x']],
    [['sync']],
    [['sync', 'x', '--all']],
    [['release', 'seven', '--by', 'Ana']],
    [['release', '7']],
    [['connect', '--token', 'x']],
    [['connect', '--ad-account', '1', '--token', 'x', '--token-file', 'y']],
    [['import', 'x.csv', '--country', 'Atlantis']],
    [['import', 'x.csv', '--rows', 'many']],
    [['audience', 'create', 'x', '--rule', 'package.json', '--customer-file-source', 'MINE']],
  ])('%j ends with 2, a code and a next step, on standard error alone', async (args) => {
    const { code, stdout, stderr } = await desk.muster(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^Error [A-Z_]+: .+\.$/m);
    expect(stderr).toMatch(/^Next: .+\.$/m);
  });

  it.each([
    ['no JSON', '{"trait": "plan",'],
    ['no rule', '{"trait": "plan", "op": "resembles", "value": 1}'],
  ])('%s is refused before anything is started', async (_, rule) => {
    const args = ['audience', 'create', 'x', '--rule', '-', '--json'];
    const { code, stdout, stderr } = await desk.muster(args, rule);
    expect(code).toBe(2);
    const { error } = onlyDocument<{ error: { code: string; next: string } }>(stdout);
    expect(error.code).toMatch(/^RULE_/);
    expect(stderr).toContain(`Error ${error.code}`);
  });

  it.each([
    ['before', (directory: string) => ['--data', directory, 'connect', '--sandbox']],
    ['after', (directory: string) => ['connect', '--sandbox', '--data', directory]],
  ])('takes --data %s the command', async (_, args) => {
    const { code, stderr } = await desk.muster(args('/nowhere/at/all'));
    expect(code).toBe(1);
    expect(stderr).toContain('SANDBOX_NOT_RUNNING');
    expect(stderr).toContain('/nowhere/at/all');
  });

  it('names a setting that cannot be used', async () => {
    const { code, stderr } = await desk.muster(['serve', '--port', '70000']);
    expect(code).toBe(2);
    expect(stderr).toContain('70000');
  });

  it('has started no database by all that', () => {
    expect(existsSync(`${desk.directory}/postgres`)).toBe(false);
  });
});
