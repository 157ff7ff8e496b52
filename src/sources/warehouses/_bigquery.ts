import { createSign } from 'node:crypto';
import { z } from 'zod';
import { MusterError } from '#domain/errors/muster-error.ts';
import { timeoutMsOf } from '../query-records.ts';
import { askJson, checkCount, type JsonAnswer, poll, refusalOf } from './_ask.ts';
import { endpointOf, partsOf, warehouseUrl } from './_url.ts';
import type { WarehouseTarget } from './kinds.ts';
import type { Warehouse } from './warehouse.ts';

const PAGE_ROWS = 10_000;
const LONG_POLL_MS = 10_000;
const TOKEN_LIFE_S = 3_600;
/** A token is asked for anew before it ends: reading a large table takes longer than one lives. */
const TOKEN_KEPT_MS = 45 * 60_000;
const SCOPE = 'https://www.googleapis.com/auth/bigquery';

const serviceAccount = z.object({
  client_email: z.string(),
  private_key: z.string(),
  token_uri: z.url().default('https://oauth2.googleapis.com/token'),
});

interface Field {
  readonly name: string;
  readonly type: string;
  readonly mode?: string | undefined;
}

const schema = z.object({
  fields: z.array(z.object({ name: z.string(), type: z.string(), mode: z.string().optional() })),
});
const page = z.object({
  jobComplete: z.boolean(),
  jobReference: z.object({ jobId: z.string(), location: z.string().optional() }).optional(),
  schema: schema.optional(),
  rows: z.array(z.object({ f: z.array(z.object({ v: z.unknown() })) })).default([]),
  totalRows: z.string().optional(),
  pageToken: z.string().optional(),
});
const dryRun = z.object({
  statistics: z.object({ query: z.object({ statementType: z.string(), schema }) }),
});

/**
 * BigQuery's REST API (https://cloud.google.com/bigquery/docs/reference/rest/v2/jobs/query and
 * …/Job, read 2026-11-22), with the token of a service account
 * (https://developers.google.com/identity/protocols/oauth2/service-account, read 2026-11-22). A dry
 * run costs nothing and says which kind of statement it is, so only a SELECT is ever run.
 */
export function connectBigquery(target: WarehouseTarget): Warehouse {
  const { project, dataset, account } = readTarget(target);
  const base = endpointOf(target, 'https://bigquery.googleapis.com');
  const token = kept(() => tokenOf(account, target));
  const ask = async (path: string, body?: object): Promise<unknown> => {
    const url = new URL(`/bigquery/v2/projects/${encodeURIComponent(project)}/${path}`, base);
    const headers = {
      authorization: `Bearer ${await token()}`,
      'content-type': 'application/json',
    };
    const sent = body === undefined ? {} : { method: 'POST' as const, body: JSON.stringify(body) };
    return checked(await askJson(url, { headers, ...sent }, target));
  };
  const where = dataset === undefined ? {} : { defaultDataset: { datasetId: dataset } };
  const location = target.settings.region;
  const timeoutMs = timeoutMsOf(target.settings);
  const describe = async (sql: string): Promise<readonly Field[]> => {
    const query = { query: sql, useLegacySql: false, ...where };
    const answer = await ask('jobs', {
      configuration: { dryRun: true, query },
      ...(location === undefined ? {} : { jobReference: { projectId: project, location } }),
    });
    const { statistics } = read(dryRun, answer);
    if (statistics.query.statementType !== 'SELECT') {
      throw new MusterError('SOURCE_QUERY', `it is ${statistics.query.statementType}, not SELECT`);
    }
    return statistics.query.schema.fields;
  };
  return {
    describe: async (sql) => (await describe(sql)).map(({ name }) => name),
    async *rows(sql) {
      // Once more, because it may not be what was looked at.
      const fields = await describe(sql);
      const started = await ask('queries', {
        ...{ query: sql, useLegacySql: false, maxResults: PAGE_ROWS, timeoutMs: LONG_POLL_MS },
        ...{ formatOptions: { useInt64Timestamp: true }, jobTimeoutMs: String(timeoutMs) },
        ...(location === undefined ? {} : { location }),
        ...where,
      });
      let now = read(page, started);
      const job = now.jobReference;
      const next = async (pageToken?: string) => {
        const path = pagePath(job, pageToken);
        return read(page, await ask(path));
      };
      if (!now.jobComplete) {
        now = await poll(async () => {
          const later = await next();
          return later.jobComplete ? later : null;
        }, timeoutMs);
      }
      let came = 0;
      for (;;) {
        came += now.rows.length;
        yield now.rows.map(({ f }) => f.map(({ v }, i) => cellOf(v, fields[i])));
        if (now.pageToken === undefined) break;
        now = await next(now.pageToken);
      }
      checkCount(came, Number(now.totalRows ?? '0'));
    },
    async version() {
      await describe('select 1 as one');
      return `BigQuery, project ${project}`;
    },
  };
}

function pagePath(job: z.infer<typeof page>['jobReference'], pageToken?: string): string {
  const query = new URLSearchParams({
    ...{ maxResults: String(PAGE_ROWS), timeoutMs: String(LONG_POLL_MS) },
    'formatOptions.useInt64Timestamp': 'true',
    ...(job?.location === undefined ? {} : { location: job.location }),
    ...(pageToken === undefined ? {} : { pageToken }),
  });
  return `queries/${encodeURIComponent(job?.jobId ?? '')}?${query.toString()}`;
}

function readTarget({ url: text, secret }: WarehouseTarget) {
  const url = warehouseUrl('bigquery', text);
  try {
    const account = serviceAccount.parse(JSON.parse(secret ?? ''));
    return { project: url.hostname, dataset: partsOf(url)[0], account };
  } catch (cause) {
    const measured = 'the secret is not the JSON of a service account';
    throw new MusterError('SOURCE_URL_INVALID', measured, { cause });
  }
}

function kept(ask: () => Promise<string>): () => Promise<string> {
  let token = '';
  let askedMs = Number.NEGATIVE_INFINITY;
  return async () => {
    if (performance.now() - askedMs < TOKEN_KEPT_MS) return token;
    const startedMs = performance.now();
    token = await ask();
    askedMs = startedMs;
    return token;
  };
}

async function tokenOf(
  { client_email, private_key, token_uri }: z.infer<typeof serviceAccount>,
  target: WarehouseTarget,
): Promise<string> {
  const nowS = Math.floor(Date.now() / 1000);
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = { iss: client_email, scope: SCOPE, aud: token_uri };
  const unsigned = `${part({ alg: 'RS256', typ: 'JWT' })}.${part({ ...claims, iat: nowS, exp: nowS + TOKEN_LIFE_S })}`;
  const signature = createSign('RSA-SHA256').update(unsigned).sign(private_key, 'base64url');
  const body = new URLSearchParams({
    grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
    assertion: `${unsigned}.${signature}`,
  });
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const request = { method: 'POST', headers, body: body.toString() } as const;
  const answer = await askJson(new URL(token_uri), request, target);
  const token = z.object({ access_token: z.string() }).safeParse(answer.body);
  if (answer.status === 200 && token.success) return token.data.access_token;
  throw new MusterError('SOURCE_UNREACHABLE', `Google's token service answers ${answer.status}`);
}

const failure = z.object({
  error: z.object({ errors: z.array(z.object({ reason: z.string() })).default([]) }),
});

function checked({ status, body }: JsonAnswer): unknown {
  if (status === 200) return body;
  const told = failure.safeParse(body);
  const reason = told.success ? (told.data.error.errors[0]?.reason ?? '') : '';
  throw refusalOf('BigQuery', status, /^\w{1,40}$/.test(reason) ? reason : '');
}

function read<T>(shape: z.ZodType<T>, body: unknown): T {
  const { success, data } = shape.safeParse(body);
  if (success) return data;
  throw new MusterError('SOURCE_ANSWER', 'BigQuery sent another shape');
}

/** Values come as text; moments as microseconds, bytes as base64. */
function cellOf(value: unknown, field: Field | undefined): unknown {
  if (typeof value !== 'string' || field?.mode === 'REPEATED') return value;
  if (field?.type === 'TIMESTAMP' && /^-?\d{1,18}$/.test(value)) {
    return new Date(Number(value) / 1000).toISOString();
  }
  return field?.type === 'BYTES' ? Buffer.from(value, 'base64').toString('hex') : value;
}
