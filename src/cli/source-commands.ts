import type { CommandEntry } from './command.ts';

/** Where people come from besides files and calls: sources, models, and what is worked out. */
export const sourceCommands: readonly CommandEntry[] = [
  {
    name: 'source add',
    summary: 'Add a database to read from, or a place where files are picked up',
    load: async () => (await import('./source/add.ts')).add,
  },
  {
    name: 'source list',
    summary: 'All sources',
    load: async () => (await import('./source/list.ts')).list,
  },
  {
    name: 'source show',
    summary: 'One source and its models; never its password',
    load: async () => (await import('./source/show.ts')).show,
  },
  {
    name: 'source test',
    summary: 'Connect to it, and say what answers',
    load: async () => (await import('./source/try.ts')).tryOut,
  },
  {
    name: 'source remove',
    summary: 'Forget a source and its password',
    load: async () => (await import('./source/remove.ts')).remove,
  },
  {
    name: 'model create',
    summary: 'Make a query or the files of a source into people',
    load: async () => (await import('./model/create.ts')).create,
  },
  {
    name: 'model list',
    summary: 'All models',
    load: async () => (await import('./model/list.ts')).list,
  },
  {
    name: 'model show',
    summary: 'One model: its query, its schedule, its last run',
    load: async () => (await import('./model/show.ts')).show,
  },
  {
    name: 'model preview',
    summary: 'Its first ten rows, masked, and what its columns are taken as',
    load: async () => (await import('./model/preview.ts')).preview,
  },
  {
    name: 'model test',
    summary: 'Take one record through its mapping, show what would be sent, and send it if asked',
    load: async () => (await import('./model/test.ts')).test,
  },
  {
    name: 'model audience',
    summary: 'Make an audience of its people: create one at Meta, or connect to one that is there',
    load: async () => (await import('./model/audience.ts')).audience,
  },
  {
    name: 'model set',
    summary: 'Change its mapping, query or mode, after a look at how many people that touches',
    load: async () => (await import('./model/set.ts')).set,
  },
  {
    name: 'model sync',
    summary: 'Read it whole, and take over what is new, updated and gone',
    load: async () => (await import('./model/sync.ts')).sync,
  },
  {
    name: 'model schedule',
    summary: 'When a model is read; shows it, or changes it',
    load: async () => (await import('./model/schedule.ts')).schedule,
  },
  {
    name: 'model cancel',
    summary: 'End the run that is queued or under way; nothing of it is taken over',
    load: async () => (await import('./model/cancel.ts')).cancel,
  },
  {
    name: 'model runs',
    summary: 'What its last runs did',
    load: async () => (await import('./model/runs.ts')).runs,
  },
  {
    name: 'model run show',
    summary: 'One run: what it read, what it did, why it failed and what to do',
    load: async () => (await import('./model/run-show.ts')).show,
  },
  {
    name: 'model failed',
    summary: 'Rows of the last run that could not be taken, with the reason',
    load: async () => (await import('./model/failed.ts')).failed,
  },
  {
    name: 'model duplicate',
    summary: 'A copy of a model, switched off',
    load: async () => (await import('./model/duplicate.ts')).duplicate,
  },
  {
    name: 'model enable',
    summary: 'Switch a model on',
    load: async () => (await import('./model/switch.ts')).enable,
  },
  {
    name: 'model disable',
    summary: 'Switch a model off',
    load: async () => (await import('./model/switch.ts')).disable,
  },
  {
    name: 'model skip',
    summary: 'Pass over a picked-up file that cannot be taken',
    load: async () => (await import('./model/skip.ts')).skip,
  },
  {
    name: 'model reset',
    summary: 'Take every row for new at the next run',
    load: async () => (await import('./model/reset.ts')).reset,
  },
  {
    name: 'model remove',
    summary: 'Forget a model; its people stay',
    load: async () => (await import('./model/remove.ts')).remove,
  },
  {
    name: 'trait compute',
    summary:
      'Work a trait out from events: how many, a sum, the first, the last, the most frequent',
    load: async () => (await import('./trait/compute.ts')).compute,
  },
  {
    name: 'trait list',
    summary: 'All traits, and where each comes from',
    load: async () => (await import('./trait/list.ts')).list,
  },
  {
    name: 'trait remove',
    summary: 'Take a computed trait away from everybody',
    load: async () => (await import('./trait/remove.ts')).remove,
  },
];
