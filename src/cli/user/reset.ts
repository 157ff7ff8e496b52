import { randomBytes } from 'node:crypto';
import { offerReset, welcomeUrl } from '#http/auth/links.ts';
import { moment } from '#http/words.ts';
import { recordAuditIn } from '#store/audit.ts';
import { findLoginUser, removeSecondFactor } from '#store/login-users.ts';
import { atTerminal, publicUrl } from '../at-terminal.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from '../command.ts';
import { print, printJson } from '../print.ts';
import { exitCodes } from '../session.ts';
import { post, postedText } from './_post.ts';

interface ResetOptions extends JsonOption {
  readonly secondFactor?: true;
}

export const reset: CommandSpec = {
  describe(command) {
    command
      .argument('<address>', 'their e-mail address')
      .option('--second-factor', 'take their second factor away too, when its device is lost');
    jsonOption(command);
    command.addHelpText(
      'after',
      '\nPrints a link that works once, for an hour, and sends it to them where mail is set. Until it is\n' +
        'used the old password goes on working; then all their sessions end.',
    );
    examples(command, ['user reset bo@example.com', 'user reset bo@example.com --second-factor']);
  },

  async run(session, command) {
    const [email = ''] = command.args;
    const options = command.opts<ResetOptions>();
    const { store } = await session.muster();
    const actor = atTerminal();
    const { offered, to } = await store.tx(async (tx) => {
      const user = await findLoginUser(tx, email);
      if (options.secondFactor === true) await removeSecondFactor(tx, user.id);
      await recordAuditIn(tx, actor, 'user.reset', {
        subject: `users/${user.id}`,
        detail: { secondFactor: options.secondFactor === true },
      });
      return { offered: await offerReset(tx, user, actor.name, randomBytes), to: user.email };
    });
    const { endsAt } = offered.link;
    const url = welcomeUrl(publicUrl(session), offered.token);
    const posted = await post(session, offered, to);
    if (options.json === true) printJson(session, { url, endsAt, ...posted });
    else print(session, `${url}\nWorks once, until ${moment(endsAt)}. ${postedText(posted, to)}`);
    return exitCodes.done;
  },
};
