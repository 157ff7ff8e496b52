import { eventCatalogue, presetCatalogue, type StartKind } from '#automations/catalogue.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from '../command.ts';
import { table } from '../layout.ts';
import { print, printJson } from '../print.ts';
import { exitCodes } from '../session.ts';

function catalogue(
  name: string,
  key: string,
  entries: readonly StartKind[],
  next: string,
): CommandSpec {
  return {
    describe(command) {
      jsonOption(command);
      examples(command, [name, `${name} --json`]);
    },
    run(session, command) {
      if (command.opts<JsonOption>().json === true) printJson(session, { [key]: entries });
      else {
        const lines = entries.map((one) => [
          ...[one.key, `whoever ${one.words}`],
          ...[one.required.join(', ') || '-', one.optional.join(', ') || '-'],
        ]);
        print(session, table(['name', 'who', 'needs', 'may have'], lines));
        print(session, `\n${next}`);
      }
      return Promise.resolve(exitCodes.done);
    },
  };
}

export const presetList = catalogue(
  'automation presets',
  'presets',
  presetCatalogue,
  'Next: muster audience create NAME --automation tagged --with tags=vip --direction add',
);

export const eventList = catalogue(
  'automation events',
  'events',
  eventCatalogue,
  'In a file: {"on": [{"on": "tagged", "tags": ["vip"]}], "do": "add"}. `event` is the event as its sender calls it, `trait` the trait that is asked.',
);
