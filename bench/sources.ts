import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openFile } from '#sources/file.ts';
import { openQuery } from '#sources/query.ts';
import type { RecordSource } from '#sources/record-source.ts';
import { attachEmbedded } from '#store/embedded/attach.ts';

/**
 * Reads people end to end through the connectors and nothing more: how fast, and with how much memory.
 * One thing a process, because the peak of a process never falls.
 */
export async function benchSources(wish: {
  readonly from: 'csv' | 'postgres';
  readonly people: number;
}): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'muster-bench-'));
  try {
    if (wish.from === 'csv') {
      const path = join(directory, 'people.csv');
      await writeCsv(path, wish.people);
      process.stdout.write(`${((await stat(path)).size / 1e6).toFixed(0)} MB of CSV\n`);
      await read(await openFile(path), wish.people);
    } else {
      const server = await attachEmbedded(join(directory, 'data'), { log: () => {} });
      try {
        const target = {
          kind: 'postgres',
          url: server.connectionString,
          allowPrivate: true,
        } as const;
        await read(await openQuery(target, queryOf(wish.people)), wish.people);
      } finally {
        await server.leave();
      }
    }
  } finally {
    await rm(directory, { recursive: true });
  }
}

async function read(source: RecordSource, people: number): Promise<void> {
  const mibNow = () => process.memoryUsage().rss / 2 ** 20;
  const startedMs = performance.now();
  const samples: string[] = [];
  let rows = 0;
  let peakMib = 0;
  for await (const batch of source.batches()) {
    rows += batch.rows.length;
    peakMib = Math.max(peakMib, mibNow());
    if (samples.length < (rows * 10) / people) samples.push(mibNow().toFixed(0));
  }
  const seconds = (performance.now() - startedMs) / 1000;
  process.stdout.write(
    `${rows} rows in ${seconds.toFixed(1)} s, ${Math.round(rows / seconds)} a second; ` +
      `peak ${peakMib.toFixed(0)} MiB; on the way ${samples.join(' ')} MiB\n`,
  );
}

async function writeCsv(path: string, people: number): Promise<void> {
  const file = createWriteStream(path);
  file.write('customer_id,email,phone,first_name,last_name,country,plan\n');
  for (let at = 0; at < people; at += 10_000) {
    let text = '';
    for (let id = at; id < Math.min(at + 10_000, people); id++) text += lineOf(id);
    if (!file.write(text)) await once(file, 'drain');
  }
  file.end();
  await once(file, 'finish');
}

function lineOf(id: number): string {
  return `C-${id},person.${id}@example.com,+49171${1_000_000 + id},Ana,Silva,DE,gold\n`;
}

/** The same people, made by the server as they are read. */
function queryOf(people: number): string {
  return `select 'C-' || n as customer_id, 'person.' || n || '@example.com' as email,
    '+49171' || (1000000 + n) as phone, 'Ana' as first_name, 'Silva' as last_name,
    'DE' as country, 'gold' as plan from generate_series(0, ${people - 1}) n`;
}
