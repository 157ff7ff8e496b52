import { MusterError } from '#domain/errors/muster-error.ts';
import type { FilesSettings } from '#sources/pick-up/target.ts';
import type { QuerySettings } from '#sources/query.ts';
import { placeOfSource, type SourceTarget, testSource } from '#sources/target.ts';
import type { Store } from '#store/db.ts';
import { addSource, type Source, type SourceKind } from '#store/sources.ts';
import type { KeyRing } from './key.ts';
import type { SourceSurroundings } from './open-source.ts';
import { packAddress, sealUrl } from './source-url.ts';

export type SourceSettings = FilesSettings & QuerySettings;

/** A source on its way in. */
export interface NewSource {
  readonly name: string;
  readonly kind: SourceKind;
  /** Of an SQLite file or a folder its path on this machine. */
  readonly url: string;
  readonly secret: string | null;
  readonly settings: SourceSettings;
  readonly allowPrivate: boolean;
}

/** What each type may be told beside where it is. */
const settingsOf: Record<SourceKind, readonly (keyof SourceSettings)[]> = {
  ...{ postgres: ['timeout'], redshift: ['timeout'], mysql: ['timeout'], sqlite: ['timeout'] },
  ...{ clickhouse: ['timeout'], bigquery: ['timeout', 'region', 'endpoint'] },
  ...{ snowflake: ['timeout', 'endpoint'], databricks: ['timeout', 'endpoint'], https: [] },
  folder: ['pattern', 'files', 'marker'],
  s3: ['pattern', 'files', 'marker', 'region', 'endpoint'],
  sftp: ['pattern', 'files', 'marker', 'hostKey'],
};
const withSecret: readonly SourceKind[] = [
  ...(['https', 's3', 'sftp', 'bigquery', 'snowflake', 'databricks'] as const),
];

/** It is on this machine, and named by a path. */
export function isLocal(kind: SourceKind): boolean {
  return kind === 'sqlite' || kind === 'folder';
}

/** @throws MusterError USAGE when the type takes no such setting or secret, or one is missing */
export function checkSettings(
  kind: SourceKind,
  { settings, hasSecret }: { readonly settings: SourceSettings; readonly hasSecret: boolean },
): void {
  const wrong = (Object.keys(settings) as (keyof SourceSettings)[]).find(
    (name) => !settingsOf[kind].includes(name),
  );
  if (wrong !== undefined) {
    throw new MusterError('USAGE', `a source of type ${kind} has no setting ${wrong}`);
  }
  const { pattern, files } = settings;
  const isMany = settingsOf[kind].includes('files') && /[*?]/.test(pattern ?? '*');
  if (isMany && files === undefined) {
    throw new MusterError(
      'USAGE',
      'several files may be meant. Say files each if every one of them is a list by itself, or files together if they are the parts of one list',
    );
  }
  if (hasSecret && !withSecret.includes(kind)) {
    throw new MusterError('USAGE', `a source of type ${kind} has its password in the URL`);
  }
}

/**
 * Keeps a source, sealed, after asking it: one that cannot be reached is of no use to anybody.
 * @returns it, and what answered.
 * @throws MusterError SOURCE_EXISTS, what the connectors throw
 */
export async function addTestedSource(
  store: Store,
  keys: KeyRing,
  wish: NewSource,
  surroundings: SourceSurroundings,
): Promise<{ readonly source: Source; readonly server: string }> {
  const { name, kind, url, secret, settings, allowPrivate } = wish;
  checkSettings(kind, { settings, hasSecret: secret !== null });
  const target = { kind, url, secret, settings, allowPrivate, ...surroundings } as SourceTarget;
  const server = await testSource(target);
  const source = await store.tx((tx) =>
    addSource(tx, {
      ...{ name, kind, place: placeOfSource(target), allowPrivate, settings: { ...settings } },
      seal: (place) => sealUrl(keys, packAddress({ url, secret }), place),
    }),
  );
  return { source, server };
}
