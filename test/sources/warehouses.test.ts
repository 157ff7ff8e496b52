import { createHash, createPublicKey, createVerify, generateKeyPairSync } from 'node:crypto';
import { openQuery, type QueryTarget, testTarget } from '#sources/query.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Asked, type Service, startService, type Told } from './_scripted-service.ts';

/**
 * There is none of these services here: what the scripted ones answer is written after the pages that
 * the drivers name, and nothing of this was seen at the real ones.
 */
let clean: AsyncDisposableStack;
beforeEach(() => {
  clean = new AsyncDisposableStack();
});
afterEach(() => clean.disposeAsync());

const start = async (script: (asked: Asked) => Told): Promise<Service> =>
  clean.use(await startService(script));

async function readAll(target: QueryTarget, sql = 'select id, email from person') {
  const source = await openQuery(target, sql);
  const rows: (readonly string[])[] = [];
  for await (const batch of source.batches()) rows.push(...batch.rows);
  return { header: source.header, rows };
}

const codeOf = async (work: Promise<unknown>) =>
  await work.then(
    () => 'taken',
    (error: { code?: string }) => error.code,
  );

const { privateKey, publicKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
});

/** The claims of a token that is signed with the key above. */
function claimsOf(token: string): Record<string, unknown> {
  const [head = '', claims = '', signature = ''] = token.split('.');
  const verify = createVerify('RSA-SHA256').update(`${head}.${claims}`);
  expect(verify.verify(publicKey, signature, 'base64url')).toBe(true);
  return JSON.parse(Buffer.from(claims, 'base64url').toString()) as Record<string, unknown>;
}

const common = { allowPrivate: true, settings: {} };

describe('ClickHouse', () => {
  const rows = '["id","email"]\n["9007199254740993","ana@example.com"]\n[2,null]\n';
  const at = ({ url }: Service): QueryTarget => ({
    ...{ kind: 'clickhouse', url: `${url.replace('//', '//reader:p%40ss@')}/crm`, secret: null },
    ...common,
  });

  it('is read line by line, for reading only, with its password in a header', async () => {
    const service = await start(({ body }) => ({
      body: body.includes('limit 0') ? '["id","email"]\n' : rows,
    }));
    expect(await readAll(at(service))).toEqual({
      header: ['id', 'email'],
      rows: [
        ['9007199254740993', 'ana@example.com'],
        ['2', ''],
      ],
    });
    const { url, headers, body } = service.asked[1] ?? {};
    expect(Object.fromEntries(url?.searchParams ?? [])).toMatchObject({
      ...{ database: 'crm', readonly: '2', wait_end_of_query: '1', max_execution_time: '1800' },
    });
    expect(headers).toMatchObject({ 'x-clickhouse-user': 'reader', 'x-clickhouse-key': 'p@ss' });
    expect(body).toBe('select id, email from person');
    expect(url?.href).not.toContain('p%40ss');
  });

  it.each<[string, Told, string]>([
    ['an error among the rows', { body: `${rows}Code: 159. DB::Exception: Timeout` }, 'SOURCE_CUT'],
    ['a line that is cut', { body: rows.slice(0, -8), cut: true }, 'SOURCE_CUT'],
    [
      'a time limit',
      { status: 500, body: 'Code: 159. DB::Exception: Timeout exceeded (TIMEOUT_EXCEEDED)' },
      'SOURCE_CUT',
    ],
    [
      'an unknown table',
      { status: 404, body: 'Code: 60. DB::Exception: No 0171 3920012 (UNKNOWN_TABLE)' },
      'SOURCE_QUERY',
    ],
    [
      'a wrong password',
      { status: 403, body: 'Code: 516. DB::Exception: reader (AUTHENTICATION_FAILED)' },
      'SOURCE_UNREACHABLE',
    ],
  ])('says %s', async (_what, told, code) => {
    const service = await start(({ body }) =>
      body.includes('limit 0') ? { body: '["id","email"]\n' } : told,
    );
    const error = await readAll(at(service)).catch((thrown: Error) => thrown);
    expect(error).toMatchObject({ code });
    expect((error as Error).message).not.toContain('0171');
  });
});

describe('BigQuery', () => {
  const fields = [
    { name: 'id', type: 'INTEGER' },
    { name: 'seen', type: 'TIMESTAMP' },
    { name: 'tags', type: 'STRING', mode: 'REPEATED' },
  ];
  const row = (...values: unknown[]) => ({ f: values.map((v) => ({ v })) });
  const job = { jobId: 'job_1', location: 'EU' };
  const at = ({ url }: Service): QueryTarget => ({
    ...{ kind: 'bigquery', url: 'bigquery://my-project/crm', ...common },
    secret: JSON.stringify({
      ...{ client_email: 'muster@my-project.iam', private_key: privateKey },
      token_uri: `${url}/token`,
    }),
    settings: { endpoint: url, region: 'EU' },
  });
  const script =
    (over: (asked: Asked) => Told | null = () => null) =>
    (asked: Asked): Told => {
      const own = over(asked);
      if (own !== null) return own;
      const { pathname, searchParams } = asked.url;
      if (pathname === '/token') return { body: { access_token: 'ya29', expires_in: 3599 } };
      if (pathname.endsWith('/jobs')) {
        const query = { statementType: 'SELECT', schema: { fields } };
        return { body: { statistics: { query } } };
      }
      if (pathname.endsWith('/queries')) {
        return { body: { jobComplete: false, jobReference: job } };
      }
      const schema = { fields };
      const page = { jobComplete: true, jobReference: job, schema, totalRows: '2' };
      if (searchParams.has('pageToken')) {
        return { body: { ...page, rows: [row('2', null, [])] }, packed: true };
      }
      const rows = [row('9007199254740993', '1763812800000000', [{ v: 'a' }])];
      return { body: { ...page, rows, pageToken: 'next' } };
    };

  it('is signed in to as a service account, looked at by a dry run, waited for and paged', async () => {
    const service = await start(script());
    expect(await readAll(at(service))).toEqual({
      header: ['id', 'seen', 'tags'],
      rows: [
        ['9007199254740993', '2025-11-22T12:00:00.000Z', '[{"v":"a"}]'],
        ['2', '', '[]'],
      ],
    });
    const [token, dry] = service.asked;
    const assertion = new URLSearchParams(token?.body).get('assertion') ?? '';
    expect(claimsOf(assertion)).toMatchObject({
      ...{ iss: 'muster@my-project.iam', aud: `${service.url}/token` },
      scope: 'https://www.googleapis.com/auth/bigquery',
    });
    expect(dry?.headers.authorization).toBe('Bearer ya29');
    expect(JSON.parse(dry?.body ?? '')).toMatchObject({
      configuration: { dryRun: true, query: { defaultDataset: { datasetId: 'crm' } } },
    });
    // One token for all of it.
    expect(service.asked.filter(({ url }) => url.pathname === '/token')).toHaveLength(1);
    expect(service.asked.at(-1)?.url.searchParams.get('location')).toBe('EU');
  });

  it('runs nothing but a SELECT', async () => {
    const query = { statementType: 'DELETE', schema: { fields } };
    const service = await start(
      script(({ url }) =>
        url.pathname.endsWith('/jobs') ? { body: { statistics: { query } } } : null,
      ),
    );
    expect(await codeOf(readAll(at(service)))).toBe('SOURCE_QUERY');
    expect(service.asked.some(({ url }) => url.pathname.endsWith('/queries'))).toBe(false);
  });

  it.each<[string, Told, string]>([
    [
      'fewer rows than it counted',
      {
        body: { jobComplete: true, jobReference: job, totalRows: '2', rows: [row('1', null, [])] },
      },
      'SOURCE_CUT',
    ],
    [
      'a query that fails',
      { status: 400, body: { error: { errors: [{ reason: 'invalidQuery' }] } } },
      'SOURCE_QUERY',
    ],
    ['a right that is missing', { status: 403, body: { error: {} } }, 'SOURCE_UNREACHABLE'],
    ['something else', { body: { jobComplete: 'perhaps' } }, 'SOURCE_ANSWER'],
    ['no JSON', { body: '<html>' }, 'SOURCE_ANSWER'],
  ])('says %s', async (_what, told, code) => {
    const service = await start(
      script(({ url }) => (url.pathname.includes('/queries') ? told : null)),
    );
    expect(await codeOf(readAll(at(service)))).toBe(code);
  });
});

describe('Snowflake', () => {
  const rowType = [
    ...[
      { name: 'ID', type: 'fixed' },
      { name: 'BORN', type: 'date' },
    ],
    ...[
      { name: 'SEEN', type: 'timestamp_ntz' },
      { name: 'ZONED', type: 'timestamp_tz' },
    ],
  ];
  const resultSetMetaData = {
    ...{ numRows: 2, format: 'jsonv2', rowType },
    partitionInfo: [{ rowCount: 1 }, { rowCount: 1 }],
  };
  const first = ['9007199254740993', '7367', '1763812800.123000000', '1763812800.000000000 1500'];
  const at = ({ url }: Service): QueryTarget => ({
    ...{ kind: 'snowflake', secret: privateKey, ...common, settings: { endpoint: url } },
    url: 'snowflake://reader@xy12345.eu-central-1/CRM/PUBLIC?warehouse=SMALL&role=READER',
  });

  it('is signed in to by key pair, waited for, and read partition by partition', async () => {
    const service = await start(({ method, url }) => {
      if (method === 'POST') return { status: 202, body: { statementHandle: 'h1' } };
      if (url.searchParams.get('partition') === '1') {
        return { body: { data: [['2', null, null, null]] }, packed: true };
      }
      return { body: { statementHandle: 'h1', resultSetMetaData, data: [first] } };
    });
    expect(await readAll(at(service))).toEqual({
      header: ['ID', 'BORN', 'SEEN', 'ZONED'],
      rows: [
        ['9007199254740993', '1990-03-04', '2025-11-22T12:00:00.123Z', '2025-11-22T12:00:00.000Z'],
        ['2', '', '', ''],
      ],
    });
    const { headers, body } = service.asked[0] ?? {};
    const der = createPublicKey(publicKey).export({ type: 'spki', format: 'der' });
    const print = createHash('sha256').update(der).digest('base64');
    expect(claimsOf(headers?.authorization?.replace('Bearer ', '') ?? '')).toMatchObject({
      ...{ iss: `XY12345.READER.SHA256:${print}`, sub: 'XY12345.READER' },
    });
    expect(headers?.['x-snowflake-authorization-token-type']).toBe('KEYPAIR_JWT');
    expect(JSON.parse(body ?? '')).toMatchObject({
      ...{ database: 'CRM', schema: 'PUBLIC', warehouse: 'SMALL', role: 'READER', timeout: 1_800 },
      parameters: { multi_statement_count: '1' },
    });
  });

  it.each<[string, Told, string]>([
    ['a query that fails', { status: 422, body: { code: '002003' } }, 'SOURCE_QUERY'],
    ['a time limit', { status: 408, body: { code: '000630' } }, 'SOURCE_CUT'],
    ['a wrong key', { status: 401, body: { code: '390144' } }, 'SOURCE_UNREACHABLE'],
    [
      'fewer rows than it counted',
      {
        body: {
          statementHandle: 'h1',
          resultSetMetaData: { ...resultSetMetaData, partitionInfo: [{ rowCount: 1 }] },
          data: [first],
        },
      },
      'SOURCE_CUT',
    ],
  ])('says %s', async (_what, told, code) => {
    const service = await start(() => told);
    expect(await codeOf(readAll(at(service)))).toBe(code);
  });
});

describe('Databricks', () => {
  const manifest = {
    schema: { columns: [{ name: 'id' }, { name: 'email' }] },
    ...{ total_row_count: 2, total_chunk_count: 2, truncated: false },
  };
  const over = { statement_id: 's1', status: { state: 'SUCCEEDED' }, manifest };
  const at = ({ url }: Service): QueryTarget => ({
    ...{ kind: 'databricks', url: 'databricks://dbc.example.com/wh1?catalog=main', ...common },
    ...{ secret: 'dapi-secret', settings: { endpoint: url } },
  });
  const script =
    (change: (asked: Asked) => Told | null = () => null) =>
    (asked: Asked): Told => {
      const own = change(asked);
      if (own !== null) return own;
      const { method, url } = asked;
      if (method === 'POST')
        return { body: { ...over, status: { state: 'RUNNING' }, manifest: undefined } };
      if (url.pathname.endsWith('/statements/s1')) return { body: over };
      const [, chunk] = /chunks\/(\d)$/.exec(url.pathname) ?? [];
      if (chunk !== undefined) {
        return {
          body: { external_links: [{ external_link: `${url.origin}/storage/${chunk}?sig=x` }] },
        };
      }
      return { body: url.pathname.endsWith('/0') ? [['1', 'ana@example.com']] : [['2', null]] };
    };

  it('is waited for and read by links, which get no token', async () => {
    const service = await start(script());
    expect(await readAll(at(service))).toEqual({
      ...{
        header: ['id', 'email'],
        rows: [
          ['1', 'ana@example.com'],
          ['2', ''],
        ],
      },
    });
    const [posted] = service.asked;
    expect(posted?.headers.authorization).toBe('Bearer dapi-secret');
    expect(JSON.parse(posted?.body ?? '')).toMatchObject({ warehouse_id: 'wh1', catalog: 'main' });
    const stored = service.asked.filter(({ url }) => url.pathname.startsWith('/storage'));
    expect(stored.map(({ headers }) => headers.authorization)).toEqual([undefined, undefined]);
  });

  it.each<[string, Told, string]>([
    [
      'rows that were left out',
      { body: { ...over, manifest: { ...manifest, truncated: true } } },
      'SOURCE_CUT',
    ],
    [
      'a query that fails',
      {
        body: {
          statement_id: 's1',
          status: { state: 'FAILED', error: { error_code: 'BAD_REQUEST' } },
        },
      },
      'SOURCE_QUERY',
    ],
    [
      'a wrong token',
      { status: 403, body: { error_code: 'PERMISSION_DENIED' } },
      'SOURCE_UNREACHABLE',
    ],
  ])('says %s', async (_what, told, code) => {
    const service = await start(
      script(({ method, url }) => (method === 'GET' && url.pathname.endsWith('/s1') ? told : null)),
    );
    expect(await codeOf(readAll(at(service)))).toBe(code);
  });

  it('may not lead into private networks by its links', async () => {
    const link = 'http://169.254.169.254/latest/meta-data';
    const service = await start(
      script(({ url }) =>
        url.pathname.includes('/chunks/')
          ? { body: { external_links: [{ external_link: link }] } }
          : null,
      ),
    );
    expect(await codeOf(readAll(at(service)))).toBe('SOURCE_HOST_REFUSED');
  });

  it('is asked again when it cannot answer at the moment', async () => {
    let refusals = 1;
    const service = await start(
      script(({ method }) => (method === 'GET' && refusals-- > 0 ? { status: 503 } : null)),
    );
    expect((await readAll(at(service))).rows).toHaveLength(2);
  });
});

describe('all of them', () => {
  it.each<[QueryTarget['kind'], string, string | null]>([
    ['clickhouse', 'http://10.0.0.1:8123/x', null],
    ['databricks', 'databricks://10.0.0.1/wh', 'x'],
  ])('%s is refused in a private network that nobody allowed', async (kind, url, secret) => {
    const target = { kind, url, secret, allowPrivate: false, settings: {} } as QueryTarget;
    expect(await codeOf(testTarget(target))).toBe('SOURCE_HOST_REFUSED');
  });
});
