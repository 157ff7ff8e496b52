import type { AskedMembership } from './evaluation.ts';
import type { Consents } from '#domain/consent.ts';
import { MusterError } from '#domain/errors/muster-error.ts';
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
  /** What groups they are in, as group calls said. */
  readonly groups: readonly {
    readonly groupId: string;
    readonly traits: Readonly<Record<string, unknown>>;
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
  readonly audiences: readonly {
    readonly id: number;
    readonly name: string;
    readonly since: string;
    /** When the audience was last brought to Meta. */
    readonly synchronizedAt: string | null;
  }[];
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
         `jsonb_build_object('groupId', x.external_id, 'traits', x.traits - 'groupId')`,
         `select * from people_group g where g.database_id = $1 and g.id in (
            select m.group_id from group_member m where m.database_id = $1 and m.profile_id = p.id)
          order by g.external_id`,
       )} as groups,
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
         `jsonb_build_object('id', x.id, 'name', x.name, 'since', x.since,
           'synchronizedAt', x.synchronized_at)`,
         `select a.id, a.name, m.since, a.synchronized_at from member m join audience a on a.id = m.audience_id
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

/** @throws MusterError PROFILE_UNKNOWN */
export async function externalIdOf(db: Db, databaseId: number, profileId: string): Promise<string> {
  const [found] = await db.query<{ externalId: string }>(
    'select external_id as "externalId" from profile where database_id = $1 and id = $2',
    [databaseId, profileId],
  );
  if (found === undefined) throw new MusterError('PROFILE_UNKNOWN');
  return found.externalId;
}

export interface FoundProfile {
  readonly id: number;
  readonly externalId: string;
  readonly consent: boolean | null;
  readonly identifiers: Readonly<Record<string, unknown>>;
}

export interface ProfileSearch {
  /** Compiled with its parameters from SEARCH_FIRST_PARAM on; null: everybody. */
  readonly membership: Pick<AskedMembership, 'sql' | 'params'> | null;
  /** Somewhere in the external id, an identifier or a trait; null: anywhere. */
  readonly text: string | null;
  /** The one who has it; absent or null: anybody. */
  readonly externalId?: string | null;
  /** Behind this one: 0 begins. */
  readonly afterId: string;
  readonly limit: number;
}

export const SEARCH_FIRST_PARAM = 5;

/** The first people that a search finds, in the order in which they came. */
export async function searchProfiles(
  db: Db,
  databaseId: number,
  { membership, text, externalId = null, afterId, limit }: ProfileSearch,
): Promise<FoundProfile[]> {
  const pattern = text === null ? null : `%${text.replace(/[\\%_]/g, '\\$&')}%`;
  return await db.query<FoundProfile>(
    `select p.id, p.external_id as "externalId", p.consent, p.identifiers from profile p
     where p.database_id = $1 and p.id > $2
       and ($3::text is null or p.external_id ilike $3 or exists (
         select from jsonb_each_text(p.identifiers || p.traits) v where v.value ilike $3))
       and ($4::text is null or p.external_id = $4)
       and ${membership?.sql ?? 'true'} order by p.id limit ${Math.trunc(limit)}`,
    [databaseId, afterId, pattern, externalId, ...(membership?.params ?? [])],
  );
}

export interface PersonsEvent {
  readonly messageId: string;
  readonly name: string;
  readonly at: Date;
  readonly receivedAt: Date;
  readonly properties: object;
  /** To go on behind it: a moment as a Date would lose its microseconds. */
  readonly place: string;
}

/** What somebody did, the newest first, behind `after`: the place and message of the last one shown. */
export async function listEventsOf(
  db: Db,
  who: { readonly databaseId: number; readonly profileId: string },
  wish: {
    readonly name: string | null;
    readonly after: readonly [place: string, messageId: string] | null;
    readonly limit: number;
  },
): Promise<PersonsEvent[]> {
  const [place, messageId] = wish.after ?? [null, null];
  return await db.query<PersonsEvent>(
    `select message_id as "messageId", name, at, received_at as "receivedAt", properties,
       at::text as place
     from event where database_id = $1 and profile_id = $2 and ($3::text is null or name = $3)
       and ($4::timestamptz is null or (at, message_id) < ($4::timestamptz, $5::text))
     order by at desc, message_id desc limit $6`,
    [who.databaseId, who.profileId, wish.name, place, messageId, wish.limit],
  );
}
