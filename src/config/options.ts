/**
 * Everything about how a process runs that can be set from outside, once: the flag, the environment
 * variable, the default and the words for help and docs. Flags win over the environment.
 */
export interface OptionEntry {
  /** As commander spells it; absent where only the environment is read. */
  readonly flag?: string;
  readonly env: string;
  readonly default: string | null;
  /** A sentence without its full stop. */
  readonly help: string;
  /** Never printed, not even in an error. Under the same name with _FILE it may be in a file instead. */
  readonly secret?: true;
}

/** The newest version of Meta's API that Muster was tried with. */
const defaultApiVersion = 'v26.0';

export const optionTable = {
  dataDirectory: {
    flag: '--data <directory>',
    env: 'MUSTER_DATA',
    default: './.muster',
    help: 'Where Muster keeps its data; before or after the command',
  },
  server: {
    flag: '--server <url>',
    env: 'MUSTER_SERVER',
    default: null,
    help: 'Ask the Muster that runs there, with the key in MUSTER_API_KEY, in place of data on this machine',
  },
  apiKey: {
    env: 'MUSTER_API_KEY',
    default: null,
    help: 'The key that commands show to that server; `muster key create --role editor` makes one where the data is. Never an option: lists of processes show those',
    secret: true,
  },
  databaseUrl: {
    env: 'DATABASE_URL',
    default: null,
    help: 'A PostgreSQL server, version 15 or newer, in place of the one that Muster starts itself',
    secret: true,
  },
  token: {
    env: 'MUSTER_TOKEN',
    default: null,
    help: 'The access token for `muster connect`',
    secret: true,
  },
  appId: {
    env: 'MUSTER_APP_ID',
    default: null,
    help: 'The id of your Meta app, for `muster connect`; needed to log in, else optional',
  },
  appSecret: {
    env: 'MUSTER_APP_SECRET',
    default: null,
    help: 'The secret of your Meta app; with it every call proves that it comes from you',
    secret: true,
  },
  apiVersion: {
    env: 'MUSTER_API_VERSION',
    default: defaultApiVersion,
    help: "The version of Meta's API to speak",
  },
  key: {
    env: 'MUSTER_KEY',
    default: null,
    help: 'The key that seals access tokens: 32 bytes as base64 or hex, while they are rotated followed by the older ones. Without it, and without MUSTER_KEY_FILE, Muster makes one in the data directory',
    secret: true,
  },
  keyFile: {
    env: 'MUSTER_KEY_FILE',
    default: null,
    help: 'A file that holds that key; rotating it writes this file',
  },
  sourceHosts: {
    env: 'MUSTER_SOURCE_HOSTS',
    default: '',
    help: 'Hosts and networks of your own that sources may be on without `--allow-private`: names, *.domains, addresses and networks like 10.1.0.0/16, with commas between. Link-local and metadata addresses stay refused',
  },
  smtpUrl: {
    env: 'MUSTER_SMTP_URL',
    default: null,
    help: 'The server that sends mail: smtp://USER:PASSWORD@HOST:587, or smtps://… for one that speaks TLS from the start',
    secret: true,
  },
  mailFrom: {
    env: 'MUSTER_MAIL_FROM',
    default: null,
    help: 'The address that mail comes from: muster@example.com, or Muster <muster@example.com>',
  },
  metricsToken: {
    env: 'MUSTER_METRICS_TOKEN',
    default: null,
    help: 'Opens /metrics to whoever sends it as a bearer token; without it only this machine may scrape',
    secret: true,
  },
  settleMs: {
    env: 'MUSTER_SETTLE_MS',
    default: null,
    help: 'Milliseconds after which a request can no longer take effect. Otherwise 15 minutes for Meta, and for a sandbox what it says itself',
  },
  quotaShare: {
    env: 'MUSTER_QUOTA_SHARE',
    default: '75',
    help: "Per cent of Meta's limits from which on calls are spread out; the rest is left to others",
  },
  servePort: {
    flag: '--port <port>',
    env: 'MUSTER_PORT',
    default: '4780',
    help: 'Port of the web page, the API and the way in for calls',
  },
  serveHost: {
    flag: '--host <address>',
    env: 'MUSTER_HOST',
    default: '127.0.0.1',
    help: 'Address to listen on; 0.0.0.0 for all of this machine, behind a proxy that speaks https',
  },
  publicUrl: {
    env: 'MUSTER_PUBLIC_URL',
    default: null,
    help: 'The address that people open, such as https://muster.example.com or, below a path of a proxy, https://example.com/muster. Links are made with it, and with https cookies are kept to it',
  },
  trustedProxies: {
    env: 'MUSTER_TRUSTED_PROXIES',
    default: '',
    help: 'Addresses and networks of proxies whose X-Forwarded-For is believed, with commas between; limits count by the address it says',
  },
  oidcIssuer: {
    env: 'MUSTER_OIDC_ISSUER',
    default: null,
    help: 'Single sign-on: the address of your OpenID Connect provider, as its document says it. Whoever was invited may sign in there',
  },
  oidcClientId: {
    env: 'MUSTER_OIDC_CLIENT_ID',
    default: null,
    help: 'The id that the provider knows Muster by',
  },
  oidcClientSecret: {
    env: 'MUSTER_OIDC_CLIENT_SECRET',
    default: null,
    help: 'The secret that goes with it',
    secret: true,
  },
  oidcName: {
    env: 'MUSTER_OIDC_NAME',
    default: 'single sign-on',
    help: 'What the provider is called on the page where people sign in',
  },
  logFormat: {
    flag: '--log <format>',
    env: 'MUSTER_LOG',
    default: 'auto',
    help: 'How `serve` logs on standard error: json, one object a line, or text; auto is text at a terminal, else json',
  },
  workers: {
    flag: '--workers <n>',
    env: 'MUSTER_WORKERS',
    default: '3',
    help: 'How many audiences are sent at the same time; 0: none, this process only shows',
  },
  sandboxPort: {
    flag: '--port <port>',
    env: 'MUSTER_SANDBOX_PORT',
    default: '4700',
    help: 'Port of the sandbox, on this machine only',
  },
  debug: {
    env: 'MUSTER_DEBUG',
    default: null,
    help: 'Set to 1, unexpected errors show where they came from',
  },
} as const satisfies Record<string, OptionEntry>;

export type OptionName = keyof typeof optionTable;
