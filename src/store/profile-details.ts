import type { CompiledMembership } from './evaluation.ts';
import type { Consents } from '#domain/consent.ts';
import type { Db } from './db.ts';
import type { ProfileChange } from './profile-changes.ts';
import type { IdentityKind } from './identities.ts';

/** Everything that is held about one person. */
export interface ProfileDetails {
  readonly id: number;
  readonly externalId: string;
  readonly consent: boolean | null;
  /** What was said of categories, and what goes with each answer; of marketing only that. */
  readonly consents: Consents | null;
  /** They said no to marketing to us directly: files do not overrule it. */
  readonly optedOut: boolean;
  readonly identifiers: Readonly<Record<string, string | readonly string[]>>;
  readonly traits: Readonly<Record<string, unknown>>;
  /** Pairs of key and reason: values that are there and give no identifier. */
  readonly unusable: readonly (readonly [string, string])[] | null;
  /** What calls name the person by, and what they said under it. */
  readonly ids: readonly {
    readonly kind: IdentityKind;
    readonly name: string;
    readonly facts: object | null;
  }[];
  readonly events: readonly {
    readonly name: string;
    readonly count: number;
    readonly firstAt: string;
    readonly lastAt: string;
  }[];
  readonly lastEvents: readonly {
    readonly name: string;
    readonly at: string;
    readonly properties: object;
  }[];
  readonly audiences: readonly { readonly name: string; readonly since: string }[];
  /** Audiences that a "no" keeps them out of now. */
  readonly negativeConsents: readonly Omit<Interaction, 'kind' | 'until'>[];
  /** Every time that consent kept them out of an audience, the oldest first. */
  readonly interactions: readonly Interaction[];
  /** What changed last, the newest first. */
  readonly history: readonly ProfileChange[];
}

/** An attempt to take somebody into an audience that consent stopped, written when it began. */
interface Interaction {
  readonly kind: 'negative consent';
  readonly audience: string;
  readonly way: string;
  /** no, saleSharing, unknown or category. */
  readonly reason: string;
  readonly since: string;
  /** Null: it still does. */
  readonly until: string | null;
}

const LAST_EVENTS = 20;
const LAST_CHANGES = 100;

function list(object: string, from: string): string {
  return `(select coalesce(jsonb_agg(${object}), '[]') from (${from}) x)`;
}

/** Null: there is nobody of that external id. */
export async function readProfileDetails(
  db: Db,
  databaseId: number,
  externalId: string,
): Promise<ProfileDetails | null> {
  const [found] = await db.query<ProfileDetails>(
    `select p.id, p.external_id as "externalId", p.consent, p.consents,
       p.opted_out as "optedOut", p.identifiers, p.traits, p.unusable,
       ${list(
         `jsonb_build_object('kind', x.kind, 'name', x.name, 'facts', x.facts)`,
         `select * from identity i where i.database_id = $1 and i.profile_id = p.id
          order by i.kind desc, i.name`,
       )} as ids,
       ${list(
         `jsonb_build_object('name', x.name, 'count', x.count, 'firstAt', x.first_at, 'lastAt', x.last_at)`,
         `select * from event_summary s where s.database_id = $1 and s.profile_id = p.id
          order by s.last_at desc`,
       )} as events,
       ${list(
         `jsonb_build_object('name', x.name, 'at', x.at, 'properties', x.properties)`,
         `select * from event e where e.database_id = $1 and e.profile_id = p.id
          order by e.at desc limit ${LAST_EVENTS}`,
       )} as "lastEvents",
       ${list(
         `jsonb_build_object('name', x.name, 'since', x.since)`,
         `select a.name, m.since from member m join audience a on a.id = m.audience_id
          where a.database_id = $1 and m.profile_id = p.id order by a.name`,
       )} as audiences,
       ${list(
         `jsonb_build_object('audience', x.name, 'way', x.way, 'reason', x.reason, 'since', x.since)`,
         `select a.name, b.* from blocked b join audience a on a.id = b.audience_id
          where a.database_id = $1 and b.profile_id = p.id order by b.since`,
       )} as "negativeConsents",
       ${list(
         `jsonb_build_object('kind', 'negative consent', 'audience', x.name, 'way', x.way,
           'reason', x.reason, 'since', x.since, 'until', x.until)`,
         `select a.name, b.way, b.reason, b.since, b.until from (
            select audience_id, way, reason, since, null::timestamptz as until
            from blocked where profile_id = p.id
            union all select audience_id, way, reason, since, ended_at
            from past_block where database_id = $1 and profile_id = p.id) b
          join audience a on a.id = b.audience_id and a.database_id = $1 order by b.since`,
       )} as interactions,
       ${list(
         `jsonb_build_object('at', x.at, 'source', x.source, 'about', x.about, 'before', x.before,
           'after', x.after)`,
         `select * from profile_change c where c.database_id = $1 and c.profile_id = p.id
          order by c.at desc, c.about limit ${LAST_CHANGES}`,
       )} as history
     from profile p where p.database_id = $1 and p.external_id = $2`,
    [databaseId, externalId],
  );
  return found ?? null;
}

export interface FoundProfile {
  readonly externalId: string;
  readonly consent: boolean | null;
}

/** The first people that a rule finds, in the order in which they came. */
export async function searchProfiles(
  db: Db,
  databaseId: number,
  membership: CompiledMembership,
  limit: number,
): Promise<FoundProfile[]> {
  return await db.query<FoundProfile>(
    `select p.external_id as "externalId", p.consent from profile p
     where p.database_id = $1 and ${membership.sql} order by p.id limit ${Math.trunc(limit)}`,
    [databaseId, ...membership.params],
  );
}
