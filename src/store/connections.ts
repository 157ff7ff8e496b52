import { MusterError } from '#domain/errors/muster-error.ts';
import { type Db, one, type Tx } from './db.ts';

/** One database tied to one ad account, and where its calls go. */
export interface Integration {
  readonly id: number;
  readonly name: string;
  readonly databaseId: number;
  readonly database: string;
  readonly connectionId: number;
  readonly adAccount: string;
  readonly sandbox: boolean;
  /** Without a version: `https://graph.facebook.com`, or where the sandbox listens. */
  readonly apiUrl: string;
  readonly enabled: boolean;
  readonly externalIdAllowed: boolean;
}

const integrations = `select i.id, i.name, i.database_id as "databaseId", d.name as database,
    i.connection_id as "connectionId", i.ad_account as "adAccount", c.sandbox,
    c.api_url as "apiUrl", i.enabled, i.external_id_allowed as "externalIdAllowed"
  from integration i
  join database d on d.id = i.database_id
  join connection c on c.id = i.connection_id`;

export async function listIntegrations(db: Db): Promise<Integration[]> {
  return await db.query<Integration>(`${integrations} order by i.id`);
}

export async function readIntegration(db: Db, id: number): Promise<Integration> {
  return await one<Integration>(db, `${integrations} where i.id = $1`, [id]);
}

/** @throws MusterError INTEGRATION_UNKNOWN */
export async function findIntegration(db: Db, name: string): Promise<Integration> {
  const [found] = await db.query<Integration>(`${integrations} where i.name = $1`, [name]);
  if (found === undefined) throw new MusterError('INTEGRATION_UNKNOWN', `“${name}”`);
  return found;
}

/** The sealed token of a connection, and the installation it was sealed for. */
export interface SealedToken {
  readonly installationId: string;
  readonly sealed: Buffer;
}

export async function readSealedToken(db: Db, connectionId: number): Promise<SealedToken> {
  return await one<SealedToken>(
    db,
    `select i.id as "installationId", c.token_sealed as sealed
     from connection c, installation i where c.id = $1`,
    [connectionId],
  );
}

export interface IntegrationWish {
  /** Null: the one it has, or `nameDefault`. */
  readonly name: string | null;
  readonly nameDefault: string;
  readonly databaseId: number;
  readonly adAccount: string;
  readonly sandbox: boolean;
  readonly apiUrl: string;
}

/** Where a token will stand: what it is sealed with is bound to this place. */
export interface TokenPlace {
  readonly installationId: string;
  readonly connectionId: number;
}

/**
 * Makes the connection and the integration of a database and an ad account, or replaces the token
 * and the address of the one that is there.
 * @throws MusterError INTEGRATION_EXISTS when another integration has the name.
 */
export async function saveIntegration(
  tx: Tx,
  wish: IntegrationWish,
  seal: (place: TokenPlace) => Buffer,
): Promise<{ integration: Integration; replaced: boolean }> {
  // Two at once for one database take turns, so that neither makes a second integration.
  await tx.query('select id from database where id = $1 for update', [wish.databaseId]);
  const [known] = await tx.query<Integration>(
    `${integrations} where i.database_id = $1 and i.ad_account = $2`,
    [wish.databaseId, wish.adAccount],
  );
  const name = wish.name ?? known?.name ?? (await freeName(tx, wish.nameDefault));
  if (known?.name !== name) await refuseTakenName(tx, name);
  const connectionId = known?.connectionId ?? (await insertConnection(tx, name, wish));
  const { id: installationId } = await one<{ id: string }>(tx, 'select id from installation');
  await tx.query(
    `update connection set name = $2, sandbox = $3, api_url = $4, token_sealed = $5 where id = $1`,
    [connectionId, name, wish.sandbox, wish.apiUrl, seal({ installationId, connectionId })],
  );
  const { id } = await one<{ id: number }>(
    tx,
    `insert into integration (name, database_id, connection_id, ad_account) values ($1, $2, $3, $4)
     on conflict (database_id, ad_account) do update set name = excluded.name returning id`,
    [name, wish.databaseId, connectionId, wish.adAccount],
  );
  return { integration: await readIntegration(tx, id), replaced: known !== undefined };
}

/** The token follows in the same transaction: it is sealed for the number that the row gets here. */
async function insertConnection(tx: Tx, name: string, wish: IntegrationWish): Promise<number> {
  const { id } = await one<{ id: number }>(
    tx,
    `insert into connection (name, sandbox, api_url, token_sealed) values ($1, $2, $3, '')
     returning id`,
    [name, wish.sandbox, wish.apiUrl],
  );
  return id;
}

async function refuseTakenName(tx: Tx, name: string): Promise<void> {
  const taken = await tx.query(
    `select 1 from integration where name = $1 union all select 1 from connection where name = $1`,
    [name],
  );
  if (taken.length > 0) throw new MusterError('INTEGRATION_EXISTS', `“${name}”`);
}

/** The name itself, or the first of `name 2`, `name 3`, … that nobody has. */
async function freeName(tx: Tx, name: string): Promise<string> {
  const taken = await tx.query<{ name: string }>(
    'select name from integration union select name from connection',
  );
  const names = new Set(taken.map((row) => row.name));
  let free = name;
  for (let number = 2; names.has(free); number++) free = `${name} ${number}`;
  return free;
}
