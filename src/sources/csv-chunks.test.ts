import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fc } from '../../test/support/fast-check.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { charsetOf } from './_charset.ts';
import { RecordSplitter } from './_record-splitter.ts';
import type { Records } from './_records.ts';
import { openBytes } from './bytes.ts';
import { openCsv } from './csv.ts';
import { csvLine } from './csv-line.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'muster-chunks-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

const utf8 = charsetOf(Buffer.alloc(0), 0);

/** What comes out when the bytes go in as these pieces, or what is thrown. */
function split(pieces: readonly Buffer[], delimiter: string, columns: number) {
  const records: Records = { rows: [], lines: [], rejected: [] };
  const splitter = new RecordSplitter(utf8, delimiter, columns);
  try {
    for (const piece of pieces) {
      splitter.push(utf8.undecoded(piece), utf8.isPlain(piece), records);
    }
    splitter.finish(records);
    return records;
  } catch (error) {
    return { ...records, error: String(error) };
  }
}

function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const ends = [...new Set(places.map((place) => place % (bytes.length + 1)))].toSorted(
    (a, b) => a - b,
  );
  return [...ends, bytes.length].map((end, i) => bytes.subarray(ends[i - 1] ?? 0, end));
}

/** Made of what can go wrong. */
const broken = fc
  .array(
    fc.constantFrom(
      ...['"', '""', ',', '\n', '\r', '\r\n', 'a', ' ', 'é', '東', '\0'].map((text) =>
        Buffer.from(text),
      ),
      Buffer.from([0xff]),
      Buffer.from([0xc3]),
    ),
    { maxLength: 60 },
  )
  .map((parts) => Buffer.concat(parts));

const cell = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }).filter((text) => !text.includes('\0')),
  fc.string({ unit: fc.constantFrom('"', ',', ';', '\n', '\r', ' ', 'ü', '😀'), maxLength: 8 }),
);

describe('pieces of any size', () => {
  it('give the same rows, lines, rejections and verdict', () => {
    fc.assert(
      fc.property(
        broken,
        fc.integer({ min: 1, max: 4 }),
        fc.array(fc.nat(), { maxLength: 20 }),
        (bytes, columns, places) => {
          const inOne = split([bytes], ',', columns);
          expect(split(cut(bytes, places), ',', columns)).toEqual(inOne);
          const single = [...bytes.keys()].map((at) => bytes.subarray(at, at + 1));
          expect(split(single, ',', columns)).toEqual(inOne);
        },
      ),
      { numRuns: 3000 },
    );
  });

  it('give every record exactly once, in the order of its lines', () => {
    fc.assert(
      fc.property(broken, fc.integer({ min: 1, max: 4 }), (bytes, columns) => {
        const { lines, rejected, rows } = split([bytes], ',', columns);
        const all = [...lines, ...rejected.map(({ line }) => line)];
        expect(new Set(all).size).toBe(all.length);
        expect(lines).toEqual(lines.toSorted((a, b) => a - b));
        expect(rows.every((row) => row.length === columns)).toBe(true);
        const lineCount = bytes.toString('latin1').split(/\r\n|\n|\r/).length;
        expect(Math.max(1, ...all)).toBeLessThanOrEqual(lineCount);
      }),
      { numRuns: 3000 },
    );
  });
});

describe('what is printed', () => {
  const table = fc.integer({ min: 1, max: 5 }).chain((columns) =>
    fc.array(fc.array(cell, { minLength: columns, maxLength: columns }), {
      minLength: 1,
      maxLength: 8,
    }),
  );

  it.each([',', ';', '\t', '|'])('is read back the same, separated by %j', (delimiter) => {
    fc.assert(
      fc.property(table, fc.array(fc.nat(), { maxLength: 5 }), (rows, places) => {
        const bytes = Buffer.from(rows.map((row) => csvLine(row, delimiter)).join(''));
        const columns = rows[0]?.length ?? 0;
        const read = split(cut(bytes, places), delimiter, columns);
        expect(read).toMatchObject({ rows, rejected: [] });
      }),
      { numRuns: 1000 },
    );
  });

  it('is read back from a file', async () => {
    await fc.assert(
      fc.asyncProperty(table, fc.integer({ min: 1, max: 64 }), async (rows, chunkBytes) => {
        const path = join(folder, 'printed.csv');
        const header = (rows[0] ?? []).map((_, column) => `column ${column}`);
        await writeFile(path, [header, ...rows].map((row) => csvLine(row)).join(''));
        const read: (readonly string[])[] = [];
        const file = openCsv(await openBytes(path), { chunkBytes });
        for await (const batch of file.batches()) read.push(...batch.rows);
        expect(read).toEqual(rows);
      }),
      { numRuns: 200 },
    );
  });
});
