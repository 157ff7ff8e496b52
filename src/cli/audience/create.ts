import type { Command } from 'commander';
import { operators } from '#audiences/nodes/operators.ts';
import type { Rule } from '#audiences/rule.ts';
import { must } from '#domain/errors/assert.ts';
import { MusterError } from '#domain/errors/muster-error.ts';
import { customerFileSources } from '#meta/wire.ts';
import type { Integration } from '#store/connections.ts';
import { type AudienceOverview, overviewAudiences } from '#store/overview.ts';
import { countRule } from '#sync/breakdown.ts';
import { makeAudience } from '#sync/create-audience.ts';
import { checkLinkable } from '#sync/meta-audiences.ts';
import type { Muster } from '#sync/muster.ts';
import { explainFilling, type WayOfFilling } from '#sync/ways.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from '../command.ts';
import { fields, indent } from '../layout.ts';
import { print, printJson, styled, tell } from '../print.ts';
import { type ExitCode, exitCodes, type Session } from '../session.ts';
import { quoted } from '../words.ts';
import { audienceDocument } from './_describe.ts';
import { flagWarning, type OwnOptions, ownOptions, readOwn } from './_own-options.ts';
import { findPlace } from './_place.ts';
import { smallWarning } from './_small.ts';
import { readWay, type WayOptions, wayOptions } from './way-options.ts';

interface CreateOptions extends WayOptions, OwnOptions, JsonOption {
  readonly integration?: string;
  readonly database?: string;
  readonly link?: string;
  readonly connector?: true;
  readonly valueBased?: true;
  readonly customerFileSource: string;
}

export const create: CommandSpec = {
  describe(command) {
    command.argument(
      '[name]',
      'what to call it, here and at Meta; with --link that of the Meta audience is taken',
    );
    wayOptions(command);
    command
      .option('--integration <name>', 'where it goes; may be left out when there is one')
      .option('--database <name>', 'whose people; otherwise the database of the integration')
      .option('--link <id>', 'use this Meta audience in place of making one')
      .option(
        '--connector',
        'as connectors do: makes its Meta audience at once, and calls it CA_ and the name',
      )
      .option(
        '--value-based',
        'for lookalikes by value: only people with a LOOKALIKE_VALUE are sent, with it; Meta fixes this for good',
      );
    ownOptions(command);
    command.option(
      '--customer-file-source <source>',
      `where the data came from: ${customerFileSources.join(', ')}`,
      customerFileSources[0],
    );
    jsonOption(command);
    command.addHelpText('after', `\n${ruleHelp}`);
    examples(command, [
      'audience create gold --rule gold.json',
      `audience create lapsed --rule - <<< '{"trait":"last_order","op":"older_than","value":{"days":180}}'`,
      'audience create "Bought lately" --template recent-buyers --days 14 --folder Exclusions',
      'audience create newsletter --rule subscribed.json --mode add --daily',
      'audience create "Order Completed Last 30days" --by-events',
      'audience create vip --by-hand',
      'audience create tagged --automation tagged --with tags=vip,gold --direction add',
      'audience create --rule vip.json --integration "Shop, Europe" --link 23851234567890123',
    ]);
  },

  async run(session, command) {
    const wish = readWish(command);
    const { options, own, given } = wish;
    // Before the database is started, where it can be: a slip of the pen is answered at once.
    const early = given === null ? null : await readWay(session, given, options);
    const muster = await session.muster();
    const integration = await findPlace(muster.store, options);
    const valueBased = options.valueBased ?? false;
    const name = given ?? (await nameThere(muster, integration, options));
    const filling = early ?? (await readWay(session, name, options));
    warnOfWords(session, name, own);
    await makeAudience(muster, {
      ...{ name, filling, customerFileSource: wish.source, integration, valueBased },
      ...own,
      link: options.link ?? null,
      connector: options.connector ?? false,
    });
    const [made] = await overviewAudiences(muster.store, { name });
    return await printMade(session, command, {
      audience: must(made, 'an audience that was just made is there'),
      filling,
      count: async (rule) => (await countRule(muster, integration.databaseId, rule, 'quick')).count,
    });
  },
};

/** @throws MusterError USAGE */
export function readWish(command: Command) {
  const options = command.opts<CreateOptions>();
  const source = readSource(options.customerFileSource);
  const own = readOwn(options);
  if (options.connector === true && options.link !== undefined) {
    throw new MusterError('USAGE', '--connector makes a Meta audience, --link takes one');
  }
  // Null: that of the Meta audience is taken.
  const given = command.args[0] ?? (options.link === undefined ? '' : null);
  if (given?.trim() === '') throw new MusterError('USAGE', 'the name is empty');
  return { options, source, own, given };
}

/** Meta may not like them; it decides by itself. */
export function warnOfWords(
  session: Session,
  name: string,
  { description = '' }: { readonly description?: string },
): void {
  const warning = flagWarning(name, description);
  if (warning !== null) tell(session, warning);
}

/** The same name on both sides is easiest to find again (features.md A-12). */
async function nameThere(
  muster: Muster,
  integration: Integration,
  { link = '', adAccount, valueBased }: CreateOptions,
): Promise<string> {
  const client = await muster.openClient(integration.id);
  const place = { ...client, adAccount: adAccount ?? client.adAccount };
  const { name, metaAudienceId } = await checkLinkable(place, link, valueBased ?? false);
  if (name !== null && name.trim() !== '') return name;
  throw new MusterError('USAGE', `${metaAudienceId} has no name at Meta; give one`);
}

const operatorNames = Object.keys(operators);

const ruleHelp = `A rule is {"all":[…]}, {"any":[…]}, {"not":{…}} or a leaf such as
{"trait":"plan","op":"equals","value":"gold"}, {"event":"Order Completed","count":{"at_least":2}} or
{"member_of":"vip"}.
op is one of ${operatorNames.slice(0, 12).join(', ')},
${operatorNames.slice(12).join(', ')}.
docs/rules.md has all of it with examples.`;

function readSource(text: string): string {
  const source = text.toUpperCase();
  if ((customerFileSources as readonly string[]).includes(source)) return source;
  const measured = `--customer-file-source “${text}” is not one of ${customerFileSources.join(', ')}`;
  throw new MusterError('USAGE', measured);
}

interface Made {
  readonly audience: AudienceOverview;
  readonly filling: WayOfFilling;
  /** How many people a rule finds. */
  readonly count: (rule: Rule) => Promise<number>;
}

export async function printMade(
  session: Session,
  command: Command,
  { audience, filling, count }: Made,
): Promise<ExitCode> {
  if (command.opts<JsonOption>().json === true) {
    printJson(session, audienceDocument(audience, undefined));
  } else print(session, madeText(session, audience));
  if (filling.rule !== null && filling.ruleMode !== 'remove') {
    const small = smallWarning(await count(filling.rule as Rule));
    if (small !== null) tell(session, small);
  }
  return exitCodes.done;
}

function madeText(session: Session, audience: AudienceOverview): string {
  const { name, eventKey, way, metaAudienceId } = audience;
  const { output } = session.terminal;
  const where = `${audience.integration} (${audience.adAccount}${audience.sandbox === true ? ', sandbox' : ''})`;
  const lines = fields([
    ['who belongs', explainFilling(audience)],
    ['database', audience.database],
    ['integration', where],
    ['Meta audience', metaAudienceId ?? 'made when it is activated'],
    ['name there', audience.connector ? `CA_${name}` : null],
    ['description', audience.description === '' ? null : audience.description],
    ['opt-out address', audience.optOutLink],
    ['folder', audience.folder],
    ['labels', audience.labels.length === 0 ? null : audience.labels.join(', ')],
    ['value-based', audience.valueBased ? 'only people with a LOOKALIKE_VALUE are sent' : null],
    ['state', 'inactive: nothing is sent yet'],
  ]);
  const next = way === 'hand' ? `audience add ${quoted(name)} --id …` : `plan ${quoted(name)}`;
  return [
    styled(output, 'bold', `Made the audience ${name}`),
    indent(lines),
    ...(eventKey === null
      ? []
      : [`Calls with the property ${eventKey}: true add to it, false removes.`]),
    ...(metaAudienceId === null || audience.connector
      ? []
      : ['People who are in that Meta audience already stay.']),
    `Next: muster ${next}`,
  ].join('\n\n');
}
