import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { Secret } from '#config/secret.ts';
import { MusterError } from '#domain/errors/muster-error.ts';

/** What a link answers, and for whom. */
export interface ApprovalLink {
  readonly runId: number;
  readonly planChecksum: string;
  readonly personId: string;
  /** Unix milliseconds. */
  readonly endsMs: number;
}

const LASTS_MS = 72 * 3_600_000;

/** A link by which one person answers one question. That it works once is the question's to see to. */
export function approvalUrl(
  base: string,
  secret: Secret,
  link: Omit<ApprovalLink, 'endsMs'>,
  nowMs: number,
): string {
  const { runId, planChecksum, personId } = link;
  const said = JSON.stringify([runId, planChecksum, personId, nowMs + LASTS_MS]);
  const payload = Buffer.from(said).toString('base64url');
  return `${base}/approval/${payload}.${signatureOf(secret, payload).toString('base64url')}`;
}

const saidIn = z.tuple([z.int(), z.string(), z.string(), z.int()]);

/** @throws MusterError APPROVAL_LINK_UNKNOWN when we did not sign it, or it is too old */
export function readApprovalLink(secret: Secret, token: string, nowMs: number): ApprovalLink {
  const [payload = '', signature = ''] = token.split('.');
  const given = Buffer.from(signature, 'base64url');
  const right = signatureOf(secret, payload);
  if (given.length !== right.length || !timingSafeEqual(given, right)) {
    throw new MusterError('APPROVAL_LINK_UNKNOWN');
  }
  const said: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
  const [runId, planChecksum, personId, endsMs] = saidIn.parse(said);
  if (endsMs <= nowMs) throw new MusterError('APPROVAL_LINK_UNKNOWN', 'it is too old');
  return { runId, planChecksum, personId, endsMs };
}

/** The secret signs cookies as well: what is signed here can be nothing else. */
function signatureOf(secret: Secret, payload: string): Buffer {
  return createHmac('sha256', secret.reveal()).update(`approval link\0${payload}`).digest();
}
