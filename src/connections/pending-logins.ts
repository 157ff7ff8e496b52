import { MusterError } from '#domain/errors/muster-error.ts';
import type { AppCredentials } from './credentials.ts';
import { isAnswerTo, type Login } from './login.ts';

/** Long enough to find a password and a second factor. */
const ANSWER_WAIT_MS = 10 * 60_000;
const PENDING_MAX = 1_000;

interface Pending {
  readonly login: Login;
  readonly app: AppCredentials;
  readonly untilMs: number;
}

/** Logins that were begun and not answered yet. They live in one process: after a restart one begins anew. */
export class PendingLogins {
  readonly #clock: { nowMs(): number };
  readonly #byState = new Map<string, Pending>();

  constructor(clock: { nowMs(): number }) {
    this.#clock = clock;
  }

  add(login: Login, app: AppCredentials): void {
    const nowMs = this.#clock.nowMs();
    for (const [state, { untilMs }] of this.#byState) {
      if (untilMs < nowMs || this.#byState.size >= PENDING_MAX) this.#byState.delete(state);
    }
    this.#byState.set(login.state, { login, app, untilMs: nowMs + ANSWER_WAIT_MS });
  }

  /** The login that an answer is to, once. @throws MusterError META_LOGIN */
  take(answer: URLSearchParams): Pick<Pending, 'login' | 'app'> {
    const state = answer.get('state') ?? '';
    const pending = this.#byState.get(state);
    this.#byState.delete(state);
    const isOurs = pending !== undefined && isAnswerTo(pending.login, answer);
    if (!isOurs || pending.untilMs < this.#clock.nowMs()) {
      throw new MusterError(
        'META_LOGIN',
        'the login was not begun here, or more than ten minutes ago',
      );
    }
    return pending;
  }
}
