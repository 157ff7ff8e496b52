/** What somebody may do, from least to most: look, change audiences and runs, change connections and people, everything. */
export type Role = 'viewer' | 'editor' | 'admin' | 'owner';

/** Who asks: a person who signed in, or an API key. The right to see personal data or credentials is apart from the role. */
export interface Principal {
  readonly kind: 'user' | 'key';
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly personalData: boolean;
  readonly credentials: boolean;
  /** Databases that may be seen; the others answer as if they were not there. */
  readonly databases: 'all' | readonly number[];
}

const rank: Readonly<Record<Role, number>> = { viewer: 0, editor: 1, admin: 2, owner: 3 };

/** Whether `role` is enough where `needed` is asked for: each role may do all that the ones below it may. */
export function reaches(role: Role, needed: Role): boolean {
  return rank[role] >= rank[needed];
}

/** Whether `principal` may see the database `databaseId`. */
export function seesDatabase(principal: Principal, databaseId: number): boolean {
  return principal.databases === 'all' || principal.databases.includes(databaseId);
}
