import { type Db, one, type Tx } from './db.ts';

export interface SealedLoginSecret {
  readonly installationId: string;
  /** Null: there is none yet. */
  readonly sealed: Buffer | null;
}

export async function readLoginSecret(db: Db): Promise<SealedLoginSecret> {
  return await one<SealedLoginSecret>(
    db,
    'select i.id as "installationId", s.sealed from installation i left join login_secret s on true',
  );
}

/** The first that is kept stays; others are thrown away. */
export async function keepLoginSecret(db: Db, sealed: Buffer): Promise<void> {
  await db.query('insert into login_secret (sealed) values ($1) on conflict do nothing', [sealed]);
}

/** The same secret, sealed with another key. */
export async function replaceSealedLoginSecret(tx: Tx, sealed: Buffer): Promise<void> {
  await tx.query('update login_secret set sealed = $1', [sealed]);
}
