import type { AudienceDetails } from './audience-records.ts';
import type { State } from './state.ts';

type Fixture = Pick<AudienceDetails, 'name' | 'subtype'> & Partial<AudienceDetails>;

/** Audiences that other people made in the Ads Manager: seen by whoever lists, of no use to a list. */
const fixtures: readonly Fixture[] = [
  {
    name: 'Visited the shop in 30 days',
    subtype: 'WEBSITE',
    people: 48_200,
    retentionDays: 30,
    pixelId: '4000000000001',
    rule: '{"inclusions":{"operator":"or","rules":[{"event_sources":[{"id":"4000000000001","type":"pixel"}],"retention_seconds":2592000}]}}',
  },
  {
    name: 'Bought in 180 days',
    subtype: 'WEBSITE',
    people: 5_300,
    retentionDays: 180,
    pixelId: '4000000000001',
    rule: '{"inclusions":{"operator":"or","rules":[{"event_sources":[{"id":"4000000000001","type":"pixel"}],"retention_seconds":15552000}]}}',
  },
  { name: 'Engaged with the page', subtype: 'ENGAGEMENT', people: 12_900, retentionDays: 180 },
  { name: 'Watched half of the film', subtype: 'VIDEO', people: 73_000, retentionDays: 60 },
  { name: 'Opened the app', subtype: 'APP', people: 850, retentionDays: 28 },
  {
    name: 'Diabetes quiz takers',
    subtype: 'WEBSITE',
    people: 2_100,
    retentionDays: 90,
    flaggedFields: ['name'],
  },
  {
    name: 'Newsletter of our partner',
    subtype: 'CUSTOM',
    people: 21_400,
    customerFileSource: 'PARTNER_PROVIDED_ONLY',
    sharing: { id: '5000000000001', isEnabled: true },
  },
];

/** Puts them into one ad account, once, with ids of their own, the same in every sandbox. */
export function addFixtures({ sql, transact }: State, account: string, now: number): void {
  const idOf = (place: number) => `2384900000000000${place}`;
  const isDone = sql.get`select 1 from audience where id = ${idOf(0)}` !== undefined;
  if (isDone || sql.get`select 1 from account where id = ${account}` === undefined) return;
  transact(() => {
    for (const [place, fixture] of fixtures.entries()) {
      const details = JSON.stringify({ ...fixture, updatedAt: now });
      sql.run`
        insert into audience (id, account, created_at, details)
        values (${idOf(place)}, ${account}, ${now}, ${details})`;
    }
  });
}
