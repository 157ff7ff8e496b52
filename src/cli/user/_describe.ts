import type { LoginUser } from '#store/login-users.ts';

/** Somebody who may sign in, as JSON says it. */
export function userDocument(user: LoginUser): object {
  const { id, name, email, role, personalData, credentials, databaseIds, twoFactor } = user;
  return {
    ...{ id, name, email, role, personalData, credentials, databaseIds, twoFactor },
    ...{ createdAt: user.createdAt, lastSeenAt: user.lastSeenAt, disabledAt: user.disabledAt },
  };
}
