import { operators } from '#audiences/nodes/operators.ts';
import type { Rule } from '#audiences/rule.ts';
import { must } from '#domain/errors/assert.ts';
import { MusterError } from '#domain/errors/muster-error.ts';
import { customerFileSources } from '#meta/wire.ts';
import { createAudience } from '#store/audiences.ts';
import { findIntegration, type Integration, listIntegrations } from '#store/connections.ts';
import { findDatabase } from '#store/databases.ts';
import type { Db, Tx } from '#store/db.ts';
import { createLink } from '#store/links.ts';
import { type AudienceOverview, overviewAudiences } from '#store/overview.ts';
import { countRule } from '#sync/breakdown.ts';
import { checkLinkable } from '#sync/meta-audiences.ts';
import type { Muster } from '#sync/muster.ts';
import { refuseCycle } from '#sync/rule-references.ts';
import { membershipOf } from '#sync/scope.ts';
import { beginFilling, explainFilling, type WayOfFilling } from '#sync/ways.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from '../command.ts';
import { fields, indent } from '../layout.ts';
import { print, printJson, styled, tell } from '../print.ts';
import { exitCodes, type Session } from '../session.ts';
import { quoted } from '../words.ts';
import { smallWarning } from './_small.ts';
import { chooseIntegration } from '../choose-integration.ts';
import { audienceDocument } from './_describe.ts';
import { readWay, type WayOptions, wayOptions } from './_way.ts';

interface CreateOptions extends WayOptions, JsonOption {
  readonly integration?: string;
  readonly database?: string;
  readonly link?: string;
  readonly valueBased?: true;
  readonly customerFileSource: string;
}

export const create: CommandSpec = {
  describe(command) {
    command.argument('<name>', 'what to call it, here and at Meta');
    wayOptions(command);
    command
      .option('--integration <name>', 'where it goes; may be left out when there is one')
      .option('--database <name>', 'whose people; otherwise the database of the integration')
      .option('--link <id>', 'use this Meta audience in place of making one')
      .option(
        '--value-based',
        'for lookalikes by value: only people with a LOOKALIKE_VALUE are sent, with it; Meta fixes this for good',
      )
      .option(
        '--customer-file-source <source>',
        `where the data came from: ${customerFileSources.join(', ')}`,
        customerFileSources[0],
      );
    jsonOption(command);
    command.addHelpText('after', `\n${ruleHelp}`);
    examples(command, [
      'audience create gold --rule gold.json',
      `audience create lapsed --rule - <<< '{"trait":"last_order","op":"older_than","value":{"days":180}}'`,
      'audience create newsletter --rule subscribed.json --mode add --daily',
      'audience create "Order Completed Last 30days" --by-events',
      'audience create vip --by-hand',
      'audience create tagged --automation tagged --with tags=vip,gold --direction add',
      'audience create vip --rule vip.json --integration "Shop, Europe" --link 23851234567890123',
    ]);
  },

  async run(session, command) {
    const options = command.opts<CreateOptions>();
    const [name = ''] = command.args;
    // Both before the database is started: a slip of the pen is answered at once.
    const filling = await readWay(session, name, options);
    const source = readSource(options.customerFileSource);
    if (name.trim() === '') throw new MusterError('USAGE', 'the name is empty');
    const muster = await session.muster();
    const place = await findPlace(muster.store, options);
    await makeAudience(muster, {
      ...{ name, filling, source, place },
      link: options.link,
      valueBased: options.valueBased ?? false,
    });
    const [made] = await overviewAudiences(muster.store, name);
    const audience = must(made, 'an audience that was just made is there');
    if (options.json === true) printJson(session, audienceDocument(audience, undefined));
    else printMade(session, audience, place.integration);
    if (filling.rule !== null && filling.ruleMode !== 'remove') {
      const found = await countRule(muster, place.databaseId, filling.rule as Rule, 'quick');
      const small = smallWarning(found.count);
      if (small !== null) tell(session, small);
    }
    return exitCodes.done;
  },
};

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

interface Place {
  readonly databaseId: number;
  readonly integration: Integration | null;
}

async function findPlace(db: Db, options: CreateOptions): Promise<Place> {
  const { integration: name, database } = options;
  const integration =
    name === undefined
      ? chooseIntegration(await listIntegrations(db), database)
      : await findIntegration(db, name);
  if (integration === null) {
    return { databaseId: (await findDatabase(db, database ?? 'main')).id, integration };
  }
  if (database !== undefined && integration.database !== database) {
    const measured = `the integration “${integration.name}” is for database ${integration.database}`;
    throw new MusterError('USAGE', measured);
  }
  return { databaseId: integration.databaseId, integration };
}

interface AudienceWish {
  readonly name: string;
  readonly filling: WayOfFilling;
  readonly source: string;
  readonly place: Place;
  readonly link: string | undefined;
  readonly valueBased: boolean;
}

async function findLink(muster: Muster, { place, valueBased }: AudienceWish, id: string) {
  if (place.integration === null) {
    throw new MusterError('AUDIENCE_NOT_CONNECTED', '--link needs one');
  }
  return await checkLinkable(await muster.openClient(place.integration.id), id, valueBased);
}

async function makeAudience(muster: Muster, wish: AudienceWish): Promise<void> {
  const { name, filling, source, place } = wish;
  const { databaseId, integration } = place;
  const link = wish.link === undefined ? null : await findLink(muster, wish, wish.link);
  await muster.store.tx(async (tx) => {
    await checkReferences(tx, databaseId, wish);
    const audience = await createAudience(tx, {
      databaseId,
      integrationId: integration?.id ?? null,
      name,
      ...filling,
      customerFileSource: source,
      valueBased: wish.valueBased,
    });
    if (link !== null) await createLink(tx, { audienceId: audience.id, databaseId, ...link });
    await beginFilling(tx, audience, filling);
  });
}

/** @throws MusterError RULE_CYCLE, RULE_AUDIENCE_UNKNOWN */
async function checkReferences(
  tx: Tx,
  databaseId: number,
  { name, filling: { rule } }: AudienceWish,
): Promise<void> {
  if (rule === null) return;
  await refuseCycle(tx, databaseId, { name, rule: rule as Rule });
  await membershipOf(tx, databaseId, rule, 1);
}

function printMade(
  session: Session,
  audience: AudienceOverview,
  integration: Integration | null,
): void {
  const { name, database, eventKey, way, metaAudienceId } = audience;
  const { output } = session.terminal;
  const where =
    integration === null
      ? 'none yet: run `muster connect`'
      : `${integration.name} (${integration.adAccount}${integration.sandbox ? ', sandbox' : ''})`;
  const lines = fields([
    ['who belongs', explainFilling(audience)],
    ['database', database],
    ['integration', where],
    ['Meta audience', metaAudienceId ?? 'made when it is activated'],
    ['value-based', audience.valueBased ? 'only people with a LOOKALIKE_VALUE are sent' : null],
    ['state', 'inactive: nothing is sent yet'],
  ]);
  print(session, `${styled(output, 'bold', `Made the audience ${name}`)}\n\n${indent(lines)}\n`);
  if (eventKey !== null) {
    print(session, `Calls with the property ${eventKey}: true add to it, false removes.\n`);
  }
  if (metaAudienceId !== null)
    print(session, 'People who are in that Meta audience already stay.\n');
  const next = way === 'hand' ? `audience add ${quoted(name)} --id …` : `plan ${quoted(name)}`;
  print(session, `Next: muster ${next}`);
}
