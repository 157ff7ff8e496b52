import { randomBytes, randomUUID } from 'node:crypto';
import { link, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { MusterError } from '#domain/errors/muster-error.ts';
import type { Secrets, Settings } from '#config/settings.ts';

const KEY_BYTES = 32;

/** The newest key, which seals, and older ones, which still open. */
export type KeyRing = readonly [Buffer, ...Buffer[]];

/**
 * The keys that seal access tokens: MUSTER_KEY, else the file of MUSTER_KEY_FILE, else `key` in the
 * data directory, which is made for this account alone if it is not there. Several, the newest first,
 * stand there while they are being rotated, with spaces, commas or lines between them.
 * @throws MusterError KEY_INVALID
 */
export async function readKeys(
  settings: Pick<Settings, 'dataDirectory' | 'keyFile'>,
  secrets: Pick<Secrets, 'key'>,
): Promise<KeyRing> {
  if (secrets.key !== null) return parseKeys(secrets.key.reveal(), 'MUSTER_KEY');
  if (settings.keyFile !== null) {
    return parseKeys(await readText(settings.keyFile), settings.keyFile);
  }
  const path = ownKeyFile(settings.dataDirectory);
  const text = await readText(path).catch(async (error: unknown) => {
    if (!isMissing(error)) throw error;
    await makeKeyFile(settings.dataDirectory, path);
    return await readText(path);
  });
  return parseKeys(text, path);
}

/**
 * Puts a new key in front of those of the file; `finish` takes the others away, once nothing needs
 * them any more. Null where the keys come from the environment, which nobody but you can change.
 * @throws MusterError KEY_INVALID
 */
export async function beginRotation(
  settings: Pick<Settings, 'dataDirectory' | 'keyFile'>,
  secrets: Pick<Secrets, 'key'>,
): Promise<{ keys: KeyRing; finish(): Promise<void> } | null> {
  if (secrets.key !== null) return null;
  const [newest, ...older] = await readKeys(settings, secrets);
  const path = settings.keyFile ?? ownKeyFile(settings.dataDirectory);
  const keys = [randomBytes(KEY_BYTES), newest, ...older] as const;
  await replaceKeyFile(path, keys);
  return { keys, finish: () => replaceKeyFile(path, [keys[0]]) };
}

async function replaceKeyFile(path: string, keys: KeyRing): Promise<void> {
  const draft = `${path}.${randomUUID()}`;
  await writeDurable(draft, keys.map((key) => `${key.toString('base64')}\n`).join(''));
  await rename(draft, path);
}

function ownKeyFile(dataDirectory: string): string {
  return join(dataDirectory, 'key');
}

function parseKeys(text: string, origin: string): KeyRing {
  const [first = '', ...older] = text.trim().split(/[\s,]+/);
  return [parseKey(first, origin), ...older.map((one) => parseKey(one, origin))];
}

function parseKey(text: string, origin: string): Buffer {
  const key = /^[0-9a-f]{64}$/i.test(text) ? Buffer.from(text, 'hex') : Buffer.from(text, 'base64');
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
  await writeDurable(draft, `${randomBytes(KEY_BYTES).toString('base64')}\n`);
  try {
    await link(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await rm(draft);
  }
}

async function writeDurable(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}
