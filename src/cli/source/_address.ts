import { resolve } from 'node:path';
import { checkSettings, isLocal, type SourceSettings } from '#connections/add-source.ts';
import { MusterError } from '#domain/errors/muster-error.ts';
import type { SourceKind } from '#store/sources.ts';
import { tell } from '../print.ts';
import type { Session } from '../session.ts';
import { readTextFile } from '../text-file.ts';

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

const names = [
  ...(['pattern', 'files', 'marker', 'hostKey', 'region', 'endpoint', 'timeout'] as const),
];

/** @throws MusterError USAGE, FILE_UNREADABLE */
export async function readAddress(
  session: Session,
  options: AddressOptions,
): Promise<GivenAddress> {
  const settings = readSettings(options);
  const { type, secretFile } = options;
  checkSettings(type, { settings, hasSecret: secretFile !== undefined });
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
  if (given.length !== 1 || (path !== undefined) !== isLocal(type)) {
    const what = type === 'folder' ? '--path DIRECTORY' : '--path FILE';
    const wanted = isLocal(type) ? what : '--url-file FILE or --url -';
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
  const given = names.filter((name) => options[name] !== undefined);
  return Object.fromEntries(given.map((name) => [name, options[name]]));
}
