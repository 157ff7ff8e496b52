import type { WireAudience } from '#meta/wire.ts';
import {
  type AudienceRecord,
  findAudience,
  isCustomerList,
  listAudiences,
} from './audience-records.ts';
import {
  deletedAtOf,
  deliveryStatus,
  isReplacing,
  operationCode,
  operationStatus,
  peopleOf,
} from './audience-state.ts';
import type { NodeFields } from './fields.ts';
import { lookalikeSpecNode } from './lookalike-spec.ts';
import type { Settings } from './settings.ts';
import type { Simulation } from './simulation.ts';

/** Fields that an audience may have; those we have no value for are simply absent, as at Meta. */
export const audienceFields: NodeFields = {
  type: 'CustomAudience',
  known: new Set([
    'id',
    'account_id',
    'allowed_domains',
    'approximate_count_lower_bound',
    'approximate_count_upper_bound',
    'audience_labels',
    'customer_file_source',
    'data_source',
    'data_source_types',
    'datafile_custom_audience_uploading_status',
    'delete_time',
    'delivery_status',
    'description',
    'excluded_custom_audiences',
    'external_event_source',
    'fields_violating_integrity_policy',
    'included_custom_audiences',
    'is_eligible_for_sac_campaigns',
    'is_household',
    'is_snapshot',
    'is_value_based',
    'lookalike_audience_ids',
    'lookalike_spec',
    'name',
    'operation_status',
    'opt_out_link',
    'owner_business',
    'page_deletion_marked_delete_time',
    'permission_for_actions',
    'pixel_id',
    'retention_days',
    'rule',
    'rule_aggregation',
    'seed_audience',
    'sharing_status',
    'subtype',
    'time_content_updated',
    'time_created',
    'time_updated',
  ]),
  defaults: ['id'],
};

/** A Custom Audience as Meta shows it. */
export function audienceNode(
  simulation: Simulation,
  audience: AudienceRecord,
): Record<string, unknown> {
  const settings = simulation.settings();
  const now = simulation.clock();
  const { details } = audience;
  const people = peopleOf(audience, now, settings);
  const code = operationCode(audience, now, settings);
  const deletedAt = deletedAtOf(audience, now, settings);
  return {
    id: audience.id,
    // Looked for only by those who ask: a list would compare every audience with every other.
    get lookalike_audience_ids() {
      return some(lookalikesOf(simulation, audience));
    },
    get lookalike_spec() {
      return lookalikeSpec(simulation, audience);
    },
    account_id: audience.account.replace('act_', ''),
    allowed_domains: some(details.allowedDomains),
    ...bounds(people, settings),
    audience_labels: some(details.labels),
    ...dataSource(audience),
    ...(deletedAt === null ? {} : { delete_time: seconds(deletedAt) }),
    delivery_status: deliveryStatus(people, code, settings),
    description: details.description,
    fields_violating_integrity_policy: some(details.flaggedFields),
    is_eligible_for_sac_campaigns: code !== 471,
    is_household: false,
    is_snapshot: false,
    is_value_based: details.isValueBased,
    name: details.name,
    operation_status: operationStatus(code),
    ...(details.optOutLink === '' ? {} : { opt_out_link: details.optOutLink }),
    owner_business: details.sharing === null ? simulation.world.business : undefined,
    permission_for_actions: permissions(audience),
    ...(details.pixelId === null ? {} : { pixel_id: details.pixelId }),
    retention_days: details.retentionDays,
    ...(details.rule === null ? {} : { rule: details.rule }),
    sharing_status: sharingStatus(audience),
    subtype: details.subtype,
    ...(isCustomerList(audience)
      ? { time_content_updated: seconds(contentShownAt(audience, now)) }
      : {}),
    time_created: seconds(audience.createdAt),
    time_updated: seconds(details.updatedAt),
  } satisfies Partial<Record<keyof WireAudience, unknown>> & Record<string, unknown>;
}

/** Never the number of rows: rounded, unknown while too few, or never below the floor. */
function bounds(people: number, { smallSizes, sizeFloor }: Settings): Record<string, number> {
  const between = (lower: number, upper: number) => ({
    approximate_count_lower_bound: lower,
    approximate_count_upper_bound: upper,
  });
  if (people < 0) return between(-1, -1);
  if (people < sizeFloor) {
    return smallSizes === 'floor' ? between(sizeFloor, sizeFloor) : between(-1, -1);
  }
  const step = 10 ** Math.max(2, Math.floor(Math.log10(people)) - 1);
  const lower = Math.floor(people / step) * step;
  return between(Math.max(lower, sizeFloor), Math.ceil((lower * 1.18) / step) * step);
}

/** A change of members shows when its size does. */
function contentShownAt(audience: AudienceRecord, now: number): number {
  const isDue = audience.dueAt !== null && now >= audience.dueAt && !isReplacing(audience, now);
  return (isDue ? audience.changedAt : audience.contentShownAt) ?? audience.createdAt;
}

function dataSource(audience: AudienceRecord): Record<string, unknown> {
  const { details, shape } = audience;
  if (isCustomerList(audience)) {
    return {
      customer_file_source: details.customerFileSource,
      data_source: {
        type: 'FILE_IMPORTED',
        sub_type: shape ?? 'MULTI_HASHES',
        creation_params: '[]',
      },
      data_source_types: 'FILE_IMPORTED',
    };
  }
  const isLookalike = details.lookalike !== null;
  const type = isLookalike ? 'SEED_BASED' : 'EVENT_BASED';
  const subType = isLookalike ? 'LOOKALIKE' : (subTypes[details.subtype] ?? 'ANYTHING');
  return {
    data_source: { type, sub_type: subType, creation_params: '[]' },
    data_source_types: type,
  };
}

const subTypes: Readonly<Record<string, string>> = {
  WEBSITE: 'WEB_PIXEL_HITS',
  APP: 'MOBILE_APP_EVENTS',
  ENGAGEMENT: 'ENGAGEMENT_EVENT_USERS',
  VIDEO: 'VIDEO_EVENT_USERS',
  OFFLINE_CONVERSION: 'CONVERSION_PIXEL_HITS',
};

function lookalikesOf({ state }: Simulation, { id, account }: AudienceRecord): string[] {
  return listAudiences(state, account)
    .filter(({ details }) => details.lookalike?.originId === id)
    .map((lookalike) => lookalike.id);
}

function lookalikeSpec({ state }: Simulation, { details }: AudienceRecord): object | undefined {
  const { lookalike } = details;
  if (lookalike === null) return undefined;
  const origin = findAudience(state, lookalike.originId);
  return lookalikeSpecNode(lookalike, origin?.details.name ?? null);
}

/** Recorded: one of them is a boolean, the others are words. */
function permissions({ details }: AudienceRecord): Record<string, boolean | string> {
  const isOwn = details.sharing === null;
  const isSeed = details.lookalike === null && details.flaggedFields.length === 0;
  return {
    can_edit: isOwn && details.flaggedFields.length === 0,
    can_see_insight: 'True',
    can_share: isOwn ? 'True' : 'False',
    subtype_supports_lookalike: isSeed ? 'True' : 'False',
    supports_recipient_lookalike: 'False',
  };
}

function sharingStatus({ details: { sharing } }: AudienceRecord): object | undefined {
  if (sharing === null) return undefined;
  const status = sharing.isEnabled ? 'ENABLED' : 'DISABLED';
  return { sharing_relationship_id: sharing.id, status };
}

/** A list that is empty is a field that is not there. */
function some<T>(list: readonly T[]): readonly T[] | undefined {
  return list.length === 0 ? undefined : list;
}

function seconds(milliseconds: number): number {
  return Math.floor(milliseconds / 1000);
}
