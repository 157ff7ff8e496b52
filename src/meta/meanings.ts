import type { ErrorCode } from '#domain/errors/catalogue.ts';

/**
 * What to do about a problem. Retry: the same again, a little later, a few times. Wait: until Meta's
 * limit allows it. Stop: nothing more for this connection, ad account or audience until a person
 * acted; what waits is kept. Human: only this request, and only a person can help. Bug: only we can.
 */
export type ProblemClass =
  | 'retry'
  | 'wait'
  | 'stop connection'
  | 'stop account'
  | 'stop audience'
  | 'human'
  | 'bug';

export interface MeaningRow {
  readonly class: ProblemClass;
  /** `no`: Meta certainly changed nothing. `unknown`: it may have, now or later. */
  readonly executed: 'no' | 'unknown';
  readonly error: ErrorCode;
  /** For a marketer: what happened and what to do, in whole sentences. */
  readonly words: string;
  /** `{account}` stands for the number of the ad account, `{terms}` for the page of its terms. */
  readonly link?: string;
  /** Fewer or smaller rows in one request may pass. */
  readonly smaller?: true;
  /** Also seen in the first minutes of a new audience, and then a retry helps. */
  readonly afterCreate?: true;
  /** Whose calls have to rest. */
  readonly throttled?: 'account' | 'app';
}

const links = {
  terms: '{terms}',
  businessTools: 'https://www.facebook.com/legal/terms/businesstools',
  systemUsers: 'https://business.facebook.com/settings/system-users',
  adAccounts: 'https://business.facebook.com/settings/ad-accounts',
  accountQuality: 'https://www.facebook.com/accountquality',
  audiences: 'https://business.facebook.com/adsmanager/audiences?act={account}',
  apps: 'https://developers.facebook.com/apps',
  access: 'https://developers.facebook.com/docs/marketing-api/get-started/authorization',
  versions: 'https://developers.facebook.com/docs/graph-api/changelog/versions',
  status: 'https://metastatus.com',
  support: 'https://www.facebook.com/business/help',
} as const;

/** Meta certainly changed nothing. */
function refused(
  problemClass: ProblemClass,
  error: ErrorCode,
  words: string,
  more: Partial<MeaningRow> = {},
): MeaningRow {
  return { class: problemClass, executed: 'no', error, words, ...more };
}

const rest = row('wait', 'META_THROTTLED');
const untilReady = row('wait', 'META_REFUSED');
const tokenEnded = row('stop connection', 'META_TOKEN');
const audienceStopped = row('stop audience', 'META_AUDIENCE');
const forPerson = row('human', 'META_REFUSED');
const ourFault = row('bug', 'META_REFUSED');

function row(problemClass: ProblemClass, error: ErrorCode) {
  return (words: string, more?: Partial<MeaningRow>) => refused(problemClass, error, words, more);
}

/** Meta may have done it, or may do it yet; the same sent again settles it. */
function unclear(words: string, more: Partial<MeaningRow> = {}): MeaningRow {
  return { class: 'retry', executed: 'unknown', error: 'META_UNCLEAR', words, ...more };
}

/** One row a meaning; `problem-codes.ts` says which of Meta's codes mean it. */
export const meanings = {
  // ---- limits: wait, and it goes on by itself
  'app throttled': rest(
    'The Meta app has used up its calls for now. Muster waits and goes on by itself.',
    { throttled: 'app' },
  ),
  'account throttled': rest(
    'Meta limits the calls for this ad account. Muster waits and goes on by itself.',
    { throttled: 'account' },
  ),
  'volume unusual': rest(
    "Meta found the number of calls for this ad account unusual. Muster slows down and goes on by itself; if it lasts, ask Meta's support.",
    { throttled: 'account', link: links.support },
  ),
  'held back': rest(
    'The request was not sent, to stay within what Meta allows. It is made again later.',
  ),

  // ---- faults that pass
  'fault at Meta': unclear('Meta had a fault of its own. Muster tries again.', {
    link: links.status,
  }),
  'unknown at Meta': unclear(
    'Meta gave no reason for failing. Muster tries again, then with smaller requests.',
    { smaller: true },
  ),
  'request too large': unclear('Meta found the request too large. Muster sends smaller ones.', {
    smaller: true,
  }),
  'too many parameters': refused(
    'retry',
    'META_REFUSED',
    'Meta found the request too large and did nothing. Muster sends smaller ones.',
    { smaller: true },
  ),
  unlisted: unclear(
    'Meta gave an error that Muster does not know. It tries three times and then asks you.',
  ),

  // ---- the network
  unreachable: refused(
    'retry',
    'META_UNREACHABLE',
    'Meta could not be reached. Muster tries again; check the network if this lasts.',
  ),
  'certificate refused': refused(
    'stop connection',
    'META_CERTIFICATE',
    'The server that answered could not prove that it is Meta. Check the clock of this machine, and the certificates of a proxy if there is one.',
  ),
  'proxy refused': refused(
    'stop connection',
    'META_PROXY',
    'The proxy did not let the request through. Check HTTPS_PROXY and its user and password.',
  ),
  'no answer in time': unclear(
    'Meta did not answer in time. Muster confirms by sending the same again.',
  ),
  'connection lost': unclear(
    'The connection to Meta broke. Muster confirms by sending the same again.',
    { smaller: true },
  ),
  'answer not understood': unclear(
    'Meta answered something that is not an answer. Muster confirms by sending the same again.',
    { link: links.status },
  ),

  // ---- the token
  'token invalid': tokenEnded(
    'Meta no longer accepts this access token. Connect again; what waits is kept.',
    { link: links.systemUsers },
  ),
  'token expired': tokenEnded(
    'The access token has expired. Connect again, best with a system-user token that never expires; what waits is kept.',
    { link: links.systemUsers },
  ),
  'token withdrawn': tokenEnded(
    'The app was removed from the account that made the token. Connect again; what waits is kept.',
    { link: links.systemUsers },
  ),
  'password changed': tokenEnded(
    'The password of the person who connected was changed, which ends the access token. Connect again; what waits is kept.',
    { link: links.systemUsers },
  ),
  'person must log in': tokenEnded(
    'Meta wants the person who connected to log in on facebook.com and answer its questions. Do that, then connect again; what waits is kept.',
    { link: 'https://www.facebook.com' },
  ),
  'role lost': tokenEnded(
    'The person who connected lost their role. Give them the role again or connect as somebody else; what waits is kept.',
    { link: links.adAccounts },
  ),
  'access lapsed': tokenEnded(
    'The app was not used for 90 days, which ends its access. Connect again; what waits is kept.',
    { link: links.apps },
  ),
  'app secret wrong': refused(
    'stop connection',
    'META_APP',
    'The app secret does not fit the app of this token. Correct it; what waits is kept.',
    { link: links.apps },
  ),
  'app unknown': refused(
    'stop connection',
    'META_APP',
    'Meta does not know an app of this id. Correct it.',
    { link: links.apps },
  ),
  'login code spent': refused(
    'human',
    'META_LOGIN',
    'This login was already used or took too long. Start the login again.',
  ),
  'redirect address wrong': refused(
    'human',
    'META_LOGIN',
    'The address that Meta sends people back to is not among the Valid OAuth Redirect URIs of the app. Add it there, exactly as it is.',
    { link: links.apps },
  ),

  // ---- permissions
  'permission missing': refused(
    'stop connection',
    'META_PERMISSION',
    'The access token may not do this. It needs the permission ads_management, and its person or system user must be admin of the business and assigned to both the app and the ad account.',
    { link: links.adAccounts },
  ),
  'app access too low': refused(
    'stop connection',
    'META_PERMISSION',
    'The Meta app has limited access and may only use ad accounts of its own people. Ask Meta for full access, or connect with an app of the business that owns the account.',
    { link: links.access },
  ),
  'account not writable': refused(
    'stop account',
    'META_PERMISSION',
    'The access token may read this ad account but not change it. Give its user the admin or advertiser role.',
    { link: links.adAccounts },
  ),

  // ---- the ad account
  'terms not accepted': refused(
    'stop account',
    'META_TERMS',
    'The Custom Audience terms are not accepted for this ad account. A person of the business, not a system user, must accept them; what waits is kept.',
    { link: links.terms },
  ),
  'business terms not accepted': refused(
    'stop account',
    'META_TERMS',
    'The Business Tools terms are not accepted. A person of the business must accept them; what waits is kept.',
    { link: links.businessTools },
  ),
  'no business': refused(
    'stop account',
    'META_ACCOUNT',
    'This ad account belongs to no business portfolio, which customer lists need. Add it to one.',
    { link: links.adAccounts },
  ),
  'blocked by policy': refused(
    'stop account',
    'META_ACCOUNT',
    'Meta blocked this as abusive. Look at the account quality page; what waits is kept.',
    { link: links.accountQuality },
  ),

  // ---- the audience
  'audience not found': audienceStopped(
    'Meta does not find this audience, or the access token may not see it.',
    { afterCreate: true, link: links.audiences },
  ),
  'audience gone': audienceStopped(
    'The audience was deleted at Meta. Link another one, or have it made again.',
    { link: links.audiences },
  ),
  'audience not shared': audienceStopped(
    'The audience is not, or no longer, shared with this ad account. Ask its owner.',
    { link: links.audiences },
  ),
  'audience flagged': audienceStopped(
    'Meta flagged this audience because its name, description or content hints at health or money, and takes neither additions nor removals. Ask Meta for a review, or make a new audience; people who opted out stay in the old one until it is deleted.',
    { link: links.audiences },
  ),
  'audience locked': audienceStopped(
    'Meta flagged this audience and does not let it be edited. Ask Meta for a review, or make a new audience.',
    { link: links.audiences },
  ),
  'seed flagged': forPerson(
    'The audience this lookalike would grow from is flagged by Meta. Choose another one.',
    { link: links.audiences },
  ),
  'too small to remove': forPerson(
    'Meta refused the removal because the audience would become too small. It stays to be done; people who opted out are removed through the whole ad account instead.',
    { link: links.audiences },
  ),
  'update refused': refused(
    'stop audience',
    'META_REFUSED',
    'Meta refused to change the members of this audience, often because it was first filled in another way. Make a new audience and link it.',
    { link: links.audiences },
  ),
  'create refused': forPerson(
    'Meta refused to make the audience. An ad account holds at most 500 customer lists, and a lookalike grows from at least 100 people who were found.',
    { link: links.audiences },
  ),
  'lookalikes depend': forPerson(
    'Lookalike audiences were grown from this one. Delete them first.',
    { link: links.audiences },
  ),

  // ---- replacing all members
  'replace running': untilReady(
    'Meta is still replacing the members of this audience. Muster waits until it is done.',
  ),
  'replace out of time': untilReady(
    'The replacement took over 90 minutes and Meta closed it. What was sent became the audience; Muster adds the rest when it is done.',
  ),
  'replace not begun': refused(
    'retry',
    'META_REFUSED',
    'Meta has not seen the first part of this replacement. Muster starts it again.',
  ),
  'replace finished': untilReady(
    'This replacement was already closed. Muster adds the rest when it is done.',
  ),
  'replace in part': unclear(
    'Meta replaced only a part of the members. Muster sends all of it again.',
  ),
  'too large to replace': forPerson(
    'An audience of 100 million people or more cannot be replaced, only added to and removed from.',
  ),

  // ---- ours
  'version retired': refused(
    'stop connection',
    'META_VERSION',
    'Meta has switched off the version of its API that is set here. Set a newer one or update Muster.',
    { link: links.versions },
  ),
  'parameter refused': ourFault('Meta did not accept a value in this request, and did nothing.'),
  'rule refused': ourFault('Meta did not accept the rule of this audience, and did nothing.'),
  'parameter missing': ourFault('Meta missed a value in this request, and did nothing.'),
  'request malformed': ourFault(
    'Meta did not understand the request, or there was no access token in it.',
  ),
} satisfies Record<string, MeaningRow>;

export type Meaning = keyof typeof meanings;
