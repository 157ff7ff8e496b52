import type { ErrorEntry } from './catalogue.ts';

/** Who may sign in, and who may do what. */
export const peopleErrors = {
  LOGIN_REFUSED: {
    happened: 'The e-mail address or the password is not right',
    next: 'Try again, or ask for a new password; an owner can make a link with `muster user reset`.',
    exitCode: 2,
  },
  LOGIN_CODE_REFUSED: {
    happened: 'The code is not right, or the sign-in took too long',
    next: 'Type the code that your app shows now, or one of your backup codes; else sign in again.',
    exitCode: 2,
  },
  LOGIN_LIMITED: {
    happened: 'Too many attempts',
    next: 'Wait as long as Retry-After says, then try again.',
    exitCode: 1,
  },
  LOGIN_FACTOR_NEEDED: {
    happened: 'Everybody needs a second factor here, and no code was shown in this session',
    next: 'Open the page: it leads through it. Who lost the device asks for `muster user reset --second-factor`.',
    exitCode: 2,
  },
  LOGIN_PROVIDER: {
    happened: 'Single sign-on does not answer',
    next: 'Look whether MUSTER_OIDC_ISSUER is reachable from here; sign in by password meanwhile.',
    exitCode: 1,
  },
  LOGIN_CROSS_SITE: {
    happened: 'The request comes from a page of another site',
    next: 'Behind a proxy set MUSTER_PUBLIC_URL to the address that people open. Scripts use an API key.',
    exitCode: 2,
  },
  LINK_UNKNOWN: {
    happened: 'The link was used already, is too old, or is none',
    next: 'Ask for a new one. The first start: `muster user invite`; a password: `muster user reset`.',
    exitCode: 2,
  },
  PASSWORD_WEAK: {
    happened: 'The password cannot be taken',
    next: 'Take 12 to 128 characters that are neither your name nor your address; three or four words do well.',
    exitCode: 2,
  },
  USER_UNKNOWN: {
    happened: 'There is nobody of that address or number who may sign in',
    next: 'Run `muster user list` to see who there is.',
    exitCode: 2,
  },
  USER_EXISTS: {
    happened: 'Somebody of that e-mail address may sign in already',
    next: 'Run `muster user role` to change what they may do, or `muster user reset` for a new password.',
    exitCode: 2,
  },
  USER_EMAIL_INVALID: {
    happened: 'That is no e-mail address',
    next: 'Write it like ana@example.com.',
    exitCode: 2,
  },
  USER_LAST_OWNER: {
    happened: 'Nobody would be left who may do everything',
    next: 'Make somebody else an owner of all databases first: `muster user role ADDRESS owner`.',
    exitCode: 2,
  },
  AUDIT_BROKEN: {
    happened: 'The audit log is not as it was written',
    next: 'Somebody changed it past Muster, or restored another one. `muster audit export` writes out what is there; compare it with a backup.',
    exitCode: 1,
  },
} satisfies Record<string, ErrorEntry>;
