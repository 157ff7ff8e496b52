import { mkdir, mkdtemp, rm, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBytes } from './bytes.ts';
import { openCsv } from './csv.ts';
import type { RejectedRow } from './record-source.ts';

let folder = '';
let made = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'muster-csv-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

async function fileWith(content: string | Uint8Array): Promise<string> {
  made += 1;
  const path = join(folder, `${made}.csv`);
  await writeFile(path, content);
  return path;
}

interface Whole {
  header: readonly string[];
  rows: string[][];
  lines: number[];
  rejected: RejectedRow[];
}

async function readAll(path: string, chunkBytes?: number): Promise<Whole> {
  const file = openCsv(await openBytes(path), chunkBytes === undefined ? {} : { chunkBytes });
  const whole: Whole = { header: file.header, rows: [], lines: [], rejected: [] };
  for await (const batch of file.batches()) {
    whole.rows.push(...batch.rows);
    whole.lines.push(...batch.lines);
    whole.rejected.push(...batch.rejected);
  }
  return whole;
}

const read = async (content: string | Uint8Array) => readAll(await fileWith(content));

/** The code and what was measured. */
async function refusal(content: string | Uint8Array): Promise<{ code: string; measured: string }> {
  return read(content).then(
    () => expect.fail('the file was not refused'),
    (error) => error,
  );
}

function utf16(text: string, order: 'le' | 'be'): Buffer {
  const bytes = Buffer.from(`\ufeff${text}`, 'utf16le');
  return order === 'be' ? bytes.swap16() : bytes;
}

describe('a sound file', () => {
  it('gives header, rows and the physical line of each', async () => {
    expect(await read('id,name\n1,Ann\n2,"Bo\nB."\n\n3,"say ""hi"", twice"\n')).toEqual({
      header: ['id', 'name'],
      rows: [
        ['1', 'Ann'],
        ['2', 'Bo\nB.'],
        ['3', 'say "hi", twice'],
      ],
      lines: [2, 3, 6],
      rejected: [],
    });
  });

  it.each([
    ['LF', '\n'],
    ['CRLF', '\r\n'],
    ['CR', '\r'],
  ])('may end its lines with %s', async (_, end) => {
    const { rows, lines } = await read(['id,n', '1,a', '', '2,"b', 'c"', '3,d', ''].join(end));
    expect(rows).toEqual([
      ['1', 'a'],
      ['2', `b${end}c`],
      ['3', 'd'],
    ]);
    expect(lines).toEqual([2, 4, 6]);
  });

  it('may mix its line ends', async () => {
    const { rows, lines } = await read('id,n\r\n1,a\n2,b\r3,c\n\r4,d\r\r\n5,e');
    expect(rows.map(([id]) => id)).toEqual(['1', '2', '3', '4', '5']);
    expect(lines).toEqual([2, 3, 4, 6, 8]);
  });

  it.each([
    [',', 'id,a;b,c|d\n1,2;3,4|5\n', ['id', 'a;b', 'c|d']],
    [';', 'id;name;note\n1;Meyer, Hans;a, b, c\n', ['id', 'name', 'note']],
    ['\t', 'id\tname\n1\tMeyer, Hans\n', ['id', 'name']],
    ['|', 'id|name\n1|x;y\n', ['id', 'name']],
    [',', 'id\n1\n2\n', ['id']],
    [';', '"id";"first, last"\n1;"x, y"\n', ['id', 'first, last']],
    // Both fit every row; the one that finds more columns wins.
    [';', 'id;plan;last, first\n1;gold;Meyer, Ann\n', ['id', 'plan', 'last, first']],
    // Header alone could be either; the rows decide.
    [';', 'id;city, country\n1;Rome\n2;Paris\n', ['id', 'city, country']],
  ])('may be separated by %j', async (delimiter, content, header) => {
    const file = openCsv(await openBytes(await fileWith(content)));
    expect(file).toMatchObject({ delimiter, header });
  });

  it('may start with a byte order mark, which is no part of the header', async () => {
    expect(await read('\ufeff id ,näme\n1,Jörg\n')).toMatchObject({
      header: ['id', 'näme'],
      rows: [['1', 'Jörg']],
    });
  });

  it.each(['le', 'be'] as const)('may be UTF-16 %s with a byte order mark', async (order) => {
    const path = await fileWith(utf16('id;näme\r\n1;Jörg 😀\r\n2;"東\r\n京"\r\n', order));
    expect(openCsv(await openBytes(path))).toMatchObject({
      encoding: `utf-16${order}`,
      endProved: true,
    });
    for (const chunkBytes of [1, 2, 7, 4096]) {
      expect(await readAll(path, chunkBytes)).toEqual({
        header: ['id', 'näme'],
        rows: [
          ['1', 'Jörg 😀'],
          ['2', '東\r\n京'],
        ],
        lines: [2, 3],
        rejected: [],
      });
    }
  });

  it('keeps blank cells, spaces and quotes inside a cell as they are', async () => {
    const { rows } = await read('id,a,b,c\n1,, x ,5" disk\n2,"","  ",=1+1\n');
    expect(rows).toEqual([
      ['1', '', ' x ', '5" disk'],
      ['2', '', '  ', '=1+1'],
    ]);
  });

  it('skips empty lines and lines of spaces, not lines of tabs that separate', async () => {
    const { rows } = await read('\n\nid\tn\n\n   \n1\ta\n\t\n  ');
    expect(rows).toEqual([
      ['1', 'a'],
      ['', ''],
    ]);
  });

  it('says whether it ends with a line end', async () => {
    const ends = async (content: string) =>
      openCsv(await openBytes(await fileWith(content))).endProved;
    expect(await ends('id,n\n1,a\n')).toBe(true);
    expect(await ends('id,n\r\n1,a\r')).toBe(true);
    expect(await ends('id,n\n1,a')).toBe(false);
  });

  it('can be read twice', async () => {
    const file = openCsv(await openBytes(await fileWith('id,n\n1,a\n')));
    for (let time = 0; time < 2; time += 1) {
      const rows: (readonly string[][])[] = [];
      for await (const batch of file.batches()) rows.push(batch.rows);
      expect(rows.flat()).toEqual([['1', 'a']]);
    }
  });

  it('takes a cell of exactly 128 KiB and 512 columns', async () => {
    const large = 'x'.repeat(128 * 1024);
    expect((await read(`id,n\n1,${large}\n2,"${large}"\n`)).rows).toEqual([
      ['1', large],
      ['2', large],
    ]);
    const header = Array.from({ length: 512 }, (_, i) => `c${i}`);
    expect((await read(`${header.join(',')}\n${header.join(',')}\n`)).rows).toEqual([header]);
  });
});

describe('a broken row is left out with line and reason, the others stay', () => {
  const bytes = (...parts: (string | number[])[]) =>
    Buffer.concat(
      parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from(part))),
    );
  const large = 'x'.repeat(128 * 1024 + 1);
  it.each([
    ['bad UTF-8', bytes('2,J', [0xf6], 'rg'), 'bad UTF-8'],
    ['bad UTF-8 in quotes', bytes('2,"J', [0xc3], '"'), 'bad UTF-8'],
    ['overlong UTF-8', bytes('2,', [0xc0, 0xaf]), 'bad UTF-8'],
    ['a UTF-8 surrogate', bytes('2,', [0xed, 0xa0, 0x80]), 'bad UTF-8'],
    ['NUL', bytes('2,a', [0], 'b'), 'a NUL character'],
    ['NUL in quotes', bytes('2,"a', [0], 'b"'), 'a NUL character'],
    ['a large cell', bytes(`2,${large}`), 'a cell over 128 KiB'],
    ['a large quoted cell', bytes(`2,"${large}"`), 'a cell over 128 KiB'],
    ['too few cells', bytes('2'), '1 cell instead of 2'],
    ['too many cells', bytes('2,b,c'), '3 cells instead of 2'],
    ['too many cells in quotes', bytes('2,"b",c,d'), '4 cells instead of 2'],
    ['text after a closing quote', bytes('2,"b"c'), 'text after a closing quote'],
    ['quotes not doubled', bytes('2,"he said "hi" there"'), 'text after a closing quote'],
  ])('%s', async (_, row, reason) => {
    const path = await fileWith(bytes('id,n\n1,ä\n', [...row], '\n3,c\n'));
    for (const chunkBytes of row.length > 1000 ? [5000, 1 << 17] : [1, 8, 1 << 17]) {
      expect(await readAll(path, chunkBytes)).toEqual({
        header: ['id', 'n'],
        rows: [
          ['1', 'ä'],
          ['3', 'c'],
        ],
        lines: [2, 4],
        rejected: [{ line: 3, reason }],
      });
    }
  });

  it('names every line that a broken row takes with it', async () => {
    const { rows, rejected } = await read('id,n\n1,"a\nb\n2,"c"\n3,d\n');
    expect(rejected).toEqual([{ line: 2, reason: 'text after a closing quote (lines 2 to 4)' }]);
    expect(rows).toEqual([['3', 'd']]);
  });

  it('counts lines on through a large quoted cell', async () => {
    const content = `id,n\r\n1,"${'x\r\n'.repeat(200_000)}"\r\n2,b\r\n`;
    const path = await fileWith(content);
    for (const chunkBytes of [1001, 1 << 16]) {
      const { lines, rejected } = await readAll(path, chunkBytes);
      expect(rejected).toEqual([{ line: 2, reason: 'a cell over 128 KiB (lines 2 to 200002)' }]);
      expect(lines).toEqual([200_003]);
    }
  });

  it('leaves out a lone surrogate of UTF-16', async () => {
    const bytes16 = Buffer.concat([
      utf16('id,n\n1,', 'le'),
      Buffer.from([0x00, 0xd8]),
      Buffer.from('\n2,b\n', 'utf16le'),
    ]);
    expect(await read(bytes16)).toMatchObject({
      rows: [['2', 'b']],
      rejected: [{ line: 2, reason: 'bad UTF-16' }],
    });
  });
});

describe('a broken file is refused', () => {
  it('that ends inside quotes, with the byte where they open', async () => {
    expect(await refusal('id,n\n1,a\n2,"b\n3,c\n')).toMatchObject({
      code: 'IMPORT_FILE_CUT',
      measured: 'it ends inside the quotes that open at byte 11, in line 3',
    });
    expect(await refusal('\ufeffid,n\nä,"b')).toMatchObject({
      measured: 'it ends inside the quotes that open at byte 11, in line 2',
    });
    expect(await refusal(utf16('id,n\n1,"b', 'be'))).toMatchObject({
      measured: 'it ends inside the quotes that open at byte 16, in line 2',
    });
    expect(await refusal('id,"n')).toMatchObject({ code: 'IMPORT_FILE_CUT' });
  });

  it('whose last record has fewer cells than the header, with or without a line end', async () => {
    const measured = 'its last record, at byte 15, in line 3, has 1 of 2 cells';
    expect(await refusal('id,n\n1,"a\nb"\n\n2')).toMatchObject({ code: 'IMPORT_FILE_CUT' });
    expect(await refusal('id,n\n1,abcdef\n2')).toMatchObject({
      code: 'IMPORT_FILE_CUT',
      measured: measured.replace('15', '14'),
    });
    expect(await refusal('id,n\r\n1,abcdef\r\n2\r\n')).toMatchObject({
      measured: measured.replace('15', '16'),
    });
  });

  it.each([
    ['empty', '', 'it has 0 bytes'],
    ['only a byte order mark', '\ufeff', 'it has no header'],
    ['only line ends', '\n\r\n\n', 'it has no header'],
    ['header only', 'id,n\n', 'it has a header only'],
    ['header only, without a line end', 'id,n', 'it has a header only'],
  ])('%s', async (_, content, measured) => {
    expect(await refusal(content)).toMatchObject({ code: 'IMPORT_FILE_EMPTY', measured });
  });

  it.each([
    [
      '513 columns',
      Array.from({ length: 513 }, (_, i) => `c${i}`).join(','),
      'more than 512 columns, the limit',
    ],
    ['an unnamed column', 'id,,n', 'column 2 of 3 has no name'],
    ['a column of blanks', 'id,"  ",n', 'column 2 of 3 has no name'],
    ['a duplicate name', 'id,n, id', 'columns 1 and 3 have the same name, “id”'],
    [
      'a name twice that looks like data',
      'a@b.c,n,a@b.c',
      'columns 1 and 3 have the same name, column 3 (looks like data, not shown)',
    ],
    ['text after a quote', '"id"x,n', 'the header, in line 1, has text after a closing quote'],
    ['no end', 'x'.repeat(300_000), 'it does not end within 256 KiB, the limit'],
    ['no closing quote', `"${'x'.repeat(300_000)}`, 'it does not end within 256 KiB, the limit'],
  ])('whose header has %s', async (_, header, measured) => {
    expect(await refusal(`${header}\n1,2,3\n`)).toMatchObject({
      code: 'IMPORT_HEADER_INVALID',
      measured,
    });
  });

  it.each([
    ['UTF-16 LE without a mark', Buffer.from('id,n\n1,a\n', 'utf16le')],
    ['UTF-16 BE without a mark', Buffer.from('id,n\n1,a\n', 'utf16le').swap16()],
    ['UTF-32', Buffer.from([0xff, 0xfe, 0, 0, 0x69, 0, 0, 0, 0x0a, 0, 0, 0])],
    ['a header in Latin-1', Buffer.from('id,gr\xf6\xdfe\n1,a\n', 'latin1')],
  ])('%s', async (_, content) => {
    expect(await refusal(content)).toMatchObject({ code: 'IMPORT_ENCODING' });
  });

  it('of UTF-16 with half a character at its end', async () => {
    expect(await refusal(utf16('id,n\n1,a\n', 'le').subarray(0, -1))).toMatchObject({
      code: 'IMPORT_FILE_CUT',
    });
  });

  it('that is missing or no regular file', async () => {
    const code = 'IMPORT_FILE_UNREADABLE';
    await expect(openBytes(join(folder, 'missing.csv'))).rejects.toMatchObject({ code });
    const inside = join(folder, 'inside');
    await mkdir(inside);
    await expect(openBytes(inside)).rejects.toMatchObject({ code });
    await expect(openBytes('/dev/zero')).rejects.toMatchObject({ code });
  });

  it('that changes while it is read', async () => {
    const path = await fileWith('id,n\n1,a\n2,b\n');
    const file = openCsv(await openBytes(path), { chunkBytes: 4 });
    const batches = file.batches();
    await batches.next();
    await truncate(path, 9);
    await utimes(path, 1, 1);
    const rest = async () => {
      for await (const _ of batches);
    };
    await expect(rest()).rejects.toMatchObject({ code: 'IMPORT_FILE_CHANGED' });
    await expect(file.batches().next()).rejects.toMatchObject({ code: 'IMPORT_FILE_CHANGED' });
  });
});
