import { readFile } from 'node:fs/promises';
import { text as readAll } from 'node:stream/consumers';
import { Secret } from '#config/secret.ts';
import type { AppCredentials } from '#connections/credentials.ts';
import { MusterError } from '#domain/errors/muster-error.ts';
import { tell } from '../print.ts';
import type { Session } from '../session.ts';

interface TokenOptions {
  readonly token?: string;
  readonly tokenFile?: string;
}

/** Whether a token was given at all: by an option or in the environment. */
export function isTokenGiven({ secrets }: Session, options: TokenOptions): boolean {
  const { token, tokenFile } = options;
  return token !== undefined || tokenFile !== undefined || secrets.token !== null;
}

/** @throws MusterError TOKEN_MISSING, FILE_UNREADABLE, USAGE */
export async function readToken(session: Session, options: TokenOptions): Promise<Secret> {
  const { token, tokenFile } = options;
  if (token !== undefined && tokenFile !== undefined) {
    throw new MusterError('USAGE', '--token and --token-file together');
  }
  if (tokenFile !== undefined) return tokenOf(await readText(tokenFile));
  if (token === '-') return tokenOf(await readAll(session.terminal.input));
  if (token !== undefined) {
    tell(
      session,
      'Warning: a token on the command line shows in process lists and in the history of the shell. Better: --token-file FILE, or --token - and standard input.',
    );
    return tokenOf(token);
  }
  if (session.secrets.token === null) throw new MusterError('TOKEN_MISSING');
  return tokenOf(session.secrets.token.reveal());
}

interface AppOptions {
  readonly appId?: string;
  readonly appSecretFile?: string;
}

/**
 * The Meta app, where one was given: both parts or none.
 * @throws MusterError META_APP_MISSING, FILE_UNREADABLE
 */
export async function readApp(
  { settings, secrets }: Session,
  { appId, appSecretFile }: AppOptions,
): Promise<AppCredentials | null> {
  const id = appId ?? settings.appId;
  const secret =
    appSecretFile === undefined ? secrets.appSecret : secretOf(await readText(appSecretFile));
  if (id === null && secret === null) return null;
  if (id === null) throw new MusterError('META_APP_MISSING', 'the secret was given without the id');
  if (secret === null) {
    throw new MusterError('META_APP_MISSING', 'the id was given without the secret');
  }
  return { id, secret };
}

function secretOf(text: string): Secret {
  return new Secret(text.trim());
}

function tokenOf(text: string): Secret {
  const token = text.trim();
  if (token === '') throw new MusterError('TOKEN_MISSING', 'it is empty');
  // A header cannot carry these, and no token has them: the wrong file was named.
  if (/[^\x21-\x7e]/.test(token)) {
    throw new MusterError('TOKEN_MISSING', 'what was given is several words or lines');
  }
  return new Secret(token);
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new MusterError('FILE_UNREADABLE', (error as Error).message, { cause: error });
  }
}
