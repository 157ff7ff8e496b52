/** A JSON object as a sender wrote it. */
export type JsonObject = Readonly<Record<string, unknown>>;

export const callTypes = ['identify', 'track', 'page', 'screen', 'group', 'alias'] as const;

export type CallType = (typeof callTypes)[number];

/** One call that was checked: what of it is kept, short, because it waits as JSON. */
export interface Call {
  readonly type: CallType;
  readonly messageId: string;
  /** When it happened by the sender's clock, in ms; absent: when it came in. */
  readonly timestamp?: number | undefined;
  /** When it was sent by the sender's clock, in ms: tells how wrong that clock is. */
  readonly sentAt?: number | undefined;
  readonly userId?: string | undefined;
  readonly anonymousId?: string | undefined;
  /** Of an alias. */
  readonly previousId?: string | undefined;
  /** What happened; of everything but identify and alias. */
  readonly event?: string | undefined;
  /** What is so about the person from now on. */
  readonly traits?: JsonObject | undefined;
  /** What the person said to, by category. */
  readonly consents?: Readonly<Record<string, boolean>> | undefined;
  /** What is so about the event. */
  readonly properties?: JsonObject | undefined;
}

/** Why one call of a request was not taken. Holds no value of the call, only places in it. */
export interface Refusal {
  /** Its place in the batch, from 0. */
  readonly index: number;
  readonly reason: string;
  /** As far as they could be read. */
  readonly type: string;
  readonly messageId: string | null;
}
