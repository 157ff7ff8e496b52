import { MusterError } from '#domain/errors/muster-error.ts';
import { type GuardedAnswer, guardedRequest } from '../guarded-request.ts';
import type { Place } from './place.ts';
import { spool, spoolPath } from './_spool.ts';
import { type FilesTarget, urlOf } from './target.ts';

const REDIRECTS_MAX = 5;

/**
 * One file at a URL. Its version is what its server says of it by HEAD; servers that say nothing
 * (a signed URL may be good for GET alone) are asked for the file itself each time.
 */
export function openHttps(target: FilesTarget): Place {
  const url = urlOf('https', target.url);
  const name = decodeURIComponent(url.pathname.split('/').at(-1) ?? '') || url.hostname;
  return {
    growing: false,
    async list() {
      const answer = await follow(target, url, 'HEAD');
      answer.drop();
      if (isGone(answer)) throw new MusterError('SOURCE_UNREACHABLE', refusal(url, answer));
      const known = answer.status === 200;
      const modifiedMs = Date.parse(answer.header('last-modified') ?? '') || 0;
      return [{ name, version: known ? versionOf(answer) : null, modifiedMs }];
    },
    async fetch(file, into) {
      const answer = await follow(target, url, 'GET');
      if (answer.status !== 200) {
        answer.drop();
        throw new MusterError('SOURCE_UNREACHABLE', refusal(url, answer));
      }
      const path = spoolPath(into, name);
      const { sizeBytes, sha256 } = await spool(answer.body(), path);
      const promised = answer.header('content-length');
      if (promised !== null && Number(promised) !== sizeBytes) {
        throw new MusterError('SOURCE_CUT', `${sizeBytes} bytes came of ${promised}`);
      }
      const version = versionOf(answer);
      if (file.version !== null && version !== null && version !== file.version) {
        throw new MusterError('IMPORT_FILE_CHANGED', name);
      }
      return { path, version, sha256 };
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

function versionOf(answer: GuardedAnswer): string | null {
  const tag = answer.header('etag');
  if (tag !== null) return tag;
  const modified = answer.header('last-modified');
  const size = answer.header('content-length');
  return modified === null || size === null ? null : `${modified} ${size}`;
}

const isGone = ({ status }: GuardedAnswer) => status === 401 || status === 404 || status === 410;

const refusal = (url: URL, { status }: GuardedAnswer) => `${url.hostname} answers ${status}`;

/** Each hop is judged like the first; a password stays with the server that it was given for. */
async function follow(target: FilesTarget, from: URL, method: 'GET' | 'HEAD') {
  let url = from;
  for (let hops = 0; hops <= REDIRECTS_MAX; hops++) {
    const headers = url.origin === from.origin ? authorization(from, target.secret) : {};
    const bare = new URL(url);
    bare.username = '';
    bare.password = '';
    const answer = await guardedRequest(bare, { method, headers }, target);
    const location = answer.header('location');
    if (answer.status < 300 || answer.status >= 400 || location === null) return answer;
    answer.drop();
    const next = URL.parse(location, url);
    if (next === null) throw new MusterError('SOURCE_URL_INVALID', 'it redirects to no URL');
    if (url.protocol === 'https:' && next.protocol !== 'https:') {
      throw new MusterError('SOURCE_URL_INVALID', 'it redirects to an unencrypted address');
    }
    url = next;
  }
  throw new MusterError('SOURCE_UNREACHABLE', `more than ${REDIRECTS_MAX} redirects`);
}

/** A secret is a bearer token; a user and password may stand in the URL. */
function authorization(url: URL, secret: string | null): Record<string, string> {
  if (secret !== null) return { authorization: `Bearer ${secret}` };
  if (url.username === '') return {};
  const pair = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  return { authorization: `Basic ${Buffer.from(pair).toString('base64')}` };
}
