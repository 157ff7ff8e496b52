import { randomBytes } from 'node:crypto';
import { type Command, Option } from 'commander';
import { MusterError } from '#domain/errors/muster-error.ts';
import { createKey } from '#http/auth/create-key.ts';
import { hashOfWriteKey, hintOfWriteKey, makeWriteKey } from '#ingest/write-key.ts';
import { recordAuditIn } from '#store/audit.ts';
import { ensureDatabase } from '#store/databases.ts';
import { type Rights, roles } from '#store/login-users.ts';
import { createWriteKey } from '#store/write-keys.ts';
import { atTerminal } from '../at-terminal.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from '../command.ts';
import { fields, indent } from '../layout.ts';
import { print, printJson, styled } from '../print.ts';
import { rightsOf, rightsText } from '../rights-options.ts';
import { exitCodes, type Session } from '../session.ts';
import { apiKeyDocument, apiKeyNumber, keyDocument } from './_describe.ts';

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
    const options = command.opts<CreateOptions>();
    const lastsMs = readDays(options.days);
    if (options.write === true && options.role === undefined) {
      return await makeForEvents(session, command, lastsMs);
    }
    if (options.role === undefined || options.write === true) {
      throw new MusterError('USAGE', 'say what the key may do: --write, or --role');
    }
    return await makeForApi(session, { ...options, role: options.role }, lastsMs);
  },
};

const DAY_MS = 86_400_000;
const DAYS_MAX = 3_650;

function readDays(text: string | undefined): number | null {
  if (text === undefined) return null;
  const days = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (days >= 1 && days <= DAYS_MAX) return days * DAY_MS;
  throw new MusterError('USAGE', `--days takes 1 to ${DAYS_MAX}`);
}

async function makeForApi(
  session: Session,
  options: CreateOptions & { readonly role: Rights['role'] },
  lastsMs: number | null,
) {
  const { store } = await session.muster();
  const actor = atTerminal();
  const rights = await rightsOf(store, options);
  const wish = {
    ...{ ...rights, name: options.name ?? 'API key', lastsMs },
    ...{ madeBy: actor.name, madeById: null },
  };
  const { key, made } = await store.tx(async (tx) => {
    const kept = await createKey(tx, wish, randomBytes);
    const { id, role } = kept.made;
    await recordAuditIn(tx, actor, 'key.create', { subject: `keys/${id}`, detail: { role } });
    return kept;
  });
  if (options.json === true) {
    printJson(session, { key, ...apiKeyDocument(made) });
    return exitCodes.done;
  }
  const shown = fields([
    ['API key', styled(session.terminal.output, 'bold', key)],
    ['number', apiKeyNumber(made.id)],
    ['may', await rightsText(store, made)],
  ]);
  print(session, `${indent(shown)}\n`);
  print(
    session,
    'It is shown this once. Next: muster serve, and send it as Authorization: Bearer.',
  );
  return exitCodes.done;
}

async function makeForEvents(session: Session, command: Command, lastsMs: number | null) {
  const options = command.opts<CreateOptions>();
  const [name = 'main', ...more] = options.database ?? [];
  if (more.length > 0) throw new MusterError('USAGE', 'a write key is for one database');
  const { store } = await session.muster();
  const { database } = await ensureDatabase(store, name);
  const key = makeWriteKey(randomBytes);
  const made = await store.tx(async (tx) => {
    const written = await createWriteKey(tx, {
      ...{ databaseId: database.id, name: options.name ?? 'write key', lastsMs },
      ...{ hash: hashOfWriteKey(key), hint: hintOfWriteKey(key) },
    });
    await recordAuditIn(tx, atTerminal(), 'write-key.create', {
      ...{ database: database.id, subject: `write-keys/${written.id}` },
    });
    return written;
  });
  if (options.json === true) {
    printJson(session, { key, ...keyDocument(made) });
    return exitCodes.done;
  }
  const { output } = session.terminal;
  const shown = fields([
    ['write key', styled(output, 'bold', key)],
    ['number', String(made.id)],
    ['database', made.database],
  ]);
  print(session, `${indent(shown)}\n`);
  print(session, 'It is shown this once. Next: muster serve, and point an SDK at it.');
  return exitCodes.done;
}
