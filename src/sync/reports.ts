/** What the commands print with --json; the names are those of contract.md and never change. */

/** Members. `badRequest`: the person is sent, one of their values cannot be used and is not. */
interface HeldBack {
  readonly noConsent: number;
  /** The same by why: no, saleSharing, unknown, category; those that are 0 left out. */
  readonly noConsentBy: Readonly<Record<string, number>>;
  readonly notEnoughIdentifiers: number;
  readonly badRequest: number;
  /** Too little is left of their values without those of people who opted out. */
  readonly suppressed: number;
  /** No lookalike value, which is all that a value-based audience is told people by. */
  readonly noValue: number;
}

interface GuardReport {
  readonly verdict: 'pass' | 'hold';
  /** Which removals: all but those somebody typed, or those that time alone causes. */
  readonly holds: 'nothing' | 'time' | 'all';
  /** People whose removal waits for somebody. */
  readonly held: number;
  /** Why, in words; empty when it passes. */
  readonly reasons: readonly string[];
  /** People who would leave on evidence; whom somebody took out by typing it is not counted. */
  readonly removes: number;
  readonly limit: number;
  readonly atMeta: number;
}

interface ApprovalReport {
  /** A second person has to say that it may go; until then only what somebody typed out goes. */
  readonly needed: boolean;
  /** People who would join, leave or change, and of them who would leave. */
  readonly people: number;
  readonly removes: number;
  /** What one person alone may send; null: any number. */
  readonly peopleAtMost: number | null;
  readonly removalsAtMost: number | null;
}

export interface PlanReport {
  readonly audience: string;
  readonly checksum: string;
  /** People. */
  readonly adds: number;
  readonly removes: number;
  readonly updates: number;
  readonly requests: number;
  readonly bytes: number;
  readonly heldBack: HeldBack;
  readonly guard: GuardReport;
  readonly approval: ApprovalReport;
  /** People at Meta after it, as far as we were told; null where nobody leaves. */
  readonly remaining: number | null;
  /** What Meta may say no to, in whole sentences. */
  readonly mayBeRefused: readonly string[];
  /** Rows said again because it is not certain that Meta has them. */
  readonly repeats: number;
  /** Rows told long ago that are said again, beside all of the above: to be, or in this run. */
  readonly swept: number;
  /** Rows that wait, and until when (ISO), or null. */
  readonly waiting: number;
  readonly waitingUntil: string | null;
}

export interface SyncReport extends PlanReport {
  readonly runId: string;
  readonly state: 'succeeded' | 'partial' | 'waiting' | 'held' | 'failed' | 'cancelled';
  readonly metaAudienceId: string | null;
  readonly members: number;
  /** People whose addition, or removal, Meta acknowledged. */
  readonly added: number;
  readonly removed: number;
  /** Rows: taken by Meta, refused one by one, and not known. */
  readonly accepted: number;
  readonly rejected: number;
  readonly unknown: number;
  /** Reason → rows, of the rejected. */
  readonly rejectedBy: Readonly<Record<string, number>>;
  /** People whose rows this run told without a bad value, or could not tell for it; by reason. */
  readonly badRequests: number;
  readonly badRequestsBy: Readonly<Record<string, number>>;
  readonly requestsUsed: number;
  readonly seconds: number;
  /** Listed rows that became moot before they were sent (apply). */
  readonly moot: number;
  readonly error: { code: string; message: string; next: string } | null;
}

export interface ImportReport {
  readonly database: string;
  readonly rows: number;
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly deleted: number;
  readonly duplicates: number;
  readonly rejected: number;
  readonly rejectedFile: string | null;
  /** Column → the key it feeds. */
  readonly mapped: Readonly<Record<string, string>>;
  /** Column → the type its values have. */
  readonly traits: Readonly<Record<string, string>>;
  readonly ignored: readonly string[];
  /** Values that were there and could not be used: key → reason → rows. */
  readonly unusable: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Ids that are e-mail addresses or phone numbers: Meta gets their SHA-256. */
  readonly idsHashed: number;
  /** `--mirror` deleted nobody: a row could not be read, and it may be anybody's. */
  readonly mirrorSkipped: boolean;
  readonly dryRun: boolean;
  readonly seconds: number;
}
