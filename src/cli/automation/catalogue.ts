import { presetKeys, presets } from '#automations/presets.ts';
import { triggerKeys, triggers } from '#automations/triggers.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from '../command.ts';
import { table } from '../layout.ts';
import { print, printJson } from '../print.ts';
import { exitCodes } from '../session.ts';

interface Entry {
  readonly key: string;
  readonly words: string;
  readonly required: readonly string[];
  readonly optional: readonly string[];
}

function entry(key: string, words: string, params: readonly string[]): Entry {
  const required = params.filter((param) => param.endsWith('!')).map((param) => param.slice(0, -1));
  const optional = params.filter((param) => !param.endsWith('!'));
  return { key, words, required, optional };
}

function catalogue(
  name: string,
  key: string,
  entries: readonly Entry[],
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
  presetKeys.map((key) => entry(key, presets[key].words, presets[key].params)),
  'Next: muster audience create NAME --automation tagged --with tags=vip --direction add',
);

export const eventList = catalogue(
  'automation events',
  'events',
  triggerKeys.map((key) => entry(key, triggers[key].words, triggers[key].params)),
  'In a file: {"on": [{"on": "tagged", "tags": ["vip"]}], "do": "add"}. `event` is the event as its sender calls it, `trait` the trait that is asked.',
);
