import callingCodes from './calling-codes.json' with { type: 'json' };
import trunkZero from './trunk-zero.json' with { type: 'json' };

/** What decides about an international number without asking the library. */
interface Plan {
  /** Digits of the calling code. */
  readonly codeLength: number;
  /** Bit n: a number of n digits after the calling code is possible. */
  readonly lengths: number;
  /** Bit n: a number that begins with n may carry a trunk prefix; only the library knows. */
  readonly asLibrary: number;
}

const plans = new Map<string, Plan>();
for (const [code, { lengths, asLibrary }] of Object.entries(callingCodes)) {
  const plan = { lengths: bits(lengths), asLibrary: bits([...asLibrary].map(Number)) };
  plans.set(code, { codeLength: code.length, ...plan });
}

const zeroCountries = new Map<string, { readonly code: string; readonly lengths: number }>();
for (const [country, { code, lengths }] of Object.entries(trunkZero)) {
  zeroCountries.set(country, { code, lengths: bits(lengths) });
}

function bits(numbers: readonly number[]): number {
  return numbers.reduce((all, number) => all | (1 << number), 0);
}

function planOf(digits: string): Plan | undefined {
  return (
    plans.get(digits.slice(0, 1)) ?? plans.get(digits.slice(0, 2)) ?? plans.get(digits.slice(0, 3))
  );
}

export function hasCallingCode(digits: string): boolean {
  return planOf(digits) !== undefined;
}

/**
 * The light path: the digits of an international number, when its length is possible and nothing
 * after the calling code could be a trunk prefix; null when the library must be asked.
 */
export function lightInternational(digits: string): string | null {
  const plan = planOf(digits);
  if (plan === undefined) return null;
  const length = digits.length - plan.codeLength;
  if (length < 1 || ((plan.lengths >> length) & 1) === 0) return null;
  const first = digits.charCodeAt(plan.codeLength) - 48;
  return ((plan.asLibrary >> first) & 1) === 0 ? digits : null;
}

const northAmerican = /^1?[2-9]\d{2}[2-9]\d{6}$/;

/**
 * The light path for national numbers: ten digits in the United States and Canada; in most other
 * countries what follows one 0. Null when the library must be asked.
 */
export function lightNational(digits: string, country: string): string | null {
  if (country === 'US' || country === 'CA') {
    if (!northAmerican.test(digits)) return null;
    return digits.length === 10 ? `1${digits}` : digits;
  }
  const plan = zeroCountries.get(country);
  if (plan === undefined || digits.charCodeAt(0) !== 48 || digits.charCodeAt(1) === 48) return null;
  const number = digits.slice(1);
  // Somebody may have written 0 and the country's own calling code.
  if (((plan.lengths >> number.length) & 1) === 0 || number.startsWith(plan.code)) return null;
  return plan.code + number;
}

/** Whether 00, and nothing else, leads abroad from this country. */
export function dialsDoubleZero(country: string): boolean {
  return zeroCountries.has(country);
}
