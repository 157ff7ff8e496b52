import { once } from 'node:events';
import { kinds } from '#identifiers/kinds.ts';
import { findAudience } from '#store/audiences.ts';
import { type RejectedPerson, rejectedPeople } from '#store/rejected.ts';
import { readScope } from '#sync/scope.ts';
import { type CommandSpec, examples, type JsonOption } from '../command.ts';
import { tell } from '../print.ts';
import { exitCodes } from '../session.ts';

/** One line of `--json`; `field` is null where the whole person is meant. */
interface RejectedLine {
  readonly externalId: string;
  readonly kind: RejectedPerson['kind'];
  /** The kind in words. */
  readonly status: string;
  readonly field: string | null;
  readonly reason: string;
}

export const rejected: CommandSpec = {
  describe(command) {
    command
      .argument('<name>', 'the audience')
      .option(
        '--json',
        'print one JSON document a line: {"externalId":"…","kind":"…","status":"…","field":"…","reason":"…"}',
      );
    command.addHelpText(
      'after',
      `
kind is notEnoughIdentifiers (nothing of the person is sent), noValue (nothing is sent, because the
audience is value-based and the person has no lookalike value), badRequest (a value is there and cannot
be used; the person is sent without it) or refusedByMeta (Meta did not take the row).
Values themselves are never shown.`,
    );
    examples(command, [
      'audience rejected gold',
      `audience rejected gold --json | jq -r 'select(.field == "phone").externalId'`,
    ]);
  },

  async run(session, command) {
    const { store } = await session.muster();
    const name = command.args[0] ?? '';
    const audience = await findAudience(store, name);
    if (audience.feedPosition === null) {
      tell(session, `Nobody has looked yet who belongs. Next: muster plan ${audience.name}`);
    }
    const { sufficiencyMin } = await readScope(store, audience.id);
    const write = command.opts<JsonOption>().json === true ? asJson : asText;
    const { output } = session.terminal;
    let lines = 0;
    for await (const page of rejectedPeople(store, audience, sufficiencyMin)) {
      lines += page.length;
      if (!output.write(page.map((person) => `${write(lineOf(person))}\n`).join(''))) {
        await once(output, 'drain');
      }
    }
    if (lines === 0 && audience.feedPosition !== null) {
      tell(session, 'Nobody: every member is sent with everything they have.');
    }
    return exitCodes.done;
  },
};

const fieldOf: ReadonlyMap<string, string | undefined> = new Map(
  kinds.map(({ key, fields }) => [key, fields[0]]),
);

function lineOf({ key, ...person }: RejectedPerson): RejectedLine {
  const status = words[person.kind];
  if (key === null) return { ...person, status, field: null };
  return { ...person, status, field: fieldOf.get(key) ?? key };
}

function asJson({ externalId, kind, status, field, reason }: RejectedLine): string {
  return JSON.stringify({ externalId, kind, status, field, reason });
}

const words: Readonly<Record<RejectedPerson['kind'], string>> = {
  notEnoughIdentifiers: 'rejected: not enough identifiers',
  noValue: 'rejected: no lookalike value',
  badRequest: 'Bad Request',
  refusedByMeta: 'refused by Meta',
};

/** Tabs between, so that `cut` and spreadsheets can read it. */
function asText({ externalId, status, field, reason }: RejectedLine): string {
  const cells = [externalId, status];
  if (!status.endsWith(reason)) cells.push(field ?? '', reason);
  return cells.join('\t');
}
