import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { defaultSetting } from '#identifiers/setting.ts';
import { normalise } from '#identifiers/normalise.ts';
import type { IdentifierKey } from '#domain/identifier-keys.ts';

/**
 * The baseline: the same file to the same sink by the shortest way there is. One thread, no
 * database, nothing remembered, nothing durable: read, normalise, hash ten identifiers, JSON, POST.
 *
 *   node bench/straight-line.ts FILE SINK_URL
 */
const [path = '', sink = ''] = process.argv.slice(2);
const started = performance.now();
const setting = defaultSetting(2026);
const columns: readonly [IdentifierKey, number][] = [
  ['EMAIL', 1],
  ['PHONE', 2],
  ['LN', 4],
  ['FN', 3],
  ['CT', 6],
  ['ZIP', 7],
  ['COUNTRY', 8],
];
const schema = [
  'EXTERN_ID',
  'EMAIL',
  'PHONE',
  'DOBY',
  'DOBM',
  'DOBD',
  'LN',
  'FN',
  'CT',
  'ZIP',
  'COUNTRY',
];
let rows: string[][] = [];
let sent = 0;
let count = 0;

function cell(key: IdentifierKey, raw: string, country: string): string {
  const outcome = normalise(key, raw, { country, setting });
  return outcome.kind === 'value'
    ? createHash('sha256').update(outcome.normalised).digest('hex')
    : '';
}

async function send(): Promise<void> {
  const body = JSON.stringify({
    payload: { schema, data: rows },
    session: {
      session_id: ++sent,
      batch_seq: 1,
      last_batch_flag: true,
      estimated_num_total: rows.length,
    },
  });
  const response = await fetch(`${sink}/v26.0/1/users`, { method: 'POST', body });
  if (!response.ok) throw new Error(`the sink answered ${response.status}`);
  await response.arrayBuffer();
  rows = [];
}

let header = true;
for await (const line of createInterface({ input: createReadStream(path) })) {
  if (header) {
    header = false;
    continue;
  }
  const cells = line.split(',');
  const country = cells[8] ?? '';
  const values = new Map(columns.map(([key, i]) => [key, cell(key, cells[i] ?? '', country)]));
  const [year = '', month = '', day = ''] = (cells[5] ?? '').split('-');
  rows.push([
    cells[0] ?? '',
    values.get('EMAIL') ?? '',
    values.get('PHONE') ?? '',
    cell('DOBY', year, country),
    cell('DOBM', month, country),
    cell('DOBD', day, country),
    values.get('LN') ?? '',
    values.get('FN') ?? '',
    values.get('CT') ?? '',
    values.get('ZIP') ?? '',
    values.get('COUNTRY') ?? '',
  ]);
  count++;
  if (rows.length === 10_000) await send();
}
if (rows.length > 0) await send();
process.stdout.write(
  `${JSON.stringify({
    rows: count,
    requests: sent,
    seconds: (performance.now() - started) / 1000,
    cpuSeconds: (process.cpuUsage().user + process.cpuUsage().system) / 1e6,
    peakRssMb: Math.round(process.resourceUsage().maxRSS / 1024),
  })}\n`,
);
