import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Hono } from 'hono';
import type { Mailer } from '#alerts/mail.ts';
import { authenticate } from '#http/auth/authenticate.ts';
import { ClientAddresses } from '#http/auth/client-address.ts';
import type { SingleSignOn } from '#http/auth/better-auth.ts';
import { everything, invite, offerLink } from '#http/auth/links.ts';
import { RateWindow } from '#http/auth/rate-window.ts';
import { SignIn } from '#http/auth/sign-in.ts';
import { apiRoutes } from '#http/api/serve.ts';
import { createApp } from '#http/app.ts';
import { apiPath } from '#http/client.ts';
import { listenOnLoopback } from '#http/listen.ts';
import { Secret } from '#config/secret.ts';
import type { Rights } from '#store/login-users.ts';
import { Chance } from '../exact/chance.ts';
import { openPlace, type Place } from '../exact/place.ts';
import { installationOf } from './_desk.ts';

/** Muster behind its real door: whoever comes has to sign in. */
export interface Door extends AsyncDisposable {
  readonly place: Place;
  readonly url: string;
  /** A browser of its own, which keeps cookies. */
  browser(): Browser;
  firstStart(): Promise<string>;
  invite(email: string, rights: Partial<Rights>): Promise<string>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: { readonly [name: string]: unknown };
}

/** Sends what a page of ours would, and keeps what it is given. */
export class Browser {
  readonly #url: string;
  cookies = new Map<string, string>();
  /** As they came, with their attributes. */
  setCookies: string[] = [];

  constructor(url: string) {
    this.#url = url;
  }

  async ask(
    method: string,
    path: string,
    body?: object,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const response = await fetch(`${this.#url}${apiPath}${path}`, {
      method,
      headers: {
        cookie: [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; '),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      redirect: 'manual',
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    for (const cookie of response.headers.getSetCookie()) {
      this.setCookies.push(cookie);
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      if (/max-age=0/i.test(cookie)) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    const text = await response.text();
    const isJson = text !== '' && (response.headers.get('content-type') ?? '').includes('json');
    const read = isJson ? (JSON.parse(text) as Answer['body']) : { text };
    return { status: response.status, headers: response.headers, body: read };
  }
}

interface DoorWish {
  /** As people open it; otherwise where it listens. */
  readonly publicUrl?: string;
  readonly singleSignOn?: SingleSignOn;
  readonly mailer?: Mailer;
  /** The built page, where it is looked at. */
  readonly web?: Hono;
}

export async function openDoor(wish: DoorWish = {}): Promise<Door> {
  const { publicUrl, singleSignOn, mailer, web } = wish;
  const place = await openPlace(new Chance(5));
  const { store } = place.muster;
  const directory = await mkdtemp(join(tmpdir(), 'muster-door-'));
  const installation = installationOf(place, directory);
  let url = '';
  const signIn = new SignIn({
    ...{ store, singleSignOn: singleSignOn ?? null, publicUrl: () => publicUrl ?? url },
    mailer: mailer ?? null,
    secret: () => Promise.resolve(new Secret('of these tests, and long enough to be one')),
  });
  const whoAsks = authenticate({
    ...{ store, signIn, addresses: new ClientAddresses(['127.0.0.1']) },
    known: new RateWindow(10_000, 60_000, Date.now),
    strangers: new RateWindow(10_000, 60_000, Date.now),
  });
  const app = createApp({
    ...{ basePath: '/', authenticate: whoAsks },
    ...{ overview: () => Promise.reject(new Error('not here')), ping: () => Promise.resolve() },
    ...{ recentCalls: () => Promise.resolve([]) },
    api: apiRoutes({ muster: place.muster, installation, signIn }, whoAsks),
    ...(web === undefined ? {} : { web }),
  });
  const listening = await listenOnLoopback(app, [0]);
  url = listening.url;
  return {
    place,
    url,
    browser: () => new Browser(url),
    firstStart: async () => {
      const offer = { ...everything, kind: 'first-start' as const, madeBy: 'serve' };
      return (await store.tx((tx) => offerLink(tx, offer, randomBytes))).token;
    },
    invite: async (email, rights) => {
      const wish = { ...everything, ...rights, email, madeBy: 'Ana' };
      return (await store.tx((tx) => invite(tx, wish, randomBytes))).token;
    },
    async [Symbol.asyncDispose]() {
      await listening.close();
      await signIn.settled();
      await place[Symbol.asyncDispose]();
      await rm(directory, { recursive: true });
    },
  };
}
