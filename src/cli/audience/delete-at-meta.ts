import { MusterError } from '#domain/errors/muster-error.ts';
import type { AdsOfAudience } from '#store/ads.ts';
import { findAudience } from '#store/audiences.ts';
import { showAds } from '#sync/ads.ts';
import { deleteAtMeta } from '#sync/delete-at-meta.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from '../command.ts';
import { print, printJson, styled, tell } from '../print.ts';
import { exitCodes } from '../session.ts';

interface DeleteOptions extends JsonOption {
  readonly confirm?: string;
}

export const deleteCommand: CommandSpec = {
  describe(command) {
    command
      .argument('<name>', 'the audience')
      .option('--confirm <name>', 'the name once more, to say that you mean it');
    jsonOption(command);
    command.addHelpText(
      'after',
      '\nFor good: ads that use the Meta audience stop, and everybody is out of it. Where the token may read\n' +
        'ads, the ad sets that use it are named first. The audience stays here, deactivated. Meta refuses while\n' +
        'lookalike audiences grow from it. If the answer gets lost, run it again: it looks at Meta before it asks.',
    );
    examples(command, ['audience delete-at-meta gold --confirm gold']);
  },

  async run(session, command) {
    const { confirm, json } = command.opts<DeleteOptions>();
    const [name = ''] = command.args;
    const muster = await session.muster();
    const { id } = await findAudience(muster.store, name);
    if (confirm !== name) {
      const typed = confirm === undefined ? '--confirm is missing' : `“${confirm}”`;
      throw new MusterError('CONFIRMATION_WRONG', typed);
    }
    tell(session, adsWords(await showAds(muster, id, { byHand: true })));
    const done = await deleteAtMeta(muster, name);
    if (json === true) printJson(session, done);
    else {
      const what = done.deleted ? 'is deleted at Meta' : 'was no longer at Meta';
      const head = styled(session.terminal.output, 'bold', `${name} ${what}`);
      print(session, `${head} (${done.metaAudienceId}); here it is deactivated.`);
    }
    return exitCodes.done;
  },
};

/** Which ads stop, by name, as far as Meta tells. */
function adsWords({ readAt, refusal, adSets }: AdsOfAudience): string {
  if (readAt === null || refusal !== null) {
    const why = refusal === null ? '' : ` (${refusal})`;
    return `Ads that use this Meta audience stop. Which they are cannot be known: Meta does not tell${why}.`;
  }
  if (adSets.length === 0) return 'No ad set of the ad account uses this Meta audience.';
  const names = adSets.map(
    ({ name, status, excluded }) =>
      `“${name}”${excluded ? ', which keeps its people out' : ''}${status === null ? '' : ` (${status})`}`,
  );
  return `${adSets.length === 1 ? 'An ad set uses' : `${adSets.length} ad sets use`} this Meta audience: ${names.join('; ')}.`;
}
