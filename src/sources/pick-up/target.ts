import { MusterError } from '#domain/errors/muster-error.ts';
import type { Reachable } from '../host.ts';

/** Where files are picked up from. */
export interface FilesTarget extends Reachable {
  readonly kind: 'folder' | 'https' | 's3' | 'sftp';
  /** The path of a folder; else a URL, with a user in it perhaps. */
  readonly url: string;
  /** A password, a private key, or the two keys of S3 on a line each; null where none is needed. */
  readonly secret: string | null;
  readonly settings: FilesSettings;
  /** A folder of this machine for what is fetched; it is gone again when it was read. */
  readonly spool: string;
}

export interface FilesSettings {
  /** Of names, with * and ?; null: there is one file, and the URL names it. */
  readonly pattern?: string;
  /** What several files are: each the whole list by itself, or all together one list. */
  readonly files?: 'each' | 'together';
  /** The file that says that another one is whole; * stands for that one's name. */
  readonly marker?: string;
  /** Of the host key: SHA256:… */
  readonly hostKey?: string;
  readonly region?: string;
  /** Of a server that speaks S3, where it is not Amazon's. */
  readonly endpoint?: string;
}

const filesKinds = ['folder', 'https', 's3', 'sftp'] as const;

export function isFilesTarget<T extends { readonly kind: string }>(
  target: T,
): target is Extract<T, FilesTarget> {
  return filesKinds.some((kind) => kind === target.kind);
}

/** Where it leads, for people: no user, no password, nothing that signs. @throws MusterError SOURCE_URL_INVALID */
export function placeOfFiles({ kind, url, settings }: FilesTarget): string {
  const at = settings.pattern === undefined ? '' : `, ${settings.pattern}`;
  if (kind === 'folder') return `${url}${at}`;
  const { protocol, host, pathname } = urlOf(kind, url);
  return `${protocol}//${host}${pathname}${at}`;
}

const schemes = { https: ['https:', 'http:'], s3: ['s3:'], sftp: ['sftp:'] } as const;

/** @throws MusterError SOURCE_URL_INVALID, which repeats nothing of the URL: it may hold a password */
export function urlOf(kind: keyof typeof schemes, text: string): URL {
  const url = URL.parse(text);
  if (url === null) throw new MusterError('SOURCE_URL_INVALID', 'it is not a URL');
  if (!schemes[kind].some((scheme) => scheme === url.protocol)) {
    throw new MusterError('SOURCE_URL_INVALID', `it does not begin with ${schemes[kind][0]}//`);
  }
  if (url.hostname === '') throw new MusterError('SOURCE_URL_INVALID', 'it names no host');
  return url;
}
