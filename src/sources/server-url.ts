import { MusterError } from '#domain/errors/muster-error.ts';
import { type Address, addressOf, type Reachable } from './host.ts';

/** What the URL of a database server says, taken apart; nothing else in it is passed on to a driver. */
export interface ServerUrl {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  /** Null: verify-full, but on private addresses none. */
  readonly sslMode: 'disable' | 'require' | 'verify-full' | null;
}

const schemes = {
  postgres: { protocols: ['postgres:', 'postgresql:'], port: 5432 },
  redshift: { protocols: ['redshift:'], port: 5439 },
  mysql: { protocols: ['mysql:', 'mariadb:'], port: 3306 },
} as const;

/** @throws MusterError SOURCE_URL_INVALID, which repeats nothing of the URL: it holds a password */
export function parseServerUrl(kind: keyof typeof schemes, text: string): ServerUrl {
  const { protocols, port } = schemes[kind];
  const url = URL.parse(text);
  const invalid = (why: string) => new MusterError('SOURCE_URL_INVALID', why);
  if (url === null) throw invalid('it is not a URL');
  if (!protocols.some((protocol) => protocol === url.protocol)) {
    throw invalid(`it does not begin with ${protocols[0]}//`);
  }
  const database = decode(url.pathname.slice(1));
  if (url.hostname === '' || database === '' || url.username === '') {
    throw invalid('it names no host, no user or no database');
  }
  const { sslmode, ...others } = Object.fromEntries(url.searchParams);
  if (Object.keys(others).length > 0) throw invalid('it has parameters beside sslmode');
  return {
    host: url.hostname,
    port: url.port === '' ? port : Number(url.port),
    user: decode(url.username),
    password: decode(url.password),
    database,
    sslMode: readSslMode(sslmode),
  };
}

function readSslMode(mode: string | undefined): ServerUrl['sslMode'] {
  if (mode === undefined) return null;
  if (mode === 'disable' || mode === 'require' || mode === 'verify-full') return mode;
  throw new MusterError('SOURCE_URL_INVALID', 'its sslmode is not disable, require or verify-full');
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new MusterError('SOURCE_URL_INVALID', 'a percent sign in it is no percent-encoding');
  }
}

/** Where to connect to, and how. @throws MusterError SOURCE_HOST_REFUSED, SOURCE_UNREACHABLE */
export async function reach(url: ServerUrl, reachable: Reachable): Promise<Reached> {
  const { address, isPrivate }: Address = await addressOf(url.host, reachable);
  const mode = url.sslMode ?? (isPrivate ? 'disable' : 'verify-full');
  const ssl =
    mode === 'disable'
      ? null
      : { servername: url.host, rejectUnauthorized: mode === 'verify-full' };
  return { address, ssl };
}

interface Reached {
  readonly address: string;
  readonly ssl: { servername: string; rejectUnauthorized: boolean } | null;
}
