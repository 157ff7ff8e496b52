import type { ErrorEntry } from './catalogue.ts';

export const metaErrors = {
  META_UNREACHABLE: {
    happened: 'Meta could not be reached',
    next: 'Check the network and try again; nothing is lost.',
    exitCode: 1,
  },
  META_CERTIFICATE: {
    happened: 'The connection to Meta is not safe',
    next: 'Check the clock of this machine; behind a proxy with its own authority, give Node its certificate with NODE_EXTRA_CA_CERTS.',
    exitCode: 1,
  },
  META_PROXY: {
    happened: 'The proxy refused the connection to Meta',
    next: 'Check HTTPS_PROXY, and that the proxy allows graph.facebook.com on port 443.',
    exitCode: 1,
  },
  META_UNCLEAR: {
    happened: 'Meta gave no clear answer',
    next: 'Try again in a few minutes; members are never counted as sent on an unclear answer.',
    exitCode: 1,
  },
  META_THROTTLED: {
    happened: 'Meta asks for a pause',
    next: 'Wait, or look at the quota in `muster status`; nothing is lost.',
    exitCode: 1,
  },
  META_TOKEN: {
    happened: 'Meta does not accept the access token',
    next: 'Reconnect: run `muster connect` with a new one; what waits goes on by itself.',
    exitCode: 1,
  },
  META_APP: {
    happened: 'Meta does not accept the app id or app secret',
    next: 'Copy both from the basic settings of the app in the developer dashboard.',
    exitCode: 1,
  },
  META_APP_MISSING: {
    happened: 'This needs the id and the secret of the Meta app',
    next: 'Give both, with --app-id ID and --app-secret-file FILE or in MUSTER_APP_ID and MUSTER_APP_SECRET; a pasted system-user token works without them.',
    exitCode: 2,
  },
  META_LOGIN: {
    happened: 'The login at Meta did not end well',
    next: 'Start the login again.',
    exitCode: 1,
  },
  META_PERMISSION: {
    happened: 'The access token lacks a permission',
    next: 'Give the permission in the business settings at Meta and try again; what waits is kept.',
    exitCode: 1,
  },
  META_TERMS: {
    happened: 'Terms at Meta are not accepted',
    next: 'Have a person of the business accept them, then try again; what waits is kept.',
    exitCode: 1,
  },
  META_ACCOUNT: {
    happened: 'Meta does not let this ad account use customer lists',
    next: 'Look at the ad account in the business settings at Meta; what waits is kept.',
    exitCode: 1,
  },
  META_AUDIENCE: {
    happened: 'The audience at Meta cannot be used',
    next: 'Look at it in the Ads Manager, or link another one; what waits is kept.',
    exitCode: 1,
  },
  META_REFUSED: {
    happened: 'Meta refused the request',
    next: 'Correct what is named and try again; nothing was changed at Meta.',
    exitCode: 1,
  },
  META_VERSION: {
    happened: 'Meta has retired this version of its API',
    next: 'Update Muster, or set a newer version with MUSTER_API_VERSION.',
    exitCode: 1,
  },
  META_ID: {
    happened: 'This is not an id of Meta',
    next: 'Copy the number from the Ads Manager; an ad account may be written with or without act_ before it.',
    exitCode: 2,
  },
} satisfies Record<string, ErrorEntry>;
