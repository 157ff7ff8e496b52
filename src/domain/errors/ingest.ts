import type { ErrorEntry } from './catalogue.ts';

/** Answers to those who send calls, and to those who make keys for them. */
export const ingestErrors = {
  INGEST_KEY_MISSING: {
    happened: 'The request has no write key',
    next: 'Send it as the user name of HTTP Basic authentication, or as writeKey in the body; `muster key create --write` makes one.',
    exitCode: 2,
  },
  INGEST_KEY_UNKNOWN: {
    happened: 'The write key is unknown or was revoked',
    next: 'Run `muster key list` to see the keys, or `muster key create --write` to make one.',
    exitCode: 2,
  },
  INGEST_BODY_INVALID: {
    happened: 'The body of the request cannot be read',
    next: 'Send one JSON object in UTF-8, gzip or plain; nothing of it was kept.',
    exitCode: 2,
  },
  INGEST_TOO_LARGE: {
    happened: 'The request is larger than what is taken',
    next: 'Send at most 32 KB (32,768 bytes) an event, and 500 KB (512,000 bytes) and 2,500 events a batch; nothing of it was kept.',
    exitCode: 2,
  },
  INGEST_CALL_REFUSED: {
    happened: 'No event of the request can be taken',
    next: 'Correct what is named and send it again; `muster events tail` shows the last refusals.',
    exitCode: 2,
  },
  INGEST_KEY_BUSY: {
    happened: 'This database has too much waiting already',
    next: 'Send the same request again after the seconds that Retry-After says.',
    exitCode: 1,
  },
  INGEST_BUSY: {
    happened: 'Too much is waiting to be written',
    next: 'Send the same request again after the seconds that Retry-After says.',
    exitCode: 1,
  },
  AUDIENCE_KEY_TAKEN: {
    happened: 'Another audience is filled by the same property',
    next: 'Choose a name that differs in more than spaces, signs and capitals; a key is never used again, not after its audience has ended either.',
    exitCode: 2,
  },
  KEY_UNKNOWN: {
    happened: 'There is no key of that number',
    next: 'Run `muster key list` to see them.',
    exitCode: 2,
  },
} satisfies Record<string, ErrorEntry>;
