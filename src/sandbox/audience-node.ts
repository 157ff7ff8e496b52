import type { WireAudience, WireStatus } from '#meta/wire.ts';
import { type AudienceRecord, shownPeople } from './audience-records.ts';
import type { NodeFields } from './fields.ts';
import type { Simulation } from './simulation.ts';

/** Fields that an audience may have; those we have no value for are simply absent, as at Meta. */
export const audienceFields: NodeFields = {
  type: 'CustomAudience',
  known: new Set([
    'id',
    'account_id',
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
    'fields_violating_integrity_policy',
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
    'permission_for_actions',
    'pixel_id',
    'retention_days',
    'rule',
    'rule_aggregation',
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
  const { world, clock } = simulation;
  const { processingMs, sizeFloor } = simulation.settings();
  const now = clock();
  const people = shownPeople(audience, now, processingMs);
  const isProcessing = audience.changedAt !== null && now < audience.changedAt + processingMs;
  const { details } = audience;
  return {
    id: audience.id,
    account_id: audience.account.replace('act_', ''),
    ...bounds(people, sizeFloor),
    customer_file_source: details.customerFileSource,
    data_source: {
      type: 'FILE_IMPORTED',
      sub_type: audience.shape ?? 'MULTI_HASHES',
      creation_params: '[]',
    },
    data_source_types: 'FILE_IMPORTED',
    delivery_status: deliveryStatus(people, sizeFloor),
    description: details.description,
    is_household: false,
    is_snapshot: false,
    is_value_based: details.isValueBased,
    name: details.name,
    operation_status: operationStatus(audience, isProcessing),
    ...(details.optOutLink === '' ? {} : { opt_out_link: details.optOutLink }),
    owner_business: world.business,
    permission_for_actions: {
      can_edit: true,
      can_see_insight: 'True',
      can_share: 'True',
      subtype_supports_lookalike: 'True',
      supports_recipient_lookalike: 'False',
    },
    retention_days: details.retentionDays,
    subtype: 'CUSTOM',
    time_content_updated: seconds(audience.changedAt ?? audience.createdAt),
    time_created: seconds(audience.createdAt),
    time_updated: seconds(details.updatedAt),
  } satisfies WireAudience & Record<string, unknown>;
}

/** Never the number of rows: rounded, and hidden below the floor. */
function bounds(
  people: number,
  sizeFloor: number,
): { approximate_count_lower_bound: number; approximate_count_upper_bound: number } {
  if (people < 0) return { approximate_count_lower_bound: -1, approximate_count_upper_bound: -1 };
  if (people < sizeFloor) {
    return { approximate_count_lower_bound: sizeFloor, approximate_count_upper_bound: sizeFloor };
  }
  const step = 10 ** Math.max(2, Math.floor(Math.log10(people)) - 1);
  const lower = Math.floor(people / step) * step;
  return {
    approximate_count_lower_bound: Math.max(lower, sizeFloor),
    approximate_count_upper_bound: Math.ceil((lower * 1.18) / step) * step,
  };
}

/** Codes as in the reference of the Custom Audience (read 2026-09-12). */
function deliveryStatus(people: number, sizeFloor: number): WireStatus {
  return people >= sizeFloor
    ? { code: 200, description: 'This audience is ready for use.' }
    : { code: 300, description: 'Audience too small: it has too few people to be used for ads.' };
}

function operationStatus(audience: AudienceRecord, isProcessing: boolean): WireStatus {
  if (audience.changedAt === null) {
    return { code: 410, description: 'No file has been uploaded to this audience yet.' };
  }
  if (isProcessing)
    return { code: 441, description: 'We are still finding people in this audience.' };
  return { code: 200, description: 'Normal' };
}

function seconds(milliseconds: number): number {
  return Math.floor(milliseconds / 1000);
}
