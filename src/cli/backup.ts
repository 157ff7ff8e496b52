import { createReadStream, createWriteStream } from 'node:fs';
import { link, open, rm, stat } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { MusterError } from '#domain/errors/muster-error.ts';
import { noteBackup, readBackup } from '#store/backup.ts';
import { type BackupSummary, checkBackup } from '#store/restore.ts';
import type { Store } from '#store/db.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from './command.ts';
import { print, printJson } from './print.ts';
import { exitCodes } from './session.ts';
import { bytes, rows } from './words.ts';

export const backup: CommandSpec = {
  describe(command) {
    command.argument('<file>', 'where to write it; nothing must be there yet');
    jsonOption(command);
    command.addHelpText(
      'after',
      '\nEverything as one moment has it, while all goes on; then it is read again and compared. Tokens stay\n' +
        'sealed: keep the key (`key` in the data directory, or MUSTER_KEY) apart, without it they cannot be\n' +
        'opened. People’s data are in it in clear, so it is written for this account alone: encrypt it\n' +
        'before it leaves the machine.',
    );
    examples(command, ['backup /srv/backups/muster-2026-11-22.gz']);
  },

  async run(session, command) {
    const [file = ''] = command.args;
    const { store } = await session.muster();
    const summary = await writeBackup(store, resolve(file));
    if (command.opts<JsonOption>().json === true) printJson(session, { file, ...summary });
    else {
      print(
        session,
        `${file}: ${rows(summary.rows)} of ${summary.tables} tables, ${bytes(summary.bytes)}\n\n` +
          `Next: keep it, and the key of the data directory, somewhere else. muster restore ${file} --check reads it again.`,
      );
    }
    return exitCodes.done;
  },
};

/** Whole under its name or not there. @throws MusterError BACKUP_EXISTS, BACKUP_UNWRITABLE */
async function writeBackup(
  store: Store,
  path: string,
): Promise<BackupSummary & { readonly bytes: number }> {
  if ((await stat(path).catch(() => null)) !== null) throw new MusterError('BACKUP_EXISTS', path);
  const draft = `${path}.${randomUUID()}`;
  try {
    const into = createWriteStream(draft, { mode: 0o600, flags: 'wx' });
    await store.snapshot((tx) => pipeline(readBackup(tx), createGzip({ level: 3 }), into));
    const file = await open(draft);
    await file.sync();
    await file.close();
    const summary = await checkBackup(openBackup(draft));
    const { size } = await stat(draft);
    await link(draft, path);
    await noteBackup(store, size);
    return { ...summary, bytes: size };
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (cause instanceof MusterError || code === undefined) throw cause;
    if (code === 'EEXIST') throw new MusterError('BACKUP_EXISTS', path, { cause });
    throw new MusterError('BACKUP_UNWRITABLE', message, { cause });
  } finally {
    await rm(draft, { force: true });
  }
}

/** The bytes of a backup, unpacked. */
export async function* openBackup(path: string): AsyncGenerator<Buffer, void, undefined> {
  const file = createReadStream(path);
  const unpacked = createGunzip();
  // The error of either comes out of the one that is read.
  file.on('error', (error) => unpacked.destroy(error));
  yield* file.pipe(unpacked) as AsyncIterable<Buffer>;
}
