import { writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Command, openInstallation } from './installation.ts';
import { writePeople } from './people.ts';

interface OptOutsOptions {
  /** Rows of the file that is loaded meanwhile. */
  readonly people: number;
  /** People who are at Meta before it; all of them are in the file, with another e-mail. */
  readonly customers: number;
  /** A PostgreSQL of one's own; otherwise the embedded one, with its settings. */
  readonly databaseUrl?: string;
}

/** When one opt-out was said, when the command knew, and when Meta was asked to remove the person. */
interface OptOut {
  readonly during: 'loading' | 'sending';
  readonly saidMs: number;
  readonly sentMs: number | null;
}

/**
 * How soon somebody who says "no" is on their way out of Meta, while a million rows are imported, and
 * while they are sent for the first time: real commands, a real `muster serve`, and the sandbox.
 *
 *   npm run bench -- opt-outs [--people 1000000] [--database-url URL]
 */
export async function benchOptOuts(options: OptOutsOptions): Promise<void> {
  const removals: number[] = [];
  const { databaseUrl = '' } = options;
  await using installation = await openInstallation(databaseUrl, ({ method, url }) => {
    if (method === 'DELETE' && url.endsWith('/users')) removals.push(performance.now());
  });
  const { directory, muster, sandbox, sandboxUrl } = installation;
  await prepare(directory, options, muster, installation.account);
  await installation.serve();
  const rowsHeld = async () => {
    const answer = await sandbox.fetch(new Request(`${sandboxUrl}/_sandbox/audiences`));
    const { audiences } = (await answer.json()) as { audiences: { rowsHeld: number }[] };
    return audiences.reduce((sum, audience) => sum + audience.rowsHeld, 0);
  };
  print(options, await optOutAllTheWhile(directory, options, muster, { removals, rowsHeld }));
}

interface Seen {
  /** When the sandbox was asked to remove somebody. */
  readonly removals: readonly number[];
  readonly rowsHeld: () => Promise<number>;
}

async function prepare(
  directory: string,
  { people, customers }: OptOutsOptions,
  muster: Command,
  account: readonly string[],
): Promise<void> {
  await writePeople(join(directory, 'customers.csv'), { count: customers });
  await writePeople(join(directory, 'everybody.csv'), { count: people, round: 1 });
  await writeFile(
    join(directory, 'rule.json'),
    JSON.stringify({ trait: 'total_spent', op: 'at_least', value: 0 }),
  );
  await muster('import', join(directory, 'customers.csv'));
  await muster('connect', ...account);
  await muster('audience', 'create', 'everybody', '--rule', join(directory, 'rule.json'));
  await muster('sync', 'everybody', '--wait');
  await muster('audience', 'schedule', 'everybody', '--at-once');
}

/** One person after the other says "no", from the first row of the file until its last is sent. */
async function optOutAllTheWhile(
  directory: string,
  { people, customers }: OptOutsOptions,
  muster: Command,
  { removals, rowsHeld }: Seen,
): Promise<OptOut[]> {
  const said: OptOut[] = [];
  let during: OptOut['during'] = 'loading';
  let over = false;
  const loading = muster('import', join(directory, 'everybody.csv')).then(() => {
    during = 'sending';
  });
  const sending = loading.then(async () => {
    while ((await rowsHeld()) < people - customers) await delay(1_000);
    over = true;
  });
  for (let i = 0; !over && i < customers; i += 7) {
    const saidMs = performance.now();
    const began = during;
    await muster('consent', `C${i}`, '--no', '--json').catch(() => {});
    const sentMs = await nextAfter(removals, saidMs);
    said.push({ during: began, saidMs, sentMs });
    await delay(500);
  }
  await sending;
  return said;
}

const GIVE_UP_MS = 120_000;

async function nextAfter(removals: readonly number[], afterMs: number): Promise<number | null> {
  while (performance.now() < afterMs + GIVE_UP_MS) {
    const sent = removals.find((at) => at > afterMs);
    if (sent !== undefined) return sent;
    await delay(50);
  }
  return null;
}

function print({ people, customers }: OptOutsOptions, said: readonly OptOut[]): void {
  const lines = [
    `${people} rows loaded, ${customers} people at Meta before, ${availableParallelism()} cores, Node ${process.version}`,
  ];
  for (const during of ['loading', 'sending'] as const) {
    const waits = said
      .filter((one) => one.during === during)
      .map(({ saidMs, sentMs }) => (sentMs === null ? Infinity : (sentMs - saidMs) / 1000))
      .toSorted((a, b) => a - b);
    const at = (share: number) => (waits[Math.floor((waits.length - 1) * share)] ?? 0).toFixed(1);
    lines.push(
      `while ${during}   ${waits.length} opt-outs, from the start of the command to the request: ` +
        `p50 ${at(0.5)} s, p99 ${at(0.99)} s, slowest ${at(1)} s`,
    );
  }
  process.stdout.write(`${lines.join('\n')}\n`);
}
