import { problemCodes } from '#meta/problem-codes.ts';

/**
 * Every error that Muster knows a meaning of, as it comes over the wire, and what of it Meta may
 * have done. Which codes may have had their effect is said here once more, on its own.
 */
export interface ListedError {
  readonly code: string;
  /** Whether the request may have had its effect all the same. */
  readonly mayBeDone: boolean;
}

/** Codes behind which a request may be done, by Meta's pages: faults of its own, and half a replace. */
const mayBeDone: ReadonlySet<string> = new Set(['1', '1/99', '2', '2650/1870148', '99999']);

/** Not Meta's: the network, a proxy, a certificate, and a body that is too large for its edge. */
export const networkFaults = [
  'unreachable',
  'certificate refused',
  'proxy refused',
  'HTTP 413',
] as const;

/** What an answer can mean → the codes that mean it; a code that nobody lists is one of them. */
export const codesByMeaning: ReadonlyMap<string, readonly ListedError[]> = listed();

function listed(): Map<string, ListedError[]> {
  const found = new Map<string, ListedError[]>([['unlisted', [errorOf('99999')]]]);
  for (const [code, meaning] of Object.entries(problemCodes)) {
    found.set(meaning, [...(found.get(meaning) ?? []), errorOf(code)]);
  }
  for (const fault of networkFaults) found.set(fault, []);
  return found;
}

function errorOf(code: string): ListedError {
  return { code, mayBeDone: mayBeDone.has(code) };
}

/** Whether a Graph error says for certain that the request had no effect. */
export function hadNoEffect(text: string): boolean {
  const code = /"code":(\d+)/.exec(text)?.[1];
  const subcode = /"error_subcode":(\d+)/.exec(text)?.[1];
  if (code === undefined) return false;
  return ![code, `${code}/${subcode}`].some((listed) => mayBeDone.has(listed));
}

/** The body of a Graph error, as Meta sends it. */
export function bodyOf(code: string): string {
  const [number, subcode] = code.split('/').map(Number);
  return JSON.stringify({
    error: {
      message: 'A listed error',
      type: 'OAuthException',
      code: number,
      ...(subcode === undefined ? {} : { error_subcode: subcode }),
      is_transient: false,
      fbtrace_id: 'Asimulated',
    },
  });
}

/** What fetch rejects with when a request never left this machine. */
export function networkFailure(fault: (typeof networkFaults)[number]): TypeError {
  const causes = {
    unreachable: Object.assign(new Error('connect ECONNREFUSED'), {
      ...{ code: 'ECONNREFUSED', syscall: 'connect' },
    }),
    'certificate refused': Object.assign(new Error('expired'), { code: 'CERT_HAS_EXPIRED' }),
    'proxy refused': new Error('Proxy response (407) !== 200 when HTTP Tunneling'),
    'HTTP 413': null,
  };
  return new TypeError('fetch failed', { cause: causes[fault] });
}
