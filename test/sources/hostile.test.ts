import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { openFile } from '#sources/file.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Chance } from '../exact/chance.ts';
import { zipOf } from './_zip.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'muster-hostile-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

/** How many rows it gave, or what was said. */
async function read(name: string, content: string | Buffer): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  try {
    let rows = 0;
    const source = await openFile(path);
    for await (const batch of source.batches()) rows += batch.rows.length;
    return `${rows} rows`;
  } catch (error) {
    const { code, measured } = error as { code?: string; measured?: string };
    return `${code} ${measured}`;
  } finally {
    await rm(path);
  }
}

describe('files that unpack to more than they are', () => {
  const zeros = Buffer.alloc(80 << 20, '0');

  it('gzip and zip end at the limit, which is named', async () => {
    expect(await read('bomb.csv.gz', gzipSync(zeros))).toMatch(
      /^IMPORT_FILE_SWELLS more than 200 times its \d+ bytes$/,
    );
    expect(await read('bomb.zip', zipOf({ 'bomb.csv': zeros }))).toMatch(
      /^IMPORT_FILE_SWELLS more than 200 times its \d+ bytes$/,
    );
  });

  it('a zip in a zip stays packed', async () => {
    const inner = zipOf({ 'people.csv': 'id\n1\n' });
    expect(await read('nested.zip', zipOf({ 'people.zip': inner }))).toMatch(/^IMPORT_/);
  });

  it('a zip of very many files is refused, and names in it lead nowhere', async () => {
    const people = { '../../../people.csv': 'id\n1\n' };
    expect(await read('many.zip', zipOf(people, 20_000))).toMatch(
      /^IMPORT_FORMAT .*too many files/,
    );
    expect(await read('slip.zip', zipOf(people))).toMatch(/^IMPORT_FORMAT a zip with 0 files/);
    expect(await read('good.zip', zipOf({ 'deep/people.csv': 'id\n1\n' }))).toBe('1 rows');
    expect(await readdir(folder)).toEqual([]);
  });
});

describe('Excel files', () => {
  const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
  const relations = 'http://schemas.openxmlformats.org';
  const bookOf = (sheet: string, before = '') =>
    zipOf({
      '[Content_Types].xml': `<Types xmlns="${relations}/package/2006/content-types"/>`,
      'xl/workbook.xml': `<workbook xmlns="${main}" xmlns:r="${relations}/officeDocument/2006/relationships"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>`,
      'xl/_rels/workbook.xml.rels': `<Relationships xmlns="${relations}/package/2006/relationships"><Relationship Id="rId1" Type="${relations}/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
      'xl/worksheets/sheet1.xml': `<?xml version="1.0"?>${before}<worksheet xmlns="${main}"><sheetData>${sheet}</sheetData></worksheet>`,
    });
  const cell = (at: string, text: string) =>
    `<c r="${at}" t="inlineStr"><is><t>${text}</t></is></c>`;
  const people = `<row r="1">${cell('A1', 'id')}</row><row r="2">${cell('A2', '1')}</row>`;

  it('whose one cell stands far out make no table of that size', async () => {
    expect(await read('good.xlsx', bookOf(people))).toBe('1 rows');
    const far = `${people}<row r="1048576">${cell('XFD1048576', 'x')}</row>`;
    expect(await read('far.xlsx', bookOf(far))).toBe(
      'IMPORT_FILE_SWELLS a sheet of 1048576 rows and 16384 columns, over 20000000 cells',
    );
    const split = `${people}${' '.repeat(300_000)}<row r="9999999"><c r="ZZZ1"/></row>`;
    expect(await read('farther.xlsx', bookOf(split))).toMatch(/^IMPORT_FILE_SWELLS a sheet of/);
    const hidden = `${people}<row r="3">${cell('&#88;FD1048576', 'x')}</row>`;
    expect(await read('hidden.xlsx', bookOf(hidden))).toMatch(/^IMPORT_FILE_DAMAGED/);
  });

  it('whose words stand for a million others mean nothing by them', async () => {
    const words = [...'bcdefghij'].map((name, i) => {
      const before = `&${String.fromCharCode(97 + i)};`;
      return `<!ENTITY ${name} "${before.repeat(10)}">`;
    });
    const doctype = `<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">${words.join('')}]>`;
    const sheet = people.replace('<t>1</t>', '<t>&amp;j;&j;</t>');
    expect(await read('words.xlsx', bookOf(sheet, doctype))).toMatch(/^(1 rows|IMPORT_)/);
  });
});

describe('Parquet files', () => {
  it.each(['snappy', 'gzip', 'zstd'])(
    'of %s with any bytes changed are read or refused',
    async (codec) => {
      const good = await readFile(join(import.meta.dirname, 'files', `people-${codec}.parquet`));
      const chance = new Chance(codec.length);
      const answers = new Set<string>();
      for (let i = 0; i < 8; i++) {
        const bad = Buffer.from(good);
        for (let changes = 0; changes < 3; changes++) {
          bad[Math.floor(chance.next() * bad.length)] = Math.floor(chance.next() * 256);
        }
        answers.add((await read('odd.parquet', bad)).split(' ', 1)[0] ?? '');
      }
      for (const answer of answers) expect(answer).toMatch(/^(\d+|IMPORT_[A-Z_]+)$/);
    },
  );
});
