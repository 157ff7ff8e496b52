import type { Command } from 'commander';
import { count, moment } from '#http/words.ts';
import { type Overview, readOverview } from '#http/overview.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from './command.ts';
import { fields, indent, table } from './layout.ts';
import { overviewSource } from './overview-source.ts';
import { print, printJson, styled } from './print.ts';
import { type ExitCode, exitCodes, type Screen, type Session } from './session.ts';
import { bytes, distance, people, rows, unsweptWords } from './words.ts';

export const status: CommandSpec = {
  describe(command) {
    jsonOption(command);
    examples(command, ['status', 'status --json']);
  },

  async run(session, command) {
    return printStatus(session, command, await readOverview(await overviewSource(session)));
  },
};

export function printStatus(session: Session, command: Command, overview: Overview): ExitCode {
  if (command.opts<JsonOption>().json === true) printJson(session, overview);
  else print(session, statusText(session.terminal.output, overview));
  return exitCodes.done;
}

function statusText(screen: Screen, overview: Overview): string {
  const parts: (readonly [string, string | null])[] = [
    ['Runs', runsText(overview)],
    ['Data', dataText(overview)],
    ['Audiences', audiencesText(overview)],
    ['Connections', connectionsText(overview)],
    ["Meta's limits", quotaText(overview)],
    ['Wait for somebody', waitingText(overview)],
    ['Meta says', warningsText(overview)],
    ['Alerts', driftsText(overview)],
    ['Not promised', unpromisedText(overview)],
    ['Opt-outs under way', optOutsText(overview)],
    ['Failed last', failuresText(overview)],
  ];
  const shown = parts
    .filter(([, text]) => text !== null)
    .map(([title, text]) => `${styled(screen, 'bold', title)}\n${indent(text ?? '')}`);
  return [...shown, `${styled(screen, 'bold', 'Next:')} ${overview.next}`].join('\n\n');
}

function runsText({ server, sandbox, audiences, imports, dataDirectory }: Overview): string {
  const kind = server.kind === 'embedded' ? 'our own' : 'DATABASE_URL';
  const running = audiences.filter(({ lastRun }) => lastRun?.state === 'running');
  const reading = imports.filter(({ state }) => state === 'reading');
  return fields([
    ['data directory', dataDirectory],
    ['PostgreSQL', `${server.version}, ${kind}, ${bytes(server.bytes)}`],
    ['sandbox', sandbox],
    ['runs under way', running.length === 0 ? null : running.map(({ name }) => name).join(', ')],
    ['imports under way', reading.length === 0 ? null : reading.map(({ file }) => file).join(', ')],
  ]);
}

function dataText({ at, databases, imports }: Overview): string {
  const lines = databases.map(({ name, profiles, defaultCountry }) => {
    const last = imports.find(({ database, state }) => database === name && state === 'done');
    const from = last === undefined ? '-' : `${last.file}, ${distance(last.startedAt, at)}`;
    return [name, count(profiles), defaultCountry ?? '-', from];
  });
  return table(['database', 'people', 'country', 'last import'], lines, [1]);
}

function audiencesText({ audiences }: Overview): string | null {
  if (audiences.length === 0) return null;
  const lines = audiences.map((audience) => [
    audience.name,
    audience.state,
    audience.evaluated ? count(audience.members) : '-',
    audience.integration === null
      ? 'not connected'
      : `${audience.integration}${audience.sandbox === true ? ' (sandbox)' : ''}`,
    audience.synchronizedAt === null ? '-' : moment(audience.synchronizedAt),
  ]);
  return table(['name', 'state', 'members', 'goes to', 'synchronized on'], lines, [2]);
}

/** Only what wants attention: a connection that works is no news. */
function connectionsText({ connections, versionWarning }: Overview): string | null {
  const troubled = connections
    .filter(({ state }) => state !== 'ok')
    .map(({ name, state, words, next }) => `${name}: ${state}. ${words}\n${indent(next ?? '')}`);
  const lines = versionWarning === null ? troubled : [...troubled, versionWarning];
  return lines.length === 0 ? null : lines.join('\n');
}

/** Only where they are felt. */
function quotaText({ quotas, audiences }: Overview): string | null {
  const lines = [
    ...quotas
      .filter(
        ({ percentLeft, restsUntil, paceMs }) =>
          restsUntil !== null || paceMs > 0 || percentLeft < 50,
      )
      .map(({ integration, adAccount, percentLeft, restsUntil, paceMs }) =>
        [
          `${integration}, ${adAccount}: ${percentLeft} % left`,
          paceMs > 0 ? `a request every ${Math.ceil(paceMs / 1000)} s` : null,
          restsUntil === null ? null : `Meta asked for a pause until ${moment(restsUntil)}`,
        ]
          .filter((part) => part !== null)
          .join('; '),
      ),
    ...audiences.flatMap(({ name, finishesAt }) =>
      finishesAt === null ? [] : [`${name}: should be sent by ${moment(finishesAt)}`],
    ),
  ];
  return lines.length === 0 ? null : lines.join('\n');
}

function waitingText({ audiences }: Overview): string | null {
  const held = audiences.filter(({ heldRunId }) => heldRunId !== null);
  if (held.length === 0) return null;
  return held
    .map(
      ({ name, heldRunId, heldBecause, heldForApproval }) =>
        `${name}: ${heldForApproval ? `run ${heldRunId ?? ''} waits for a second person` : `the removals of run ${heldRunId ?? ''} are held`}: ${heldBecause.join('; ')}`,
    )
    .join('\n');
}

function warningsText({ audiences }: Overview): string | null {
  const lines = audiences.flatMap(({ name, atMeta }) =>
    (atMeta?.warnings ?? []).map((warning) => `${name}: ${warning}`),
  );
  return lines.length === 0 ? null : lines.join('\n');
}

function driftsText({ drifts, at }: Overview): string | null {
  if (drifts.length === 0) return null;
  const lines = drifts.map(
    ({ audience, checkedAt, people: found }) =>
      `${audience}, ${distance(checkedAt, at)}: the daily comparison found ${people(found)} of whom Meta was not told what is true and nobody had noted it. A run puts it right; please report it, it must find nobody`,
  );
  return lines.join('\n');
}

function unpromisedText({ audiences }: Overview): string | null {
  const off = audiences.filter(({ sweepOff }) => sweepOff);
  if (off.length === 0) return null;
  return off.map(({ name }) => `${name}: the sweep is off. ${unsweptWords}`).join('\n');
}

function optOutsText({ optOuts, erasuresOverdue }: Overview): string | null {
  const lines = optOuts.map(({ audience, rows: count, state, refusal }) => {
    const why = refusal === null ? '' : `: ${refusal}`;
    return `${audience}: ${rows(count)} ${state}${why}`;
  });
  if (erasuresOverdue > 0) {
    lines.push(`${erasuresOverdue} erasures are older than 25 days; after 30 they end as they are`);
  }
  return lines.length === 0 ? null : lines.join('\n');
}

function failuresText({ audiences, imports, at }: Overview): string | null {
  const lines = [
    ...audiences.flatMap(({ name, lastRun }) =>
      lastRun === null || lastRun.error === null || lastRun.state === 'held'
        ? []
        : [
            `${name}, ${distance(lastRun.startedAt, at)}: ${lastRun.error.code}: ${lastRun.error.message}`,
          ],
    ),
    ...imports
      .filter(({ state }) => state === 'failed')
      .map(
        ({ file, startedAt }) =>
          `import of ${file}, ${distance(startedAt, at)}; nothing was changed`,
      ),
  ];
  return lines.length === 0 ? null : lines.join('\n');
}
