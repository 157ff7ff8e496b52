import { findToken, keepToken } from './access-tokens.ts';
import { changeAudienceDetails, findAudience, markAudienceDeleted } from './audience-records.ts';
import type { Fault } from './fault-kinds.ts';
import type { GraphRequest } from './graph-request.ts';
import { accountOf } from './permissions.ts';
import type { RouteFound } from './routes.ts';
import type { Simulation } from './simulation.ts';
import { keepAccount } from './world.ts';

/** Makes so what a fault has just claimed: a person has to put it right again. */
export function makeLasting(
  simulation: Simulation,
  { name, code }: Pick<Fault, 'name' | 'code'>,
  request: GraphRequest,
  { target }: RouteFound,
): void {
  const { state, clock } = simulation;
  if (name === 'tokenDead') {
    const token = findToken(state, request.token ?? '');
    if (token !== null) keepToken(state, { ...token, endedBy: code ?? 463 });
  }
  if (name === 'termsRevoked') {
    const account = accountOf(simulation, target);
    if (account !== null) keepAccount(state, { ...account, hasAcceptedTerms: false });
  }
  if (name === 'audienceFlagged') {
    const audience = findAudience(state, target);
    const flagged = { flaggedFields: ['name'] };
    if (audience !== null)
      changeAudienceDetails(state, target, { ...audience.details, ...flagged });
  }
  if (name === 'audienceGone') markAudienceDeleted(state, target, clock());
}
