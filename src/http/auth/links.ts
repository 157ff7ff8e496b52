import type { Store, Tx } from '#store/db.ts';
import {
  countLoginUsers,
  createLoginUser,
  isLoginEmail,
  type LoginUser,
  readLoginUser,
  type Rights,
  setPassword,
} from '#store/login-users.ts';
import {
  createLink,
  type LinkKind,
  type OneTimeLink,
  readLink,
  useInvitation,
  useLink,
} from '#store/one-time-links.ts';
import { MusterError } from '#domain/errors/muster-error.ts';
import { hashOfSecret } from './api-key.ts';
import { checkPassword, hashPassword } from './password.ts';

const CHANCE_BYTES = 24;
const HOUR_MS = 3_600_000;

/** How long a link works. */
const lastsMs: Readonly<Record<LinkKind, number>> = {
  'first-start': 24 * HOUR_MS,
  invitation: 7 * 24 * HOUR_MS,
  reset: HOUR_MS,
  demo: 24 * HOUR_MS,
};

export const everything: Rights = {
  ...{ role: 'owner', personalData: true, credentials: true, databaseIds: null },
};

/** What is given to somebody: a page that reads what is behind the #. */
export function welcomeUrl(base: string, token: string): string {
  return `${base}/welcome#${token}`;
}

export interface OfferedLink {
  readonly link: OneTimeLink;
  /** What is behind the # of the page /welcome: never sent to a server by itself, so in no log. */
  readonly token: string;
}

type Offer = Rights & {
  readonly kind: LinkKind;
  readonly userId?: string;
  readonly email?: string;
  readonly madeBy: string;
};

/** Makes a link that works once; its token is shown now and never again. */
export async function offerLink(
  tx: Tx,
  { userId, email, ...offer }: Offer,
  randomBytes: (bytes: number) => Buffer,
): Promise<OfferedLink> {
  const token = randomBytes(CHANCE_BYTES).toString('base64url');
  const link = await createLink(tx, {
    ...offer,
    ...{ userId: userId ?? null, email: email ?? null },
    ...{ hash: hashOfSecret(token), lastsMs: lastsMs[offer.kind] },
  });
  return { link, token };
}

/** An invitation to somebody who may not sign in yet. @throws MusterError USER_EXISTS, USER_EMAIL_INVALID */
export async function invite(
  tx: Tx,
  wish: Rights & { readonly email: string; readonly madeBy: string },
  randomBytes: (bytes: number) => Buffer,
): Promise<OfferedLink> {
  checkEmail(wish.email);
  if (await isLoginEmail(tx, wish.email)) throw new MusterError('USER_EXISTS');
  return await offerLink(tx, { ...wish, kind: 'invitation' }, randomBytes);
}

/** A link by which somebody sets a new password. */
export async function offerReset(
  tx: Tx,
  user: LoginUser,
  madeBy: string,
  randomBytes: (bytes: number) => Buffer,
): Promise<OfferedLink> {
  return await offerLink(tx, { ...user, kind: 'reset', userId: user.id, madeBy }, randomBytes);
}

/** What a link is for. @throws MusterError LINK_UNKNOWN */
export async function describeLink(store: Store, token: string): Promise<OneTimeLink> {
  return await readLink(store, hashOfSecret(token));
}

export interface Acceptance {
  readonly token: string;
  readonly name: string | null;
  readonly email: string | null;
  readonly password: string | null;
}

/**
 * Uses a link up: makes the person it invites, or gives somebody a new password. Either all of it
 * happens or none.
 * @returns who may sign in by it now.
 * @throws MusterError LINK_UNKNOWN, PASSWORD_WEAK, USER_EMAIL_INVALID, USER_EXISTS
 */
export async function acceptLink(store: Store, wish: Acceptance): Promise<LoginUser> {
  const hash = hashOfSecret(wish.token);
  const link = await readLink(store, hash);
  const { userId } = link;
  if (userId !== null) return await acceptForUser(store, link, userId, hash, wish);
  // An invitation is for its address; whoever starts first says theirs.
  const email = link.email ?? wish.email ?? '';
  checkEmail(email);
  const name =
    (wish.name ?? '').trim() === '' ? email.replace(/@.*/, '') : (wish.name ?? '').trim();
  const password = wish.password ?? '';
  checkPassword(password, [name, email]);
  const passwordHash = await hashPassword(password);
  return await store.tx(async (tx) => {
    await useLink(tx, hash);
    if (link.kind === 'first-start' && (await countLoginUsers(tx)) > 0) {
      throw new MusterError('LINK_UNKNOWN');
    }
    return await createLoginUser(tx, { ...link, email, name, passwordHash });
  });
}

/** Makes the account of whoever is invited and has proved the address elsewhere, without a password. */
export async function acceptInvitationOf(store: Store, email: string, name: string): Promise<void> {
  await store.tx(async (tx) => {
    const invitation = await useInvitation(tx, email);
    if (invitation === null) return;
    const shown = name.trim() === '' ? email.replace(/@.*/, '') : name.trim();
    await createLoginUser(tx, { ...invitation, email, name: shown, passwordHash: null });
  });
}

async function acceptForUser(
  store: Store,
  link: OneTimeLink,
  userId: string,
  hash: Buffer,
  { password }: Acceptance,
): Promise<LoginUser> {
  const user = await readUser(store, userId);
  if (link.kind === 'demo') {
    await store.tx((tx) => useLink(tx, hash));
    return user;
  }
  checkPassword(password ?? '', [user.name, user.email]);
  const passwordHash = await hashPassword(password ?? '');
  await store.tx(async (tx) => {
    await useLink(tx, hash);
    await setPassword(tx, userId, passwordHash);
  });
  return user;
}

async function readUser(store: Store, userId: string): Promise<LoginUser> {
  const user = await readLoginUser(store, userId);
  if (user.disabledAt !== null) throw new MusterError('LINK_UNKNOWN');
  return user;
}

/** @throws MusterError USER_EMAIL_INVALID */
function checkEmail(email: string): void {
  if (!/^[^\s@<>"(),:;[\\\]]{1,64}@[^\s@<>"(),:;[\\\]]{1,190}$/.test(email)) {
    throw new MusterError('USER_EMAIL_INVALID');
  }
}
