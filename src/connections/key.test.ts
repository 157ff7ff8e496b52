import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Secret } from '#config/secret.ts';
import { readKeys } from './key.ts';

const hex = '00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff';
const base64 = 'ABEiM0RVZneImaq7zN3u/wARIjNEVWZ3iJmqu8zd7v8=';

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'muster-key-'));
});

afterEach(async () => {
  await rm(directory, { recursive: true });
});

it.each([hex, base64, ` ${base64}\n`])('takes 32 bytes from MUSTER_KEY: %j', async (text) => {
  const settings = { dataDirectory: directory, keyFile: null };
  const [key] = await readKeys(settings, { key: new Secret(text) });
  expect(key.toString('hex')).toBe(hex);
  expect(await readdir(directory)).toEqual([]);
});

it('takes the file of MUSTER_KEY_FILE and makes none', async () => {
  const keyFile = join(directory, 'mine');
  await expect(
    readKeys({ dataDirectory: directory, keyFile }, { key: null }),
  ).rejects.toMatchObject({
    code: 'KEY_INVALID',
  });
  await writeFile(keyFile, hex);
  const [key] = await readKeys({ dataDirectory: directory, keyFile }, { key: null });
  expect(key.toString('hex')).toBe(hex);
  expect(await readdir(directory)).toEqual(['mine']);
});

it('takes several keys, the newest first', async () => {
  const settings = { dataDirectory: directory, keyFile: null };
  const older = 'ff'.repeat(32);
  for (const between of [' ', ',', '\n', ',\n  ']) {
    const keys = await readKeys(settings, { key: new Secret(`${base64}${between}${older}\n`) });
    expect(keys.map((key) => key.toString('hex'))).toEqual([hex, older]);
  }
});

it('refuses a key of another length without showing it', async () => {
  const settings = { dataDirectory: directory, keyFile: null };
  const attempt = readKeys(settings, { key: new Secret('c2hvcnQ=') });
  await expect(attempt).rejects.toMatchObject({
    code: 'KEY_INVALID',
    measured: expect.stringContaining('5 bytes'),
  });
  await expect(attempt).rejects.toHaveProperty('message', expect.not.stringContaining('c2hv'));
});

it('makes one key for this account alone, also when many ask at once', async () => {
  const dataDirectory = join(directory, 'new');
  const ask = () => readKeys({ dataDirectory, keyFile: null }, { key: null });
  const keys = (await Promise.all(Array.from({ length: 20 }, ask))).map(([key]) => key);
  expect(new Set(keys.map((key) => key.toString('hex'))).size).toBe(1);
  expect(keys[0]).toHaveLength(32);
  expect((await stat(join(dataDirectory, 'key'))).mode & 0o777).toBe(0o600);
  expect(await readdir(dataDirectory)).toEqual(['key']);
  expect((await ask())[0].equals(keys[0] as Buffer)).toBe(true);
});
