import { readFile } from 'node:fs/promises';
import { text as readAll } from 'node:stream/consumers';
import { Secret } from '#config/secret.ts';
import { type Connected, connect, type ConnectionWish } from '#connections/connect.ts';
import { findNotedSandbox } from '#connections/sandbox-note.ts';
import { findSandbox, type ReadySandbox } from '#connections/sandbox-probe.ts';
import { MusterError } from '#domain/errors/muster-error.ts';
import { apiHost } from '#meta/wire.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from './command.ts';
import { fields, indent } from './layout.ts';
import { print, printJson, styled, tell } from './print.ts';
import { exitCodes, type Session } from './session.ts';

interface ConnectOptions extends JsonOption {
  readonly name?: string;
  readonly database: string;
  readonly adAccount?: string;
  readonly token?: string;
  readonly tokenFile?: string;
  readonly api?: string;
  readonly sandbox?: true;
}

export const connectCommand: CommandSpec = {
  describe(command) {
    command
      .option('--ad-account <id>', 'the ad account, with or without act_ before its number')
      .option('--token-file <file>', 'a file that holds the access token')
      .option('--token <token>', '- reads it from standard input; a token itself shows in ps')
      .option('--sandbox', 'connect to the sandbox, which gives account and token itself')
      .option('--api <url>', `where the API is (default ${apiHost}, or the sandbox that runs)`)
      .option('--database <name>', 'whose people go there; made if need be', 'main')
      .option('--name <name>', 'what to call it (default: “sandbox”, or the name of the account)');
    jsonOption(command);
    command.addHelpText(
      'after',
      '\nWithout --token-file and --token the token is taken from MUSTER_TOKEN. It is kept encrypted.\n' +
        'Connecting the same account again replaces its token.',
    );
    examples(command, [
      'connect --sandbox',
      'connect --ad-account act_1234567890 --token-file token.txt',
      'connect --ad-account 1234567890 --token - --database shop --name "Shop, Europe" < token.txt',
    ]);
  },

  async run(session, command) {
    const options = command.opts<ConnectOptions>();
    const wish = await readWish(session, options);
    const { store } = await session.muster();
    const connected = await connect(store, await session.key(), wish, session.tools);
    if (connected.versionWarning !== null) tell(session, `Warning: ${connected.versionWarning}`);
    if (options.json === true) printJson(session, documentOf(connected));
    else printConnected(session, connected);
    return exitCodes.done;
  },
};

async function readWish(session: Session, options: ConnectOptions): Promise<ConnectionWish> {
  const base = { name: options.name ?? null, database: options.database };
  if (options.sandbox === true) {
    const ready = await findRunning(session, options.api);
    const adAccount = options.adAccount ?? ready.adAccounts[0]?.id ?? '';
    return { ...base, adAccount, token: new Secret(ready.token), apiUrl: ready.url };
  }
  if (options.adAccount === undefined) {
    throw new MusterError('USAGE', '--ad-account is missing (or --sandbox)');
  }
  const token = await readToken(session, options);
  return { ...base, adAccount: options.adAccount, token, apiUrl: options.api ?? apiHost };
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

async function readToken(session: Session, options: ConnectOptions): Promise<Secret> {
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

function documentOf({ integration, user, account, replaced }: Connected): object {
  return {
    integration: integration.name,
    database: integration.database,
    adAccount: integration.adAccount,
    accountName: account.name,
    user: user.name,
    sandbox: integration.sandbox,
    api: integration.apiUrl,
    replaced,
  };
}

function printConnected(
  session: Session,
  { integration, user, account, replaced }: Connected,
): void {
  const { output } = session.terminal;
  const where = integration.sandbox ? 'the sandbox' : 'Meta';
  const head = `${replaced ? 'Connected again' : 'Connected'}: database ${integration.database} to ${where}`;
  const lines = fields([
    ['integration', integration.name],
    ['ad account', [integration.adAccount, account.name].filter(Boolean).join(', ')],
    ['token of', user.name ?? user.id],
    ['status', account.active ? null : `${account.status ?? 'unknown'}: ads do not run`],
    ['API', integration.sandbox ? `${integration.apiUrl} (simulated)` : integration.apiUrl],
  ]);
  print(session, `${styled(output, 'bold', head)}\n\n${indent(lines)}\n`);
  print(session, 'Next: muster audience create NAME --rule FILE');
}
