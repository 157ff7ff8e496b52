import type { Answer } from './answer.ts';
import { adAccountNode, nodeId } from './ids.ts';
import { asId, asList, asMoment, asNumber, asObject, asText, type JsonObject } from './json.ts';
import { listAll } from './pages.ts';
import type { Requester } from './request.ts';
import {
  type CustomerFileSource,
  edges,
  params,
  subtypes,
  type WireAudience,
  type WireAudienceCreate,
  type WireStatus,
} from './wire.ts';

/** A Custom Audience at Meta. What Meta did not say is null. */
export interface MetaAudience {
  readonly id: string;
  readonly account: string | null;
  readonly name: string | null;
  readonly description: string | null;
  readonly subtype: string | null;
  readonly customerFileSource: string | null;
  /** Rounded, late by up to a day, never the number of rows sent; -1 is "not available". */
  readonly sizeLowest: number | null;
  readonly sizeHighest: number | null;
  /** 200 ready, 300 too small, 400 and above unusable. */
  readonly deliveryStatus: WireStatus | null;
  /** 200 normal; the others are in meta-api's section 3, such as 471 for flagged. */
  readonly operationStatus: WireStatus | null;
  readonly canEdit: boolean | null;
  /** Fields that Meta says hint at health or money. */
  readonly flaggedFields: readonly string[];
  readonly lookalikeIds: readonly string[];
  /** After so many days people fall out by themselves; null is never. */
  readonly retentionDays: number | null;
  /** Its rows carry LOOKALIKE_VALUE. */
  readonly isValueBased: boolean;
  /** What a lookalike grows from and how much of which countries it takes; null for any other. */
  readonly lookalike: LookalikeAtMeta | null;
  readonly createdAt: Date | null;
  readonly contentUpdatedAt: Date | null;
  /** Meta will delete it then because no ad used it for two years. */
  readonly deletesAt: Date | null;
}

interface LookalikeAtMeta {
  readonly originIds: readonly string[];
  /** Two letters each. */
  readonly countries: readonly string[];
  readonly ratio: number | null;
}

export interface AudienceWords {
  readonly name: string;
  readonly description: string;
  readonly customerFileSource: CustomerFileSource;
  readonly optOutLink?: string;
}

export interface AudienceWish extends AudienceWords {
  readonly account: string;
  /** Its rows will carry LOOKALIKE_VALUE; it cannot be changed later. */
  readonly isValueBased?: boolean;
}

export interface AudiencePlace {
  /** Whose limits the call counts against. */
  readonly account: string;
  readonly audienceId: string;
}

export interface LookalikeWish {
  readonly account: string;
  readonly name: string;
  readonly description: string;
  readonly originAudienceId: string;
  /** Two letters, upper case. */
  readonly country: string;
  /** 0.01 to 0.20, in steps of 0.01. */
  readonly ratio: number;
}

const fields = [
  'id',
  'account_id',
  'name',
  'description',
  'subtype',
  'customer_file_source',
  'approximate_count_lower_bound',
  'approximate_count_upper_bound',
  'delivery_status',
  'operation_status',
  'permission_for_actions',
  'fields_violating_integrity_policy',
  'lookalike_audience_ids',
  'lookalike_spec',
  'retention_days',
  'is_value_based',
  'time_created',
  'time_content_updated',
  'delete_time',
] as const satisfies readonly (keyof WireAudience)[];

/** Meta advises twenty; fifty of these light fields were answered well and ask ten calls for 500. */
const audiencesAtOnce = 50;

export function createAudiences(requester: Requester) {
  function create(account: string, body: WireAudienceCreate): Promise<Answer<string>> {
    const path = `${account}/${edges.customAudiences}`;
    return requester.send({ method: 'POST', path, account, body: { ...body } }, (created) =>
      asId(created['id']),
    );
  }

  return {
    /**
     * Makes a customer list; the answer is its id. Making is not idempotent: after an uncertain
     * answer look for it with `findAudiences` before making it again.
     */
    createAudience(wish: AudienceWish): Promise<Answer<string>> {
      const words = wireWords(wish);
      const valueBased = wish.isValueBased === true ? { is_value_based: true } : {};
      return create(adAccountNode(wish.account), {
        subtype: subtypes.custom,
        ...words,
        ...valueBased,
      });
    },

    /** Makes an audience of people who resemble another one's; the answer is its id. */
    createLookalike(wish: LookalikeWish): Promise<Answer<string>> {
      const spec = { type: 'custom_ratio', ratio: wish.ratio, country: wish.country };
      return create(adAccountNode(wish.account), {
        subtype: subtypes.lookalike,
        name: wish.name,
        description: wish.description,
        origin_audience_id: nodeId(wish.originAudienceId),
        lookalike_spec: JSON.stringify(spec),
      });
    },

    /** All audiences of the ad account, the newest first. @throws MusterError */
    findAudiences(account: string): AsyncGenerator<MetaAudience, void, undefined> {
      const node = adAccountNode(account);
      const path = `${node}/${edges.customAudiences}`;
      const query = { [params.fields]: fields.join(',') };
      const call = { method: 'GET', path, account: node, query } as const;
      return listAll(requester, call, audiencesAtOnce, readAudience);
    },

    readAudience({ account, audienceId }: AudiencePlace): Promise<Answer<MetaAudience>> {
      const query = { [params.fields]: fields.join(',') };
      const path = nodeId(audienceId);
      const call = { method: 'GET', path, account: adAccountNode(account), query } as const;
      return requester.send(call, readAudience);
    },

    /** Changes what an audience is called. Meta refuses it for one that it has flagged. */
    updateAudience(place: AudiencePlace, words: Partial<AudienceWords>): Promise<Answer<true>> {
      const call = { method: 'POST', path: nodeId(place.audienceId) } as const;
      const body = wireWords(words);
      return requester.send({ ...call, account: adAccountNode(place.account), body }, readSuccess);
    },

    /** For good, and the ads that use it stop. */
    deleteAudience({ account, audienceId }: AudiencePlace): Promise<Answer<true>> {
      const call = { method: 'DELETE', path: nodeId(audienceId) } as const;
      return requester.send({ ...call, account: adAccountNode(account) }, readSuccess);
    },
  };
}

function wireWords(words: AudienceWords): Omit<WireAudienceCreate, 'subtype'>;
function wireWords(words: Partial<AudienceWords>): JsonObject;
function wireWords(words: Partial<AudienceWords>): JsonObject {
  const wire = {
    name: words.name,
    description: words.description,
    customer_file_source: words.customerFileSource,
    opt_out_link: words.optOutLink,
  };
  return Object.fromEntries(Object.entries(wire).filter(([, value]) => value !== undefined));
}

function readSuccess(body: JsonObject): true | null {
  return body['success'] === true ? true : null;
}

function readAudience(body: JsonObject): MetaAudience | null {
  const id = asId(body['id']);
  if (id === null) return null;
  const accountNumber = asId(body['account_id']);
  const retentionDays = asNumber(body['retention_days']);
  return {
    id,
    account: accountNumber === null ? null : `act_${accountNumber}`,
    name: asText(body['name']),
    description: asText(body['description']),
    subtype: asText(body['subtype']),
    customerFileSource: asText(body['customer_file_source']),
    sizeLowest: asNumber(body['approximate_count_lower_bound']),
    sizeHighest: asNumber(body['approximate_count_upper_bound']),
    deliveryStatus: readStatus(body['delivery_status']),
    operationStatus: readStatus(body['operation_status']),
    canEdit: readCanEdit(body['permission_for_actions']),
    flaggedFields: readTexts(body['fields_violating_integrity_policy']),
    lookalikeIds: readTexts(body['lookalike_audience_ids']),
    retentionDays: retentionDays === 0 ? null : retentionDays,
    isValueBased: body['is_value_based'] === true,
    lookalike: readLookalike(asObject(body['lookalike_spec'])),
    createdAt: asMoment(body['time_created']),
    contentUpdatedAt: asMoment(body['time_content_updated']),
    deletesAt: asMoment(body['delete_time']),
  };
}

function readStatus(value: unknown): WireStatus | null {
  const status = asObject(value);
  const code = asNumber(status?.['code']);
  return code === null ? null : { code, description: asText(status?.['description']) ?? '' };
}

function readCanEdit(value: unknown): boolean | null {
  const canEdit = asObject(value)?.['can_edit'];
  return typeof canEdit === 'boolean' ? canEdit : null;
}

function readLookalike(spec: JsonObject | null): LookalikeAtMeta | null {
  if (spec === null) return null;
  const targets = readTexts(spec['target_countries']);
  const country = asText(spec['country']);
  return {
    originIds: readTexts(asList(spec['origin']).map((origin) => asObject(origin)?.['id'])),
    countries: targets.length > 0 || country === null ? targets : [country],
    ratio: asNumber(spec['ratio']),
  };
}

function readTexts(value: unknown): string[] {
  return asList(value)
    .map(asId)
    .filter((text) => text !== null);
}
