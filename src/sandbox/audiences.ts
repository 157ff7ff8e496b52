import {
  type AudienceDetails,
  type AudienceRecord,
  changeAudienceDetails,
  createAudience,
  findAudience,
  listAudiences,
  markAudienceDeleted,
} from './audience-records.ts';
import { audienceFields, audienceNode } from './audience-node.ts';
import { parseFields, selectFields } from './fields.ts';
import { graphErrors } from './graph-error.ts';
import { type GraphRequest, textParam } from './graph-request.ts';
import { pageOf } from './paging.ts';
import type { Simulation } from './simulation.ts';
import { type Account, findAccount } from './world.ts';

const fileSources: ReadonlySet<string> = new Set([
  'USER_PROVIDED_ONLY',
  'PARTNER_PROVIDED_ONLY',
  'BOTH_USER_AND_PARTNER_PROVIDED',
]);

/** GET act_X/customaudiences */
export function listAccountAudiences(
  simulation: Simulation,
  request: GraphRequest,
  accountId: string,
): object {
  const account = mustFindAccount(simulation, accountId, 'get');
  const fields = parseFields(textParam(request, 'fields'));
  const page = pageOf(request, listAudiences(simulation.state, account.id), ({ number }) => number);
  return {
    ...page,
    data: page.data.map((audience) =>
      selectFields(audienceNode(simulation, audience), fields, audienceFields),
    ),
  };
}

/** POST act_X/customaudiences → `{id}` */
export function createAccountAudience(
  simulation: Simulation,
  request: GraphRequest,
  accountId: string,
): object {
  const account = mustFindAccount(simulation, accountId, 'post');
  if (!account.hasAcceptedTerms) throw graphErrors.termsNotAccepted();
  const subtype = textParam(request, 'subtype');
  if (subtype === null) throw graphErrors.missingParameter('subtype');
  if (subtype !== 'CUSTOM') {
    throw graphErrors.badParameter(`The sandbox makes no audiences of subtype ${subtype}`);
  }
  const name = textParam(request, 'name');
  if (name === null) throw graphErrors.missingParameter('name');
  const source = textParam(request, 'customer_file_source');
  if (source === null) throw graphErrors.missingParameter('customer_file_source');
  const limit = simulation.settings().audiencesPerAccountMax;
  if (listAudiences(simulation.state, account.id).length >= limit) {
    throw graphErrors.tooManyAudiences(limit);
  }
  const id = createAudience(simulation, account.id, {
    name,
    description: textParam(request, 'description') ?? '',
    customerFileSource: checkSource(source),
    retentionDays: retentionDaysOf(request),
    optOutLink: textParam(request, 'opt_out_link') ?? '',
    isValueBased: ['1', 'true'].includes(textParam(request, 'is_value_based') ?? ''),
  });
  return { id };
}

/** GET /{audience} */
export function readAudience(simulation: Simulation, request: GraphRequest, id: string): object {
  const audience = mustFindAudience(simulation, id, 'get');
  const fields = parseFields(textParam(request, 'fields'));
  return selectFields(audienceNode(simulation, audience), fields, audienceFields);
}

/** POST /{audience}: changes what is sent and keeps the rest. */
export function updateAudience(simulation: Simulation, request: GraphRequest, id: string): object {
  const { details, account } = mustFindAudience(simulation, id, 'post');
  mustHaveTerms(simulation, account);
  const source = textParam(request, 'customer_file_source');
  const changed: AudienceDetails = {
    ...details,
    name: textParam(request, 'name') ?? details.name,
    description: changedText(request, 'description') ?? details.description,
    optOutLink: changedText(request, 'opt_out_link') ?? details.optOutLink,
    customerFileSource: source === null ? details.customerFileSource : checkSource(source),
    updatedAt: simulation.clock(),
  };
  changeAudienceDetails(simulation.state, id, changed);
  return { success: true };
}

/** DELETE /{audience} */
export function deleteAudience(simulation: Simulation, _request: GraphRequest, id: string): object {
  mustFindAudience(simulation, id, 'delete');
  markAudienceDeleted(simulation.state, id, simulation.clock());
  return { success: true };
}

/** Wrong id and missing permission look alike: 100/33. */
export function mustFindAudience(simulation: Simulation, id: string, verb: string): AudienceRecord {
  const audience = findAudience(simulation.state, id);
  if (audience === null) throw graphErrors.noSuchObject(id, verb);
  return audience;
}

export function mustFindAccount({ state }: Simulation, id: string, verb: string): Account {
  const account = findAccount(state, id);
  if (account === null) throw graphErrors.noSuchObject(id, verb);
  return account;
}

export function mustHaveTerms({ state }: Simulation, accountId: string): void {
  if (findAccount(state, accountId)?.hasAcceptedTerms !== true)
    throw graphErrors.termsNotAccepted();
}

/** A text that may be set to nothing; null where the request does not name it. */
function changedText(request: GraphRequest, name: string): string | null {
  return name in request.params ? (textParam(request, name) ?? '') : null;
}

function checkSource(source: string): string {
  if (!fileSources.has(source)) {
    throw graphErrors.badParameter(
      `Param customer_file_source must be one of {${[...fileSources].join(', ')}}`,
    );
  }
  return source;
}

/** 1 to 180; 0 stands for keeping people until they are removed. */
function retentionDaysOf(request: GraphRequest): number {
  const days = Number(textParam(request, 'retention_days') ?? 0);
  if (!Number.isInteger(days) || days < 0 || days > 180) {
    throw graphErrors.badParameter('Param retention_days must be between 1 and 180');
  }
  return days;
}
