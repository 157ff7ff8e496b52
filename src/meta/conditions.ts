import type { MetaAudience } from './audiences.ts';
import type { ProblemClass } from './meanings.ts';

/** What Meta says about an audience when it is read, as opposed to when something is sent. */
export interface Condition {
  /** Meta's operation status, or its delivery status. */
  readonly code: number;
  /** Null: nothing to do, sending goes on. */
  readonly class: ProblemClass | null;
  readonly words: string;
}

type Row = readonly [ProblemClass | null, string];

/**
 * Operation statuses, from https://developers.facebook.com/documentation/ads-commerce/marketing-api/reference/custom-audience
 * (read 2026-09-12). Those of pixels, prefills and lookalikes do not stop a customer list.
 */
const operationStatuses: Readonly<Record<number, Row>> = {
  0: [null, 'Meta does not say how the audience is.'],
  100: [
    'human',
    'No ad used the audience for two years, so Meta will delete it. Use it in an ad to keep it.',
  ],
  400: [null, 'Meta warns about the audience. Look at it in the Ads Manager.'],
  410: [null, 'Nothing was uploaded to the audience yet.'],
  411: [null, 'Meta found few of the people. Send more identifiers for each person.'],
  412: [null, 'Many rows of the last upload were not valid. Look at the rejected rows.'],
  414: ['wait', 'Meta is replacing the members. Nothing else can be sent until it is done.'],
  415: ['retry', 'Replacing the members failed at Meta. All of them are sent again.'],
  421: [null, 'The pixel of the audience is missing.'],
  422: [null, 'The pixel of the audience is silent.'],
  423: [null, 'The pixel of the audience is not valid.'],
  431: [null, 'Meta could not refresh the lookalike.'],
  432: [null, 'Meta could not build the lookalike.'],
  433: [null, 'Meta could not build the lookalike.'],
  434: [null, 'Meta is trying again to build the lookalike.'],
  441: [null, 'Meta is still filling the audience. It can be used meanwhile.'],
  442: [null, 'Meta could not fill the audience from the past.'],
  450: ['human', 'The audience is out of date and inactive. Use it in an ad or refresh it.'],
  470: ['human', 'The account of whoever made the audience is inactive.'],
  471: [
    'stop audience',
    'Meta flagged the audience because it hints at health or money, and takes no changes. Ask for a review or make a new one.',
  ],
  500: [
    'human',
    'Meta has an error with the audience that needs you. Look at it in the Ads Manager.',
  ],
};

const normal = 200;
const tooSmall = 300;
const unusableFrom = 400;

/** What there is to tell about an audience, the most serious first; null when all is normal. */
export function conditionOf(
  audience: Pick<MetaAudience, 'operationStatus' | 'deliveryStatus'>,
): Condition | null {
  const operation = audience.operationStatus?.code ?? normal;
  if (operation !== normal) {
    const [problemClass, words] = operationStatuses[operation] ?? [
      null,
      `Meta gives the audience the status ${operation}, which Muster does not know.`,
    ];
    return { code: operation, class: problemClass, words };
  }
  const delivery = audience.deliveryStatus?.code ?? normal;
  if (delivery >= unusableFrom) {
    return { code: delivery, class: 'human', words: 'Meta does not let ads use the audience.' };
  }
  if (delivery >= tooSmall) {
    const words = 'The audience is too small for ads, or inactive.';
    return { code: delivery, class: null, words };
  }
  return null;
}
