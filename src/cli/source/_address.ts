import { resolve } from 'node:path';
import { MusterError } from '#domain/errors/muster-error.ts';
import type { FilesSettings } from '#sources/pick-up/target.ts';
import type { QuerySettings } from '#sources/query.ts';
import type { SourceKind } from '#store/sources.ts';
import { tell } from '../print.ts';
import type { Session } from '../session.ts';
import { readTextFile } from '../text-file.ts';

type SourceSettings = FilesSettings & QuerySettings;

/** What `source add` is given about where the source is. */
export interface AddressOptions extends SourceSettings {
  readonly type: SourceKind;
  readonly url?: string;
  readonly urlFile?: string;
  readonly path?: string;
  readonly secretFile?: string;
}

/** A URL, or the path of what is on this machine; and what opens it beside the URL. */
export interface GivenAddress {
  readonly url: string;
  readonly secret: string | null;
  readonly settings: SourceSettings;
}

type Setting = keyof SourceSettings;

/** What each type may be told beside where it is. */
const settingsOf: Record<SourceKind, readonly Setting[]> = {
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
const withPath: readonly SourceKind[] = ['sqlite', 'folder'];
const flags: Record<Setting, string> = {
  ...{ pattern: '--pattern', files: '--files', marker: '--marker' },
  ...{ hostKey: '--host-key', region: '--region', endpoint: '--endpoint', timeout: '--timeout' },
};

/** @throws MusterError USAGE, FILE_UNREADABLE */
export async function readAddress(
  session: Session,
  options: AddressOptions,
): Promise<GivenAddress> {
  const settings = readSettings(options);
  const { type, secretFile } = options;
  if (secretFile !== undefined && !withSecret.includes(type)) {
    throw new MusterError('USAGE', `a source of type ${type} has its password in the URL`);
  }
  if (secretFile === '-' && (options.urlFile === '-' || options.url === '-')) {
    throw new MusterError('USAGE', 'standard input can be one of URL and secret');
  }
  const url = await readUrl(session, options);
  const secret = secretFile === undefined ? null : (await readTextFile(session, secretFile)).trim();
  return { url, secret, settings };
}

async function readUrl(session: Session, options: AddressOptions): Promise<string> {
  const { type, url, urlFile, path } = options;
  const given = [url, urlFile, path].filter((one) => one !== undefined);
  const isLocal = withPath.includes(type);
  if (given.length !== 1 || (path !== undefined) !== isLocal) {
    const what = type === 'folder' ? '--path DIRECTORY' : '--path FILE';
    const wanted = isLocal ? what : '--url-file FILE or --url -';
    throw new MusterError('USAGE', `a source of type ${type} needs ${wanted}`);
  }
  if (path !== undefined) return resolve(path);
  if (url === undefined || url === '-') {
    return (await readTextFile(session, urlFile ?? '-')).trim();
  }
  if (hasSecret(url)) {
    tell(
      session,
      'Warning: a URL on the command line shows in process lists and in the history of the shell. Better: --url-file FILE, or --url - and standard input.',
    );
  }
  return url.trim();
}

/** A password, or a query that may sign. */
function hasSecret(text: string): boolean {
  const url = URL.parse(text);
  return url === null || url.password !== '' || url.search !== '';
}

function readSettings(options: AddressOptions): SourceSettings {
  const { type, pattern, files } = options;
  const names = Object.keys(flags) as Setting[];
  const given = names.filter((name) => options[name] !== undefined);
  const wrong = given.find((name) => !settingsOf[type].includes(name));
  if (wrong !== undefined) {
    throw new MusterError('USAGE', `a source of type ${type} has no ${flags[wrong]}`);
  }
  const isMany = settingsOf[type].includes('files') && /[*?]/.test(pattern ?? '*');
  if (isMany && files === undefined) {
    throw new MusterError(
      'USAGE',
      'several files may be meant. Say --files each if every one of them is a list by itself, or --files together if they are the parts of one list',
    );
  }
  return Object.fromEntries(given.map((name) => [name, options[name]]));
}
