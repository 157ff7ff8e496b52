import { type Db, one } from './db.ts';

/** What the whole installation asks of people who sign in; API keys are not asked. */
export interface SignInRules {
  /** Who has not shown a code may do nothing but set that up. */
  readonly secondFactorNeeded: boolean;
  /** Whoever comes by single sign-on need not show one here. */
  readonly singleSignOnSuffices: boolean;
}

const columns = `second_factor_needed as "secondFactorNeeded",
  single_sign_on_suffices as "singleSignOnSuffices"`;

export async function readSignInRules(db: Db): Promise<SignInRules> {
  return await one<SignInRules>(db, `select ${columns} from installation`);
}

export async function setSignInRules(db: Db, rules: SignInRules): Promise<void> {
  await db.query(
    'update installation set second_factor_needed = $1, single_sign_on_suffices = $2',
    [rules.secondFactorNeeded, rules.singleSignOnSuffices],
  );
}
