import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Secret } from '#config/secret.ts';
import { openStore } from '#store/db.ts';
import { addSource, readSealedUrl } from '#store/sources.ts';
import { testDatabase } from '../../test/support/postgres.ts';
import { readKeys } from './key.ts';
import { rotateKey } from './rotate-key.ts';
import { openUrl, readUrl, sealUrl } from './source-url.ts';

it('the URL of a source is sealed to its row, and goes over to a new key with the tokens', async () => {
  await using clean = new AsyncDisposableStack();
  const database = await testDatabase();
  clean.defer(() => database.drop());
  const dataDirectory = await mkdtemp(join(tmpdir(), 'muster-key-'));
  clean.defer(() => rm(dataDirectory, { recursive: true }));
  const store = clean.use(openStore({ url: database.url }));
  const settings = { dataDirectory, keyFile: null };
  const url = 'postgres://reader:not-a-real-password@db.example.com/shop';
  const before = await readKeys(settings, { key: null });
  const { id } = await store.tx((tx) =>
    addSource(tx, {
      ...{ name: 'shop', kind: 'postgres', place: 'db.example.com:5432/shop', allowPrivate: false },
      settings: {},
      seal: (place) => sealUrl(before, new Secret(url), place),
    }),
  );
  const { place, sealed } = await readSealedUrl(store, id);
  expect(sealed.includes(Buffer.from('not-a-real'))).toBe(false);
  const another = { ...place, sourceId: id + 1 };
  expect(() => openUrl(before, another, sealed)).toThrow(
    expect.objectContaining({ code: 'TOKEN_SEALED' }),
  );
  await rotateKey(store, settings, { key: null });
  const after = await readKeys(settings, { key: null });
  expect((await readUrl(store, after, id)).reveal()).toBe(url);
  await expect(readUrl(store, before, id)).rejects.toMatchObject({ code: 'TOKEN_SEALED' });
});
