/**
 * npm run simulate -- --seeds N [--first-seed S]: that many lives, each with its own faults, crashes
 * and people. A seed that breaks an invariant is told with what differed, and does the same again.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { attachEmbedded } from '#store/embedded/attach.ts';
import { migrate } from '#store/migrate.ts';
import { Connections } from './connections.ts';
import { type Life, live } from './life.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '100' },
    'first-seed': { type: 'string', default: '1' },
    /** Where the whole trace of each seed goes. */
    trace: { type: 'string' },
  },
});
const first = Number(values['first-seed']);
const count = Number(values.seeds);

const directory = mkdtempSync(join(tmpdir(), 'muster-simulate-'));
const settings = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };
const server = await attachEmbedded(directory, { log() {}, settings });
try {
  await migrate(server.connectionString);
  await using connections = new Connections(server.connectionString);
  const begunMs = performance.now();
  const lives: Life[] = [];
  for (let seed = first; seed < first + count; seed++) {
    const life = await live(seed, { connections, keepLines: values.trace !== undefined });
    lives.push(life);
    if (values.trace !== undefined) {
      writeFileSync(`${values.trace}-${seed}.txt`, `${life.lines.join('\n')}\n`);
    }
    if (life.broken.length > 0) tell(life);
  }
  summarise(lives, (performance.now() - begunMs) / 1000);
} finally {
  await server.leave();
  rmSync(directory, { recursive: true, force: true });
}

function tell({ seed, trace, broken }: Life): void {
  console.log(`seed ${seed} (trace ${trace}) broke:`);
  for (const line of broken.slice(0, 6)) console.log(`  ${line}`);
}

function summarise(lives: readonly Life[], seconds: number): void {
  const sum = (key: keyof Life['counts']) =>
    lives.reduce((total, { counts }) => total + counts[key], 0);
  const failed = lives.filter(({ broken }) => broken.length > 0).length;
  const hours = (sum('virtualMs') / 3_600_000).toFixed(0);
  console.log(
    `${count} seeds from ${first}: ${failed} failed; ${sum('runs')} runs, ${sum('imports')} imports, ` +
      `${sum('requests')} requests, ${sum('crashes')} crashes, ${sum('held')} held, ` +
      `${hours} virtual hours in ${seconds.toFixed(0)} s`,
  );
  process.exitCode = failed === 0 ? 0 : 1;
}
