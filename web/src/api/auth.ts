import { queryOptions } from '@tanstack/react-query';
import { answered, api } from './client.ts';
import { isOffline } from './problem.ts';

/** What signing in leads to. */
export type Next = 'signed-in' | 'second-factor';

export interface AuthState {
  readonly signedIn: boolean;
  /** Nobody may sign in yet: the link that the server printed makes the first owner. */
  readonly firstStart: boolean;
  readonly singleSignOn: { readonly name: string } | null;
}

export interface LoginLink {
  readonly kind: 'first-start' | 'invitation' | 'reset' | 'demo';
  readonly email: string | null;
  readonly endsAt: string;
}

/** Who is signed in, and what they may. */
export interface Me {
  readonly id: string;
  readonly name: string;
  readonly email: string | null;
  readonly role: 'viewer' | 'editor' | 'admin' | 'owner';
  readonly personalData: boolean;
  readonly credentials: boolean;
  /** Null: all. */
  readonly databases: readonly string[] | null;
  readonly secondFactor: boolean;
  /** Everybody needs one here, and none was shown in this session: nothing else answers. */
  readonly secondFactorMissing: boolean;
}

/** What a link asks for. */
export interface Acceptance {
  readonly token: string;
  readonly email?: string;
  readonly name?: string;
  readonly password?: string;
}

/** These paths answer before anybody is signed in; docs/decisions/0049 has what they take and give. */
const auth = api as unknown as {
  GET(path: string): Promise<{ data?: unknown; error?: unknown; response: Response }>;
  POST(
    path: string,
    init: { body: object },
  ): Promise<{ data?: unknown; error?: unknown; response: Response }>;
};

async function ask<T>(path: string, body: object): Promise<T> {
  return (await answered(auth.POST(path, { body }))) as T;
}

export const authStateQuery = queryOptions({
  queryKey: ['auth'],
  queryFn: async () => (await answered(auth.GET('/auth/state'))) as AuthState,
});

export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: async () => (await answered(auth.GET('/me'))) as Me,
});

/** Whether Muster answers at all, be it with a no. */
export async function isAnswering(): Promise<boolean> {
  try {
    await answered(auth.GET('/auth/state'));
    return true;
  } catch (error) {
    return !isOffline(error);
  }
}

export const signIn = (body: { email: string; password: string }) =>
  ask<{ next: Next }>('/auth/sign-in', body);
export const secondFactor = (code: string) => ask<{ next: Next }>('/auth/second-factor', { code });
export const singleSignOn = () => ask<{ url: string }>('/auth/single-sign-on', {});
export const signOut = () => ask<unknown>('/auth/sign-out', {});
export const readLink = (token: string) => ask<LoginLink>('/auth/link', { token });
export const acceptLink = (body: Acceptance) => ask<{ next: Next }>('/auth/accept', body);
export const forgotPassword = (email: string) => ask<{ mail: boolean }>('/auth/forgot', { email });
