import { randomBytes } from 'node:crypto';
import { type Command, Option } from 'commander';
import { MusterError } from '#domain/errors/muster-error.ts';
import { createKey } from '#http/auth/create-key.ts';
import { hashOfWriteKey, hintOfWriteKey, makeWriteKey } from '#ingest/write-key.ts';
import { recordAuditIn } from '#store/audit.ts';
import { ensureDatabase } from '#store/databases.ts';
import { type Rights, roles } from '#store/login-users.ts';
import type { ApiKey } from '#store/api-keys.ts';
import { createWriteKey, type WriteKey } from '#store/write-keys.ts';
import { atTerminal } from '../at-terminal.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from '../command.ts';
import { fields, indent } from '../layout.ts';
import { print, printJson, styled } from '../print.ts';
import { type RightsOptions, rightsOf, rightsText } from '../rights-options.ts';
import { type ExitCode, exitCodes, type Session } from '../session.ts';
import { apiKeyDocument, apiKeyNumber, keyDocument } from './key-document.ts';

interface CreateOptions extends JsonOption {
  readonly write?: true;
  readonly role?: Rights['role'];
  readonly personalData?: true;
  readonly credentials?: true;
  readonly database?: string[];
  readonly name?: string;
  readonly days?: string;
}

export const create: CommandSpec = {
  describe(command) {
    command
      .option('--write', 'may send events into one database, and nothing else')
      .addOption(
        new Option('--role <role>', 'may use the API like somebody of this role').choices(roles),
      )
      .option('--personal-data', 'with --role: may see personal data; otherwise it is masked')
      .option('--credentials', 'with --role: may read and change credentials')
      .option(
        '--database <name...>',
        'with --write: whose people, made if there is none of that name (default "main"); with --role: only these',
      )
      .option('--name <name>', 'what to call the key, such as where it is used')
      .option('--days <n>', 'after so many days it opens nothing any more; otherwise never');
    jsonOption(command);
    command.addHelpText(
      'after',
      '\nThe key is shown once: only its hash is kept. A write key may be in a page on the web, where\n' +
        'everybody can read it, since it opens nothing but the way in. A key for the API may not.',
    );
    examples(command, [
      'key create --write',
      'key create --write --database shop --name website',
      'key create --role viewer --name reports --days 90',
    ]);
  },

  async run(session, command) {
    const wish = readWish(command);
    return wish.kind === 'write'
      ? await makeForEvents(session, command, wish)
      : await makeForApi(session, command, wish);
  },
};

interface KeyWish {
  readonly name: string;
  readonly days: number | null;
}

interface WriteKeyWish extends KeyWish {
  readonly kind: 'write';
  readonly database: string;
}

interface ApiKeyWish extends KeyWish {
  readonly kind: 'api';
  readonly rights: RightsOptions;
}

/** @throws MusterError USAGE */
export function readWish(command: Command): WriteKeyWish | ApiKeyWish {
  const { write, role, database, ...options } = command.opts<CreateOptions>();
  const days = readDays(options.days);
  if ((write === true) === (role !== undefined)) {
    throw new MusterError('USAGE', 'say what the key may do: --write, or --role');
  }
  if (role !== undefined) {
    const { personalData = false, credentials = false, name = 'API key' } = options;
    const only = database === undefined ? {} : { database };
    return { kind: 'api', name, days, rights: { role, personalData, credentials, ...only } };
  }
  const [only = 'main', ...more] = database ?? [];
  if (more.length > 0) throw new MusterError('USAGE', 'a write key is for one database');
  return { kind: 'write', name: options.name ?? 'write key', days, database: only };
}

const DAY_MS = 86_400_000;
const DAYS_MAX = 3_650;

function readDays(text: string | undefined): number | null {
  if (text === undefined) return null;
  const days = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (days >= 1 && days <= DAYS_MAX) return days;
  throw new MusterError('USAGE', `--days takes 1 to ${DAYS_MAX}`);
}

const lastsMs = (days: number | null) => (days === null ? null : days * DAY_MS);

async function makeForApi(session: Session, command: Command, wish: ApiKeyWish) {
  const { store } = await session.muster();
  const actor = atTerminal();
  const kept = {
    ...{ ...(await rightsOf(store, wish.rights)), name: wish.name, lastsMs: lastsMs(wish.days) },
    ...{ madeBy: actor.name, madeById: null },
  };
  const { key, made } = await store.tx(async (tx) => {
    const created = await createKey(tx, kept, randomBytes);
    const { id, role } = created.made;
    await recordAuditIn(tx, actor, 'key.create', { subject: `keys/${id}`, detail: { role } });
    return created;
  });
  return printApiKey(session, command, { key, made, may: await rightsText(store, made) });
}

async function makeForEvents(session: Session, command: Command, wish: WriteKeyWish) {
  const { store } = await session.muster();
  const { database } = await ensureDatabase(store, wish.database);
  const key = makeWriteKey(randomBytes);
  const made = await store.tx(async (tx) => {
    const written = await createWriteKey(tx, {
      ...{ databaseId: database.id, name: wish.name, lastsMs: lastsMs(wish.days) },
      ...{ hash: hashOfWriteKey(key), hint: hintOfWriteKey(key) },
    });
    await recordAuditIn(tx, atTerminal(), 'write-key.create', {
      ...{ database: database.id, subject: `write-keys/${written.id}` },
    });
    return written;
  });
  return printWriteKey(session, command, { key, made });
}

export function printApiKey(
  session: Session,
  command: Command,
  { key, made, may }: { readonly key: string; readonly made: ApiKey; readonly may: string },
): ExitCode {
  const numbered = [
    ['number', apiKeyNumber(made.id)],
    ['may', may],
  ] as const;
  const next = 'muster serve, and send it as Authorization: Bearer.';
  const shown = {
    document: { key, ...apiKeyDocument(made) },
    kind: 'API key',
    key,
    numbered,
    next,
  };
  return printKey(session, command, shown);
}

export function printWriteKey(
  session: Session,
  command: Command,
  { key, made }: { readonly key: string; readonly made: WriteKey },
): ExitCode {
  const numbered = [
    ['number', String(made.id)],
    ['database', made.database],
  ] as const;
  const next = 'muster serve, and point an SDK at it.';
  const shown = { document: { key, ...keyDocument(made) }, kind: 'write key', key, numbered, next };
  return printKey(session, command, shown);
}

interface Shown {
  readonly document: object;
  readonly kind: string;
  readonly key: string;
  readonly numbered: readonly (readonly [string, string])[];
  readonly next: string;
}

function printKey(session: Session, command: Command, shown: Shown): ExitCode {
  if (command.opts<CreateOptions>().json === true) {
    printJson(session, shown.document);
    return exitCodes.done;
  }
  const key = styled(session.terminal.output, 'bold', shown.key);
  print(session, `${indent(fields([[shown.kind, key], ...shown.numbered]))}\n`);
  print(session, `It is shown this once. Next: ${shown.next}`);
  return exitCodes.done;
}
