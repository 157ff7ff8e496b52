import { createHash } from 'node:crypto';
import { graphErrors } from './graph-error.ts';
import type { Simulation } from './simulation.ts';
import { randomText } from './world.ts';

/** What somebody granted in the login, kept until the code for it is exchanged. */
export interface Grant {
  readonly redirectUri: string;
  /** Of PKCE (RFC 7636); null where the login was begun without. */
  readonly challenge: { readonly text: string; readonly method: 'S256' | 'plain' } | null;
  readonly scopes: readonly string[];
  readonly declined: readonly string[];
  readonly accounts: readonly string[] | null;
}

interface KeptGrant extends Grant {
  readonly issuedAt: number;
  readonly isUsed: boolean;
}

/** How long Meta keeps a code is not documented; RFC 6749 asks for at most this. */
const codeLifeMs = 10 * 60_000;

export function issueCode({ state: { sql }, clock, random }: Simulation, grant: Grant): string {
  const code = `AQ${randomText(random, 60, 36)}`;
  const kept: KeptGrant = { ...grant, issuedAt: clock(), isUsed: false };
  sql.run`insert into fact (name, value) values (${`code ${code}`}, ${JSON.stringify(kept)})`;
  return code;
}

/**
 * What the code stands for, once. Refusals as reported: a spent code 100/36009, an old one 100/36007,
 * another redirect address 100/36008 (passport-facebook, php-graph-sdk #1254, MyFacebook-Connect #65).
 */
export function spendCode(
  { state: { sql }, clock }: Simulation,
  code: string,
  { redirectUri, verifier }: { redirectUri: string | null; verifier: string | null },
): Grant {
  const name = `code ${code}`;
  const value = sql.get`select value from fact where name = ${name}`?.['value'];
  if (value === undefined) throw graphErrors.badParameter('Invalid verification code format.');
  const kept = JSON.parse(String(value)) as KeptGrant;
  if (kept.isUsed) throw graphErrors.spentCode(36_009, 'This authorization code has been used.');
  if (clock() >= kept.issuedAt + codeLifeMs) {
    throw graphErrors.spentCode(36_007, 'This authorization code has expired.');
  }
  if (redirectUri !== kept.redirectUri) {
    throw graphErrors.spentCode(
      36_008,
      'Error validating verification code. Please make sure your redirect_uri is identical to the ' +
        'one you used in the OAuth dialog request',
    );
  }
  if (kept.challenge !== null && verifier !== null && isAnswered(kept.challenge, verifier)) {
    return spend();
  }
  if (kept.challenge !== null) throw graphErrors.badParameter('Invalid code_verifier');
  return spend();

  function spend(): Grant {
    const spent = JSON.stringify({ ...kept, isUsed: true });
    sql.run`update fact set value = ${spent} where name = ${name}`;
    return kept;
  }
}

function isAnswered({ text, method }: NonNullable<Grant['challenge']>, verifier: string): boolean {
  return method === 'plain'
    ? verifier === text
    : createHash('sha256').update(verifier).digest('base64url') === text;
}
