import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { MusterError } from '#domain/errors/muster-error.ts';
import { type OptionEntry, type OptionName, optionTable } from './options.ts';
import { Secret } from './secret.ts';

export interface Settings {
  /** Absolute. */
  readonly dataDirectory: string;
  /** The Muster that commands ask, without a slash at the end; null: the data of this machine. */
  readonly server: string | null;
  /** Absolute; null: the key in the data directory. */
  readonly keyFile: string | null;
  /** Names, *.domains, addresses and networks; checked where they are used. */
  readonly sourceHosts: readonly string[];
  /** Files that secrets are read from: the variable, and the absolute path. */
  readonly secretFiles: readonly { readonly variable: string; readonly path: string }[];
  readonly mailFrom: string | null;
  /** Null: what the connection says. */
  readonly settleMs: number | null;
  readonly appId: string | null;
  /** Like `v26.0`. */
  readonly apiVersion: string;
  /** 0 to 100. */
  readonly quotaSharePercent: number;
  readonly servePort: number;
  readonly serveHost: string;
  /** Origin and base path without a slash at the end; null: wherever it listens. */
  readonly publicUrl: string | null;
  /** Addresses and networks like 10.0.0.0/8. */
  readonly trustedProxies: readonly string[];
  readonly oidcIssuer: string | null;
  readonly oidcClientId: string | null;
  readonly oidcName: string;
  readonly logFormat: 'auto' | 'json' | 'text';
  /** Runs at the same time in `muster serve`. */
  readonly workers: number;
  readonly sandboxPort: number;
  readonly debug: boolean;
}

/** Apart from the settings, so that those can be shown and logged. */
export interface Secrets {
  readonly apiKey: Secret | null;
  readonly databaseUrl: Secret | null;
  readonly token: Secret | null;
  readonly key: Secret | null;
  readonly appSecret: Secret | null;
  readonly oidcClientSecret: Secret | null;
  readonly smtpUrl: Secret | null;
  readonly metricsToken: Secret | null;
}

/** What was given on the command line, by the names of the table. */
export type Flags = { readonly [Name in OptionName]?: string | undefined };

export type Environment = Readonly<Record<string, string | undefined>>;

/** @throws MusterError SETTING_INVALID */
export function readSettings(
  environment: Environment,
  flags: Flags = {},
): { readonly settings: Settings; readonly secrets: Secrets } {
  // An empty variable is how scripts and compose files say "not set".
  const given = (name: OptionName): string | null =>
    flags[name] ?? (environment[optionTable[name].env] || null) ?? optionTable[name].default;
  const secret = (name: OptionName): Secret | null => {
    const value = given(name);
    if (value !== null) return new Secret(value);
    // That of the key is written, too, when it is rotated (connections/key.ts).
    if (name === 'key') return null;
    const file = secretFiles.find(({ variable }) => variable === fileVariable(name));
    return file === undefined ? null : new Secret(() => readSecretFile(file));
  };
  const secretFiles = secretFilesOf(environment);
  const keyFile = given('keyFile');
  const settleMs = given('settleMs');
  const settings: Settings = {
    dataDirectory: resolve(given('dataDirectory') ?? ''),
    server: readAddress('server', given('server')),
    keyFile: keyFile === null ? null : resolve(keyFile),
    sourceHosts: listed(given('sourceHosts') ?? ''),
    secretFiles,
    mailFrom: given('mailFrom'),
    settleMs: settleMs === null ? null : readWhole('settleMs', settleMs, 7 * 86_400_000),
    appId: given('appId'),
    apiVersion: readVersion(given('apiVersion') ?? ''),
    quotaSharePercent: readWhole('quotaShare', given('quotaShare') ?? '', 100),
    servePort: readWhole('servePort', given('servePort') ?? '', PORT_MAX),
    serveHost: given('serveHost') ?? '',
    publicUrl: readAddress('publicUrl', given('publicUrl')),
    trustedProxies: readNetworks('trustedProxies', given('trustedProxies') ?? ''),
    oidcIssuer: given('oidcIssuer'),
    oidcClientId: given('oidcClientId'),
    oidcName: given('oidcName') ?? '',
    logFormat: readLogFormat(given('logFormat') ?? ''),
    workers: readWhole('workers', given('workers') ?? '', WORKERS_MAX),
    sandboxPort: readWhole('sandboxPort', given('sandboxPort') ?? '', PORT_MAX),
    debug: given('debug') !== null && given('debug') !== '0',
  };
  const secrets: Secrets = {
    apiKey: secret('apiKey'),
    databaseUrl: secret('databaseUrl'),
    token: secret('token'),
    key: secret('key'),
    appSecret: secret('appSecret'),
    oidcClientSecret: secret('oidcClientSecret'),
    smtpUrl: secret('smtpUrl'),
    metricsToken: secret('metricsToken'),
  };
  return Object.freeze({ settings: Object.freeze(settings), secrets: Object.freeze(secrets) });
}

const fileVariable = (name: OptionName): string => `${optionTable[name].env}_FILE`;

function secretFilesOf(environment: Environment): Settings['secretFiles'] {
  const names = Object.keys(optionTable) as OptionName[];
  return names.flatMap((name) => {
    const entry: OptionEntry = optionTable[name];
    const path = environment[fileVariable(name)] ?? '';
    if (entry.secret !== true || path === '') return [];
    return [{ variable: fileVariable(name), path: resolve(path) }];
  });
}

/** Read each time it is needed: whoever rotates it writes the file anew. @throws MusterError SECRET_FILE */
function readSecretFile({ variable, path }: Settings['secretFiles'][number]): string {
  let text: string;
  try {
    text = readFileSync(path, 'utf8').trim();
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new MusterError('SECRET_FILE', `${variable}: ${path}: ${code}`, { cause });
  }
  if (text === '') throw new MusterError('SECRET_FILE', `${variable}: ${path} is empty`);
  return text;
}

function readVersion(text: string): string {
  if (/^v\d{1,3}\.\d$/.test(text)) return text;
  const { env } = optionTable.apiVersion;
  throw new MusterError('SETTING_INVALID', `${env} is “${text}”, not a version like v26.0`);
}

function readLogFormat(text: string): Settings['logFormat'] {
  if (text === 'auto' || text === 'json' || text === 'text') return text;
  const { env } = optionTable.logFormat;
  throw new MusterError('SETTING_INVALID', `${env} is “${text}”, not auto, json or text`);
}

function listed(text: string): string[] {
  return text.split(/[,\s]+/).filter((entry) => entry !== '');
}

/** An origin, and below which path; what might be a password is not repeated. */
function readAddress(name: 'server' | 'publicUrl', text: string | null): string | null {
  if (text === null) return null;
  const url = URL.parse(text);
  const plain = url !== null && /^https?:$/.test(url.protocol) && url.username === '';
  if (plain && url.search === '' && url.hash === '') {
    return url.origin + url.pathname.replace(/\/+$/, '');
  }
  const { env } = optionTable[name];
  const shown = text.includes('@') ? 'an address with a login in it' : `“${text}”`;
  throw new MusterError(
    'SETTING_INVALID',
    `${env} is ${shown}, not like https://example.com/muster`,
  );
}

function readNetworks(name: OptionName, text: string): string[] {
  const networks = listed(text);
  const wrong = networks.find((network) => {
    const [address = '', bits] = network.split('/');
    const family = isIP(address);
    const bitsMax = family === 4 ? 32 : 128;
    return family === 0 || (bits !== undefined && !(/^\d+$/.test(bits) && Number(bits) <= bitsMax));
  });
  if (wrong === undefined) return networks;
  const { env } = optionTable[name];
  throw new MusterError('SETTING_INVALID', `${env} has “${wrong}”, no address or network`);
}

const PORT_MAX = 65_535;
const WORKERS_MAX = 32;

function readWhole(name: OptionName, text: string, max: number): number {
  const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (value <= max) return value;
  const { env } = optionTable[name];
  throw new MusterError('SETTING_INVALID', `${env} is “${text}”, not a whole number up to ${max}`);
}
