import { MusterError } from '#domain/errors/muster-error.ts';
import type { Integration } from '#store/connections.ts';

/** The demo keeps to a database of its own, so that its connection never stands for the user's. */
const DEMO = 'demo';
const MAIN = 'main';

/**
 * The integration that is meant where none is named: the only one there is, of the database if one
 * is named, else the only one that is not the demo's, else the only one of `main`. Null: there is none.
 * @throws MusterError INTEGRATION_UNCLEAR
 */
export function chooseIntegration(
  integrations: readonly Integration[],
  database: string | undefined,
): Integration | null {
  const all = integrations.filter((one) => database === undefined || one.database === database);
  const choices = [
    all,
    all.filter((one) => one.database !== DEMO),
    all.filter((one) => one.database === MAIN),
  ];
  for (const choice of choices) {
    const [only] = choice;
    if (only !== undefined && choice.length === 1) return only;
  }
  if (all.length === 0) return null;
  const names = all.map(({ name, database: of }) => `“${name}” (database ${of})`).join(', ');
  throw new MusterError('INTEGRATION_UNCLEAR', names);
}
