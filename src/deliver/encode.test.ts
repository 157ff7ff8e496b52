import { createHash } from 'node:crypto';
import { fc } from '../../test/support/fast-check.ts';
import { describe, expect, it } from 'vitest';
import { type IdentifierKey, identifierKeys, plainKeys, rowKeys } from '#domain/identifier-keys.ts';
import { packedBytesMax, packRow, wireBytes } from '#domain/match-row.ts';
import { matchKey, matchKeyAsBigint } from '#identifiers/match-key.ts';
import { encodeRows, keepKeys, rowAsSample, splitRows } from './encode.ts';

type Row = Partial<Record<IdentifierKey, string>>;

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Cells as a match row holds them: plain text, or the digest of the text. */
function cellsOf(row: Row): string[] {
  return identifierKeys.map((key) => {
    const text = row[key] ?? '';
    return text === '' || plainKeys.has(key) ? text : digest(text).toString('latin1');
  });
}

function pack(rows: readonly Row[]): Buffer {
  return Buffer.concat(
    rows.map((row) => {
      const cells = cellsOf(row);
      const bytes = Buffer.alloc(packedBytesMax(cells));
      return bytes.subarray(0, packRow(cells, bytes, 0));
    }),
  );
}

const onTheWire = (key: IdentifierKey, text = ''): string =>
  text === '' || plainKeys.has(key) ? text : digest(text).toString('hex');

const rowArbitrary: fc.Arbitrary<Row> = fc.record(
  Object.fromEntries(
    identifierKeys.map((key) => [key, fc.string({ unit: 'binary', minLength: 1, maxLength: 20 })]),
  ) as Record<IdentifierKey, fc.Arbitrary<string>>,
  { requiredKeys: [] },
);

describe('an upload', () => {
  it('is the JSON that Meta documents, columns in its order, blanks as ""', () => {
    const rows: Row[] = [
      { EXTERN_ID: 'C1', EMAIL: 'mary@example.com', FN: 'mary' },
      { EXTERN_ID: 'C"2\\', PHONE: '15559876543' },
    ];
    const { body, schema, rowCount } = encodeRows(pack(rows), 2, { id: '9007199254740991' });
    expect(schema).toEqual(['EXTERN_ID', 'EMAIL', 'PHONE', 'FN']);
    expect(rowCount).toBe(2);
    expect(JSON.parse(Buffer.from(body).toString())).toEqual({
      payload: {
        schema: ['EXTERN_ID', 'EMAIL', 'PHONE', 'FN'],
        data: [
          [
            'C1',
            // Published in Meta's guide for mary@example.com.
            'f1904cf1a9d73a55fa5de0ac823c4403ded71afd4c3248d00bdcd0866552bb79',
            '',
            '6915771be1c5aa0c886870b6951b03d7eafc121fea0e80a5ea83beb7c449f4ec',
          ],
          ['C"2\\', '', '1ef970831d7963307784fa8688e8fce101a15685d62aa765fed23f3a2c576a4e', ''],
        ],
      },
      session: {
        session_id: 9007199254740991,
        batch_seq: 1,
        last_batch_flag: true,
        estimated_num_total: 2,
      },
    });
  });

  it('says of any rows what they say, and takes no more bytes than was reckoned', () => {
    fc.assert(
      fc.property(fc.array(rowArbitrary, { minLength: 1, maxLength: 8 }), (rows) => {
        const packed = pack(rows);
        const { body, schema } = encodeRows(packed, rows.length, { id: '1' });
        const { payload } = JSON.parse(Buffer.from(body).toString()) as {
          payload: { data: string[][] };
        };
        expect(payload.data).toEqual(
          rows.map((row) =>
            (schema as IdentifierKey[]).map((key) => onTheWire(key, row[key]).toWellFormed()),
          ),
        );
        const reckoned = rows.reduce((sum, row) => sum + wireBytes(cellsOf(row)), 0);
        expect(JSON.stringify(payload.data).length).toBeLessThanOrEqual(reckoned + rows.length + 2);
        expect(splitRows(packed, rows.length).map((row) => rowAsSample(row, schema))).toEqual(
          payload.data.map((cells) => JSON.stringify(cells)),
        );
      }),
    );
  });
});

describe('a removal', () => {
  const row: Row = { EXTERN_ID: 'C1', EMAIL: 'mary@example.com', PHONE: '15559876543', FN: 'mary' };
  const email = digest('mary@example.com').toString('latin1');

  it('carries the identifying values it may and nothing else', () => {
    const free = [[matchKeyAsBigint(matchKey('EMAIL', email))]];
    const { body } = encodeRows(keepKeys(pack([row]), free), 1, { id: '1' });
    expect(JSON.parse(Buffer.from(body).toString())).toMatchObject({
      payload: { schema: ['EMAIL'], data: [[onTheWire('EMAIL', 'mary@example.com')]] },
    });
  });

  it('does not take a phone for an e-mail with the same digest', () => {
    const free = [[matchKeyAsBigint(matchKey('PHONE', email))]];
    const kept = keepKeys(pack([row]), free);
    expect(kept.readUInt32LE(0)).toBe(0);
  });
});

describe('rows with more than the fifteen', () => {
  type Any = Readonly<Record<string, string>>;

  function packAny(rows: readonly Any[]): Buffer {
    return Buffer.concat(
      rows.map((row) => {
        const cells = [
          ...cellsOf(row),
          ...rowKeys.slice(identifierKeys.length).map((key) => row[key] ?? ''),
        ];
        const bytes = Buffer.alloc(packedBytesMax(cells));
        return bytes.subarray(0, packRow(cells, bytes, 0));
      }),
    );
  }

  const payloadOf = (packed: Buffer, count: number) => {
    const { body, schema } = encodeRows(packed, count, { id: '1' });
    const { payload } = JSON.parse(Buffer.from(body).toString()) as { payload: object };
    const again = splitRows(packed, count).map((row) => rowAsSample(row, schema));
    expect(again).toEqual((payload as { data: unknown[] }).data.map((row) => JSON.stringify(row)));
    return payload;
  };

  it('have their columns behind, and whose ids they are beside them, aligned by row', () => {
    const rows: Any[] = [
      { EXTERN_ID: '1', APPUID: '1234567890', app_ids: '111' },
      { EXTERN_ID: '2', EMAIL: 'mary@example.com', ig_account_ids: '777' },
      { EXTERN_ID: '3', APPUID: '42', app_ids: '222' },
    ];
    expect(payloadOf(packAny(rows), 3)).toEqual({
      schema: ['EXTERN_ID', 'EMAIL', 'APPUID'],
      data: [
        ['1', '', '1234567890'],
        ['2', 'f1904cf1a9d73a55fa5de0ac823c4403ded71afd4c3248d00bdcd0866552bb79', ''],
        ['3', '', '42'],
      ],
      app_ids: ['111', '', '222'],
      ig_account_ids: ['', '777', ''],
    });
  });

  it('name exactly one page beside PAGEUID', () => {
    const rows: Any[] = [
      { EXTERN_ID: '1', PAGEUID: '5', page_ids: '900' },
      { EXTERN_ID: '2', PAGEUID: '6', page_ids: '900' },
      { EXTERN_ID: '3' },
    ];
    expect(payloadOf(packAny(rows), 3)).toEqual({
      schema: ['EXTERN_ID', 'PAGEUID'],
      data: [
        ['1', '5'],
        ['2', '6'],
        ['3', ''],
      ],
      page_ids: ['900'],
    });
  });

  it('say how data may be used as Meta writes it, and nothing of what somebody is worth', () => {
    const limited = {
      DATA_PROCESSING_OPTIONS: '["LDU"]',
      DATA_PROCESSING_OPTIONS_COUNTRY: '1',
      DATA_PROCESSING_OPTIONS_STATE: '1000',
    };
    const rows: Any[] = [
      { EXTERN_ID: '1', LOOKALIKE_VALUE: '12.5', ...limited },
      { EXTERN_ID: '2' },
    ];
    expect(payloadOf(packAny(rows), 2)).toEqual({
      schema: [
        ...['EXTERN_ID', 'DATA_PROCESSING_OPTIONS', 'DATA_PROCESSING_OPTIONS_COUNTRY'],
        'DATA_PROCESSING_OPTIONS_STATE',
      ],
      data: [
        ['1', ['LDU'], 1, 1000],
        ['2', [], 0, 0],
      ],
    });
  });

  it('keep the app of a user id in a removal', () => {
    const row = { EXTERN_ID: '1', FN: 'mary', APPUID: '42', app_ids: '111' };
    const free = [[matchKeyAsBigint(matchKey('APPUID', '42'))]];
    expect(payloadOf(keepKeys(packAny([row]), free), 1)).toEqual({
      schema: ['APPUID'],
      data: [['42']],
      app_ids: ['111'],
    });
  });
});
