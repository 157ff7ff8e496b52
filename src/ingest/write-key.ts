import { hash } from 'node:crypto';

/** Say what it is, to people who find one in a file, and to scanners of secrets. */
const PREFIX = 'mwk_';
const CHANCE_BYTES = 24;
const HINT_LENGTH = 4;

/** A key may be in a URL, so it has only letters, digits, - and _. */
export function makeWriteKey(randomBytes: (bytes: number) => Buffer): string {
  return PREFIX + randomBytes(CHANCE_BYTES).toString('base64url');
}

/** SHA-256: what is kept of a key. */
export function hashOfWriteKey(key: string): Buffer {
  return hash('sha256', key, 'buffer');
}

/** Its end, by which people tell keys apart. */
export function hintOfWriteKey(key: string): string {
  return key.slice(-HINT_LENGTH);
}
