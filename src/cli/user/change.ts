import { type Command, Argument } from 'commander';
import { recordAuditIn } from '#store/audit.ts';
import {
  changeLoginUser,
  findLoginUser,
  type LoginUser,
  type Rights,
  roles,
} from '#store/login-users.ts';
import { atTerminal } from '../at-terminal.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from '../command.ts';
import { print, printJson } from '../print.ts';
import { type RightsOptions, rightsOf, rightsOptions, rightsText } from '../rights-options.ts';
import { exitCodes, type Session } from '../session.ts';
import { userDocument } from './_describe.ts';

export const role: CommandSpec = {
  describe(command) {
    command
      .argument('<address>', 'their e-mail address')
      .addArgument(new Argument('<role>', 'what they may do from now on').choices(roles));
    rightsOptions(command, null);
    jsonOption(command);
    command.addHelpText(
      'after',
      '\nWhat is not said is taken away: rights are as this command gives them.',
    );
    examples(command, [
      'user role bo@example.com viewer',
      'user role bo@example.com editor --personal-data --database shop',
    ]);
  },

  async run(session, command) {
    const [email = '', given] = command.args;
    const options = command.opts<Omit<RightsOptions, 'role'> & JsonOption>();
    const { store } = await session.muster();
    const rights = await rightsOf(store, { ...options, role: given as Rights['role'] });
    const user = await change(session, email, (now) => ({
      ...rights,
      disabled: now.disabledAt !== null,
    }));
    if (options.json === true) printJson(session, userDocument(user));
    else print(session, `${user.email}: ${await rightsText(store, user)}.`);
    return exitCodes.done;
  },
};

export const disable: CommandSpec = {
  describe(command) {
    describeSwitch(command, ['user disable bo@example.com']);
    command.addHelpText(
      'after',
      '\nTheir sessions end at once. Keys they made go on: see `key list`.',
    );
  },
  run: (session, command) => turn(session, command, true),
};

export const enable: CommandSpec = {
  describe: (command) => describeSwitch(command, ['user enable bo@example.com']),
  run: (session, command) => turn(session, command, false),
};

function describeSwitch(command: Command, lines: readonly string[]): void {
  command.argument('<address>', 'their e-mail address');
  jsonOption(command);
  examples(command, lines);
}

async function turn(session: Session, command: Command, disabled: boolean) {
  const [email = ''] = command.args;
  const user = await change(session, email, (now) => ({ ...now, disabled }));
  if (command.opts<JsonOption>().json === true) printJson(session, userDocument(user));
  else
    print(session, `${user.email} ${disabled ? 'cannot sign in any more' : 'may sign in again'}.`);
  return exitCodes.done;
}

async function change(
  session: Session,
  email: string,
  wish: (now: LoginUser) => Rights & { readonly disabled: boolean },
): Promise<LoginUser> {
  const { store } = await session.muster();
  return await store.tx(async (tx) => {
    const now = await findLoginUser(tx, email);
    const changed = await changeLoginUser(tx, now.id, wish(now));
    const { role: newRole, personalData, credentials, databaseIds, disabledAt } = changed;
    await recordAuditIn(tx, atTerminal(), 'user.change', {
      subject: `users/${now.id}`,
      detail: {
        ...{ role: newRole, personalData, credentials, databaseIds },
        disabled: disabledAt !== null,
      },
    });
    return changed;
  });
}
