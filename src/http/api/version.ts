import { MusterError } from '#domain/errors/muster-error.ts';

/**
 * The version that an edit is made from, of its If-Match: `"3"`.
 * @throws MusterError API_VERSION_MISSING, AUDIENCE_CHANGED for what is no version of ours
 */
export function versionOf(ifMatch: string | undefined): number {
  if (ifMatch === undefined) throw new MusterError('API_VERSION_MISSING');
  const [, version] = /^\s*(?:W\/)?"?(\d{1,9})"?\s*$/.exec(ifMatch) ?? [];
  if (version === undefined) throw new MusterError('AUDIENCE_CHANGED', 'If-Match is no ETag of it');
  return Number(version);
}
