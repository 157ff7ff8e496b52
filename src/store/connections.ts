import { MusterError } from '#domain/errors/muster-error.ts';
import { type Db, one, type Store, type Tx } from './db.ts';
import { clearStop, type StopReason } from './stops.ts';

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
  /** Categories that people must have said yes to before they are sent through it. */
  readonly requiredConsents: readonly string[];
  readonly connection: string;
  /** Of the Meta app, if one was given. */
  readonly appId: string | null;
  /** Why nothing is sent: to this ad account, or through its connection. */
  readonly stoppedFor: StopReason | null;
  readonly connectionStoppedFor: StopReason | null;
}

const integrations = `select i.id, i.name, i.database_id as "databaseId", d.name as database,
    i.connection_id as "connectionId", i.ad_account as "adAccount", c.sandbox,
    c.api_url as "apiUrl", i.enabled, i.external_id_allowed as "externalIdAllowed",
    i.required_consents as "requiredConsents",
    c.name as connection, c.app_id as "appId", i.stopped_for as "stoppedFor",
    c.stopped_for as "connectionStoppedFor"
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

/** Turns an integration on or off. @throws MusterError INTEGRATION_UNKNOWN */
export async function enableIntegration(
  db: Db,
  name: string,
  enabled: boolean,
): Promise<Integration> {
  const { id } = await findIntegration(db, name);
  await db.query('update integration set enabled = $2 where id = $1', [id, enabled]);
  return await readIntegration(db, id);
}

/**
 * Whether an external id alone is enough to be sent (features.md §9 Q-7). Everybody of its audiences
 * is compared at their next run.
 */
export async function setExternalIdAllowed(tx: Tx, id: number, allowed: boolean): Promise<void> {
  await tx.query(
    `with changed as (
       update integration set external_id_allowed = $2
       where id = $1 and external_id_allowed <> $2 returning id
     )
     update link l set compare_all = true from audience a, changed
     where a.integration_id = changed.id and l.audience_id = a.id and l.ended_at is null`,
    [id, allowed],
  );
}

/** @throws MusterError INTEGRATION_UNKNOWN, INTEGRATION_EXISTS */
export async function renameIntegration(
  store: Store,
  name: string,
  newName: string,
): Promise<Integration> {
  return await store.tx(async (tx) => {
    const { id } = await findIntegration(tx, name);
    if (newName !== name) await refuseTakenName(tx, newName);
    await tx.query('update integration set name = $2 where id = $1', [id, newName]);
    return await readIntegration(tx, id);
  });
}

export interface IntegrationWish {
  /** Null: the one it has, or `nameDefault`. */
  readonly name: string | null;
  readonly nameDefault: string;
  readonly databaseId: number;
  readonly adAccount: string;
  /** The connection to go through; null: the one it has, or a new one. */
  readonly connectionId: number | null;
}

/**
 * Makes the integration of a database and an ad account, or gives the one that is there what `save`
 * has made of its connection. Whatever stopped it is forgotten.
 * @throws MusterError INTEGRATION_EXISTS when another integration has the name.
 */
export async function saveIntegration(
  tx: Tx,
  wish: IntegrationWish,
  save: (connection: { id: number | null; name: string }) => Promise<number>,
): Promise<{ integration: Integration; replaced: boolean }> {
  // Two at once for one database take turns, so that neither makes a second integration.
  await tx.query('select id from database where id = $1 for update', [wish.databaseId]);
  const [known] = await tx.query<Integration>(
    `${integrations} where i.database_id = $1 and i.ad_account = $2`,
    [wish.databaseId, wish.adAccount],
  );
  const name = wish.name ?? known?.name ?? (await freeName(tx, wish.nameDefault));
  if (known?.name !== name) await refuseTakenName(tx, name);
  const connectionId = await save({ id: wish.connectionId ?? known?.connectionId ?? null, name });
  const { id } = await one<{ id: number }>(
    tx,
    `insert into integration (name, database_id, connection_id, ad_account) values ($1, $2, $3, $4)
     on conflict (database_id, ad_account) do update
       set name = excluded.name, connection_id = excluded.connection_id
     returning id`,
    [name, wish.databaseId, connectionId, wish.adAccount],
  );
  await clearStop(tx, 'integration', id);
  return { integration: await readIntegration(tx, id), replaced: known !== undefined };
}

async function refuseTakenName(tx: Tx, name: string): Promise<void> {
  const taken = await tx.query('select from integration where name = $1', [name]);
  if (taken.length > 0) throw new MusterError('INTEGRATION_EXISTS', `“${name}”`);
}

/** The name itself, or the first of `name 2`, `name 3`, … that no integration has. */
async function freeName(tx: Tx, name: string): Promise<string> {
  const taken = await tx.query<{ name: string }>('select name from integration');
  const names = new Set(taken.map((row) => row.name));
  let free = name;
  for (let number = 2; names.has(free); number++) free = `${name} ${number}`;
  return free;
}
