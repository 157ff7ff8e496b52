import { audienceErrors } from './audience-errors.ts';
import { type AudienceRecord, findAudience, isCustomerList } from './audience-records.ts';
import { deletedAtOf, isReplacing } from './audience-state.ts';
import { graphErrors } from './graph-error.ts';
import type { Simulation } from './simulation.ts';
import { type Account, findAccount } from './world.ts';

/** Wrong id and missing permission look alike: 100/33. */
export function mustFindAudience(simulation: Simulation, id: string, verb: string): AudienceRecord {
  const audience = findAudience(simulation.state, id);
  if (audience === null || !isThere(simulation, audience)) {
    throw graphErrors.noSuchObject(id, verb);
  }
  return audience;
}

/** The same for an edge of an audience, which a new one does not have at once (ruby-sdk #124). */
export function mustFindEdge(
  simulation: Simulation,
  id: string,
  verb: string,
  edge: string,
): AudienceRecord {
  const audience = findAudience(simulation.state, id);
  if (audience !== null && isTooNew(simulation, audience)) throw graphErrors.unknownAlias(edge);
  return mustFindAudience(simulation, id, verb);
}

/** Whether Meta would show it: not too new, and not deleted for not being used. */
export function isThere(simulation: Simulation, audience: AudienceRecord): boolean {
  const now = simulation.clock();
  const deletedAt = deletedAtOf(audience, now, simulation.settings());
  return !isTooNew(simulation, audience) && (deletedAt === null || now < deletedAt);
}

function isTooNew({ clock, settings }: Simulation, { createdAt }: AudienceRecord): boolean {
  return clock() < createdAt + settings().createLagMs;
}

/** Refuses whoever would change the members of an audience that takes none, or none now. */
export function mustTakePeople(simulation: Simulation, audience: AudienceRecord): void {
  const { details } = audience;
  mustHaveTerms(simulation, audience.account);
  if (details.sharing !== null) {
    throw details.sharing.isEnabled ? audienceErrors.notTheOwner() : audienceErrors.sharingEnded();
  }
  if (!isCustomerList(audience)) throw audienceErrors.noCustomerList(details.subtype);
  if (details.flaggedFields.length > 0) throw audienceErrors.uploadBlocked();
}

/** What `users` may not do while all members are being exchanged. */
export function mustNotBeReplacing({ clock }: Simulation, audience: AudienceRecord): void {
  if (isReplacing(audience, clock())) throw audienceErrors.membershipRefused(1_870_145);
}

export function mustFindAccount({ state }: Simulation, id: string, verb: string): Account {
  const account = findAccount(state, id);
  if (account === null) throw graphErrors.noSuchObject(id, verb);
  return account;
}

export function mustHaveTerms({ state }: Simulation, accountId: string): void {
  if (findAccount(state, accountId)?.hasAcceptedTerms !== true) {
    throw graphErrors.termsNotAccepted();
  }
}
