import { type ErrorCode } from '#domain/errors/catalogue.ts';
import { MusterError } from '#domain/errors/muster-error.ts';
import { answered, everyOne, type Server } from './server.ts';

/** People name things; the API knows them by number. What is not there has the code that it has here. */

/** @throws MusterError AUDIENCE_UNKNOWN */
export async function audienceNamed(server: Server, name: string) {
  const { items } = await answered(server.GET('/audiences', { params: { query: { name } } }));
  return found(items, name, 'AUDIENCE_UNKNOWN');
}

/** @throws MusterError DATABASE_UNKNOWN */
export async function databaseNamed(server: Server, name: string) {
  const { items } = await answered(server.GET('/databases', { params: { query: { name } } }));
  return found(items, name, 'DATABASE_UNKNOWN');
}

/** @throws MusterError INTEGRATION_UNKNOWN */
export async function integrationNamed(server: Server, name: string) {
  const all = await everyOne((query) => server.GET('/integrations', { params: { query } }));
  return found(all, name, 'INTEGRATION_UNKNOWN');
}

/** @throws MusterError MODEL_UNKNOWN */
export async function modelNamed(server: Server, name: string) {
  const { items } = await answered(server.GET('/models', { params: { query: { name } } }));
  return found(items, name, 'MODEL_UNKNOWN');
}

function found<T extends { readonly name: string }>(
  all: readonly T[],
  name: string,
  code: ErrorCode,
): T {
  const one = all.find((each) => each.name === name);
  if (one === undefined) throw new MusterError(code, `“${name}”`);
  return one;
}

/** What has a number: that the API has nothing there is said with the code that commands say it with. */
export async function orElse<T>(asked: Promise<T>, code: ErrorCode, measured: string): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    const isMissing =
      error instanceof MusterError &&
      (error.code === 'API_NOT_FOUND' || error.code === 'API_REQUEST_INVALID');
    throw isMissing ? new MusterError(code, measured) : error;
  }
}
