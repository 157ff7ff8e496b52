import { randomBytes } from 'node:crypto';
import { everything, invite as makeInvitation, welcomeUrl } from '#http/auth/links.ts';
import { moment } from '#http/words.ts';
import { recordAuditIn } from '#store/audit.ts';
import { countLoginUsers } from '#store/login-users.ts';
import { atTerminal, publicUrl } from '../at-terminal.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from '../command.ts';
import { print, printJson } from '../print.ts';
import { type RightsOptions, rightsOf, rightsOptions, rightsText } from '../rights-options.ts';
import { exitCodes } from '../session.ts';
import { post, postedText } from './_post.ts';

export const invite: CommandSpec = {
  describe(command) {
    command.argument('<address>', 'their e-mail address');
    rightsOptions(command, 'viewer');
    jsonOption(command);
    command.addHelpText(
      'after',
      '\nPrints a link that works once, for a week, and sends it to them where mail is set. Whoever is the\n' +
        'first becomes owner of everything. A viewer looks; an editor changes audiences, people and runs; an admin also\n' +
        'connections, sources, keys and people who sign in; an owner everything.',
    );
    examples(command, [
      'user invite ana@example.com --role owner',
      'user invite bo@example.com --role editor --personal-data --database shop',
    ]);
  },

  async run(session, command) {
    const [email = ''] = command.args;
    const options = command.opts<RightsOptions & JsonOption>();
    const { store } = await session.muster();
    const rights = await rightsOf(store, options);
    const actor = atTerminal();
    const offered = await store.tx(async (tx) => {
      // Whoever is the first may do everything, or nobody could let anybody else do anything.
      const given = (await countLoginUsers(tx)) === 0 ? everything : rights;
      const made = await makeInvitation(tx, { ...given, email, madeBy: actor.name }, randomBytes);
      const { id, role } = made.link;
      await recordAuditIn(tx, actor, 'invitation.create', {
        ...{ subject: `invitations/${id}`, detail: { role } },
      });
      return made;
    });
    const { link } = offered;
    const url = welcomeUrl(publicUrl(session), offered.token);
    const posted = await post(session, offered, email);
    if (options.json === true) {
      printJson(session, {
        url,
        email: link.email,
        role: link.role,
        endsAt: link.endsAt,
        ...posted,
      });
      return exitCodes.done;
    }
    print(session, url);
    print(
      session,
      `Works once, until ${moment(link.endsAt)}, for ${link.email}: ${await rightsText(store, link)}.`,
    );
    print(session, postedText(posted, email));
    return exitCodes.done;
  },
};
