import { MusterError } from '#domain/errors/muster-error.ts';
import type { AppCredentials } from './credentials.ts';
import { isAnswerTo, type Login } from './login.ts';

/** Long enough to find a password and a second factor. */
const ANSWER_WAIT_MS = 10 * 60_000;
const PENDING_MAX = 1_000;

/** What a login goes on with once it is answered. */
interface Begun {
  /** Who began it: nobody else may bring the answer (RFC 6749, section 10.12). */
  readonly by: string;
  readonly app: AppCredentials;
  /** Where its token comes from. */
  readonly apiUrl: string;
  /** Which connection shall have the token; null: a new one. */
  readonly connectionId: string | null;
}

interface Pending extends Begun {
  readonly login: Login;
  readonly untilMs: number;
}

/** Logins that were begun and not answered yet. They live in one process: after a restart one begins anew. */
export class PendingLogins {
  readonly #clock: { nowMs(): number };
  readonly #byState = new Map<string, Pending>();

  constructor(clock: { nowMs(): number }) {
    this.#clock = clock;
  }

  add(login: Login, begun: Begun): void {
    const nowMs = this.#clock.nowMs();
    for (const [state, { untilMs }] of this.#byState) {
      if (untilMs < nowMs || this.#byState.size >= PENDING_MAX) this.#byState.delete(state);
    }
    this.#byState.set(login.state, { ...begun, login, untilMs: nowMs + ANSWER_WAIT_MS });
  }

  /** The login that an answer is to, once. @throws MusterError META_LOGIN */
  take(answer: URLSearchParams, by: string): Begun & { readonly login: Login } {
    const state = answer.get('state') ?? '';
    const pending = this.#byState.get(state);
    this.#byState.delete(state);
    const isOurs = pending?.by === by && isAnswerTo(pending.login, answer);
    if (!isOurs || pending.untilMs < this.#clock.nowMs()) {
      throw new MusterError(
        'META_LOGIN',
        'the login was not begun here, or more than ten minutes ago',
      );
    }
    return pending;
  }
}
