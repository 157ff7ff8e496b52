import { MusterError } from '#domain/errors/muster-error.ts';
import { type Db, one, type Tx } from './db.ts';
import { clearStop, type StopReason } from './stops.ts';

/** Credentials for Meta and what is known of them; the secrets themselves are read apart. */
export interface Connection {
  readonly id: number;
  readonly name: string;
  readonly sandbox: boolean;
  /** Without a version: `https://graph.facebook.com`, or where the sandbox listens. */
  readonly apiUrl: string;
  /** How the token came. */
  readonly origin: 'pasted' | 'login';
  readonly appId: string | null;
  readonly userId: string | null;
  readonly userName: string | null;
  /** Meta's word, such as USER or SYSTEM_USER; null where Meta would not say. */
  readonly tokenKind: string | null;
  /** Null where Meta would not say. */
  readonly tokenEndsAt: Date | 'never' | null;
  readonly tokenSince: Date;
  readonly accessTier: string | null;
  readonly stoppedFor: StopReason | null;
  readonly stoppedAt: Date | null;
}

const connections = `select id, name, sandbox, api_url as "apiUrl", origin, app_id as "appId",
    user_id as "userId", user_name as "userName", token_kind as "tokenKind",
    token_ends_at as "tokenEndsAt", token_since as "tokenSince", access_tier as "accessTier",
    stopped_for as "stoppedFor", stopped_at as "stoppedAt"
  from connection`;

/** As the database gives it: an infinite moment is read as the number. */
type ConnectionRow = Omit<Connection, 'tokenEndsAt'> & {
  readonly tokenEndsAt: Date | number | null;
};

function fromRow({ tokenEndsAt, ...row }: ConnectionRow): Connection {
  return { ...row, tokenEndsAt: typeof tokenEndsAt === 'number' ? 'never' : tokenEndsAt };
}

export async function listConnections(db: Db): Promise<Connection[]> {
  return (await db.query<ConnectionRow>(`${connections} order by id`)).map(fromRow);
}

/** @throws MusterError CONNECTION_UNKNOWN */
export async function findConnection(db: Db, name: string): Promise<Connection> {
  const [found] = await db.query<ConnectionRow>(`${connections} where name = $1`, [name]);
  if (found === undefined) throw new MusterError('CONNECTION_UNKNOWN', `“${name}”`);
  return fromRow(found);
}

/** What a connection keeps sealed, and the installation it was sealed for. */
export interface SealedCredentials {
  readonly installationId: string;
  readonly token: Buffer;
  readonly appId: string | null;
  readonly appSecret: Buffer | null;
}

export async function readSealed(db: Db, connectionId: number): Promise<SealedCredentials> {
  return await one<SealedCredentials>(
    db,
    `select i.id as "installationId", c.token_sealed as token, c.app_id as "appId",
       c.app_secret_sealed as "appSecret"
     from connection c, installation i where c.id = $1`,
    [connectionId],
  );
}

/** Where a secret will stand: what it is sealed with is bound to this place. */
export interface CredentialPlace {
  readonly installationId: string;
  readonly connectionId: number;
}

export interface ConnectionWish
  extends Pick<
    Connection,
    'sandbox' | 'apiUrl' | 'origin' | 'appId' | 'userId' | 'userName' | 'tokenKind'
  > {
  /** Null makes a new one. */
  readonly id: number | null;
  /** Of a new one; a number behind it keeps it from being a second of that name. */
  readonly name: string;
  readonly tokenEndsAt: Date | 'never' | null;
  readonly accessTier: string | null;
  readonly seal: (place: CredentialPlace) => { token: Buffer; appSecret: Buffer | null };
}

/** Makes a connection, or gives the one that is there new credentials, which starts it again. */
export async function saveConnection(
  tx: Tx,
  wish: ConnectionWish,
): Promise<{ id: number; name: string }> {
  const connectionId = wish.id ?? (await insertConnection(tx, wish));
  const { id: installationId } = await one<{ id: string }>(tx, 'select id from installation');
  const { token, appSecret } = wish.seal({ installationId, connectionId });
  await clearStop(tx, 'connection', connectionId);
  return await one(
    tx,
    `update connection set sandbox = $2, api_url = $3, origin = $4, app_id = $5, user_id = $6,
       user_name = $7, token_kind = $8, token_ends_at = $9, access_tier = $10, token_sealed = $11,
       app_secret_sealed = $12, token_since = muster_now()
     where id = $1 returning id, name`,
    [
      ...[connectionId, wish.sandbox, wish.apiUrl, wish.origin, wish.appId, wish.userId],
      ...[wish.userName, wish.tokenKind, endParameter(wish.tokenEndsAt), wish.accessTier],
      ...[token, appSecret],
    ],
  );
}

/** The secrets follow in the same transaction: they are sealed for the number the row gets here. */
async function insertConnection(
  tx: Tx,
  { name, sandbox, apiUrl }: ConnectionWish,
): Promise<number> {
  const taken = await tx.query<{ name: string }>('select name from connection');
  const names = new Set(taken.map((row) => row.name));
  let free = name;
  for (let number = 2; names.has(free); number++) free = `${name} ${number}`;
  const { id } = await one<{ id: number }>(
    tx,
    `insert into connection (name, sandbox, api_url, token_sealed) values ($1, $2, $3, '')
     returning id`,
    [free, sandbox, apiUrl],
  );
  return id;
}

function endParameter(endsAt: Date | 'never' | null): Date | string | null {
  return endsAt === 'never' ? 'infinity' : endsAt;
}

/** Seals everything anew, for another key. */
export async function resealAll(
  tx: Tx,
  reseal: (
    place: CredentialPlace,
    sealed: SealedCredentials,
  ) => { token: Buffer; appSecret: Buffer | null },
): Promise<number> {
  const rows = await tx.query<{ id: number }>('select id from connection order by id for update');
  for (const { id: connectionId } of rows) {
    const sealed = await readSealed(tx, connectionId);
    const place = { installationId: sealed.installationId, connectionId };
    const { token, appSecret } = reseal(place, sealed);
    await tx.query(
      'update connection set token_sealed = $2, app_secret_sealed = $3 where id = $1',
      [...[connectionId, token, appSecret]],
    );
  }
  return rows.length;
}

/** What Meta says today of the token that is there. */
export async function noteToken(
  db: Db,
  connectionId: number,
  { kind, endsAt }: { readonly kind: string | null; readonly endsAt: Date | 'never' | null },
): Promise<void> {
  await db.query('update connection set token_kind = $2, token_ends_at = $3 where id = $1', [
    ...[connectionId, kind, endParameter(endsAt)],
  ]);
}
