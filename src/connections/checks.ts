import { catalogue } from '#domain/errors/catalogue.ts';
import { tokenEndWords, tokenKindWords, tokenWarning } from '#domain/token-end.ts';
import type { AdAccount } from '#meta/accounts.ts';
import { type Problem, problemError } from '#meta/problems.ts';
import { versionWarning } from '#meta/versions.ts';
import type { Examination, FoundAccount } from './examine.ts';

/** One line of the check-list (features.md C-06): it passes, or says what to do. */
export interface Check {
  readonly name: CheckName;
  /** unknown: Meta would not say, and nothing is guessed. */
  readonly state: 'pass' | 'warn' | 'fail' | 'unknown';
  /** What was found. */
  readonly found: string;
  /** What to do; null where there is nothing. */
  readonly next: string | null;
  readonly link: string | null;
}

type CheckName =
  | 'token'
  | 'expiry'
  | 'permissions'
  | 'ad account'
  | 'role'
  | 'business'
  | 'terms'
  | 'access tier'
  | 'API version'
  | 'clock';

const links = {
  systemUsers: 'https://business.facebook.com/settings/system-users',
  adAccounts: 'https://business.facebook.com/settings/ad-accounts',
  accountQuality: 'https://www.facebook.com/accountquality',
  access: 'https://developers.facebook.com/docs/marketing-api/get-started/authorization',
  versions: 'https://developers.facebook.com/docs/graph-api/changelog/versions',
} as const;

/** Tokens, proofs and windows bear a little; Meta's proofs end after five minutes. */
const clockMaxMs = 60_000;

/** The check-list of a connection. */
export function connectionChecksOf(found: Examination, today: Date): Check[] {
  const { accessTier, version, servedVersion, clockAheadMs } = found;
  return [
    tokenCheck(found),
    ...(found.user === null ? [] : [expiryCheck(found, today), permissionCheck(found)]),
    tierCheck(accessTier),
    versionCheck(version, servedVersion, today),
    clockCheck(clockAheadMs),
  ];
}

/** The check-list of one of its ad accounts. */
export function accountChecksOf({ account, problem }: FoundAccount): Check[] {
  if (account !== null) return accountChecks(account);
  return problem === null ? [] : [failed('ad account', problem)];
}

function tokenCheck({ user, userProblem, token }: Examination): Check {
  if (user === null) {
    return userProblem === null
      ? unknown('token', 'Meta was not asked', 'Try again.')
      : failed('token', userProblem);
  }
  const whose = user.name ?? user.id;
  return pass('token', `accepted; it is of ${whose}, kind ${tokenKindWords(token?.kind ?? null)}`);
}

function expiryCheck({ token }: Examination, today: Date): Check {
  const end = token?.expiresAt ?? null;
  const words = tokenEndWords(end, today);
  if (end === null) {
    const next = 'Look at the token in the business settings, or give the app id and secret too.';
    return unknown('expiry', words, next, links.systemUsers);
  }
  if (tokenWarning(end, today) === null) return pass('expiry', words);
  const next =
    'Connect again with a new token, best of a system user, which never expires. Each newly generated token replaces the previous.';
  return { name: 'expiry', state: 'warn', found: words, next, link: links.systemUsers };
}

function permissionCheck({ permissions: granted, token }: Examination): Check {
  const permissions = granted ?? (token === null ? null : new Set(token.scopes));
  const next =
    'Generate the token with ads_management; whoever it is of must be admin of the business and assigned to both the app and the ad account.';
  if (permissions === null) {
    return unknown('permissions', 'Meta did not say which the token has', next, links.systemUsers);
  }
  const names = [...permissions].toSorted();
  if (permissions.has('ads_management')) return pass('permissions', names.join(', '));
  const has = names.length === 0 ? 'none' : names.join(', ');
  return fail(
    'permissions',
    `ads_management is missing; the token has ${has}`,
    next,
    links.systemUsers,
  );
}

/** Tasks of the roles that may change audiences: admin and advertiser. */
const rolesEnough: ReadonlySet<string> = new Set(['MANAGE', 'ADVERTISE']);

function accountChecks(account: AdAccount): Check[] {
  const { id, name, active, status, userTasks, business, termsAccepted, termsLink } = account;
  const called = [id, name].filter((part) => part !== null).join(', ');
  const role = `tasks ${userTasks.join(', ')}`;
  return [
    active
      ? pass('ad account', called)
      : {
          ...({ name: 'ad account', state: 'warn', link: links.accountQuality } as const),
          found: `${called}: its status is ${status ?? 'unknown'}, so ads do not run`,
          next: 'Look at the ad account at Meta; audiences can be filled meanwhile.',
        },
    userTasks.some((task) => rolesEnough.has(task))
      ? pass('role', role)
      : userTasks.length === 0
        ? unknown('role', 'Meta did not say', roleNext, links.adAccounts)
        : fail('role', role, roleNext, links.adAccounts),
    business === null
      ? fail(
          'business',
          'no business portfolio owns the ad account',
          businessNext,
          links.adAccounts,
        )
      : pass('business', `owned by ${business.name ?? business.id}`),
    termsAccepted
      ? pass('terms', 'the Custom Audience terms are accepted')
      : fail('terms', 'the Custom Audience terms are not accepted', termsNext, termsLink),
  ];
}

const roleNext = 'Give whoever the token is of the role admin or advertiser on the ad account.';
const businessNext = 'Add the ad account to a business portfolio; customer lists need one.';
const termsNext =
  'Have a person of the business, not a system user, accept them, then run this again.';

function tierCheck(accessTier: string | null): Check {
  const name = 'access tier';
  if (accessTier === 'standard_access') return pass(name, 'full access');
  const found =
    accessTier === 'development_access' ? 'limited access' : (accessTier ?? 'not told yet');
  const next =
    accessTier === null
      ? 'Meta tells it with the first calls to the ad account.'
      : 'Enough for small lists of your own accounts. Ask for full access to the Marketing API for more calls.';
  const state = accessTier === null ? 'unknown' : 'warn';
  return { name, state, found, next, link: links.access };
}

function versionCheck(version: string, served: string | null, today: Date): Check {
  const name = 'API version';
  const warning = versionWarning(version, today);
  if (warning !== null) {
    const next = 'Update Muster, or set MUSTER_API_VERSION to a newer version.';
    return { name, state: 'warn', found: warning, next, link: links.versions };
  }
  if (served !== null && served !== version) {
    const found = `${version} was asked for, and Meta answered as ${served}`;
    const next = 'Meta may have retired the version. Set MUSTER_API_VERSION to one that it knows.';
    return { name, state: 'warn', found, next, link: links.versions };
  }
  return pass(name, served === null ? `${version}; the answer did not say` : version);
}

function clockCheck(aheadMs: number | null): Check {
  if (aheadMs === null) {
    return unknown(
      'clock',
      'the answer did not say the time',
      'Compare the clock of this machine.',
    );
  }
  const seconds = Math.round(Math.abs(aheadMs) / 1000);
  if (Math.abs(aheadMs) <= clockMaxMs)
    return pass('clock', `within ${Math.max(1, seconds)} s of Meta's`);
  const found = `${seconds} s ${aheadMs > 0 ? 'ahead of' : 'behind'} Meta's`;
  return fail('clock', found, 'Set the clock of this machine, best by NTP.', null);
}

function pass(name: CheckName, found: string): Check {
  return { name, state: 'pass', found, next: null, link: null };
}

function fail(name: CheckName, found: string, next: string, link: string | null): Check {
  return { name, state: 'fail', found, next, link };
}

function unknown(name: CheckName, found: string, next: string, link: string | null = null): Check {
  return { name, state: 'unknown', found, next, link };
}

function failed(name: CheckName, problem: Problem): Check {
  const { code, message } = problemError(problem);
  return fail(name, message, catalogue[code].next, problem.link);
}
