import { isThere, mustFindAccount, mustFindAudience, mustHaveTerms } from './audience-access.ts';
import { audienceErrors } from './audience-errors.ts';
import {
  type AudienceDetails,
  countAudiences,
  createAudience,
  listAudiences,
} from './audience-records.ts';
import { peopleOf } from './audience-state.ts';
import { GraphError, graphErrors } from './graph-error.ts';
import { type GraphRequest, jsonParam, textParam } from './graph-request.ts';
import { lookalikePeople, readLookalikeSpec } from './lookalike-spec.ts';
import type { Simulation } from './simulation.ts';
import type { State } from './state.ts';

type Wanted = Pick<AudienceDetails, 'name' | 'subtype'> & Partial<AudienceDetails>;

const fileSources: ReadonlySet<string> = new Set([
  'USER_PROVIDED_ONLY',
  'PARTNER_PROVIDED_ONLY',
  'BOTH_USER_AND_PARTNER_PROVIDED',
]);

/** Subtypes that are filled by events, by a rule. */
const ruledSubtypes: ReadonlySet<string> = new Set([
  'WEBSITE',
  'APP',
  'ENGAGEMENT',
  'VIDEO',
  'OFFLINE_CONVERSION',
]);

/** POST act_X/customaudiences → `{id}` */
export function createAccountAudience(
  simulation: Simulation,
  request: GraphRequest,
  accountId: string,
): object {
  const { id: account } = mustFindAccount(simulation, accountId, 'post');
  mustHaveTerms(simulation, account);
  const subtype = textParam(request, 'subtype');
  if (subtype === null) throw graphErrors.missingParameter('subtype');
  const name = checkedName(textParam(request, 'name'), simulation.settings().nameLengthMax);
  const said = { name, subtype, ...sharedDetails(request) };
  const wanted = wantedOf(simulation, request, account, said);
  if (isYes(request, 'enable_fetch_or_create') && simulation.settings().fetchesByName) {
    const same = listAudiences(simulation.state, account)
      .filter((audience) => isThere(simulation, audience))
      .find(({ details }) => isSameAudience(details, wanted));
    if (same !== undefined) return { id: same.id };
  }
  return { id: createAudience(simulation, account, wanted) };
}

function wantedOf(
  simulation: Simulation,
  request: GraphRequest,
  account: string,
  said: Wanted,
): Wanted {
  if (said.subtype === 'CUSTOM') return customerList(simulation, request, account, said);
  if (said.subtype === 'LOOKALIKE') return lookalike(simulation, request, account, said);
  if (ruledSubtypes.has(said.subtype)) return ruled(request, said);
  throw graphErrors.badParameter(`Audiences of subtype ${said.subtype} cannot be made here`);
}

function customerList(
  { state, settings }: Simulation,
  request: GraphRequest,
  account: string,
  said: Wanted,
): Wanted {
  const source = textParam(request, 'customer_file_source');
  if (source === null) throw graphErrors.missingParameter('customer_file_source');
  mustHaveRoom(state, account, 'CUSTOM', settings().audiencesPerAccountMax);
  return {
    ...said,
    customerFileSource: checkedSource(source),
    retentionDays: retentionDaysOf(request),
    isValueBased: isYes(request, 'is_value_based'),
  };
}

function lookalike(
  simulation: Simulation,
  request: GraphRequest,
  account: string,
  said: Wanted,
): Wanted {
  const settings = simulation.settings();
  const originId = textParam(request, 'origin_audience_id');
  if (originId === null) throw graphErrors.missingParameter('origin_audience_id');
  const spec = readLookalikeSpec(jsonParam(request, 'lookalike_spec'), originId);
  const origin = mustFindAudience(simulation, originId, 'post');
  if (origin.details.flaggedFields.length > 0) throw audienceErrors.seedRestricted();
  if (origin.details.lookalike !== null) {
    throw graphErrors.badParameter('A lookalike audience cannot be the source of another one');
  }
  if (origin.details.isValueBased && spec.type !== 'custom_ratio') {
    throw graphErrors.badParameter('A value-based lookalike takes the type custom_ratio only');
  }
  const people = peopleOf(origin, simulation.clock(), settings);
  if (Math.max(people, 0) < settings.lookalikeSeedMin) {
    throw audienceErrors.createFailed(
      'Source audience too small',
      `A source needs at least ${settings.lookalikeSeedMin} people who were found.`,
    );
  }
  const isSame = ({ details }: { details: AudienceDetails }) =>
    JSON.stringify(details.lookalike) === JSON.stringify(spec);
  if (listAudiences(simulation.state, account).some(isSame)) {
    throw audienceErrors.duplicateLookalike();
  }
  mustHaveRoom(simulation.state, account, 'LOOKALIKE', settings.lookalikesPerAccountMax);
  return { ...said, lookalike: spec, people: lookalikePeople(spec) };
}

function ruled(request: GraphRequest, said: Wanted): Wanted {
  const rule = textParam(request, 'rule') ?? JSON.stringify(jsonParam(request, 'rule') ?? null);
  if (!isRule(rule)) throw audienceErrors.badRule();
  const pixelId = textParam(request, 'pixel_id');
  return { ...said, rule, pixelId, retentionDays: retentionDaysOf(request), people: 0 };
}

/** The limits that the reference and its FAQ name (read 2026-09-12); they contradict each other. */
function mustHaveRoom(state: State, account: string, subtype: string, most: number): void {
  if (countAudiences(state, account, subtype) < most) return;
  throw audienceErrors.createFailed(
    'Too many audiences',
    `This ad account has reached the limit of ${most} audiences of this kind.`,
  );
}

/** Name and what it is made from; for a customer list only the name. */
function isSameAudience(details: AudienceDetails, wanted: Wanted): boolean {
  return (
    details.name === wanted.name &&
    details.subtype === wanted.subtype &&
    details.rule === (wanted.rule ?? null) &&
    JSON.stringify(details.lookalike) === JSON.stringify(wanted.lookalike ?? null)
  );
}

function sharedDetails(request: GraphRequest): Partial<AudienceDetails> {
  return {
    description: textParam(request, 'description') ?? '',
    optOutLink: textParam(request, 'opt_out_link') ?? '',
    labels: listParam(request, 'audience_labels') ?? [],
    allowedDomains: listParam(request, 'allowed_domains') ?? [],
    isUsedInCampaigns: !['false', '0'].includes(textParam(request, 'use_in_campaigns') ?? ''),
  };
}

function checkedName(name: string | null, lengthMax: number): string {
  if (name === null) throw graphErrors.missingParameter('name');
  if (lengthMax > 0 && name.length > lengthMax) {
    throw new GraphError(100, `(#100) Param name must be at most ${lengthMax} characters long`, {
      errorData: { blame_field_specs: [['name']] },
    });
  }
  return name;
}

export function checkedSource(source: string): string {
  if (!fileSources.has(source)) {
    throw graphErrors.badParameter(
      `Param customer_file_source must be one of {${[...fileSources].join(', ')}}`,
    );
  }
  return source;
}

/** A list of texts, as JSON or as such; null where the request does not name it. */
export function listParam(request: GraphRequest, name: string): string[] | null {
  const list = jsonParam(request, name);
  if (list === undefined) return null;
  if (!Array.isArray(list) || list.some((one) => typeof one !== 'string')) {
    throw graphErrors.badParameter(`Param ${name} must be an array of strings`);
  }
  return list as string[];
}

function isRule(text: string): boolean {
  try {
    return typeof JSON.parse(text) === 'object' && text !== 'null';
  } catch {
    return false;
  }
}

function isYes(request: GraphRequest, name: string): boolean {
  return ['1', 'true'].includes(textParam(request, name) ?? '');
}

/** 1 to 180; 0 stands for keeping people until they are removed. */
function retentionDaysOf(request: GraphRequest): number {
  const days = Number(textParam(request, 'retention_days') ?? 0);
  if (!Number.isInteger(days) || days < 0 || days > 180) {
    throw graphErrors.badParameter('Param retention_days must be between 1 and 180');
  }
  return days;
}
