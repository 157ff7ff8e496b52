import { moment } from '#http/words.ts';
import { listLoginUsers } from '#store/login-users.ts';
import { listInvitations } from '#store/one-time-links.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from '../command.ts';
import { table } from '../layout.ts';
import { print, printJson } from '../print.ts';
import { rightsText } from '../rights-options.ts';
import { exitCodes } from '../session.ts';
import { userDocument } from './_describe.ts';

export const list: CommandSpec = {
  describe(command) {
    jsonOption(command);
    examples(command, ['user list', 'user list --json']);
  },

  async run(session, command) {
    const { store } = await session.muster();
    const users = await listLoginUsers(store);
    const invitations = await listInvitations(store);
    if (command.opts<JsonOption>().json === true) {
      const invited = invitations.map(({ email, role, endsAt }) => ({ email, role, endsAt }));
      printJson(session, { users: users.map(userDocument), invitations: invited });
      return exitCodes.done;
    }
    if (users.length + invitations.length === 0) {
      print(session, 'Nobody may sign in yet. Next: muster user invite you@example.com');
      return exitCodes.done;
    }
    const lines = await Promise.all([
      ...users.map(async (user) => [
        ...[user.email, user.name, await rightsText(store, user), user.twoFactor ? 'yes' : '-'],
        user.disabledAt === null ? lastSeen(user.lastSeenAt) : 'disabled',
      ]),
      ...invitations.map(async (invitation) => [
        ...[invitation.email ?? '-', '-', await rightsText(store, invitation), '-'],
        `invited until ${moment(invitation.endsAt)}`,
      ]),
    ]);
    print(session, table(['e-mail', 'name', 'may', 'second factor', 'last seen'], lines));
    return exitCodes.done;
  },
};

function lastSeen(at: Date | null): string {
  return at === null ? 'never' : moment(at);
}
