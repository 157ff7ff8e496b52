import { randomUUID } from 'node:crypto';
import { MusterError } from '#domain/errors/muster-error.ts';
import type { JsonObject } from '#ingest/call.ts';
import { findConsent } from '#store/consents.ts';
import { findDatabase } from '#store/databases.ts';
import { addProfile, showProfile } from '#sync/profiles.ts';
import { type CommandSpec, examples, jsonOption } from '../command.ts';
import { print, printJson } from '../print.ts';
import { exitCodes } from '../session.ts';
import { describeWho, type WhoOptions, whoOf } from './who.ts';

export const add = saying('add');
/** The same of somebody who is there already. */
export const set = saying('set');

function saying(verb: 'add' | 'set'): CommandSpec {
  return {
    describe(command) {
      describeWho(command);
      command.argument(
        '[name=value...]',
        'identifiers, traits and consent; nothing after = clears',
      );
      jsonOption(command);
      const whom =
        verb === 'add'
          ? 'Who is there already is changed, and keeps what is not named.'
          : 'Who is not there is not made; what is not named stays.';
      command.addHelpText(
        'after',
        `\n${whom} As an identify call says it: names of columns and traits are understood as identifiers, and a value\n` +
          'that is JSON counts as that: true, 12, ["a@example.com","b@example.com"].',
      );
      examples(command, [
        `profile ${verb} C-1042 email=ana@example.com plan=gold`,
        `profile ${verb} C-1042 plan=`,
      ]);
    },

    async run(session, command) {
      const [, ...assignments] = command.args;
      const traits = readAssignments(assignments);
      const muster = await session.muster();
      const who = whoOf(command);
      if (verb === 'set') {
        const { id } = await findDatabase(muster.store, who.database);
        await findConsent(muster.store, id, who.externalId);
      }
      await addProfile(muster, who, traits, randomUUID);
      if (command.opts<WhoOptions>().json === true)
        printJson(session, await showProfile(muster, who));
      else print(session, `${who.externalId} is in ${who.database}.`);
      return exitCodes.done;
    },
  };
}

function readAssignments(assignments: readonly string[]): JsonObject {
  return Object.fromEntries(
    assignments.map((assignment) => {
      const equals = assignment.indexOf('=');
      if (equals < 1) throw new MusterError('USAGE', 'write NAME=VALUE, or NAME= to clear it');
      return [assignment.slice(0, equals), readValue(assignment.slice(equals + 1))];
    }),
  );
}

/** Text stays text: a postcode that begins with 0 is no number. */
function readValue(text: string): unknown {
  if (text === '') return null;
  if (!/^(true|false|-?(0|[1-9]\d{0,14})(\.\d+)?|[[{].*)$/s.test(text)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
