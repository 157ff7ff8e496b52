import { Secret } from '#config/secret.ts';
import type { Check } from '#connections/checks.ts';
import {
  checkApiUrl,
  connect,
  type Connected,
  keepCredentials,
  type LoggedIn,
  type NewCredentials,
} from '#connections/connect.ts';
import { openCredentials } from '#connections/credentials.ts';
import { findNotedSandbox } from '#connections/sandbox-note.ts';
import { findSandbox, type ReadySandbox } from '#connections/sandbox-probe.ts';
import { MusterError } from '#domain/errors/muster-error.ts';
import { tokenEndWords, tokenKindWords } from '#domain/token-end.ts';
import { apiHost } from '#meta/wire.ts';
import { type Connection, findConnection } from '#store/credentials.ts';
import { checkLines } from './check-lines.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from './command.ts';
import { isTokenGiven, readApp, readToken } from './connect/credentials.ts';
import { printGuide } from './connect/guide.ts';
import { logIn } from './connect/login.ts';
import { fields, indent, table } from './layout.ts';
import { print, printJson, styled, tell } from './print.ts';
import { exitCodes, type Session } from './session.ts';

interface ConnectOptions extends JsonOption {
  readonly name?: string;
  readonly database: string;
  readonly adAccount?: string;
  readonly token?: string;
  readonly tokenFile?: string;
  readonly appId?: string;
  readonly appSecretFile?: string;
  readonly connection?: string;
  readonly login?: true;
  readonly loginPort: string;
  readonly api?: string;
  readonly sandbox?: true;
  readonly guide?: true;
}

export const connectCommand: CommandSpec = {
  describe(command) {
    command
      .option('--ad-account <id>', 'the ad account, with or without act_ before its number')
      .option('--token-file <file>', 'a file that holds the access token')
      .option('--token <token>', '- reads it from standard input; a token itself shows in ps')
      .option('--login', 'log in with Facebook in place of a token; needs the app')
      .option('--login-port <port>', 'where the answer of the login comes in', '4790')
      .option('--app-id <id>', 'the Meta app: optional with a token (or MUSTER_APP_ID)')
      .option('--app-secret-file <file>', 'a file that holds its secret (or MUSTER_APP_SECRET)')
      .option('--connection <name>', 'give a connection a new token, or a further ad account')
      .option('--sandbox', 'connect to the sandbox, which gives account and token itself')
      .option('--api <url>', `where the API is (default ${apiHost}, or the sandbox that runs)`)
      .option('--database <name>', 'whose people go there; made if need be', 'main')
      .option('--name <name>', 'what to call it (default: “sandbox”, or the name of the account)')
      .option('--guide', 'show step by step how to come by ad account, app and token');
    jsonOption(command);
    command.addHelpText(
      'after',
      '\nWithout --token-file and --token the token is taken from MUSTER_TOKEN. It is kept encrypted and\n' +
        'never shown again. Connecting the same account again replaces its token, and starts what had\n' +
        'stopped. With --connection and no token the one it has serves a further ad account.',
    );
    examples(command, [
      'connect --guide',
      'connect --sandbox',
      'connect --ad-account act_1234567890 --token-file token.txt',
      'connect --ad-account 1234567890 --token - --database shop --name "Shop, Europe" < token.txt',
      'connect --login --app-id 123 --app-secret-file secret.txt',
      'connect --connection "Shop, Europe" --ad-account act_987 --database shop',
      'connect --connection "Shop, Europe" --token-file new-token.txt',
    ]);
  },

  async run(session, command) {
    const options = command.opts<ConnectOptions>();
    if (options.guide === true) {
      printGuide(session, options.json === true);
      return exitCodes.done;
    }
    const connection =
      options.connection === undefined
        ? null
        : await findConnection((await session.muster()).store, options.connection);
    const found = await findCredentials(session, options, connection);
    const { store } = await session.muster();
    const { credentials } = found;
    const adAccount = options.adAccount ?? found.adAccount;
    if (adAccount === null) {
      const name = options.name ?? null;
      const kept = await keepCredentials(store, credentials, { connection, name }, session.tools);
      if (options.json === true) printJson(session, keptDocument(kept));
      else printKept(session, kept);
      return exitCodes.done;
    }
    const wish = { name: options.name ?? null, database: options.database, adAccount, connection };
    const connected = await connect(store, credentials, wish, session.tools, (checks) => {
      tellTrouble(session, checks);
    });
    if (options.json === true) printJson(session, documentOf(connected));
    else printConnected(session, connected);
    return exitCodes.done;
  },
};

/** The token to use, and the ad account where it follows by itself. */
interface Found {
  readonly credentials: NewCredentials;
  readonly adAccount: string | null;
}

async function findCredentials(
  session: Session,
  options: ConnectOptions,
  connection: Connection | null,
): Promise<Found> {
  if (options.sandbox === true) {
    const ready = await findRunning(session, options.api);
    const token = new Secret(ready.token);
    const credentials = { token, app: null, origin: 'pasted', apiUrl: ready.url } as const;
    return { credentials, adAccount: ready.adAccounts[0]?.id ?? '' };
  }
  const apiUrl = checkApiUrl(options.api ?? connection?.apiUrl ?? apiHost);
  const app = await readApp(session, options);
  if (options.login === true) {
    if (app === null) throw new MusterError('META_APP_MISSING', 'logging in');
    const port = readPort(options.loginPort);
    return { credentials: await logIn(session, app, { apiUrl, port }), adAccount: null };
  }
  if (connection !== null && !isTokenGiven(session, options)) {
    if (options.adAccount === undefined) {
      throw new MusterError('USAGE', '--connection needs a new token or an --ad-account');
    }
    const { store } = await session.muster();
    const kept = await openCredentials(store, await session.tools.keys(), connection.id);
    return { credentials: { ...kept, origin: connection.origin, apiUrl }, adAccount: null };
  }
  if (options.adAccount === undefined && connection === null) {
    throw new MusterError('USAGE', '--ad-account is missing (or --sandbox, --login, --guide)');
  }
  const token = await readToken(session, options);
  return { credentials: { token, app, origin: 'pasted', apiUrl }, adAccount: null };
}

function readPort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port <= 65_535) return port;
  throw new MusterError('USAGE', `--login-port is “${text}”, not a port`);
}

async function findRunning(session: Session, api: string | undefined): Promise<ReadySandbox> {
  const { fetch } = session.tools;
  if (api !== undefined) {
    const found = await findSandbox(api.replace(/\/+$/, ''), fetch);
    if (found === null) throw new MusterError('SANDBOX_SILENT', api);
    return found;
  }
  const { dataDirectory } = session.settings;
  const noted = await findNotedSandbox(dataDirectory, fetch);
  if (noted === null) throw new MusterError('SANDBOX_NOT_RUNNING', dataDirectory);
  return noted;
}

/** What was found, where something stands in the way; what only warns is told with the result. */
function tellTrouble(session: Session, checks: readonly Check[]): void {
  if (checks.every(({ state }) => state !== 'fail')) return;
  tell(session, `${checkLines(session.terminal.messages, checks)}\n`);
}

function documentOf(connected: Connected): object {
  const { integration, user, account, replaced, tokenKind, tokenEndsAt, checks } = connected;
  return {
    integration: integration.name,
    database: integration.database,
    adAccount: integration.adAccount,
    accountName: account.name,
    user: user.name,
    sandbox: integration.sandbox,
    api: integration.apiUrl,
    replaced,
    connection: integration.connection,
    tokenKind,
    tokenEndsAt,
    checks,
  };
}

function printConnected(session: Session, connected: Connected): void {
  const { integration, user, account, replaced, tokenKind, tokenEndsAt, checks } = connected;
  const { output } = session.terminal;
  const where = integration.sandbox ? 'the sandbox' : 'Meta';
  const head = `${replaced ? 'Connected again' : 'Connected'}: database ${integration.database} to ${where}`;
  const now = new Date(session.tools.clock.nowMs());
  const lines = fields([
    ['integration', integration.name],
    ['connection', integration.connection],
    ['ad account', [integration.adAccount, account.name].filter(Boolean).join(', ')],
    ['token of', user.name ?? user.id],
    ['token kind', tokenKindWords(tokenKind)],
    ['token ends', tokenEndWords(tokenEndsAt, now)],
    ['API', integration.sandbox ? `${integration.apiUrl} (simulated)` : integration.apiUrl],
  ]);
  print(session, `${styled(output, 'bold', head)}\n\n${indent(lines)}\n`);
  const notes = checks.filter(({ state }) => state === 'warn');
  if (notes.length > 0 && !integration.sandbox) {
    print(session, `${indent(checkLines(output, notes))}\n`);
  }
  print(session, 'Next: muster audience create NAME --rule FILE');
}

function keptDocument({ connection, user, tokenKind, tokenEndsAt, adAccounts }: LoggedIn): object {
  return {
    ...{ connection, user: user.name, tokenKind, tokenEndsAt },
    adAccounts: adAccounts.map(({ id, name, termsAccepted, business }) => ({
      ...{ id, name, termsAccepted },
      business: business?.name ?? null,
    })),
  };
}

function printKept(session: Session, kept: LoggedIn): void {
  const { connection, user, tokenKind, tokenEndsAt, adAccounts } = kept;
  const now = new Date(session.tools.clock.nowMs());
  const head = styled(session.terminal.output, 'bold', `Connected as ${user.name ?? user.id}`);
  const lines = fields([
    ['connection', connection],
    ['token kind', tokenKindWords(tokenKind)],
    ['token ends', tokenEndWords(tokenEndsAt, now)],
  ]);
  const reached = adAccounts.map(({ id, name, business }) => [
    id,
    name ?? '-',
    business?.name ?? '-',
  ]);
  const accounts =
    reached.length === 0
      ? 'It reaches no ad account. Give whoever it is of a role on one, then log in again.'
      : table(['ad account', 'name', 'business'], reached);
  print(session, `${head}\n\n${indent(lines)}\n\n${indent(accounts)}\n`);
  const name = /^[\w.-]+$/.test(connection) ? connection : JSON.stringify(connection);
  const example = adAccounts[0]?.id ?? 'ID';
  print(
    session,
    `For each ad account: muster connect --connection ${name} --ad-account ${example}`,
  );
}
