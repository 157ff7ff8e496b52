import { MusterError } from '#domain/errors/muster-error.ts';
import { editByHand, nobody, type Selection } from '#sync/by-hand.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from '../command.ts';
import { readRuleFile } from '../rule-file.ts';
import { exitCodes, type Session } from '../session.ts';
import { printEdit } from './_edit-text.ts';
import { joined, readList } from './_selection.ts';

interface WhoOptions extends JsonOption {
  readonly id?: readonly string[];
  readonly email?: readonly string[];
  readonly file?: readonly string[];
  readonly rule?: readonly string[];
  readonly dryRun?: true;
}

export const add = byHand('include', 'audience add', 'put in');
export const remove = byHand('exclude', 'audience remove', 'take out');

function byHand(side: 'include' | 'exclude', name: string, verb: string): CommandSpec {
  return {
    describe(command) {
      command
        .argument('<name>', 'an audience that is filled by hand')
        .option('--id <id...>', `${verb} whoever has this external id`)
        .option('--email <address...>', `${verb} everybody who holds this e-mail address`)
        .option(
          '--file <file...>',
          `${verb} the people of a list: CSV, or one id or address a line`,
        )
        .option('--rule <file...>', `${verb} whom a rule finds now`)
        .option('--dry-run', 'count, and change nothing');
      jsonOption(command);
      command.addHelpText(
        'after',
        '\nIt counts at once, and leaves with the next run of the audience. Who said no to marketing is not\n' +
          'put in; who is not in the database is listed.',
      );
      examples(command, [
        `${name} vip --id C-1042 C-1043`,
        `${name} vip --email ana@example.com`,
        `${name} vip --file people.csv --dry-run`,
      ]);
    },

    async run(session, command) {
      const options = command.opts<WhoOptions>();
      const who = await readWho(session, options);
      const muster = await session.muster();
      const edit = { include: nobody, exclude: nobody, [side]: who };
      const dryRun = options.dryRun === true;
      const report = await editByHand(muster, command.args[0] ?? '', edit, { dryRun });
      printEdit(session, report, options.json === true);
      return exitCodes.done;
    },
  };
}

async function readWho(session: Session, options: WhoOptions): Promise<Selection> {
  const { id = [], email = [], file = [], rule = [] } = options;
  if (id.length + email.length + file.length + rule.length === 0) {
    throw new MusterError('USAGE', 'say who, with --id, --email, --file or --rule');
  }
  let who: Selection = { rules: [], ids: id, emails: email };
  for (const path of file) who = joined(who, await readList(session, path));
  for (const path of rule) who = joined(who, { rules: [await readRuleFile(session, path)] });
  return who;
}
