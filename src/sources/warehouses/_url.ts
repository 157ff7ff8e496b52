import { MusterError } from '#domain/errors/muster-error.ts';
import type { WarehouseTarget } from './kinds.ts';

const schemes: Record<WarehouseTarget['kind'], readonly string[]> = {
  clickhouse: ['https:', 'http:'],
  bigquery: ['bigquery:'],
  snowflake: ['snowflake:'],
  databricks: ['databricks:'],
};

/** @throws MusterError SOURCE_URL_INVALID, which repeats nothing of the URL: it may hold a password */
export function warehouseUrl(kind: WarehouseTarget['kind'], text: string): URL {
  const url = URL.parse(text);
  const [scheme] = schemes[kind];
  if (url === null || !schemes[kind].includes(url.protocol) || url.hostname === '') {
    throw new MusterError('SOURCE_URL_INVALID', `it does not begin with ${scheme}// and a host`);
  }
  return url;
}

/** @throws MusterError SOURCE_URL_INVALID */
export function endpointOf({ settings }: WarehouseTarget, own: string): URL {
  const url = URL.parse(settings.endpoint ?? own);
  if (url === null) throw new MusterError('SOURCE_URL_INVALID', 'the endpoint is not a URL');
  return url;
}

/** The parts of the path. */
export function partsOf({ pathname }: URL): string[] {
  return pathname
    .split('/')
    .filter((part) => part !== '')
    .map(decodeURIComponent);
}
