import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { testDatabase } from '../support/postgres.ts';
import { type Desk, onlyDocument, openDesk } from './_muster.ts';

let desk: Desk;
let database: Awaited<ReturnType<typeof testDatabase>>;

beforeAll(async () => {
  database = await testDatabase();
  // Whoever runs the tests may have a demo of their own on the usual ports.
  desk = await openDesk({ DATABASE_URL: database.url, MUSTER_SANDBOX_PORT: '0', MUSTER_PORT: '0' });
});
afterAll(async () => {
  await desk[Symbol.asyncDispose]();
  await database.drop();
});

interface Summary {
  readonly sandbox: boolean;
  readonly people: number;
  readonly round: number;
  readonly seconds: number;
  readonly audiences: {
    readonly name: string;
    readonly members: number;
    readonly matched: number;
    readonly rowsHeld: number;
    readonly heldBack: { readonly notEnoughIdentifiers: number };
  }[];
  readonly stages: { readonly runs: { readonly requestsUsed: number }[] }[];
}

const PATIENCE_MS = 300_000;

it('does the whole job, then stays until it is stopped', { timeout: PATIENCE_MS }, async () => {
  const running = await desk.start(['demo', '--json']);
  const summary = JSON.parse(running.firstLine) as Summary;
  expect(summary).toMatchObject({ sandbox: true, people: 20_000, round: 1 });
  expect(summary.audiences).toHaveLength(3);
  for (const { members, matched, rowsHeld, heldBack } of summary.audiences) {
    expect(members).toBeGreaterThan(1_000);
    // Nobody in the sample has two addresses, so a person is a row.
    expect(rowsHeld).toBe(members - heldBack.notEnoughIdentifiers);
    expect(matched).toBeGreaterThan(rowsHeld / 2);
    expect(matched).toBeLessThan(rowsHeld);
  }
  const status = await desk.json<{ sandbox: string; audiences: object[] }>(['status']);
  expect(status.audiences).toMatchObject(
    summary.audiences.map(({ name, rowsHeld }) => ({ name, atSandbox: { rowsHeld } })),
  );
  expect(await running.stop('SIGINT')).toBe(130);
  expect(existsSync(join(desk.directory, 'sandbox.json'))).toBe(false);
});

it('goes on from what is there, sandbox included', { timeout: PATIENCE_MS }, async () => {
  const { code, stdout } = await desk.muster(['demo', '--once', '--json']);
  expect(code).toBe(0);
  const summary = onlyDocument<Summary>(stdout);
  expect(summary).toMatchObject({ people: 20_000, round: 2 });
  const [before, after] = summary.stages.map(({ runs }) => runs.map((run) => run.requestsUsed));
  expect(before).toEqual([0, 0, 0]);
  expect(Math.min(...(after ?? []))).toBeGreaterThan(0);
  for (const { members, rowsHeld, heldBack } of summary.audiences) {
    expect(rowsHeld).toBe(members - heldBack.notEnoughIdentifiers);
  }
  expect(await readdir(join(desk.directory, 'demo'))).toEqual([
    expect.stringMatching(/^people-.*-round-2\.csv$/),
  ]);
});

it('starts over when asked to, and tells people about it', { timeout: PATIENCE_MS }, async () => {
  const { code, stdout } = await desk.muster(['demo', '--once', '--reset']);
  expect(code).toBe(0);
  expect(stdout).toMatch(/every figure below is from the sandbox/);
  expect(stdout).toMatch(/20,000/);
  const { url } = JSON.parse((await desk.start(['sandbox', '--port', '0'])).firstLine) as {
    url: string;
  };
  const { audiences } = (await (await fetch(`${url}/_sandbox/audiences`)).json()) as Summary;
  expect(audiences).toHaveLength(3);
  expect(await desk.json(['status'])).toMatchObject({
    databases: [
      { name: 'main', profiles: 0 },
      { name: 'demo', profiles: 20_000 },
    ],
  });
});
