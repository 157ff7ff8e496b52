import { wayCommands } from './audience/way-commands.ts';
import type { CommandEntry } from './command.ts';
import { connectionCommands, lookalikeCommands } from './connection-commands.ts';
import { peopleCommands } from './people-commands.ts';
import { operationCommands } from './operation-commands.ts';
import { sourceCommands } from './source-commands.ts';
import { scenarioCommands } from './scenario/commands.ts';
import { keptOutCommands } from './suppression/commands.ts';

export const groups = {
  audience: 'Make audiences and look at them',
  lookalike: 'Audiences at Meta of people who resemble those of yours',
  automation: 'Fill an audience at the moment when something happens',
  scenario: 'Steps and waits that put people into audiences and take them out',
  suppression: 'Values whose holders are in no audience',
  profile: 'Look at people, and change them by hand',
  user: 'Who may sign in, and what they may do',
  key: 'Make and revoke keys, for those who send events and for scripts',
  audit: 'Who changed what, and who saw it',
  events: 'Look at what comes in',
  connection: 'Look after the credentials for Meta',
  integration: 'Look after where databases go',
  source: 'Where people are read from: other databases, and places of files',
  model: 'Queries and files whose rows are people',
  'model run': 'Look at runs of models',
  trait: 'Traits, and those that are worked out from events',
  database: 'How the values of a database are read, and its end',
  run: 'Look at runs',
  alert: 'What needs somebody, and who is told',
  webhook: 'URLs that alerts are sent to',
  retention: 'How long things are kept',
} as const;

export const commands: readonly CommandEntry[] = [
  {
    name: 'demo',
    summary: 'The whole job on 20,000 made-up people, without Meta and without an account',
    load: async () => (await import('./demo.ts')).demo,
  },
  {
    name: 'import',
    summary: 'Take the people of a file in: CSV, JSON lines, Parquet or Excel',
    load: async () => (await import('./import.ts')).importCommand,
  },
  {
    name: 'inspect',
    summary:
      'Say which identifiers of a file or a database can match people, and which cannot and why',
    load: async () => (await import('./inspect.ts')).inspect,
  },
  {
    name: 'normalise',
    summary: 'Show what becomes of values, one line of JSON each; nothing is stored or sent',
    load: async () => (await import('./normalise.ts')).normalise,
  },
  {
    name: 'sandbox',
    summary: 'Run a simulated Meta on this machine',
    load: async () => (await import('./sandbox.ts')).sandbox,
  },
  {
    name: 'connect',
    summary: 'Connect a database to an ad account at Meta, or to the sandbox',
    load: async () => (await import('./connect.ts')).connectCommand,
  },
  {
    name: 'doctor',
    summary:
      'Check the installation and its connections to Meta; each line passes or says what to do',
    load: async () => (await import('./doctor.ts')).doctor,
  },
  ...connectionCommands,
  {
    name: 'database set',
    summary: 'Set the default country and the rules that Meta leaves open',
    load: async () => (await import('./database/set.ts')).set,
  },
  {
    name: 'database delete',
    summary: 'Remove a database with everything in it',
    load: async () => (await import('./database/delete.ts')).deleteCommand,
  },
  {
    name: 'database show',
    summary: 'Show them',
    load: async () => (await import('./database/show.ts')).show,
  },
  ...sourceCommands,
  {
    name: 'audience create',
    summary: 'Make an audience, from a rule or filled otherwise; nothing is sent yet',
    load: async () => (await import('./audience/create.ts')).create,
  },
  {
    name: 'audience activate',
    summary: 'Make its counterpart at Meta and plan its runs',
    load: async () => (await import('./audience/activate.ts')).activate,
  },
  {
    name: 'audience deactivate',
    summary: 'End its link and its runs; its people stay at Meta, or are removed first',
    load: async () => (await import('./audience/deactivate.ts')).deactivate,
  },
  {
    name: 'audience edit',
    summary: 'Change its rule, its words or where it is listed; says first what that changes',
    load: async () => (await import('./audience/edit.ts')).edit,
  },
  {
    name: 'audience duplicate',
    summary: 'A copy of an audience, linked to nothing',
    load: async () => (await import('./audience/duplicate.ts')).duplicate,
  },
  {
    name: 'audience rename',
    summary: 'Give it another name, here or at Meta too',
    load: async () => (await import('./audience/rename.ts')).rename,
  },
  {
    name: 'audience delete-at-meta',
    summary: 'Delete its counterpart at Meta, for good',
    load: async () => (await import('./audience/delete-at-meta.ts')).deleteCommand,
  },
  {
    name: 'audience list',
    summary: 'All audiences with their state',
    load: async () => (await import('./audience/list.ts')).list,
  },
  {
    name: 'audience show',
    summary: 'One audience: its rule, its people, its last run',
    load: async () => (await import('./audience/show.ts')).show,
  },
  {
    name: 'audience count',
    summary: 'How many people a rule finds, before there is an audience',
    load: async () => (await import('./audience/count.ts')).countCommand,
  },
  {
    name: 'audience members',
    summary: 'The external ids of its members, one a line',
    load: async () => (await import('./audience/members.ts')).members,
  },
  ...wayCommands,
  {
    name: 'audience rejected',
    summary: 'Who is held back or sent without a value, one a line: person, field, reason',
    load: async () => (await import('./audience/rejected.ts')).rejected,
  },
  {
    name: 'audience details',
    summary: 'The details of its last synchronisation, or why there are none now',
    load: async () => (await import('./audience/details.ts')).details,
  },
  {
    name: 'audience linked',
    summary: 'Its counterpart at Meta: size and status as Meta gives them, and the integration',
    load: async () => (await import('./audience/linked.ts')).linked,
  },
  {
    name: 'audience relink',
    summary: 'Link it to another Meta audience, or to a new one',
    load: async () => (await import('./audience/relink.ts')).relink,
  },
  {
    name: 'audience schedule',
    summary: 'When an audience is sent; shows it, or changes it',
    load: async () => (await import('./audience/schedule.ts')).schedule,
  },
  {
    name: 'audience pause',
    summary: 'Send nothing of an audience until it is resumed',
    load: async () => (await import('./audience/pause.ts')).pause,
  },
  {
    name: 'audience resume',
    summary: 'Let a paused audience go on',
    load: async () => (await import('./audience/pause.ts')).resume,
  },
  {
    name: 'audience sweep',
    summary: 'Say again what was told long ago, or leave that off',
    load: async () => (await import('./audience/sweep.ts')).sweep,
  },
  {
    name: 'audience replace',
    summary: 'Exchange everybody in its Meta audience for its members; looks first',
    load: async () => (await import('./audience/replace.ts')).replace,
  },
  {
    name: 'audience cancel',
    summary: 'End the run that is queued, under way or waiting',
    load: async () => (await import('./audience/cancel.ts')).cancel,
  },
  {
    name: 'audience replay',
    summary: 'Send every member once more',
    load: async () => (await import('./audience/replay.ts')).replay,
  },
  {
    name: 'audience reset',
    summary: 'Look at everybody anew, and send every member once more',
    load: async () => (await import('./audience/replay.ts')).reset,
  },
  ...scenarioCommands,
  ...keptOutCommands,
  ...lookalikeCommands,
  {
    name: 'plan',
    summary: 'Look at what a sync would do; sends nothing',
    load: async () => (await import('./plan.ts')).plan,
  },
  {
    name: 'apply',
    summary: 'Send exactly a plan that was looked at',
    load: async () => (await import('./apply.ts')).apply,
  },
  {
    name: 'sync',
    summary: 'Bring the audience at Meta to what it should be',
    load: async () => (await import('./sync.ts')).sync,
  },
  {
    name: 'release',
    summary: 'Let the held removals of a run go',
    load: async () => (await import('./release.ts')).release,
  },
  {
    name: 'approve',
    summary: 'Let a run go that waits for a second person',
    load: async () => (await import('./approve.ts')).approveCommand,
  },
  {
    name: 'refuse',
    summary: 'Say no to it',
    load: async () => (await import('./approve.ts')).refuseCommand,
  },
  {
    name: 'profile show',
    summary: 'Everything that is held about one person',
    load: async () => (await import('./profile/show.ts')).show,
  },
  {
    name: 'profile search',
    summary: 'Find people by identifier, trait or rule',
    load: async () => (await import('./profile/search.ts')).search,
  },
  {
    name: 'profile export',
    summary: 'All of it, for whoever asks what you have about them; with where it was sent',
    load: async () => (await import('./profile/export.ts')).exportCommand,
  },
  {
    name: 'profile add',
    summary: 'Add a person by hand, or change one',
    load: async () => (await import('./profile/add.ts')).add,
  },
  {
    name: 'profile set',
    summary: 'Change what is held about a person',
    load: async () => (await import('./profile/add.ts')).set,
  },
  {
    name: 'profile delete',
    summary: 'Take one person out of the database and of every audience',
    load: async () => (await import('./profile/delete.ts')).deleteCommand,
  },
  ...peopleCommands,
  {
    name: 'events tail',
    summary: 'The last calls that came in: accepted, or refused and why',
    load: async () => (await import('./events/tail.ts')).tail,
  },
  {
    name: 'run list',
    summary: 'Runs, the newest first',
    load: async () => (await import('./run/list.ts')).list,
  },
  {
    name: 'run show',
    summary: 'One run: what Meta answered to each request, and which rows it refused',
    load: async () => (await import('./run/show.ts')).show,
  },
  ...operationCommands,
  {
    name: 'why',
    summary: 'Why a person is, or is not, at Meta',
    load: async () => (await import('./why.ts')).why,
  },
  {
    name: 'consent',
    summary: 'Take a yes or a no that somebody gave you; a no leaves every audience at once',
    load: async () => (await import('./consent.ts')).consent,
  },
  {
    name: 'forget',
    summary: 'Erase a person, here at once and at Meta as soon as it answers',
    load: async () => (await import('./forget.ts')).forget,
  },
  {
    name: 'serve',
    summary: 'Do the planned runs, and serve the web page and the API',
    load: async () => (await import('./serve.ts')).serve,
  },
  {
    name: 'status',
    summary: 'What runs, what waits, what failed last, and what to do next',
    load: async () => (await import('./status.ts')).status,
  },
  {
    name: 'help',
    summary: 'Explain a command or an error code',
    load: async () => (await import('./help.ts')).help,
  },
];
