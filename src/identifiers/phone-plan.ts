import callingCodes from './calling-codes.json' with { type: 'json' };

/** What decides about an international number without asking the library. */
export interface Plan {
  /** Digits of the calling code. */
  readonly codeLength: number;
  /** Bit n: a number of n digits after the calling code is possible. */
  readonly lengths: number;
  /** Bit n: a number that begins with n may carry a trunk prefix; only the library knows. */
  readonly asLibrary: number;
}

const plans = new Map<string, Plan>(
  Object.entries(callingCodes).map(([code, { lengths, asLibrary }]) => [
    code,
    {
      codeLength: code.length,
      lengths: bits(lengths),
      asLibrary: bits([...asLibrary].map(Number)),
    },
  ]),
);

function bits(numbers: readonly number[]): number {
  return numbers.reduce((all, number) => all | (1 << number), 0);
}

/** The plan of the calling code with which these digits begin, if any. */
export function planOf(digits: string): Plan | undefined {
  return (
    plans.get(digits.slice(0, 1)) ?? plans.get(digits.slice(0, 2)) ?? plans.get(digits.slice(0, 3))
  );
}

/**
 * The light path: the digits of an international number, when its length is possible and nothing
 * after the calling code could be a trunk prefix; null when the library must be asked.
 */
export function lightNumber(digits: string): string | null {
  const plan = planOf(digits);
  if (plan === undefined) return null;
  const length = digits.length - plan.codeLength;
  if (length < 1 || ((plan.lengths >> length) & 1) === 0) return null;
  const first = digits.charCodeAt(plan.codeLength) - 48;
  return ((plan.asLibrary >> first) & 1) === 0 ? digits : null;
}
