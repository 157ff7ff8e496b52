import { GraphError } from './graph-error.ts';

/**
 * How audiences and their members are refused: codes and subcodes of Meta's reference and error pages
 * (https://developers.facebook.com/documentation/ads-commerce/marketing-api/error-reference, read
 * 2026-09-12); titles as they are listed there, sentences ours where no page has them.
 */
export const audienceErrors = {
  /** A customer list that is flagged takes neither additions nor removals. */
  uploadBlocked: () =>
    flagged(1_713_230, 'Audience Upload Blocked', 'takes no people and gives none away'),
  updateRestricted: () =>
    flagged(
      1_713_231,
      'Update Restricted Fields and Rule',
      'can be edited only by changing what it is flagged for',
    ),
  notEditable: () =>
    flagged(1_713_228, 'Custom Audience Cannot Be Edited', 'can no longer be edited'),
  seedRestricted: () =>
    flagged(1_713_232, 'Seed audience restricted', 'can be no source of a lookalike audience'),
  badRule: () => new GraphError(100, 'Invalid parameter', { subcode: 1_713_098 }),
  createFailed: (userTitle: string, userMessage: string) =>
    new GraphError(2654, '(#2654) Failed to create custom audience', { userTitle, userMessage }),
  /** Recorded 2016 (php-business-sdk #181). */
  duplicateLookalike: () =>
    new GraphError(
      2654,
      "(#2654) Can't Create a Duplicate Lookalike: You've already created a lookalike audience with " +
        'the same source, country and size. Please try using a different source or different specifications.',
    ),
  lookalikesDepend: () =>
    new GraphError(2656, '(#2656) Failed to delete custom audience', {
      userTitle: 'Audience in use',
      userMessage: 'Lookalike audiences were made from this audience. Delete them first.',
    }),
  /** A shared audience whose sharing its owner has ended; a code of seven digits, not a subcode. */
  sharingEnded: () =>
    new GraphError(1_870_065, 'This shared audience is disabled', {
      userTitle: 'Shared audience disabled',
      userMessage: 'The owner of this audience no longer shares it with this ad account.',
    }),
  notTheOwner: () => new GraphError(2650, 'Only the owner of a shared audience can change it'),
  noCustomerList: (subtype: string) =>
    new GraphError(2650, `An audience of subtype ${subtype} takes no people from a customer list`),
  mixedShapes: (held: string, sent: string) =>
    new GraphError(
      2650,
      `This audience was created from data source FILE_IMPORTED.${held}, which does not support ` +
        `data source FILE_IMPORTED.${sent}`,
    ),
  valueSwap: () =>
    new GraphError(
      2650,
      'A value-based audience cannot be replaced by one without values, nor the other way round',
    ),
  misplacedValues: (hasValues: boolean) =>
    new GraphError(
      2650,
      hasValues
        ? 'This audience is not value-based and does not support LOOKALIKE_VALUE'
        : 'This audience is value-based: the schema needs LOOKALIKE_VALUE',
    ),
  membershipRefused: (subcode: keyof typeof refusedMemberships) =>
    new GraphError(2650, 'Failed to update the custom audience', {
      subcode,
      ...refusedMemberships[subcode],
    }),
  tooManyRows: (code: number, rows: number, rowsMax: number) =>
    code === 1
      ? new GraphError(1, 'Please reduce the amount of data you are asking for', { subcode: 99 })
      : new GraphError(code, `(#${code}) ${rows} rows in one request; the limit is ${rowsMax}`),
  /** What a list says when it was asked for too many fields of too many. */
  tooMuchData: () =>
    new GraphError(
      1,
      "Please reduce the amount of data you're asking for, then retry your request",
      { status: 500 },
    ),
} as const;

/** Of code 2650, from the reference of usersreplace (read 2026-09-12). */
const refusedMemberships = {
  1870144: {
    userTitle: 'Audience too large',
    userMessage: 'An audience of 100 million people or more cannot be replaced.',
  },
  1870145: {
    userTitle: 'Audience update in progress',
    userMessage: 'Wait until the update that runs has ended, then try again.',
  },
  1870147: {
    userTitle: 'First batch not seen',
    userMessage: 'The first batch of this session, batch_seq 1, was not seen.',
  },
  1870148: {
    userTitle: 'Partially updated',
    userMessage: 'Only a part of this update was applied.',
  },
  1870158: {
    userTitle: 'Session expired',
    userMessage: 'This session began more than 90 minutes ago.',
  },
  1870159: {
    userTitle: 'Session finished',
    userMessage: 'The last batch of this session was already received.',
  },
} as const;

function flagged(subcode: number, userTitle: string, what: string): GraphError {
  const userMessage = `This audience is flagged for what it may say about health or money: it ${what}.`;
  return new GraphError(100, 'Invalid parameter', { subcode, userTitle, userMessage });
}
