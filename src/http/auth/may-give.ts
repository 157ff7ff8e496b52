import { MusterError } from '#domain/errors/muster-error.ts';
import type { Rights } from '#store/login-users.ts';
import { type Principal, reaches, seesDatabase } from './principal.ts';

/** Whether somebody has all that these rights are. */
export function hasAll(principal: Principal, rights: Rights): boolean {
  const { role, personalData, credentials, databaseIds } = rights;
  const sees =
    databaseIds === null
      ? principal.databases === 'all'
      : databaseIds.every((id) => seesDatabase(principal, id));
  return (
    sees &&
    reaches(principal.role, role) &&
    (principal.personalData || !personalData) &&
    (principal.credentials || !credentials)
  );
}

/**
 * Nobody gives more than they have, or takes from those who have more.
 * @throws MusterError API_NOT_ALLOWED
 */
export function checkMayGive(principal: Principal, rights: Rights): void {
  if (hasAll(principal, rights)) return;
  throw new MusterError('API_NOT_ALLOWED', 'these are more rights than your own');
}
