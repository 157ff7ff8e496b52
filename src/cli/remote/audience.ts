import type { AudienceOverview } from '#store/overview.ts';
import { withMoments } from './moments.ts';
import type { audienceNamed } from './named.ts';

export const audienceMoments = [
  ...['runsFrom', 'runsUntil', 'createdAt', 'activatedAt', 'nextRunAt', 'membersChangedAt'],
  ...['synchronizedAt', 'startedAt', 'finishedAt'],
] as const;

type SentAudience = Awaited<ReturnType<typeof audienceNamed>>;

/** An audience as commands know it. */
export function audienceOf(sent: SentAudience): AudienceOverview {
  const { definition: _, atMeta: __, ...audience } = sent;
  return withMoments<AudienceOverview>(audience, audienceMoments);
}
