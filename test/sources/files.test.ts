import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openFile } from '#sources/file.ts';
import { zipOf } from './_zip.ts';

/** people-*.parquet were written by pyarrow 25, people.xlsx by openpyxl 3.1: not by what reads them. */
const made = join(import.meta.dirname, 'files');

let folder = '';
let count = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'muster-files-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

async function fileWith(name: string, content: string | Uint8Array): Promise<string> {
  count += 1;
  const path = join(folder, `${count}-${name}`);
  await writeFile(path, content);
  return path;
}

async function readAll(path: string) {
  const source = await openFile(path);
  const rows: string[][] = [];
  const lines: number[] = [];
  const rejected: { line: number; reason: string }[] = [];
  for await (const batch of source.batches()) {
    rows.push(...batch.rows);
    lines.push(...batch.lines);
    rejected.push(...batch.rejected);
  }
  return { header: source.header, rows, lines, rejected, endProved: source.endProved };
}

async function codeOf(path: string): Promise<string> {
  return await readAll(path).then(
    () => 'taken',
    (error: { code: string }) => error.code,
  );
}

/** In the directory, where it is compared. */
function wrongChecksum(zip: Buffer): Buffer {
  zip.writeUInt32LE(1, zip.lastIndexOf('PK\x01\x02') + 16);
  return zip;
}

const people = Array.from({ length: 200 }, (_, i) => [`C-${i}`, `p${i}@example.com`]);
const csv = `id,email\n${people.map((cells) => `${cells.join(',')}\n`).join('')}`;
const ndjson = people.map(([id, email]) => `${JSON.stringify({ id, email })}\n`).join('');

const forms: readonly [string, () => Promise<Buffer>, number][] = [
  ['people.csv', () => Promise.resolve(Buffer.from(csv)), 200],
  ['people.ndjson', () => Promise.resolve(Buffer.from(ndjson)), 200],
  ['people.csv.gz', () => Promise.resolve(gzipSync(csv)), 200],
  ['people.ndjson.gz', () => Promise.resolve(gzipSync(ndjson)), 200],
  ['people.zip', () => Promise.resolve(zipOf({ 'folder/people.csv': csv })), 200],
  ['people.parquet', () => readFile(join(made, 'people-snappy.parquet')), 4],
  ['people.xlsx', () => readFile(join(made, 'people.xlsx')), 3],
];

describe.each(forms)('every connector of files: %s', (name, content, rows) => {
  it('gives every record and proves the end', async () => {
    const whole = await readAll(await fileWith(name, await content()));
    expect(whole.rows).toHaveLength(rows);
    expect(whole).toMatchObject({ rejected: [], endProved: true });
    if (rows === 200) expect(whole).toMatchObject({ header: ['id', 'email'], rows: people });
  });

  it('gives the same records again', async () => {
    const source = await openFile(await fileWith(name, await content()));
    for (const _ of [1, 2]) {
      let seen = 0;
      for await (const batch of source.batches()) seen += batch.rows.length;
      expect(seen).toBe(rows);
    }
  });

  it('never takes a file that was cut for a whole one', async () => {
    const whole = await content();
    for (let part = 0; part < 40; part++) {
      const cut = whole.subarray(0, Math.floor((whole.length * part) / 40));
      const path = await fileWith(name, cut);
      const result = await readAll(path).catch((error: { code: string }) => error.code);
      if (typeof result === 'string') expect(result).toMatch(/^IMPORT_/);
      // A plain file that is cut at a line end has lost people, and nothing in it says so.
      else if (result.endProved) expect(whole.toString('latin1', cut.length - 1)[0]).toBe('\n');
      else expect(result.rows.length).toBeLessThan(rows);
    }
  });

  it('refuses a file that changes between opening and reading', async () => {
    const path = await fileWith(name, await content());
    const source = await openFile(path);
    await writeFile(path, Buffer.concat([await content(), Buffer.from('x')]));
    const read = async () => {
      let seen = 0;
      for await (const batch of source.batches()) seen += batch.rows.length;
      return seen;
    };
    // An Excel file is read as a whole when it is opened.
    if (name.endsWith('.xlsx')) expect(await read()).toBe(rows);
    else await expect(read()).rejects.toMatchObject({ code: expect.stringMatching(/^IMPORT_/) });
  });
});

describe('values become the text that a CSV file would hold', () => {
  it.each(['snappy', 'gzip', 'zstd', 'brotli'])('Parquet packed with %s', async (codec) => {
    const { header, rows } = await readAll(join(made, `people-${codec}.parquet`));
    expect(header.join()).toBe('customer_id,email,vip,spent,born,seen,tags,score');
    expect(rows).toEqual([
      ...[
        [
          '1001',
          'ana@example.com',
          'true',
          '12.34',
          '1990-03-04',
          '2026-01-02T03:04:05.000Z',
          '["a","b"]',
          '0.5',
        ],
      ],
      ...[['1002', 'bo@example.com', 'false', '0.1', '', '', '[]', '1']],
      ...[['1003', '', '', '', '1969-12-31', '2026-01-02T00:00:00.000Z', '', '']],
      ...[
        [
          '9007199254740993',
          'dé@example.com',
          'true',
          '-7',
          '2000-02-29',
          '1999-12-31T23:59:59.500Z',
          '["c"]',
          '1e+21',
        ],
      ],
    ]);
  });

  it('Parquet: a number that lost digits and text that is no UTF-8 cost their row alone', async () => {
    const { rows, rejected } = await readAll(join(made, 'odd.parquet'));
    expect(rows).toEqual([]);
    expect(rejected).toEqual([
      { line: 1, reason: 'a decimal of more than 15 digits' },
      { line: 2, reason: 'bad UTF-8' },
    ]);
  });

  it('Excel: the first sheet, days as days, an empty row passed over', async () => {
    expect(await readAll(join(made, 'people.xlsx'))).toMatchObject({
      header: ['customer_id', 'email', 'vip', 'spent', 'born', 'seen'],
      rows: [
        ['1001', 'ana@example.com', 'true', '12.34', '1990-03-04', '2026-01-02T03:04:05.000Z'],
        ['1002', ' bo@example.com', 'false', '0.1', '', ''],
        ['007', '', '', '-7', '1969-12-31', '2026-01-02'],
      ],
      lines: [2, 3, 5],
    });
  });

  it('JSON lines: long numbers keep their digits, deep inside too', async () => {
    const lines = [
      '{"id":12345678901234567890,"score":0.12345678901234567890,"age":41}',
      '{"id":"17841400000000001","score":1.50,"old":{"ids":[9007199254740993,1]}}',
    ];
    expect(await readAll(await fileWith('long.ndjson', `${lines.join('\n')}\n`))).toMatchObject({
      header: ['id', 'score', 'age', 'old'],
      rows: [
        ['12345678901234567890', '0.12345678901234567890', '41', ''],
        ['17841400000000001', '1.5', '', '{"ids":[9007199254740993,1]}'],
      ],
    });
  });

  it('JSON lines: keys that come late, missing keys, what is wrong with single lines', async () => {
    const lines = [
      '\ufeff{"id":1,"email":"a@example.com"}',
      '',
      '{"id":"2","late":true,"n":{"a":1}}\r',
      'not JSON',
      '[1]',
      String.raw`{"id":"\u0000"}`,
      String.raw`{"id":"\ud800"}`,
      `{"id":"${'x'.repeat(131_073)}"}`,
      '{"id":3,"email":null}',
    ];
    const bytes = Buffer.concat([
      Buffer.from(lines.join('\n')),
      Buffer.from('\n{"id":"\xff"}\n', 'latin1'),
    ]);
    expect(await readAll(await fileWith('people.jsonl', bytes))).toEqual({
      header: ['id', 'email', 'late', 'n'],
      rows: [
        ['1', 'a@example.com', '', ''],
        ['2', '', 'true', '{"a":1}'],
        ['3', '', '', ''],
      ],
      lines: [1, 3, 9],
      rejected: [
        { line: 4, reason: 'not valid JSON' },
        { line: 5, reason: 'not an object' },
        { line: 6, reason: 'a NUL character' },
        { line: 7, reason: 'half a character' },
        { line: 8, reason: 'a cell over 128 KiB' },
        { line: 10, reason: 'bad UTF-8' },
      ],
      endProved: true,
    });
  });
});

describe('what is refused', () => {
  it.each([
    [
      'a zip whose checksum is wrong',
      'a.zip',
      wrongChecksum(zipOf({ 'a.csv': csv })),
      'IMPORT_FILE_DAMAGED',
    ],
    ['a gzip with a flipped byte', 'a.csv.gz', flipped(gzipSync(csv)), 'IMPORT_FILE_DAMAGED'],
    [
      'a file that swells without end',
      'a.csv.gz',
      gzipSync(Buffer.alloc(80 << 20, 'a')),
      'IMPORT_FILE_SWELLS',
    ],
    ['one JSON list', 'a.json', '[{"id":1}]', 'IMPORT_FORMAT'],
    ['an old Excel file', 'a.xls', Buffer.from('d0cf11e0a1b11ae1', 'hex'), 'IMPORT_FORMAT'],
    [
      'JSON lines in UTF-16',
      'a.ndjson',
      Buffer.from('\ufeff{"id":1}\n', 'utf16le'),
      'IMPORT_ENCODING',
    ],
    ['Parquet whose middle is overwritten', 'a.parquet', null, 'IMPORT_FILE_DAMAGED'],
    ['no line with a value', 'a.ndjson', '\n\n', 'IMPORT_FILE_EMPTY'],
  ])('%s', async (_, name, content, code) => {
    const damaged = await readFile(join(made, 'people-gzip.parquet'));
    damaged.fill(7, 4, 400);
    expect(await codeOf(await fileWith(name, content ?? damaged))).toBe(code);
  });
});

function flipped(bytes: Buffer): Buffer {
  const at = Math.floor(bytes.length / 2);
  bytes[at] = (bytes[at] ?? 0) ^ 0xff;
  return bytes;
}
