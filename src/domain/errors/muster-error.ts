import { catalogue, type ErrorCode, type ErrorEntry } from './catalogue.ts';

/**
 * The one operating error. `measured` says what was seen and what the limit was, without personal
 * data or secrets; the catalogue says what the code means and what to do next.
 */
export class MusterError extends Error {
  override readonly name = 'MusterError';
  readonly code: ErrorCode;
  readonly measured: string;
  readonly next: string;
  readonly exitCode: 1 | 2 | 3;

  constructor(code: ErrorCode, measured = '', options: { next?: string; cause?: unknown } = {}) {
    const entry: ErrorEntry = catalogue[code];
    super(measured === '' ? entry.happened : `${entry.happened}: ${measured}`, {
      cause: options.cause,
    });
    this.code = code;
    this.measured = measured;
    this.next = options.next ?? entry.next;
    this.exitCode = entry.exitCode;
  }
}
