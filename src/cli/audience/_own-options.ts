import type { Command } from 'commander';
import { MusterError } from '#domain/errors/muster-error.ts';
import { flaggedWords } from '#domain/flagged-words.ts';
import { adAccountNode } from '#meta/ids.ts';
import type { OwnWords } from '#store/audiences.ts';

export interface OwnOptions {
  readonly description?: string;
  readonly optOutLink?: string;
  readonly adAccount?: string;
  readonly folder?: string;
  readonly label?: readonly string[];
}

/** What people say of an audience besides who belongs. */
export function ownOptions(command: Command): void {
  command
    .option('--description <text>', 'what it is for; Meta shows it too')
    .option('--opt-out-link <url>', 'where people say no to it, told to Meta; http or https')
    .option('--ad-account <id>', 'another ad account of the same login than its integration’s')
    .option('--folder <name>', 'where it is listed')
    .option(
      '--label <label>',
      'to find it by; may be repeated',
      (one: string, all: string[] | undefined) => [...(all ?? []), one],
    );
}

/**
 * What of it was said; `none` takes a folder, an address or an account back.
 * @throws MusterError USAGE, META_ID
 */
export function readOwn(options: OwnOptions): Partial<Omit<OwnWords, 'connector'>> {
  const { description, optOutLink, adAccount, folder, label } = options;
  return {
    ...(description === undefined ? {} : { description: description.trim() }),
    ...(optOutLink === undefined ? {} : { optOutLink: orNone(optOutLink, readLink) }),
    ...(adAccount === undefined ? {} : { adAccount: orNone(adAccount, adAccountNode) }),
    ...(folder === undefined ? {} : { folder: orNone(folder, readName) }),
    ...(label === undefined ? {} : { labels: readLabels(label) }),
  };
}

function orNone(text: string, read: (text: string) => string): string | null {
  return text === 'none' ? null : read(text);
}

function readLink(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url !== null && ['http:', 'https:'].includes(url.protocol)) return text;
  const measured = `--opt-out-link “${text}” is no address that begins with http:// or https://`;
  throw new MusterError('USAGE', measured);
}

function readName(text: string): string {
  if (text.trim() === '') throw new MusterError('USAGE', '--folder is empty');
  return text.trim();
}

/** More would be no help to find anything (features.md §4.4-26). */
const LABELS_MAX = 4;

function readLabels(all: readonly string[]): string[] {
  const labels = [...new Set(all.map((one) => one.trim()))].filter((one) => one !== 'none');
  if (labels.includes('')) throw new MusterError('USAGE', 'a --label is empty');
  if (labels.length > LABELS_MAX) {
    throw new MusterError('USAGE', `${labels.length} labels; ${LABELS_MAX} are the most`);
  }
  return labels;
}

/** A warning, never a refusal: Meta judges by itself. Null: nothing catches the eye. */
export function flagWarning(name: string, description: string): string | null {
  const words = [...new Set([...flaggedWords(name), ...flaggedWords(description)])];
  if (words.length === 0) return null;
  const named = words.map((word) => `“${word}”`).join(', ');
  return (
    `Meta may flag an audience called so (${named}): what hints at people's health or money is not ` +
    'allowed, and a flagged customer list takes and gives nobody any more. Choose other words before it is made there.'
  );
}
