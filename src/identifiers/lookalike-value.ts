import { asciiDigits } from './characters.ts';
import { firstLook } from './first-look.ts';
import { type Outcome, unusable, value } from './outcome.ts';

const label = 'lookalike value';
const plainNumber = /^\+?(\d+(?:\.\d+)?|\.\d+)$/;

/**
 * What a customer is worth: a number from 0, plain. Only the point is a decimal sign here, since
 * 1,234 is a thousand or one and a bit depending on who wrote it.
 */
export function normaliseLookalikeValue(raw: string): Outcome {
  const text = asciiDigits(raw.trim());
  const early = firstLook(text, label);
  if (early !== null) return early;
  const digits = plainNumber.exec(text)?.[1];
  if (digits !== undefined) return value(plain(digits));
  if (text.startsWith('-')) return unusable(`${label}: below zero`);
  return unusable(`${label}: not a number with a point`);
}

/** Without zeros that say nothing; as text, since a JavaScript number would round a long one. */
function plain(digits: string): string {
  const [whole = '', fraction = ''] = digits.split('.');
  const tail = fraction.replace(/0+$/, '');
  return (whole.replace(/^0+/, '') || '0') + (tail === '' ? '' : `.${tail}`);
}
