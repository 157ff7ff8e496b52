import { isThere, mustFindAccount, mustFindAudience, mustHaveTerms } from './audience-access.ts';
import { checkedSource, listParam } from './audience-create.ts';
import { audienceErrors } from './audience-errors.ts';
import { audienceFields, audienceNode } from './audience-node.ts';
import {
  type AudienceDetails,
  type AudienceRecord,
  changeAudienceDetails,
  isCustomerList,
  listAudiences,
  markAudienceDeleted,
} from './audience-records.ts';
import { parseFields, selectFields } from './fields.ts';
import { readFiltering } from './filtering.ts';
import { type GraphRequest, textParam } from './graph-request.ts';
import { pageOf, summaryOf } from './paging.ts';
import type { Simulation } from './simulation.ts';

/** GET act_X/customaudiences */
export function listAccountAudiences(
  simulation: Simulation,
  request: GraphRequest,
  accountId: string,
): object {
  const account = mustFindAccount(simulation, accountId, 'get');
  const fields = parseFields(textParam(request, 'fields'));
  const { pageLimit, listCellsMax } = simulation.settings();
  const isWanted = readFiltering(request, audienceFields.known);
  const isFiltered = textParam(request, 'filtering') !== null || 'filtering' in request.params;
  const pixelId = textParam(request, 'pixel_id');
  const all = listAudiences(simulation.state, account.id).filter(
    (audience) =>
      isThere(simulation, audience) &&
      (pixelId === null || audience.details.pixelId === pixelId) &&
      (!isFiltered || isWanted(audienceNode(simulation, audience))),
  );
  const page = pageOf(request, all, ({ number }) => number, pageLimit);
  if (page.data.length * fields.length > listCellsMax) throw audienceErrors.tooMuchData();
  return {
    ...page,
    data: page.data.map((audience) =>
      selectFields(audienceNode(simulation, audience), fields, audienceFields),
    ),
    ...summaryOf(request, all.length),
  };
}

/** GET /{audience} */
export function readAudience(simulation: Simulation, request: GraphRequest, id: string): object {
  const audience = mustFindAudience(simulation, id, 'get');
  const fields = parseFields(textParam(request, 'fields'));
  return selectFields(audienceNode(simulation, audience), fields, audienceFields);
}

/** POST /{audience}: changes what is sent and keeps the rest. */
export function updateAudience(simulation: Simulation, request: GraphRequest, id: string): object {
  const audience = mustFindAudience(simulation, id, 'post');
  const { details, account } = audience;
  mustHaveTerms(simulation, account);
  const source = textParam(request, 'customer_file_source');
  const campaigns = textParam(request, 'use_in_campaigns');
  const changed: AudienceDetails = {
    ...details,
    name: textParam(request, 'name') ?? details.name,
    description: changedText(request, 'description') ?? details.description,
    optOutLink: changedText(request, 'opt_out_link') ?? details.optOutLink,
    customerFileSource: source === null ? details.customerFileSource : checkedSource(source),
    labels: listParam(request, 'audience_labels') ?? details.labels,
    allowedDomains: listParam(request, 'allowed_domains') ?? details.allowedDomains,
    isUsedInCampaigns: campaigns === null ? details.isUsedInCampaigns : isYes(campaigns),
    rule: textParam(request, 'rule') ?? details.rule,
    updatedAt: simulation.clock(),
  };
  const flaggedFields = stillFlagged(audience, changed);
  changeAudienceDetails(simulation.state, id, { ...changed, flaggedFields });
  return { success: true };
}

/** DELETE /{audience} */
export function deleteAudience(simulation: Simulation, _request: GraphRequest, id: string): object {
  const { account, details } = mustFindAudience(simulation, id, 'delete');
  if (details.sharing !== null) throw audienceErrors.notTheOwner();
  const isSeed = listAudiences(simulation.state, account).some(
    (other) => other.details.lookalike?.originId === id,
  );
  if (isSeed) throw audienceErrors.lookalikesDepend();
  markAudienceDeleted(simulation.state, id, simulation.clock());
  return { success: true };
}

/**
 * What a flagged audience is still flagged for after an edit. Lists and lookalikes take no edit at
 * all; others only one that changes every field they are flagged for.
 */
function stillFlagged(audience: AudienceRecord, changed: AudienceDetails): readonly string[] {
  const { details } = audience;
  if (details.sharing !== null) throw audienceErrors.notTheOwner();
  if (details.flaggedFields.length === 0) return [];
  if (isCustomerList(audience) || details.lookalike !== null) throw audienceErrors.notEditable();
  const fields = ['name', 'description', 'rule'] as const;
  const left = fields.filter(
    (field) => details.flaggedFields.includes(field) && details[field] === changed[field],
  );
  if (left.length > 0) throw audienceErrors.updateRestricted();
  return [];
}

/** A text that may be set to nothing; null where the request does not name it. */
function changedText(request: GraphRequest, name: string): string | null {
  return name in request.params ? (textParam(request, name) ?? '') : null;
}

function isYes(text: string): boolean {
  return text === '1' || text === 'true';
}
