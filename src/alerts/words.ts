import { type AlertKind, alertKinds } from '#domain/alert-kinds.ts';
import { tokenEndWords } from '#domain/token-end.ts';
import { conditionOf } from '#meta/conditions.ts';
import type { Alert } from '#store/alerts.ts';

/** An alert as people read it. */
export interface AlertWords {
  /** One line: what, and of what. */
  readonly title: string;
  /** What was measured, as whole sentences. */
  readonly text: string;
  /** What to do, as a whole sentence. */
  readonly next: string;
}

export type Told = Pick<Alert, 'kind' | 'subject' | 'detail'>;

/** `now` is for how far away an end is. */
export function wordsOf(alert: Told, now: Date): AlertWords {
  const { text, next } = texts[alert.kind](alert.detail as never, alert.subject, now);
  return { title: `${alertKinds[alert.kind]}: ${alert.subject}`, text, next };
}

type Words = (detail: never, subject: string, now: Date) => Omit<AlertWords, 'title'>;

const count = (value: number) => new Intl.NumberFormat('en-US').format(value);
const typed = (name: string) => (/^[\w.-]+$/.test(name) ? name : JSON.stringify(name));

const texts: Readonly<Record<AlertKind, Words>> = {
  'run failed': (run: RunDetail, subject) => ({
    text:
      run.waitingFor === null
        ? `Run ${run.runId}: ${run.message ?? 'it broke off'}.`
        : `Run ${run.runId} has been waiting for ${run.waitingFor === 'quota' ? 'room in Meta’s limits' : 'the network'} for more than an hour.`,
    next: run.next ?? `Look with \`muster audience details ${typed(subject)}\`.`,
  }),
  'run partial': (run: RunDetail, subject) => ({
    text: `Run ${run.runId} is done but for ${count(run.rejected + run.unknown)} rows${run.message === null ? '' : `: ${run.message}`}.`,
    next: `Look with \`muster audience rejected ${typed(subject)}\` and \`muster run show ${run.runId}\`.`,
  }),
  'guard held': ({ runId, because }: { runId: string; because: string[] }, subject) => ({
    text: `${because.join('; ') || 'Too many people would leave'}.`,
    next: `Look with \`muster plan ${typed(subject)}\`; if it is meant, \`muster release ${runId} --by YOUR_NAME\`.`,
  }),
  'approval asked': (run: ApprovalDetail) => ({
    text: `${run.askedBy} asked for run ${run.runId}: ${count(run.adds)} people would join, ${count(run.removes)} leave and ${count(run.updates)} change. That is more than one person alone may send.`,
    next: `Somebody else looks at the run and says yes or no: \`muster approve ${run.runId} --by ADDRESS\`.`,
  }),
  'model failed': ({ runId, code }: { runId: string; code: string | null }) => ({
    text: `Its last run could not be done${code === null ? '' : ` (${code})`}. Nobody was changed by it.`,
    next: `Look with \`muster model run show ${runId}\`${code === null ? '' : ` and \`muster help ${code}\``}.`,
  }),
  'connection stopped': (stop: { words: string; integration: string | null }) => ({
    text: `${stop.words}${stop.integration === null ? '' : ` (${stop.integration})`} What waits is kept.`,
    next: 'Mend it, then run `muster doctor`: it goes on by itself.',
  }),
  'token ends': ({ endsAt }: { endsAt: string }, subject, now) => ({
    text: `The token ${endsAt <= now.toISOString() ? '' : 'ends '}${tokenEndWords(new Date(endsAt), now)}.`,
    next: `Run \`muster connect --connection ${typed(subject)} --token-file FILE\`.`,
  }),
  'delivery low': (rows: { accepted: number; of: number; below: number }, subject) => ({
    text: `${count(rows.accepted)} of ${count(rows.of)} rows of the last 24 hours were accepted, which is less than ${rows.below} %.`,
    next: `Look with \`muster audience rejected ${typed(subject)}\`.`,
  }),
  'size jump': (size: { before: number; now: number; since: string }, subject) => ({
    text: `${count(size.now)} people belong to it, and ${count(size.before)} did on ${size.since.slice(0, 16).replace('T', ' ')} UTC.`,
    next: `Look with \`muster audience show ${typed(subject)}\` whether that is meant.`,
  }),
  'audience ends': ({ endsAt }: { endsAt: string | null }) => ({
    text: `No ad used it for two years, so Meta deletes it${endsAt === null ? '' : ` on ${endsAt.slice(0, 10)}`}.`,
    next: 'Use it in an ad to keep it.',
  }),
  'audience flagged': (said: MetaDetail, subject) => flaggedWords(said, subject),
  'source silent': (late: { everyMinutes: number; lastAt: string }, subject) => ({
    text: `People are expected every ${late.everyMinutes} minutes, and the last came in on ${late.lastAt.slice(0, 16).replace('T', ' ')} UTC.`,
    next: `Look why nothing comes; \`muster database set ${typed(subject)} --expect-every\` says how often it should.`,
  }),
  'opt-out refused': (out: { rows: number; since: string }) => ({
    text: `${count(out.rows)} rows should have been out since ${out.since.slice(0, 16).replace('T', ' ')} UTC. They are tried again by themselves.`,
    next: 'Look with `muster status` what Meta says, and mend it there.',
  }),
  'erasure overdue': (late: { erasures: number; since: string; days: number }) => ({
    text: `${count(late.erasures)} erasures are open for more than ${late.days} days, the oldest since ${late.since.slice(0, 10)}. The law leaves a month.`,
    next: 'Look with `muster status` what holds them up.',
  }),
};

interface RunDetail {
  readonly runId: string;
  readonly message: string | null;
  readonly next: string | null;
  readonly waitingFor: string | null;
  readonly rejected: number;
  readonly unknown: number;
}

interface ApprovalDetail {
  readonly runId: string;
  readonly askedBy: string;
  readonly adds: number;
  readonly removes: number;
  readonly updates: number;
}

interface MetaDetail {
  readonly metaAudienceId: string;
  readonly found: boolean;
  readonly operation: number | null;
  readonly delivery: number | null;
  readonly fields: readonly string[];
}

function flaggedWords(said: MetaDetail, subject: string): Omit<AlertWords, 'title'> {
  if (!said.found) {
    return {
      text: `Meta no longer knows the audience ${said.metaAudienceId}: it was deleted there.`,
      next: `Run \`muster audience relink ${typed(subject)}\` to make a new one.`,
    };
  }
  const condition = conditionOf({
    operationStatus: said.operation === null ? null : { code: said.operation },
    deliveryStatus: said.delivery === null ? null : { code: said.delivery },
  });
  const fields = said.fields.length > 0 ? `Meta objects to its ${said.fields.join(', ')}.` : '';
  return {
    text: `${condition?.words ?? ''} ${fields}`.trim(),
    next: `Look at ${said.metaAudienceId} in the Ads Manager.`,
  };
}
