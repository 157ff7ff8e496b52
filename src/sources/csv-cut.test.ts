import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { MusterError } from '#domain/errors/muster-error.ts';
import { openBytes } from './bytes.ts';
import { openCsv } from './csv.ts';
import type { RejectedRow } from './record-source.ts';
import { csvLine } from './csv-line.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'muster-cut-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

/** What reading gives: all of it, or the code of the refusal. */
async function outcome(bytes: Buffer) {
  const path = join(folder, 'cut.csv');
  await writeFile(path, bytes);
  const rows: (readonly string[])[] = [];
  const rejected: RejectedRow[] = [];
  try {
    const file = openCsv(await openBytes(path), { chunkBytes: 97 });
    for await (const batch of file.batches()) {
      rows.push(...batch.rows);
      rejected.push(...batch.rejected);
    }
    return { rows, rejected, endProved: file.endProved };
  } catch (error) {
    if (error instanceof MusterError) return { refused: error.code };
    throw error;
  }
}

const people = Array.from({ length: 50 }, (_, i) => [
  `${i + 1}`,
  i % 3 === 0 ? `Jö "${i}"` : 'Al',
  i % 4 === 0 ? 'a\nb,' : '東京',
  i % 5 === 0 ? '' : `${i}.50`,
]);

/** Where the last cell begins: cut in it, a file cannot be told from a whole one. */
const lastCells = ['id', 'name', 'city', 'spent'];

it.each([
  ['last cell bare', ''],
  ['last cell quoted', '"'],
])(
  'T-SRC-1: a file of 50 rows cut at every byte, %s',
  async (_, quote) => {
    const print = (cells: readonly string[]) => {
      const line = csvLine(cells.slice(0, -1)).trimEnd();
      return Buffer.from(`${line},${quote}${cells.at(-1)}${quote}\n`);
    };
    const records = [print(lastCells), ...people.map(print)];
    const whole = Buffer.concat(records);
    expect(await outcome(whole)).toEqual({ rows: people, rejected: [], endProved: true });

    const seen = { refused: 0, atLineEnd: 0, inLastCell: 0 };
    for (let cut = 0; cut < whole.length; cut += 1) {
      const result = await outcome(whole.subarray(0, cut));
      if ('refused' in result) {
        // A header cut behind a comma has a column without a name.
        const codes = ['IMPORT_FILE_EMPTY', 'IMPORT_FILE_CUT', 'IMPORT_HEADER_INVALID'];
        expect(codes).toContain(result.refused);
        seen.refused += 1;
        continue;
      }
      // Never a success that hides a loss: nothing rejected, every row whole but for its last cell.
      expect(result.rejected).toEqual([]);
      const expected = people.slice(0, result.rows.length);
      expect(result.rows.map((row) => row.slice(0, -1))).toEqual(
        expected.map((row) => row.slice(0, -1)),
      );
      const bytesOfRows = Buffer.concat(records.slice(0, result.rows.length + 1)).length;
      if (result.endProved) {
        expect(cut).toBe(bytesOfRows);
        expect(result.rows).toEqual(expected);
        seen.atLineEnd += 1;
      } else {
        const last = result.rows.at(-1)?.at(-1) ?? '';
        const wanted = expected.at(-1)?.at(-1) ?? '';
        expect(wanted.startsWith(last)).toBe(true);
        // Quotes leave only one place to be cut at unseen: before they open.
        if (quote === '"') expect([wanted, '']).toContain(last);
        seen.inLastCell += 1;
      }
    }
    // Cut behind one of the first 49 rows, its end cannot be missed: only --rows N can tell.
    expect(seen.atLineEnd).toBe(49);
    expect(seen.inLastCell).toBeGreaterThanOrEqual(50);
    expect(seen.refused).toBe(whole.length - seen.atLineEnd - seen.inLastCell);
  },
  120_000,
);
