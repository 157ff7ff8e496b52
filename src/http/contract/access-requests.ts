import { z } from '@hono/zod-openapi';
import { erasure, ofProfile, profile } from './profiles.ts';
import { apiRoute, id, json } from './route.ts';

/** What somebody may ask for about themselves: to see all that is held, and to be forgotten. */

const values = z.record(z.string(), z.unknown());

const exported = profile
  .omit({
    databaseId: true,
    masked: true,
    events: true,
    history: true,
    lastEvents: true,
    timeline: true,
  })
  .extend({
    eventSummaries: profile.shape.events,
    events: z.array(
      z.object({ name: z.string(), at: z.string(), receivedAt: z.string(), properties: values }),
    ),
    changes: profile.shape.history,
    walks: z.array(
      z.object({
        scenario: z.string(),
        startedAt: z.string(),
        endedAt: z.string().nullable(),
        steps: z.array(z.object({ step: z.int(), at: z.string(), outcome: z.string() })),
      }),
    ),
    sent: z
      .array(
        z.object({
          audience: z.string(),
          metaAudienceId: z.string(),
          adAccount: z.string(),
          what: z.enum(['added', 'removed']),
          state: z.enum(['in', 'out', 'unknown', 'rejected']),
          sentAt: z.string(),
          runId: id.nullable(),
        }),
      )
      .openapi({ description: 'Where they were sent, as hashes, and when' }),
  })
  .openapi('ExportedProfile');

export const exportProfile = apiRoute({
  method: 'get',
  path: '/databases/{databaseId}/profiles/{profileId}/export',
  operationId: 'exportProfile',
  summary: 'All that is held about one person, without an end, with where it was sent and when',
  description: 'For whoever asks what you have about them (GDPR, articles 15 and 20).',
  tag: 'profiles',
  access: { role: 'viewer', personalData: true, database: 'database' },
  request: { params: ofProfile },
  responses: { 200: { description: 'All of it', content: json(exported) } },
});

export const forgetPerson = apiRoute({
  method: 'post',
  path: '/databases/{databaseId}/erasures',
  operationId: 'forgetPerson',
  summary: 'Forget whoever has this external id; of somebody forgotten before, how far that is',
  tag: 'profiles',
  access: { role: 'editor', personalData: true, database: 'database' },
  request: {
    params: z.object({ databaseId: id }),
    body: { required: true, content: json(z.object({ externalId: z.string().min(1).max(1_000) })) },
  },
  responses: {
    200: {
      description: 'How far it is; once it is settled, the certificate',
      content: json(erasure.extend({ database: z.string(), seconds: z.number() })),
    },
  },
});
