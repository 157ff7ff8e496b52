import { Webhook } from 'standardwebhooks';
import { MusterError } from '#domain/errors/muster-error.ts';
import { guardedRequest } from '#sources/guarded-request.ts';
import type { Reachable } from '#sources/host.ts';

/** A URL that is called, and the keys that sign what is sent there: two while they are rotated. */
export interface WebhookTarget {
  readonly url: string;
  /** `whsec_…` each, the newest first; none: nothing is signed (Slack has its secret in the URL). */
  readonly secrets: readonly string[];
}

/** What one call came to: taken, not taken, or the other side wants no more calls for good. */
export type CallOutcome = 'taken' | 'gone';

/**
 * Posts a document, signed as Standard Webhooks says (spec of 2023-12, read 2026-11-22): id, seconds
 * and body, by every key. Redirects are not followed: whoever moved says so to a person.
 * @throws MusterError CHANNEL_REFUSED, CHANNEL_PLACE_INVALID, SOURCE_HOST_REFUSED, SOURCE_UNREACHABLE
 */
export async function callWebhook(
  { url, secrets }: WebhookTarget,
  { messageId, body, now }: { messageId: string; body: object; now: Date },
  reachable: Reachable,
): Promise<CallOutcome> {
  const parsed = URL.parse(url);
  if (parsed === null) throw new MusterError('CHANNEL_PLACE_INVALID', 'it is no URL');
  const text = JSON.stringify(body);
  const signatures = secrets.map((secret) => new Webhook(secret).sign(messageId, now, text));
  const answer = await guardedRequest(
    parsed,
    {
      method: 'POST',
      body: text,
      headers: {
        'content-type': 'application/json',
        'content-length': String(Buffer.byteLength(text)),
        ...(secrets.length === 0
          ? {}
          : {
              'webhook-id': messageId,
              'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
              'webhook-signature': signatures.join(' '),
            }),
      },
    },
    reachable,
  );
  answer.drop();
  if (answer.status >= 200 && answer.status < 300) return 'taken';
  if (answer.status === 410) return 'gone';
  throw new MusterError('CHANNEL_REFUSED', `${parsed.hostname} answers ${answer.status}`);
}
