import type { ErrorEntry } from './catalogue.ts';

/** What only the API answers; what commands answer too has one code for both. */
export const apiErrors = {
  API_LOGIN_NEEDED: {
    happened: 'Nobody is signed in',
    next: 'Sign in, or send an API key as `Authorization: Bearer …`; `muster key create` makes one.',
    exitCode: 2,
  },
  API_NOT_ALLOWED: {
    happened: 'This needs another role or right',
    next: 'Ask somebody who may give it, or use a key that has it; the document at /openapi.json says for each route what it needs.',
    exitCode: 2,
  },
  API_NOT_FOUND: {
    happened: 'There is nothing here by that name or number',
    next: 'Look it up in the list it belongs to; what somebody may not see is not there for them either.',
    exitCode: 2,
  },
  API_REQUEST_INVALID: {
    happened: 'The request is not as the document says',
    next: 'Correct what path names; /openapi.json and /docs have what is taken.',
    exitCode: 2,
  },
  API_LIMITED: {
    happened: 'Too many requests',
    next: 'Wait as long as Retry-After says; what takes many requests one by one often has a bulk endpoint.',
    exitCode: 1,
  },
  API_CURSOR_INVALID: {
    happened: 'The cursor belongs to another list',
    next: 'Send it with the same filters and the same sort as the request that gave it, or begin without one.',
    exitCode: 2,
  },
  API_VERSION_MISSING: {
    happened: 'An edit has to say which version it is made from',
    next: 'Read it, and send its ETag back as If-Match.',
    exitCode: 2,
  },
  API_CHANGED: {
    happened: 'Somebody has changed it since you looked at it',
    next: 'Look at it again, and make your change on what is there now.',
    exitCode: 2,
  },
  API_KEY_REUSED: {
    happened: 'Something else was asked under this Idempotency-Key',
    next: 'Take a new key for each new request; the same one only to send the same request again.',
    exitCode: 2,
  },
  API_UNDER_WAY: {
    happened: 'The same request is under way',
    next: 'Send it again in a moment, with the same Idempotency-Key: it gets the answer of the first.',
    exitCode: 2,
  },
  API_TOO_LARGE: {
    happened: 'The body is larger than what is taken',
    next: 'Send it in parts; lists of people go to the bulk endpoint, which takes 100,000 at a time.',
    exitCode: 2,
  },
} satisfies Record<string, ErrorEntry>;
