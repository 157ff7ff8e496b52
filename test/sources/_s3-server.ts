import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

interface S3Object {
  readonly content: Buffer;
  readonly modified: Date;
}

export interface S3Server extends AsyncDisposable {
  readonly endpoint: string;
  readonly objects: Map<string, S3Object>;
  /** Requests that were refused, by their code. */
  readonly refused: string[];
  /** Objects a page has at most. */
  pageSize: number;
}

interface Keys {
  readonly bucket: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly region: string;
}

/**
 * As much of S3 as picking up needs, by paths, and strict about signatures: they are made anew here
 * from https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html (read
 * 2026-11-22), by other code than the one that is tested.
 */
export async function startS3(keys: Keys): Promise<S3Server> {
  const objects = new Map<string, S3Object>();
  const refused: string[] = [];
  const state = { pageSize: 1_000 };
  const server = createServer((request, response) => {
    const refuse = (status: number, code: string) => {
      refused.push(code);
      const xml = `<?xml version="1.0"?><Error><Code>${code}</Code><Message>${keys.accessKeyId}</Message></Error>`;
      response.writeHead(status, { 'content-type': 'application/xml' }).end(xml);
    };
    const fault = faultOf(request, keys);
    if (fault !== null) return refuse(403, fault);
    const url = new URL(request.url ?? '', 'http://s3');
    const [, bucket, ...rest] = url.pathname.split('/');
    if (bucket !== keys.bucket) return refuse(404, 'NoSuchBucket');
    if (url.searchParams.get('list-type') === '2') {
      response.writeHead(200).end(pageOf(objects, url.searchParams, state.pageSize));
      return;
    }
    const object = objects.get(rest.map(decodeURIComponent).join('/'));
    if (object === undefined) return refuse(404, 'NoSuchKey');
    const wanted = request.headers['if-match'];
    if (wanted !== undefined && wanted !== tagOf(object)) return refuse(412, 'PreconditionFailed');
    give(response, object);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    ...{ endpoint: `http://127.0.0.1:${port}`, objects, refused },
    set pageSize(size: number) {
      state.pageSize = size;
    },
    get pageSize() {
      return state.pageSize;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

const tagOf = ({ content }: S3Object) => `"${createHash('md5').update(content).digest('hex')}"`;

function give(response: ServerResponse, object: S3Object): void {
  response
    .writeHead(200, { etag: tagOf(object), 'content-length': object.content.length })
    .end(object.content);
}

function pageOf(
  objects: ReadonlyMap<string, S3Object>,
  query: URLSearchParams,
  pageSize: number,
): string {
  const prefix = query.get('prefix') ?? '';
  const after = query.get('continuation-token') ?? '';
  const keys = [...objects.keys()]
    .filter((key) => key.startsWith(prefix) && !key.slice(prefix.length).includes('/'))
    .toSorted()
    .filter((key) => key > after);
  const page = keys.slice(0, pageSize);
  const isTruncated = page.length < keys.length;
  const contents = page.flatMap((key) => {
    const object = objects.get(key);
    if (object === undefined) return [];
    const name = encodeURIComponent(key).replaceAll('%2F', '/').replaceAll('%20', '+');
    const tag = tagOf(object).replaceAll('"', '&quot;');
    return [
      `<Contents><Key>${name}</Key><LastModified>${object.modified.toISOString()}</LastModified><ETag>${tag}</ETag><Size>${object.content.length}</Size></Contents>`,
    ];
  });
  const next = isTruncated ? `<NextContinuationToken>${page.at(-1)}</NextContinuationToken>` : '';
  return `<?xml version="1.0" encoding="UTF-8"?>
<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><IsTruncated>${isTruncated}</IsTruncated>${contents.join('')}${next}</ListBucketResult>`;
}

/** S3's code for what is wrong with the signature; null for a good one. */
function faultOf(request: IncomingMessage, keys: Keys): string | null {
  const header = request.headers.authorization ?? '';
  const [, credential = '', signedHeaders = '', signature = ''] =
    /^AWS4-HMAC-SHA256 Credential=([^,]+), SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/.exec(
      header,
    ) ?? [];
  const [id, date = '', region, service, end] = credential.split('/');
  if (id !== keys.accessKeyId) return 'InvalidAccessKeyId';
  if (region !== keys.region || service !== 's3' || end !== 'aws4_request') {
    return 'AuthorizationHeaderMalformed';
  }
  const names = signedHeaders.split(';');
  const time = String(request.headers['x-amz-date']);
  if (!names.includes('host') || !names.includes('x-amz-date') || !time.startsWith(date)) {
    return 'AccessDenied';
  }
  const url = new URL(request.url ?? '', 'http://s3');
  const query = [...url.searchParams]
    .map((pair) => pair.map(encode).join('='))
    .toSorted()
    .join('&');
  const canonical = [
    request.method,
    url.pathname.split('/').map(decodeURIComponent).map(encode).join('/'),
    query,
    ...names.map((name) => `${name}:${String(request.headers[name]).trim()}`),
    '',
    signedHeaders,
    request.headers['x-amz-content-sha256'],
  ].join('\n');
  const scope = `${date}/${region}/s3/aws4_request`;
  const text = ['AWS4-HMAC-SHA256', time, scope, sha256(canonical)].join('\n');
  const key = [date, keys.region, 's3', 'aws4_request'].reduce<Buffer>(
    (secret, part) => hmac(secret, part),
    Buffer.from(`AWS4${keys.secretAccessKey}`),
  );
  const expected = hmac(key, text);
  const isGood = timingSafeEqual(expected, Buffer.from(signature.padEnd(64, '0'), 'hex'));
  return isGood ? null : 'SignatureDoesNotMatch';
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const hmac = (key: Buffer, text: string) => createHmac('sha256', key).update(text).digest();
const encode = (text: string) =>
  encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
