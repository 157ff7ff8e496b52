import { hash } from 'node:crypto';

/** SHA-256 of the text's UTF-8 bytes, 64 lower-case hex digits: the form that Meta takes. */
export function sha256Hex(text: string): string {
  return hash('sha256', text, 'hex');
}

/** The same digest as 32 bytes, for packing into a match row. */
export function sha256Bytes(text: string): Buffer {
  return hash('sha256', text, 'buffer');
}
