import { AwsClient } from 'aws4fetch';
import { MusterError } from '#domain/errors/muster-error.ts';
import { type GuardedAnswer, guardedRequest, textOf } from '../guarded-request.ts';
import type { FoundFile, Place } from './place.ts';
import { spool, spoolPath } from './_spool.ts';
import { type FilesTarget, urlOf } from './target.ts';

const LISTING_BYTES_MAX = 8 << 20;
const FILES_MAX = 100_000;

/**
 * A bucket of S3, or of what speaks it, as far as the prefix goes and no folder deeper. An object is
 * there as a whole or not at all, and its ETag is its version
 * (https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html, read 2026-11-22).
 */
export function openS3(target: FilesTarget): Place {
  const { base, prefix, ask } = clientOf(target);
  return {
    growing: false,
    async list() {
      const files: FoundFile[] = [];
      for (let token: string | null = ''; token !== null; ) {
        const url = new URL(base);
        url.searchParams.set('list-type', '2');
        url.searchParams.set('delimiter', '/');
        url.searchParams.set('encoding-type', 'url');
        if (prefix !== '') url.searchParams.set('prefix', prefix);
        if (token !== '') url.searchParams.set('continuation-token', token);
        const page = await textOf(await ask(url, {}), LISTING_BYTES_MAX);
        files.push(...readPage(page, prefix));
        if (files.length > FILES_MAX) {
          throw new MusterError('SOURCE_ANSWER', `more than ${FILES_MAX} files under the prefix`);
        }
        token = nextToken(page);
      }
      return files;
    },
    async fetch({ name, version }, into) {
      const url = new URL(base);
      url.pathname += `${prefix}${name}`.split('/').map(encodeURIComponent).join('/');
      const answer = await ask(url, { 'if-match': version ?? '*' });
      const path = spoolPath(into, name);
      const { sizeBytes, sha256 } = await spool(answer.body(), path);
      const promised = answer.header('content-length');
      if (promised !== null && Number(promised) !== sizeBytes) {
        throw new MusterError('SOURCE_CUT', `${sizeBytes} bytes came of ${promised}`);
      }
      return { path, version, sha256 };
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

/** @throws MusterError SOURCE_URL_INVALID */
function clientOf(target: FilesTarget) {
  const { secret, settings } = target;
  const { hostname: bucket, pathname } = urlOf('s3', target.url);
  const { region = 'us-east-1', endpoint } = settings;
  const [accessKeyId = '', secretAccessKey = '', sessionToken] = (secret ?? '').split(/\s+/);
  if (accessKeyId === '' || secretAccessKey === '') {
    throw new MusterError('SOURCE_URL_INVALID', 'the secret has no access key id and secret key');
  }
  const client = new AwsClient({
    ...{ accessKeyId, secretAccessKey, region, service: 's3' },
    ...(sessionToken === undefined ? {} : { sessionToken }),
  });
  const base = baseOf(bucket, region, endpoint);
  const ask = async (url: URL, headers: Record<string, string>): Promise<GuardedAnswer> => {
    const signed = await client.sign(url.href, { headers });
    const request = { headers: Object.fromEntries(signed.headers) };
    const answer = await guardedRequest(url, request, target);
    if (answer.status === 200) return answer;
    throw await refusal(answer);
  };
  return { base, prefix: decodeURIComponent(pathname.slice(1)), ask };
}

/** Names of buckets with dots have no certificate of Amazon's; other servers know paths for sure. */
function baseOf(bucket: string, region: string, endpoint: string | undefined): URL {
  if (endpoint === undefined && !bucket.includes('.')) {
    return new URL(`https://${bucket}.s3.${region}.amazonaws.com/`);
  }
  const server = URL.parse(endpoint ?? `https://s3.${region}.amazonaws.com`);
  if (server === null) throw new MusterError('SOURCE_URL_INVALID', 'the endpoint is not a URL');
  return new URL(`${server.origin}/${bucket}/`);
}

/** The code is of S3's list; its message may repeat the key id. */
async function refusal(answer: GuardedAnswer): Promise<MusterError> {
  const text = await textOf(answer, LISTING_BYTES_MAX).catch(() => '');
  if (answer.status === 412) return new MusterError('IMPORT_FILE_CHANGED', 'its ETag is another');
  const code = /<Code>(\w{1,64})<\/Code>/.exec(text)?.[1];
  const region = answer.header('x-amz-bucket-region');
  const hint = region === null ? '' : `; the bucket is in ${region}`;
  const measured = `it answers ${answer.status}${code === undefined ? '' : ` ${code}`}${hint}`;
  return new MusterError('SOURCE_UNREACHABLE', measured);
}

function readPage(xml: string, prefix: string): FoundFile[] {
  if (!/<ListBucketResult[\s>]/.test(xml)) {
    throw new MusterError('SOURCE_ANSWER', 'it is not a list of objects');
  }
  return [...xml.matchAll(/<Contents>([\s\S]*?)<\/Contents>/g)].flatMap(([, entry = '']) => {
    const name = decodeName(elementOf(entry, 'Key')).slice(prefix.length);
    const modifiedMs = Date.parse(elementOf(entry, 'LastModified')) || 0;
    const version = elementOf(entry, 'ETag') || null;
    return name === '' || name.includes('/') ? [] : [{ name, version, modifiedMs }];
  });
}

function nextToken(xml: string): string | null {
  if (elementOf(xml, 'IsTruncated') !== 'true') return null;
  const token = elementOf(xml, 'NextContinuationToken');
  if (token === '') throw new MusterError('SOURCE_ANSWER', 'a list without the word for its rest');
  return token;
}

const decodeName = (text: string) => decodeURIComponent(text.replaceAll('+', ' '));

function elementOf(xml: string, name: string): string {
  const text = new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1] ?? '';
  return text
    .replaceAll('&quot;', '"')
    .replaceAll('&#34;', '"')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}
