import type { CommandEntry } from '../command.ts';

/** Of automations and scenarios, in the order of the help text. */
export const scenarioCommands: readonly CommandEntry[] = [
  {
    name: 'automation presets',
    summary: 'The nine ready-made automations, and what each asks',
    load: async () => (await import('../automation/catalogue.ts')).presetList,
  },
  {
    name: 'automation events',
    summary: 'Everything that can start an automation or a scenario',
    load: async () => (await import('../automation/catalogue.ts')).eventList,
  },
  {
    name: 'automation list',
    summary: 'The automations of all audiences',
    load: async () => (await import('./list.ts')).automations,
  },
  {
    name: 'automation show',
    summary: 'What the automation of an audience does, and to whom it did it',
    load: async () => (await import('./show.ts')).showAutomation,
  },
  {
    name: 'automation enable',
    summary: 'Switch an automation on',
    load: async () => (await import('./switch.ts')).enable,
  },
  {
    name: 'automation disable',
    summary: 'Switch an automation off',
    load: async () => (await import('./switch.ts')).disable,
  },
  {
    name: 'automation run',
    summary: 'Do it to some people by hand, as if it had happened to them',
    load: async () => (await import('./start.ts')).runAutomation,
  },
  {
    name: 'scenario create',
    summary: 'Make a scenario from a file; it is off until it is activated',
    load: async () => (await import('./create.ts')).create,
  },
  {
    name: 'scenario check',
    summary: 'Say what is wrong with the file of a scenario, or what it would do',
    load: async () => (await import('./create.ts')).check,
  },
  {
    name: 'scenario list',
    summary: 'All scenarios',
    load: async () => (await import('./list.ts')).scenarios,
  },
  {
    name: 'scenario show',
    summary: 'What a scenario does, and where people are on it',
    load: async () => (await import('./show.ts')).showScenarioCommand,
  },
  {
    name: 'scenario activate',
    summary: 'Switch it on; what it does cannot be changed from then on',
    load: async () => (await import('./switch.ts')).activate,
  },
  {
    name: 'scenario stop',
    summary: 'Nobody starts and nobody moves until it is activated again',
    load: async () => (await import('./switch.ts')).stop,
  },
  {
    name: 'scenario start',
    summary: 'Start people on it by name',
    load: async () => (await import('./start.ts')).startScenario,
  },
  {
    name: 'scenario remove',
    summary: 'Take it away; who was put into audiences stays there',
    load: async () => (await import('./switch.ts')).remove,
  },
];
