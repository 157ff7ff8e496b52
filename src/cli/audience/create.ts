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
import { explainFilling } from '#sync/ways.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from '../command.ts';
import { fields, indent } from '../layout.ts';
import { print, printJson, styled, tell } from '../print.ts';
import { exitCodes, type Session } from '../session.ts';
import { quoted } from '../words.ts';
import { audienceDocument } from './_describe.ts';
import { flagWarning, type OwnOptions, ownOptions, readOwn } from './_own-options.ts';
import { findPlace } from './_place.ts';
import { smallWarning } from './_small.ts';
import { readWay, type WayOptions, wayOptions } from './_way.ts';

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
    const options = command.opts<CreateOptions>();
    const source = readSource(options.customerFileSource);
    const own = readOwn(options);
    if (options.connector === true && options.link !== undefined) {
      throw new MusterError('USAGE', '--connector makes a Meta audience, --link takes one');
    }
    const given = command.args[0] ?? (options.link === undefined ? '' : null);
    if (given?.trim() === '') throw new MusterError('USAGE', 'the name is empty');
    // Before the database is started, where it can be: a slip of the pen is answered at once.
    const early = given === null ? null : await readWay(session, given, options);
    const muster = await session.muster();
    const integration = await findPlace(muster.store, options);
    const valueBased = options.valueBased ?? false;
    const name = given ?? (await nameThere(muster, integration, options));
    const filling = early ?? (await readWay(session, name, options));
    const warning = flagWarning(name, own.description ?? '');
    if (warning !== null) tell(session, warning);
    await makeAudience(muster, {
      ...{ name, filling, customerFileSource: source, integration, valueBased },
      ...own,
      link: options.link ?? null,
      connector: options.connector ?? false,
    });
    const [made] = await overviewAudiences(muster.store, { name });
    const audience = must(made, 'an audience that was just made is there');
    if (options.json === true) printJson(session, audienceDocument(audience, undefined));
    else printMade(session, audience);
    if (filling.rule !== null && filling.ruleMode !== 'remove') {
      const found = await countRule(muster, integration.databaseId, filling.rule as Rule, 'quick');
      const small = smallWarning(found.count);
      if (small !== null) tell(session, small);
    }
    return exitCodes.done;
  },
};

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

function printMade(session: Session, audience: AudienceOverview): void {
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
  print(session, `${styled(output, 'bold', `Made the audience ${name}`)}\n\n${indent(lines)}\n`);
  if (eventKey !== null) {
    print(session, `Calls with the property ${eventKey}: true add to it, false removes.\n`);
  }
  if (metaAudienceId !== null && !audience.connector)
    print(session, 'People who are in that Meta audience already stay.\n');
  const next = way === 'hand' ? `audience add ${quoted(name)} --id …` : `plan ${quoted(name)}`;
  print(session, `Next: muster ${next}`);
}
