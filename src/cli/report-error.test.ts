import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { asMusterError } from '#domain/errors/as-muster-error.ts';
import { MusterError } from '#domain/errors/muster-error.ts';
import { writeError } from './report-error.ts';

async function written(error: unknown, debug = false): Promise<string> {
  const screen = new PassThrough();
  writeError(screen, error, debug);
  screen.end();
  return await text(screen);
}

it('writes what happened, its code and the next step', async () => {
  expect(await written(new MusterError('PLAN_UNKNOWN', 'abc'))).toBe(
    'Error PLAN_UNKNOWN: There is no plan with that checksum: abc.\nNext: Run `muster plan NAME` and take the checksum it prints.\n',
  );
});

it('keeps to itself what an unexpected error says, since it may be about a person', async () => {
  const error = new TypeError('cannot parse anna@example.com');
  const shown = await written(error);
  expect(shown).toMatch(/^Error BUG: .*TypeError/);
  expect(shown).not.toContain('anna@example.com');
  expect(shown).not.toContain('    at ');
  expect(await written(error, true)).toMatch(/cannot parse anna@example\.com\n\s+at /);
});

it.each([
  [Object.assign(new Error('x'), { code: '57P01' }), 'STORE_UNREACHABLE'],
  [new Error('Connection terminated unexpectedly'), 'STORE_UNREACHABLE'],
  [
    Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED', syscall: 'connect' }),
    'STORE_UNREACHABLE',
  ],
  [Object.assign(new Error('could not extend file'), { code: '53100' }), 'STORE_FULL'],
  [Object.assign(new Error('write'), { code: 'ENOSPC', syscall: 'write' }), 'STORE_FULL'],
  [Object.assign(new Error('full'), { code: 'ERR_SQLITE_ERROR', errcode: 13 }), 'STORE_FULL'],
  [Object.assign(new Error('duplicate key'), { code: '23505' }), 'BUG'],
  ['a string', 'BUG'],
])('takes %o for %s', (error, code) => {
  expect(asMusterError(error).code).toBe(code);
});

it('says where a broken invariant of ours is', () => {
  expect(asMusterError(new Error('Broken invariant: a row has a key')).message).toContain(
    'a row has a key',
  );
});
