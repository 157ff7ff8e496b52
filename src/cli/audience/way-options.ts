import type { Command } from 'commander';
import { MusterError } from '#domain/errors/muster-error.ts';
import { type RuleMode, ruleModes } from '#store/audiences.ts';
import {
  byAutomation,
  byEvents,
  byHand,
  byRule,
  byScenario,
  type WayOfFilling,
} from '#sync/ways.ts';
import { type AutomationOptions, readAutomationOption } from '../automation/read.ts';
import { readRuleFile } from '../rule-file.ts';
import type { Session } from '../session.ts';
import { ruleOfTemplate, templateHelp } from './_templates.ts';

export interface WayOptions extends AutomationOptions {
  readonly rule?: string;
  readonly mode?: string;
  readonly daily?: true;
  readonly byEvents?: true;
  readonly byHand?: true;
  readonly byScenario?: true;
  readonly template?: string;
  readonly days?: string;
}

/** The options of which one says how an audience is filled. */
export function wayOptions(command: Command): void {
  command
    .option('--rule <file>', 'by a rule: a JSON file, or - for standard input')
    .option('--template <name>', `by a rule to begin with: ${templateHelp}`)
    .option('--days <days>', 'with --template: other days than its own')
    .option(
      '--mode <mode>',
      'with --rule: match (members are whom it finds; the default), add (it only adds), remove (it only removes)',
    )
    .option('--daily', 'with --rule: applied once a day, not with every change')
    .option(
      '--by-events',
      'by identify or track calls, with a property named as the audience, true or false',
    )
    .option('--by-hand', 'by `muster audience add`, `remove` and `edit-members`')
    .option(
      '--automation <what>',
      'at the moment when something happens: one of nine presets (see `muster automation presets`), or a JSON file',
    )
    .option('--with <name=value...>', 'with a preset: what it asks, such as tags=vip,gold')
    .option('--direction <direction>', 'with a preset: add (the default), or remove')
    .option('--by-scenario', 'by scenarios that name it');
}

/**
 * The one way that the options say.
 * @throws MusterError USAGE for none or several, and what is wrong with the rule
 */
export async function readWay(
  session: Session,
  name: string,
  options: WayOptions,
): Promise<WayOfFilling> {
  const ways = (Object.keys(flags) as (keyof typeof flags)[]).filter(
    (way) => options[way] !== undefined,
  );
  const [way] = ways;
  if (way === undefined) {
    throw new MusterError(
      'USAGE',
      `say who belongs, with one of ${Object.values(flags).join(', ')}`,
    );
  }
  if (ways.length > 1) {
    const named = ways.map((one) => flags[one]).join(' and ');
    throw new MusterError('USAGE', `${named} exclude each other: an audience has one way`);
  }
  if (options.days !== undefined && way !== 'template') {
    throw new MusterError('USAGE', '--days belongs to --template');
  }
  const isRule = way === 'rule' || way === 'template';
  if (!isRule && (options.mode !== undefined || options.daily === true)) {
    throw new MusterError('USAGE', '--mode and --daily belong to --rule');
  }
  if (way !== 'automation' && (options.with !== undefined || options.direction !== undefined)) {
    throw new MusterError('USAGE', '--with and --direction belong to --automation');
  }
  if (way === 'byHand') return byHand;
  if (way === 'byScenario') return byScenario;
  if (way === 'automation') return byAutomation(await readAutomationOption(session, options));
  if (way === 'byEvents') return byEvents(name);
  const rule =
    options.template === undefined
      ? await readRuleFile(session, options.rule ?? '')
      : ruleOfTemplate(options.template, options.days);
  return byRule(rule, { ruleMode: readMode(options.mode), ruleDaily: options.daily === true });
}

const flags = {
  rule: '--rule',
  template: '--template',
  byEvents: '--by-events',
  byHand: '--by-hand',
  automation: '--automation',
  byScenario: '--by-scenario',
} as const;

function readMode(mode = 'match'): RuleMode {
  const known = ruleModes.find((one) => one === mode.toLowerCase());
  if (known === undefined) {
    throw new MusterError('USAGE', `--mode “${mode}” is not one of ${ruleModes.join(', ')}`);
  }
  return known;
}
