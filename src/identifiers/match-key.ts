import { hash } from 'node:crypto';
import { type IdentifyingKey, identifyingKeys } from '#domain/identifier-keys.ts';

/**
 * Eight bytes (as eight latin1 characters) that stand for one identifying value, kind included: two
 * people hold the same key when these are equal. Hashed kinds come as their 32-byte digest in
 * latin1, plain ones as text.
 */
export function matchKey(kind: IdentifyingKey, cell: string): string {
  if (kind !== 'EMAIL' && kind !== 'PHONE') {
    return hash('sha256', `${kind} ${cell}`, 'latin1').slice(0, 8);
  }
  // The digest is random enough already; the first byte is turned by the kind to keep them apart.
  return String.fromCharCode(cell.charCodeAt(0) ^ (kindByte[kind] ?? 0)) + cell.slice(1, 8);
}

const kindByte: Partial<Record<IdentifyingKey, number>> = Object.fromEntries(
  identifyingKeys.map((key, index) => [key, 0x51 + index]),
);

/** The same eight bytes as a signed 64-bit number in decimal, as Postgres' bigint reads it. */
export function matchKeyAsBigint(key: string): string {
  return Buffer.from(key, 'latin1').readBigInt64BE().toString();
}
