import {
  type ConsentRefusal,
  consentVerdict,
  missingCategories,
  refusalSentences,
} from '#domain/consent.ts';
import { identifierKeys, rowKeys } from '#domain/identifier-keys.ts';
import { bitmapOf, unpackRow } from '#domain/match-row.ts';
import type { Language } from '#domain/language.ts';
import { matchKey, matchKeyAsBigint } from '#identifiers/match-key.ts';
import { type Audience, findAudience } from '#store/audiences.ts';
import {
  findPerson,
  type PersonRecord,
  type RowAtMeta,
  rowsAtMeta,
} from '#store/person-at-meta.ts';
import { type Approval, lastApproval } from '#store/approvals.ts';
import { heldRun, type Run } from '#store/runs.ts';
import type { Muster } from './muster.ts';
import { type LineOfPerson, linesOfPerson } from './lines-of-person.ts';
import { readScope, type AudienceScope } from './scope.ts';
import { explainFilling } from './ways.ts';

/** Why somebody is, or is not, at Meta; as --json prints it. */
export interface Why {
  readonly audience: string;
  readonly externalId: string;
  /** Whether the database has this person now. */
  readonly known: boolean;
  readonly member: boolean;
  readonly memberSince: string | null;
  /** Since when a "no" keeps them out though the rule finds them. */
  readonly blockedSince: string | null;
  /** The rule as it is drawn, line by line, and how each stands with this person. */
  readonly rule: readonly LineOfPerson[];
  readonly consent: 'yes' | 'no' | 'unknown' | null;
  readonly consentPasses: boolean | null;
  /** Why not, where it does not. */
  readonly consentRefusal: ConsentRefusal | null;
  /** Categories that the integration asks for and the person has not said yes to. */
  readonly missingConsents: readonly string[];
  readonly synchronized: boolean;
  readonly rows: readonly WhyRow[];
  /** The answer in a sentence, and what to do about it if there is anything. */
  readonly conclusion: string;
  readonly next: string | null;
}

interface WhyRow {
  /** The keys it has; never a value. */
  readonly keys: readonly string[];
  /** False: what Meta may still know of how this person was before. */
  readonly current: boolean;
  /** Enough to match by, and of what the audience needs. */
  readonly enough: boolean;
  /** The audience is value-based, and the row has no LOOKALIKE_VALUE. */
  readonly noValue: boolean;
  /** It asks Meta for Limited Data Use. */
  readonly limitedDataUse: boolean;
  readonly state: 'in' | 'out' | 'unknown' | 'rejected' | 'never sent';
  readonly lastOperation: {
    readonly operationId: string | null;
    readonly runId: string | null;
    readonly kind: 'add' | 'remove';
    /** No request was needed: others hold all its values. */
    readonly covered: boolean;
    readonly sentAt: string | null;
    readonly answeredAt: string | null;
    readonly outcome: 'clean' | 'refused' | 'uncertain' | 'not answered yet';
    /** Until then the opposite waits. */
    readonly settlesAt: string | null;
  } | null;
  readonly rejection: { readonly key: string | null; readonly reason: string } | null;
}

/**
 * Why is this person (not) at Meta? Looks only; nothing is evaluated or sent for it. The rule is drawn in
 * the language; the conclusion is English, and put into others where it is shown.
 */
export async function explainPerson(
  { store }: Muster,
  name: string,
  externalId: string,
  language: Language = 'en',
): Promise<Why> {
  const audience = await findAudience(store, name);
  const scope = await readScope(store, audience.id);
  const { databaseId } = audience;
  const { sufficiencyMin } = scope;
  const person = await findPerson(
    store,
    { audienceId: audience.id, databaseId, sufficiencyMin },
    externalId,
  );
  const key = matchKeyAsBigint(matchKey('EXTERN_ID', externalId));
  const found = await rowsAtMeta(
    store,
    { databaseId, linkId: scope.link?.id ?? null },
    person === null ? { key } : { profileId: person.profileId },
  );
  const rows = found.map((row) => describeRow(row, scope));
  const rule =
    audience.rule === null
      ? [{ line: explainFilling(audience, language), holds: person?.placed ?? null, seen: null }]
      : await linesOfPerson(store, audience, person === null ? null : externalId, language);
  const { consentRule } = scope;
  const consentRefusal = person === null ? null : consentVerdict(person, consentRule);
  const missingConsents =
    consentRefusal === 'category' ? missingCategories(person?.consents ?? null, consentRule) : [];
  const refused = { consentRefusal, missingConsents };
  const held = await heldRun(store, audience.id);
  const facts = {
    ...{ audience, person, rows, ...refused, matches: isFound(audience, person, rule) },
    held: held?.releasedBy === null ? held : null,
    asked: await lastApproval(store, audience.id),
  };
  return {
    audience: name,
    externalId,
    known: person !== null,
    member: person !== null && person.memberSince !== null,
    memberSince: person?.memberSince?.toISOString() ?? null,
    blockedSince: person?.blockedSince?.toISOString() ?? null,
    rule,
    consent: consentOf(person),
    consentPasses: person === null ? null : consentRefusal === null,
    ...refused,
    synchronized: person?.synchronized ?? false,
    rows,
    ...conclude(facts, scope),
  };
}

/** Whether the way in which the audience is filled has them in it, consent aside. */
function isFound(audience: Audience, person: PersonRecord | null, rule: Why['rule']): boolean {
  const holds = rule[0]?.holds ?? false;
  const placed = person?.placed ?? false;
  if (audience.rule === null) return placed || (person?.blockedSince ?? null) !== null;
  if (audience.ruleMode === 'match') return holds;
  return audience.ruleMode === 'add' ? holds || placed : placed && !holds;
}

function consentOf(person: PersonRecord | null): Why['consent'] {
  if (person === null) return null;
  return person.consent === null ? 'unknown' : person.consent ? 'yes' : 'no';
}

const valueBit = 1 << rowKeys.indexOf('LOOKALIKE_VALUE');

function describeRow(row: RowAtMeta, scope: AudienceScope): WhyRow {
  const bitmap = bitmapOf(row.cells, 0);
  const isValueless = scope.audience.valueBased && (bitmap & valueBit) === 0;
  return {
    keys: identifierKeys.filter((_, i) => (bitmap & (1 << i)) !== 0),
    current: row.current,
    enough: row.sufficiency >= scope.sufficiencyMin && !isValueless,
    noValue: isValueless,
    limitedDataUse: unpackRow(row.cells).DATA_PROCESSING_OPTIONS === '["LDU"]',
    state: row.state ?? 'never sent',
    lastOperation:
      row.kind === null
        ? null
        : {
            operationId: row.operationId,
            runId: row.runId,
            kind: row.kind,
            covered: row.covered ?? false,
            sentAt: row.sentAt?.toISOString() ?? null,
            answeredAt: row.answeredAt?.toISOString() ?? null,
            outcome: row.outcome ?? 'not answered yet',
            settlesAt: row.settlesAt?.toISOString() ?? null,
          },
    rejection:
      row.rejectedReason === null ? null : { key: row.rejectedKey, reason: row.rejectedReason },
  };
}

interface Facts {
  readonly audience: Audience;
  readonly person: PersonRecord | null;
  readonly rows: readonly WhyRow[];
  readonly consentRefusal: ConsentRefusal | null;
  readonly missingConsents: readonly string[];
  readonly matches: boolean;
  /** Removals wait for somebody to let them go. */
  readonly held: Run | null;
  /** The newest question to a second person. */
  readonly asked: Approval | null;
}

type Conclusion = Pick<Why, 'conclusion' | 'next'>;

const keptOutWords = {
  'hold-out': 'they are in the hold-out',
  'suppression list': 'a value of theirs is on the suppression list',
} as const;

/** The first thing that stands in the way, in the order in which it is looked at. */
function conclude(facts: Facts, scope: AudienceScope): Conclusion {
  const { audience, person, rows, consentRefusal, matches, held } = facts;
  const second = secondPerson(facts.asked, audience.name);
  const sync = `muster sync ${audience.name}`;
  const isThere = rows.some(({ state }) => state === 'in' || state === 'unknown');
  const toCome = (why: string): Conclusion => ({
    conclusion: `${why}, but may still be at Meta: the removal is to come.`,
    next: sync,
  });
  const leaves = (why: string): Conclusion => {
    if (!isThere) return { conclusion: `${why}, and is not at Meta.`, next: null };
    if (second !== null) {
      return { conclusion: `${why}, and is still at Meta: ${second.why}.`, next: second.next };
    }
    return held === null ? toCome(why) : heldConclusion(why, held, audience.name);
  };
  if (person === null) return leaves('Nobody of that id is known here');
  if (person.keptOut !== null) return leaves(`In no audience: ${keptOutWords[person.keptOut]}`);
  if (!matches) {
    const why = audience.rule === null ? 'nobody put them in' : 'the rule does not find them';
    return leaves(`Does not belong: ${why}`);
  }
  if (consentRefusal !== null) {
    const missing = facts.missingConsents.map((category) => `, to ${category}`).join('');
    return leaves(`Does not belong: ${refusalSentences[consentRefusal]}${missing}`);
  }
  if (person.memberSince === null) {
    return { conclusion: 'The rule finds them, and nobody has looked since it does.', next: sync };
  }
  const sendable = rows.filter(({ current, enough }) => current && enough);
  if (sendable.length === 0 && rows.some(({ current, noValue }) => current && noValue)) {
    return {
      conclusion:
        'Belongs, but is not sent: the audience is value-based, and they have no lookalike value.',
      next: 'Map a number to LOOKALIKE_VALUE and give it to them: muster import FILE --map LOOKALIKE_VALUE=COLUMN',
    };
  }
  if (sendable.length === 0) {
    return {
      conclusion: 'Belongs, but is not sent: there is not enough to match by.',
      next: 'Add an e-mail, a phone or a mobile id; a name needs a postcode, a city with a state, or a birth date.',
    };
  }
  if (scope.link === null) {
    return { conclusion: 'Belongs, and nothing of this audience was ever sent.', next: sync };
  }
  const sent = concludeSent(sendable, sync);
  const waits = sendable.every(({ state }) => state === 'out' || state === 'never sent');
  return waits && second !== null
    ? { conclusion: `Belongs, and was not sent yet: ${second.why}.`, next: second.next }
    : sent;
}

/** What a second person has to do with it: everything but opt-outs and erasures waits for the answer. */
function secondPerson(asked: Approval | null, name: string): { why: string; next: string } | null {
  if (asked?.state === 'open') {
    const { runId } = asked;
    return {
      why: `run ${runId} waits for a second person, and nobody has answered`,
      next: `muster approve ${runId} --by ADDRESS, or muster refuse ${runId} --by ADDRESS`,
    };
  }
  if (asked?.state === 'refused') {
    const who = asked.decidedBy?.name ?? 'somebody';
    return {
      why: `${who} said no to what run ${asked.runId} was to send`,
      next: `muster sync ${name} asks again`,
    };
  }
  return asked?.state === 'approved'
    ? { why: `run ${asked.runId} was approved, and has not gone yet`, next: `muster sync ${name}` }
    : null;
}

function heldConclusion(why: string, { id, counts }: Run, name: string): Conclusion {
  const reasons = (counts['heldBecause'] as string[] | undefined) ?? [];
  return {
    conclusion: `${why}, and is still at Meta: the removals of run ${id} are held (${reasons.join('; ')}).`,
    next: `muster plan ${name}, then muster release ${id} --by YOUR_NAME`,
  };
}

function concludeSent(sendable: readonly WhyRow[], sync: string): Conclusion {
  const states = sendable.map(({ state }) => state);
  const rejected = sendable.find(({ rejection }) => rejection !== null)?.rejection;
  if (states.every((state) => state === 'in')) {
    return { conclusion: 'Belongs, and Meta has acknowledged it.', next: null };
  }
  if (rejected !== undefined && rejected !== null && !states.includes('in')) {
    const where = rejected.key === null ? '' : ` (${rejected.key})`;
    return {
      conclusion: `Belongs, but Meta refused the row: ${rejected.reason}${where}.`,
      next: 'Correct the value at its source; a changed row is sent again.',
    };
  }
  if (states.includes('unknown')) {
    return {
      conclusion: 'Belongs, and was sent; Meta has not confirmed it, so it is said again.',
      next: sync,
    };
  }
  const some = states.includes('in')
    ? 'Belongs, and is partly at Meta'
    : 'Belongs, and was not sent yet';
  return { conclusion: `${some}: the next run sends what is missing.`, next: sync };
}
