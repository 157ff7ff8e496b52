import { type Command, Option } from 'commander';
import type { Db } from '#store/db.ts';
import { findDatabase, listDatabases } from '#store/databases.ts';
import { type Rights, roles } from '#store/login-users.ts';

export interface RightsOptions {
  readonly role: Rights['role'];
  readonly personalData?: boolean;
  readonly credentials?: boolean;
  readonly database?: readonly string[];
}

/** What somebody, or a key, may do, as commands take it; without a role: for a command that has it as an argument. */
export function rightsOptions(command: Command, role: Rights['role'] | null): void {
  if (role !== null) {
    command.addOption(new Option('--role <role>', 'what they may do').choices(roles).default(role));
  }
  command
    .option('--personal-data', 'may see personal data; others see it masked')
    .option('--credentials', 'may read and change credentials')
    .option('--database <name...>', 'only these databases; otherwise all');
}

/** @throws MusterError DATABASE_UNKNOWN */
export async function rightsOf(db: Db, options: RightsOptions): Promise<Rights> {
  const { role, personalData = false, credentials = false, database: names } = options;
  if (names === undefined) return { role, personalData, credentials, databaseIds: null };
  const databases = await Promise.all(names.map((name) => findDatabase(db, name)));
  const databaseIds = databases.map(({ id }) => id).toSorted((a, b) => a - b);
  return { role, personalData, credentials, databaseIds };
}

/** Rights as one phrase: `viewer, personal data, only shop`. */
export async function rightsText(db: Db, rights: Rights): Promise<string> {
  return rightsWords(await listDatabases(db), rights);
}

/** The same, where the databases are known. */
export function rightsWords(
  all: readonly { readonly id: number; readonly name: string }[],
  rights: Rights,
): string {
  return [
    rights.role,
    rights.personalData ? 'personal data' : null,
    rights.credentials ? 'credentials' : null,
    rights.databaseIds === null
      ? null
      : `only ${
          all
            .filter(({ id }) => rights.databaseIds?.includes(id))
            .map(({ name }) => name)
            .join(' and ') || 'databases that are gone'
        }`,
  ]
    .filter((part) => part !== null)
    .join(', ');
}
