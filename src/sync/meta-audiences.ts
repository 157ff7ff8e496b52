import { MusterError } from '#domain/errors/muster-error.ts';
import { describeSize } from '#insights/state-at-meta.ts';
import { conditionOf } from '#meta/conditions.ts';
import type { MetaAudience } from '#meta/audiences.ts';
import { problemError } from '#meta/problems.ts';
import { subtypes } from '#meta/wire.ts';
import { linkedAudiences } from '#store/links.ts';
import type { Muster, OpenClient } from './muster.ts';

/** Meta keeps at most so many in an ad account (guide on Custom Audiences, read 2026-09-12). */
const CUSTOMER_LISTS_MAX = 500;

/** An audience of an ad account, whoever made it; as --json prints it. */
interface AudienceAtMeta {
  readonly metaAudienceId: string;
  readonly name: string;
  /** Meta's word, such as CUSTOM; null: Meta did not say. */
  readonly subtype: string | null;
  /** The same as people call it. */
  readonly type: string;
  readonly valueBased: boolean;
  /** Whether an audience can be linked to it, and if not, why. */
  readonly linkable: boolean;
  readonly reason: string | null;
  /** The audience that is linked to it. */
  readonly linkedTo: string | null;
  readonly size: string;
  readonly sizeLowest: number | null;
  readonly sizeHighest: number | null;
  readonly createdAt: string | null;
}

export interface AudiencesAtMeta {
  readonly adAccount: string;
  /** All of the account, also where fewer are listed. */
  readonly customerLists: number;
  readonly customerListsMax: number;
  readonly audiences: readonly AudienceAtMeta[];
}

/**
 * All audiences of an ad account, the newest first, with what keeps each from being linked (features.md
 * ); `search` keeps those whose name or id contains it. @throws MusterError META_…
 */
export async function listAudiencesAtMeta(
  { store }: Muster,
  { meta, adAccount }: OpenClient,
  search: string,
): Promise<AudiencesAtMeta> {
  const linked = await linkedAudiences(store);
  const audiences: AudienceAtMeta[] = [];
  for await (const found of meta.findAudiences(adAccount)) {
    audiences.push(describe(found, adAccount, linked.get(found.id) ?? null));
  }
  const wanted = search.toLowerCase();
  return {
    adAccount,
    customerLists: audiences.filter(({ subtype }) => subtype === subtypes.custom).length,
    customerListsMax: CUSTOMER_LISTS_MAX,
    audiences: audiences.filter(
      ({ name, metaAudienceId }) =>
        name.toLowerCase().includes(wanted) || metaAudienceId.includes(wanted),
    ),
  };
}

/**
 * Looks at a Meta audience before it is linked: only a customer list of the same ad account takes
 * rows (features.md A-03).
 * @throws MusterError META_AUDIENCE with the reason, META_…
 */
export async function checkLinkable(
  { meta, adAccount }: OpenClient,
  metaAudienceId: string,
  valueBased: boolean,
): Promise<{ adAccount: string; metaAudienceId: string; name: string | null }> {
  const answer = await meta.readAudience({ account: adAccount, audienceId: metaAudienceId });
  if (answer.outcome !== 'clean') throw problemError(answer.problem);
  const { id, name, isValueBased } = answer.body;
  const reason = whyNot(answer.body, adAccount);
  if (reason !== null) throw new MusterError('META_AUDIENCE', `${id} ${reason}`);
  if (isValueBased !== valueBased) {
    const [is, wish] = valueBased ? ['is not', 'is'] : ['is', 'is not'];
    const measured = `${id} ${is} value-based, and the audience ${wish}; Meta fixes that when it is made`;
    throw new MusterError('META_AUDIENCE', measured);
  }
  return { adAccount, metaAudienceId: id, name };
}

/** What keeps an audience from taking rows, as the end of a sentence; null: nothing. */
function whyNot(found: MetaAudience, adAccount: string): string | null {
  const { account, subtype } = found;
  if (subtype !== null && subtype !== subtypes.custom) {
    return `is not a customer list (${typeOf(subtype)})`;
  }
  if (account !== null && account !== adAccount) {
    return `belongs to ${account}, not to ${adAccount}`;
  }
  if (found.canEdit === false && found.flaggedFields.length === 0) {
    return 'is shared by somebody else, and only its owner fills it';
  }
  const condition = conditionOf(found);
  return condition?.class === 'stop audience' ? `cannot be filled: ${condition.words}` : null;
}

const types: Readonly<Record<string, string>> = {
  CUSTOM: 'customer list',
  LOOKALIKE: 'lookalike',
  WEBSITE: 'website visitors',
  APP: 'app users',
  ENGAGEMENT: 'engagement',
  IG_BUSINESS: 'Instagram',
  VIDEO: 'video viewers',
  OFFLINE_CONVERSION: 'offline events',
};

function typeOf(subtype: string | null): string {
  return subtype === null
    ? 'not said'
    : (types[subtype] ?? subtype.toLowerCase().replaceAll('_', ' '));
}

function describe(found: MetaAudience, adAccount: string, linkedTo: string | null): AudienceAtMeta {
  const { sizeLowest, sizeHighest } = found;
  const reason =
    whyNot(found, adAccount) ?? (linkedTo === null ? null : `is linked to “${linkedTo}”`);
  return {
    metaAudienceId: found.id,
    name: found.name ?? '',
    subtype: found.subtype,
    type: typeOf(found.subtype),
    valueBased: found.isValueBased,
    linkable: reason === null,
    reason,
    linkedTo,
    size: describeSize({ found: true, sizeLowest, sizeHighest }),
    sizeLowest,
    sizeHighest,
    createdAt: found.createdAt?.toISOString() ?? null,
  };
}
