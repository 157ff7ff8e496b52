import type { ProfileReport } from '#sync/profiles.ts';

interface Moment {
  readonly at: string;
  readonly kind: 'event' | 'change' | 'negative consent' | 'audience';
  readonly title: string;
  readonly detail: unknown;
}

/** What happened to a person, in one list, the newest first. */
export function timelineOf(report: ProfileReport): Moment[] {
  const moments: Moment[] = [
    ...report.lastEvents.map(
      ({ at, name, properties }): Moment => ({
        ...{ at, kind: 'event', title: name, detail: properties },
      }),
    ),
    ...report.history.map(
      ({ at, about, ...detail }): Moment => ({
        ...{ at, kind: 'change', title: about, detail },
      }),
    ),
    ...report.interactions.map(
      ({ since: at, audience: title, way, reason, until }): Moment => ({
        ...{ at, kind: 'negative consent', title, detail: { way, reason, until } },
      }),
    ),
    ...report.audiences.map(
      ({ since: at, name: title, id }): Moment => ({
        ...{ at, kind: 'audience', title, detail: { audienceId: id } },
      }),
    ),
  ];
  const msOf = ({ at }: Moment): number => new Date(at).getTime();
  return moments.toSorted((a, b) => msOf(b) - msOf(a));
}
