import type { Command } from 'commander';
import { MusterError } from '#domain/errors/muster-error.ts';
import { count, moment } from '#http/words.ts';
import { type AudienceOverview, databaseNow, overviewAudiences } from '#store/overview.ts';
import { describeSchedule, type Schedule } from '#schedules/schedule.ts';
import { type StateAtMeta, statesAtMeta } from '#insights/state-at-meta.ts';
import { showScenario } from '#sync/scenarios.ts';
import { explainFillingLines } from '#sync/ways.ts';
import { noConsentText } from '../consent-text.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from '../command.ts';
import { fields, indent } from '../layout.ts';
import { print, printJson, styled } from '../print.ts';
import { type ExitCode, exitCodes, type Session } from '../session.ts';
import { automation, scenarioText } from '../scenario/text.ts';
import { distance, people, rows } from '../words.ts';
import { audienceDocument } from './_describe.ts';
import { wayWords } from './_edit-text.ts';

export const show: CommandSpec = {
  describe(command) {
    command.argument('<name>', 'the audience');
    jsonOption(command);
    examples(command, ['audience show gold', 'audience show gold --json']);
  },

  async run(session, command) {
    const [name = ''] = command.args;
    const muster = await session.muster();
    const { store } = muster;
    const [audience] = await overviewAudiences(store, { name });
    if (audience === undefined) throw new MusterError('AUDIENCE_UNKNOWN', `“${name}”`);
    const atMeta = (await statesAtMeta(store)).get(name);
    const scenario =
      audience.way === 'automation' ? await showScenario(muster, automation(name)) : null;
    return printAudience(session, command, audience, {
      ...{ atMeta, scenario },
      now: await databaseNow(store),
    });
  },
};

export interface Beside {
  readonly now: Date;
  /** Undefined: never read. */
  readonly atMeta: StateAtMeta | undefined;
  /** Of its automation; null: it is filled otherwise. */
  readonly scenario: Parameters<typeof scenarioText>[1] | null;
}

export function printAudience(
  session: Session,
  command: Command,
  audience: AudienceOverview,
  { now, atMeta, scenario }: Beside,
): ExitCode {
  if (command.opts<JsonOption>().json === true) {
    printJson(session, audienceDocument(audience, atMeta));
    return exitCodes.done;
  }
  print(session, audienceText(session, audience, { now, atMeta }));
  if (scenario !== null) print(session, `\n${scenarioText(session, scenario)}`);
  return exitCodes.done;
}

function audienceText(
  session: Session,
  audience: AudienceOverview,
  { now, atMeta }: { now: Date; atMeta: StateAtMeta | undefined },
): string {
  const when = (date: Date | null) =>
    date === null ? null : `${moment(date)} (${distance(date, now)})`;
  const { output } = session.terminal;
  const head = styled(output, 'bold', audience.name);
  const rule = explainFillingLines(audience).join('\n');
  return [
    `${head}${audience.description === '' ? '' : `\n  ${audience.description}`}\n${indent(stateText(audience, when, atMeta))}`,
    `Who belongs\n${indent(rule)}`,
    `What it is\n${indent(definitionText(audience, when))}`,
    lastRunText(audience, when),
    ...(atMeta?.warnings ?? []),
  ].join('\n\n');
}

type When = (date: Date | null) => string | null;

/** How it stands now. */
function stateText(
  audience: AudienceOverview,
  when: When,
  atMeta: StateAtMeta | undefined,
): string {
  const { notEnoughIdentifiers, badRequest, noValue } = audience.heldBack;
  return fields([
    ['state', audience.paused ? `${audience.state}, paused` : audience.state],
    ['members', audience.evaluated ? count(audience.members) : 'nobody has looked yet'],
    ['held back, no consent', noConsentText(audience.heldBack)],
    [
      'held back, not enough to match by',
      notEnoughIdentifiers === 0 ? null : people(notEnoughIdentifiers),
    ],
    ['held back, no lookalike value', noValue === 0 ? null : people(noValue)],
    ['values left out, Bad Request', badRequest === 0 ? null : people(badRequest)],
    ['last member change', when(audience.membersChangedAt)],
    ['synchronized on', when(audience.synchronizedAt) ?? 'not since the last change'],
    ['next planned run', when(audience.nextRunAt)],
    ['size at Meta', atMeta?.size ?? null],
  ]);
}

/** What people have said of it (features.md V-06). */
function definitionText(audience: AudienceOverview, when: When): string {
  const { folder, labels, lookalikes, optOutLink, optOutRefused } = audience;
  return fields([
    ['filled', filledText(audience)],
    ['runs', describeSchedule(audience.schedule as Schedule)],
    ['not before', when(audience.runsFrom)],
    ['not from', when(audience.runsUntil)],
    ['database', `${audience.database}, of ${audience.entity}`],
    ['integration', integrationText(audience)],
    ['Meta audience', audience.metaAudienceId ?? 'made when it is activated'],
    ['lookalikes', lookalikes.length === 0 ? null : lookalikes.join('; ')],
    [
      'opt-out address',
      optOutLink !== null && optOutRefused ? `${optOutLink}, which Meta did not take` : optOutLink,
    ],
    ['value-based', audience.valueBased ? 'yes: sent with a LOOKALIKE_VALUE each' : null],
    ['customer file source', audience.customerFileSource],
    ['folder', folder],
    ['labels', labels.length === 0 ? null : labels.join(', ')],
    ['created', when(audience.createdAt)],
    ['activated on', when(audience.activatedAt) ?? 'not yet'],
    ['version', String(audience.version)],
  ]);
}

function filledText({ way, eventKey }: AudienceOverview): string {
  return eventKey === null ? wayWords[way] : `by calls with the property ${eventKey}`;
}

function integrationText({ integration, adAccount, sandbox }: AudienceOverview): string {
  if (integration === null) return 'none yet: run `muster connect`';
  return `${integration} (${adAccount ?? ''}${sandbox === true ? ', sandbox' : ''})`;
}

function lastRunText(
  { lastRun: run, heldRunId, heldBecause, heldForApproval }: AudienceOverview,
  when: When,
): string {
  if (run === null) return 'It has never run.';
  const reasons = reasonList(run.rejectedBy);
  const bad = reasonList(run.badRequestsBy);
  const lines = fields([
    ['begun', when(run.startedAt)],
    ['added', people(run.added)],
    ['removed', people(run.removed)],
    ['accepted', rows(run.accepted)],
    ['rejected', run.rejected === 0 ? null : [rows(run.rejected), ...reasons].join('; ')],
    ['Bad Request', bad.length === 0 ? null : [people(run.badRequests), ...bad].join('; ')],
    ['requests', count(run.requestsUsed)],
    ['released by', run.releasedBy],
    ['error', run.error === null ? null : `${run.error.code}: ${run.error.message}`],
    ['next', run.error?.next ?? null],
  ]);
  const held =
    heldRunId === null
      ? ''
      : heldForApproval
        ? `\n\nRun ${heldRunId} waits for a second person: ${heldBecause.join('; ')}.\nNext: muster approve ${heldRunId} --by ADDRESS`
        : `\n\nThe removals of run ${heldRunId} are held: ${heldBecause.join('; ')}.\nNext: muster release ${heldRunId} --by YOUR_NAME`;
  return `Last run: ${run.runId}, ${run.state}\n${indent(lines)}${held}`;
}

function reasonList(by: Readonly<Record<string, number>>): string[] {
  return Object.entries(by).map(([why, number]) => `${why}: ${count(number)}`);
}
