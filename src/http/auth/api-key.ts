import { hash } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** Says what it is, to people who find one in a file, and to scanners of secrets. */
const PREFIX = 'mak_';
const CHANCE_BYTES = 24;
const HINT_LENGTH = 4;
const CHECK_LENGTH = 8;

/** `mak_`, 192 bits of chance, and a checksum by which a scanner knows a real one without asking us. */
export function makeApiKey(randomBytes: (bytes: number) => Buffer): string {
  const chance = PREFIX + randomBytes(CHANCE_BYTES).toString('base64url');
  return chance + checkOf(chance);
}

/** Whether the text can be a key at all: nothing is asked of the database for one that cannot. */
export function isApiKey(text: string): boolean {
  if (!/^mak_[\w-]{40}$/.test(text)) return false;
  return checkOf(text.slice(0, -CHECK_LENGTH)) === text.slice(-CHECK_LENGTH);
}

function checkOf(text: string): string {
  return crc32(text).toString(16).padStart(CHECK_LENGTH, '0');
}

/** SHA-256, what is kept of a key or a link: it has so much chance that nothing has to slow a guess down. */
export function hashOfSecret(secret: string): Buffer {
  return hash('sha256', secret, 'buffer');
}

/** What may be shown of a key: its last characters before the checksum. */
export function hintOfApiKey(key: string): string {
  return key.slice(-CHECK_LENGTH - HINT_LENGTH, -CHECK_LENGTH);
}
