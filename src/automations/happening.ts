/** What is known of a person, as profiles hold it. */
export interface Known {
  readonly identifiers: Readonly<Record<string, unknown>>;
  readonly traits: Readonly<Record<string, unknown>>;
  readonly consent: boolean | null;
}

export interface EventHappening {
  readonly kind: 'event';
  readonly profileId: number;
  /** Of a track call its event; else page, screen or group. */
  readonly name: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

export interface ChangeHappening {
  readonly kind: 'change';
  readonly profileId: number;
  /** They are known under an id of their own since just now. */
  readonly appears: boolean;
  /** Null: nobody knew of them. */
  readonly before: Known | null;
  readonly after: Known;
}

/** Something that happened to one person, at the moment when Muster heard of it. */
export type Happening = EventHappening | ChangeHappening;
