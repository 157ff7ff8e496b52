import { z } from '@hono/zod-openapi';
import { audience, inAudience, waysOfFilling } from './audiences.ts';
import { ifMatch } from './if-match.ts';
import { apiRoute, id, json, moment } from './route.ts';
import { acceptedRun } from './runs.ts';

const rule = z
  .record(z.string(), z.unknown())
  .openapi({ description: 'As docs/rules.md says: {"all":[…]}, {"trait":"plan","op":"equals",…}' });

const name = z.string().trim().min(1).max(200);

/** What people say of an audience besides who belongs. */
const words = {
  description: z.string().trim().max(1_000),
  optOutLink: z
    .url({ protocol: /^https?$/ })
    .max(2_000)
    .nullable(),
  adAccount: z
    .string()
    .regex(/^act_[0-9]{1,30}$/)
    .nullable(),
  folder: z.string().trim().min(1).max(200).nullable(),
  labels: z.array(z.string().trim().min(1).max(100)).max(4),
};

const filling = {
  way: z.enum(waysOfFilling).default('rule'),
  rule: rule.optional().openapi({ description: 'Where the way is rule' }),
  ruleMode: z.enum(['match', 'add', 'remove']).default('match'),
  ruleDaily: z.boolean().default(false),
  automation: z
    .record(z.string(), z.unknown())
    .optional()
    .openapi({ description: 'Where the way is automation: as `muster automation read` takes it' }),
};

const one = { 200: { description: 'The audience as it is now', content: json(audience) } };

const tag = 'audiences';
const change = { role: 'editor', database: 'audience' } as const;
const sees = { role: 'viewer', database: 'audience' } as const;

export const createAudience = apiRoute({
  method: 'post',
  path: '/audiences',
  operationId: 'createAudience',
  summary: 'Makes an audience; nothing is sent before it is activated',
  tag,
  access: { role: 'editor', database: 'handler' },
  request: {
    body: {
      required: true,
      content: json(
        z.object({
          name,
          integrationId: id.optional().openapi({ description: 'May be left out if there is one' }),
          ...filling,
          description: words.description.default(''),
          optOutLink: words.optOutLink.default(null),
          adAccount: words.adAccount.default(null),
          folder: words.folder.default(null),
          labels: words.labels.default([]),
          metaAudienceId: z
            .string()
            .regex(/^[0-9]{1,30}$/)
            .nullable()
            .default(null)
            .openapi({ description: 'A Meta audience to link, in place of making one' }),
          connector: z.boolean().default(false),
          valueBased: z.boolean().default(false),
          customerFileSource: z
            .enum(['USER_PROVIDED_ONLY', 'PARTNER_PROVIDED_ONLY', 'BOTH_USER_AND_PARTNER_PROVIDED'])
            .default('USER_PROVIDED_ONLY'),
        }),
      ),
    },
  },
  responses: { 201: { description: 'The audience', content: json(audience) } },
});

const edited = z
  .object({
    audience: z.string(),
    version: z.int(),
    changes: z.array(
      z.object({
        field: z.string(),
        before: z.unknown(),
        after: z.unknown(),
        atMeta: z.boolean().openapi({ description: 'Told to Meta too' }),
      }),
    ),
    members: z
      .object({ before: z.int(), after: z.int(), joined: z.int(), left: z.int() })
      .nullable(),
    done: z.boolean(),
  })
  .openapi('AudienceEdit');

export const editAudience = apiRoute({
  method: 'patch',
  path: '/audiences/{audienceId}',
  operationId: 'editAudience',
  summary: 'Changes what is given; with dryRun it says what would change, and who comes and goes',
  tag,
  access: change,
  request: {
    params: inAudience,
    headers: ifMatch,
    query: z.object({ dryRun: z.enum(['true', 'false']).default('false') }),
    body: {
      required: true,
      content: json(
        z.object({
          description: words.description.optional(),
          optOutLink: words.optOutLink.optional(),
          adAccount: words.adAccount.optional(),
          folder: words.folder.optional(),
          labels: words.labels.optional(),
          rule: rule.optional(),
          integrationId: id.optional(),
        }),
      ),
    },
  },
  responses: { 200: { description: 'What it changes', content: json(edited) } },
});

export const renameAudience = apiRoute({
  method: 'post',
  path: '/audiences/{audienceId}/rename',
  operationId: 'renameAudience',
  summary: 'Gives another name, here and if wished at Meta; rules that ask about it follow',
  tag,
  access: change,
  request: {
    params: inAudience,
    body: {
      required: true,
      content: json(z.object({ name, atMeta: z.boolean().default(false) })),
    },
  },
  responses: one,
});

export const activateAudience = apiRoute({
  method: 'post',
  path: '/audiences/{audienceId}/activate',
  operationId: 'activateAudience',
  summary:
    'Makes or takes its Meta audience and plans the first run; also after it was deactivated',
  tag,
  access: change,
  request: { params: inAudience },
  responses: one,
});

export const deactivateAudience = apiRoute({
  method: 'post',
  path: '/audiences/{audienceId}/deactivate',
  operationId: 'deactivateAudience',
  summary: 'Ends the link; its people stay at Meta, or are removed first',
  tag,
  access: change,
  request: {
    params: inAudience,
    body: { content: json(z.object({ removePeople: z.boolean().default(false) })) },
  },
  responses: {
    200: {
      description: 'The audience; it is deactivated once a run that removes people has ended',
      content: json(audience),
    },
  },
});

export const pauseAudience = apiRoute({
  method: 'post',
  path: '/audiences/{audienceId}/pause',
  operationId: 'pauseAudience',
  summary: 'Sends nothing until it is resumed; opt-outs leave all the same',
  tag,
  access: change,
  request: { params: inAudience },
  responses: one,
});

export const resumeAudience = apiRoute({
  method: 'post',
  path: '/audiences/{audienceId}/resume',
  operationId: 'resumeAudience',
  summary: 'Goes on; the planned runs that were missed are one',
  tag,
  access: change,
  request: { params: inAudience },
  responses: one,
});

export const relinkAudience = apiRoute({
  method: 'post',
  path: '/audiences/{audienceId}/relink',
  operationId: 'relinkAudience',
  summary: 'Links another Meta audience, or has the next run make one; everybody is sent to it',
  tag,
  access: change,
  request: {
    params: inAudience,
    body: {
      content: json(
        z.object({
          metaAudienceId: z
            .string()
            .regex(/^[0-9]{1,30}$/)
            .nullable()
            .default(null),
        }),
      ),
    },
  },
  responses: one,
});

export const duplicateAudience = apiRoute({
  method: 'post',
  path: '/audiences/{audienceId}/duplicate',
  operationId: 'duplicateAudience',
  summary: 'A copy, inactive and linked to nothing',
  tag,
  access: change,
  request: {
    params: inAudience,
    body: { content: json(z.object({ name: name.nullable().default(null) })) },
  },
  responses: { 201: { description: 'The copy', content: json(audience) } },
});

export const deleteAtMeta = apiRoute({
  method: 'post',
  path: '/audiences/{audienceId}/delete-at-meta',
  operationId: 'deleteAtMeta',
  summary: 'Deletes its Meta audience for good; confirm is its name, typed',
  tag,
  access: { role: 'admin', database: 'audience' },
  request: {
    params: inAudience,
    body: { required: true, content: json(z.object({ confirm: z.string().max(500) })) },
  },
  responses: one,
});

export const syncAudience = apiRoute({
  method: 'post',
  path: '/audiences/{audienceId}/sync',
  operationId: 'syncAudience',
  summary: 'Plans and sends now; joins the run that is active',
  tag,
  access: change,
  request: { params: inAudience },
  responses: acceptedRun,
});

export const replayAudience = apiRoute({
  method: 'post',
  path: '/audiences/{audienceId}/replay',
  operationId: 'replayAudience',
  summary: 'Sends every member again; with reset everybody is looked at anew, too',
  tag,
  access: change,
  request: {
    params: inAudience,
    body: { content: json(z.object({ reset: z.boolean().default(false) })) },
  },
  responses: acceptedRun,
});

export const replayAudiences = apiRoute({
  method: 'post',
  path: '/databases/{databaseId}/replay',
  operationId: 'replayAudiences',
  summary: 'Resync all: sends every member of every active audience again',
  description:
    'One run an audience, under way or queued. Asked again meanwhile it gives the same runs and sends nothing twice.',
  tag,
  access: { role: 'editor', database: 'database' },
  request: {
    params: z.object({ databaseId: id }),
    body: {
      required: true,
      content: json(
        z.object({
          integrationId: id
            .nullable()
            .default(null)
            .openapi({ description: 'Only what goes through this integration; null: everything' }),
        }),
      ),
    },
  },
  responses: {
    202: {
      description: 'The runs',
      content: json(
        z.object({
          audiences: z.array(
            z.object({
              audienceId: id,
              audience: z.string(),
              runId: id,
              state: z.enum(['queued', 'under way']),
            }),
          ),
        }),
      ),
    },
  },
});

export const fillAnotherWay = apiRoute({
  method: 'post',
  path: '/audiences/{audienceId}/way',
  operationId: 'fillAnotherWay',
  summary: 'Fills it another way from now on: an audience has exactly one',
  tag,
  access: change,
  request: {
    params: inAudience,
    body: {
      required: true,
      content: json(
        z.object({
          ...filling,
          members: z
            .enum(['keep', 'drop'])
            .optional()
            .openapi({ description: 'What becomes of who is in it; needed where anybody is' }),
          dryRun: z.boolean().default(false),
        }),
      ),
    },
  },
  responses: {
    200: {
      description: 'Who joins and leaves by it',
      content: json(
        z
          .object({
            audience: z.string(),
            way: z.enum(waysOfFilling),
            joined: z.int(),
            left: z.int(),
            members: z.int(),
            dryRun: z.boolean(),
          })
          .openapi('WayChange'),
      ),
    },
  },
});

/** features.md §3.3-29. */
const intervals = [15, 30, 60, 120, 240, 360, 480, 720, 1_440];

const schedule = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('hourly') }),
    z.object({ kind: z.literal('at once') }),
    z.object({ kind: z.literal('by hand') }),
    z.object({
      kind: z.literal('interval'),
      minutes: z
        .int()
        .refine((minutes) => intervals.includes(minutes))
        .openapi({ enum: intervals }),
    }),
    z.object({
      kind: z.literal('calendar'),
      weekdays: z.array(z.enum(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'])).min(1),
      times: z
        .array(z.string().regex(/^([01][0-9]|2[0-3]):[0-5][0-9]$/))
        .min(1)
        .max(48),
      zone: z.string().max(100),
    }),
  ])
  .openapi('Schedule');

const scheduled = z
  .object({
    audience: z.string(),
    schedule,
    runsFrom: moment.nullable(),
    runsUntil: moment.nullable(),
    zone: z.string().nullable(),
    activatedAt: moment.nullable(),
    nextRunAt: moment.nullable(),
    paused: z.boolean(),
  })
  .openapi('AudienceSchedule');

export const getSchedule = apiRoute({
  method: 'get',
  path: '/audiences/{audienceId}/schedule',
  operationId: 'getSchedule',
  summary: 'When it runs',
  tag,
  access: sees,
  request: { params: inAudience },
  responses: { 200: { description: 'When it runs', content: json(scheduled) } },
});

export const changeSchedule = apiRoute({
  method: 'put',
  path: '/audiences/{audienceId}/schedule',
  operationId: 'changeSchedule',
  summary: 'Changes when it runs; its moments still count from its activation',
  tag,
  access: change,
  request: {
    params: inAudience,
    headers: ifMatch,
    body: {
      required: true,
      content: json(
        z.object({
          schedule: schedule.optional(),
          period: z
            .object({
              from: moment.nullable(),
              until: moment.nullable(),
              zone: z.string().max(100).default('UTC'),
            })
            .nullable()
            .optional()
            .openapi({ description: 'Null: always. Absent: as it is' }),
        }),
      ),
    },
  },
  responses: { 200: { description: 'When it runs', content: json(scheduled) } },
});
