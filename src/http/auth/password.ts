import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { MusterError } from '#domain/errors/muster-error.ts';
import { isEasy } from './easy-password.ts';

/**
 * Argon2id with 19 MiB, two passes and one lane: the least that is advised
 * (https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html, read 2026-11-22).
 */
const cost = { memory: 19_456, passes: 2, parallelism: 1 };
const SALT_BYTES = 16;
const TAG_BYTES = 32;

const lengthMin = 12;
const lengthMax = 128;

const derive = promisify(argon2);

/** In the usual text form: `$argon2id$v=19$m=19456,t=2,p=1$salt$hash`. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const tag = await deriveTag(password, salt, cost);
  const { memory, passes, parallelism } = cost;
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${text(salt)}$${text(tag)}`;
}

/** Whether `password` is the one that `hash` was made of. */
export async function verifyPassword(hash: string, password: string): Promise<boolean> {
  const parts = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([\w+/]+)\$([\w+/]+)$/.exec(hash);
  if (parts === null) return false;
  const [, memory, passes, parallelism, salt = '', tag = ''] = parts;
  const kept = Buffer.from(tag, 'base64');
  const made = await deriveTag(password, Buffer.from(salt, 'base64'), {
    ...{ memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) },
  });
  return kept.length === made.length && timingSafeEqual(kept, made);
}

async function deriveTag(
  password: string,
  nonce: Buffer,
  parameters: typeof cost,
): Promise<Buffer> {
  // However it was typed: a letter with its accent is one character (NIST SP 800-63B, 5.1.1.2).
  const message = Buffer.from(password.normalize('NFKC'));
  return await derive('argon2id', { ...parameters, message, nonce, tagLength: TAG_BYTES });
}

function text(bytes: Buffer): string {
  return bytes.toString('base64').replaceAll('=', '');
}

/**
 * Length and little else, since rules about signs make no password better (NIST SP 800-63B, 5.1.1.2,
 * read 2026-11-22).
 * @throws MusterError PASSWORD_WEAK
 */
export function checkPassword(password: string, known: readonly string[]): void {
  const { length } = password;
  if (length < lengthMin || length > lengthMax) {
    throw new MusterError('PASSWORD_WEAK', `${length} characters`);
  }
  const plain = password.toLowerCase();
  if (known.some((word) => word !== '' && plain === word.toLowerCase())) {
    throw new MusterError('PASSWORD_WEAK', 'it is your own name or address');
  }
  if (isEasy(plain)) {
    throw new MusterError('PASSWORD_WEAK', 'it is one of the first that anybody would try');
  }
}
