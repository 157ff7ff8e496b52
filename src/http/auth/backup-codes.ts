import { hash, randomInt } from 'node:crypto';

/** Neither 0 and o nor 1 and l: they are copied by hand. */
const letters = 'abcdefghijkmnpqrstuvwxyz23456789';
const CODES = 10;
/** 24 letters of 32 are 120 bits: from 112 on a plain hash is enough (OWASP ASVS 5.0, 6.5.2, read 2026-11-22). */
const PARTS = 4;
const PART_LENGTH = 6;

/** For when the device with the authenticator app is lost; each is good once. */
export function makeBackupCodes(): string[] {
  const part = () =>
    Array.from({ length: PART_LENGTH }, () => letters.charAt(randomInt(letters.length))).join('');
  return Array.from({ length: CODES }, () => Array.from({ length: PARTS }, part).join('-'));
}

/** However it was typed: hyphens, spaces and capitals do not matter. */
export function hashBackupCode(code: string): string {
  return hash('sha256', code.toLowerCase().replaceAll(/[\s-]/g, ''));
}

/** `codes`: a JSON list, of codes or, of those that are left after one was used, of their hashes. */
export function hashBackupCodes(codes: string): string {
  const kept = (code: string) => (/^[0-9a-f]{64}$/.test(code) ? code : hashBackupCode(code));
  return JSON.stringify((JSON.parse(codes) as string[]).map(kept));
}
