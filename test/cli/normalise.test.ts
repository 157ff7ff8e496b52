import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Desk, openDesk } from './_muster.ts';

let desk: Desk;
beforeAll(async () => {
  desk = await openDesk();
});
afterAll(async () => {
  await desk[Symbol.asyncDispose]();
});

const launcher = fileURLToPath(new URL('../../bin/muster', import.meta.url));
const answers = (stdout: string): unknown[] =>
  stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

it('answers the conformance vectors, one line each, in their order, and starts no database', async () => {
  const file = new URL('../../conformance/identifiers.jsonl', import.meta.url);
  // The vectors of birth dates know which year it is.
  const vectors = (await readFile(file, 'utf8')).replaceAll(/^\{"key":"DOB.*\n/gm, '');
  const { code, stdout, stderr } = await desk.muster(['normalise'], vectors);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const wanted = answers(vectors).map((vector) => {
    const { country: _, why: __, ...answer } = vector as Record<string, string>;
    return answer;
  });
  expect(wanted.length).toBeGreaterThan(2_000);
  expect(answers(stdout)).toEqual(wanted);
  expect(existsSync(`${desk.directory}/postgres`)).toBe(false);
});

it('gives a line that it cannot read its one line as well', async () => {
  const { code, stdout } = await desk.muster(
    ['normalise'],
    '{"key":"FN","input":"A"}\nnonsense\n\n{"key":"FN","input":"/"}\n{"key":"FN","input":"B"}',
  );
  expect(code).toBe(0);
  expect(answers(stdout)).toMatchObject([
    { input: 'A', normalised: 'a', reason: '' },
    { normalised: '', hash: '', reason: 'not JSON' },
    { normalised: '', hash: '', reason: 'an empty line' },
    { input: '/', normalised: '', hash: '', reason: 'first name: only punctuation' },
    { input: 'B', normalised: 'b', reason: '' },
  ]);
});

it.each([
  [['--country', 'DE'], '{"key":"PHONE","input":"0151 12345678"}', 0, '4915112345678'],
  [
    ['--country', 'DE'],
    '{"key":"PHONE","input":"020 7946 0018","country":"GB"}',
    0,
    '442079460018',
  ],
  [['--strict'], '{"key":"PHONE","input":"+4915112345678"}', 0, '4915112345678'],
  [['--strict'], '{"key":"PHONE","input":"0151 12345678"}', 4, ''],
  [['--strict'], 'nonsense', 4, ''],
])('%j: %s ends with %i', async (args, line, code, normalised) => {
  const ended = await desk.muster(['normalise', ...args], line);
  expect(answers(ended.stdout)).toMatchObject([{ normalised }]);
  expect(ended.code).toBe(code);
});

it.each([[['--country', 'Atlantis']], [['file.jsonl']]])('%j is wrong use', async (args) => {
  const { code, stdout } = await desk.muster(['normalise', ...args]);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
});

it('has nothing to say about nothing', async () => {
  expect(await desk.muster(['normalise'])).toEqual({ code: 0, stdout: '', stderr: '' });
});

it('answers each line when it comes, so that a program can talk with it', async () => {
  const child: ChildProcess = spawn(launcher, ['normalise'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const { stdin, stdout } = child;
  if (stdin === null || stdout === null) throw new Error('the pipes are there');
  const lines = createInterface({ input: stdout })[Symbol.asyncIterator]();
  for (const name of ['Anna', 'Bo']) {
    stdin.write(`{"key":"FN","input":"${name}"}\n`);
    const { value } = await lines.next();
    expect(JSON.parse(String(value))).toMatchObject({ normalised: name.toLowerCase() });
  }
  const ended = once(child, 'exit');
  stdin.end();
  expect(await ended).toEqual([0, null]);
});
