import { randomBytes, randomUUID } from 'node:crypto';
import { link, mkdir, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { MusterError } from '#domain/errors/muster-error.ts';
import type { Secrets, Settings } from '#config/settings.ts';

const KEY_BYTES = 32;

/**
 * The key that seals access tokens: MUSTER_KEY, else the file of MUSTER_KEY_FILE, else `key` in the
 * data directory, which is made for this account alone if it is not there.
 * @throws MusterError KEY_INVALID
 */
export async function readKey(
  settings: Pick<Settings, 'dataDirectory' | 'keyFile'>,
  secrets: Pick<Secrets, 'key'>,
): Promise<Buffer> {
  if (secrets.key !== null) return parseKey(secrets.key.reveal(), 'MUSTER_KEY');
  if (settings.keyFile !== null) {
    return parseKey(await readText(settings.keyFile), settings.keyFile);
  }
  const path = join(settings.dataDirectory, 'key');
  const text = await readText(path).catch(async (error: unknown) => {
    if (!isMissing(error)) throw error;
    await makeKeyFile(settings.dataDirectory, path);
    return await readText(path);
  });
  return parseKey(text, path);
}

function parseKey(text: string, origin: string): Buffer {
  const trimmed = text.trim();
  const key = /^[0-9a-f]{64}$/i.test(trimmed)
    ? Buffer.from(trimmed, 'hex')
    : Buffer.from(trimmed, 'base64');
  if (key.length === KEY_BYTES) return key;
  throw new MusterError('KEY_INVALID', `${origin} holds ${key.length} bytes and not ${KEY_BYTES}`);
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new MusterError('KEY_INVALID', (error as Error).message, { cause: error });
  }
}

function isMissing(error: unknown): boolean {
  return ((error as MusterError).cause as NodeJS.ErrnoException | undefined)?.code === 'ENOENT';
}

/** Whole or not at all, and only once however many processes begin at the same moment. */
async function makeKeyFile(directory: string, path: string): Promise<void> {
  await mkdir(directory, { recursive: true });
  const draft = `${path}.${randomUUID()}`;
  const file = await open(draft, 'wx', 0o600);
  try {
    await file.writeFile(`${randomBytes(KEY_BYTES).toString('base64')}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  try {
    await link(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await rm(draft);
  }
}
