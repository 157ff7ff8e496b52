import { html } from 'hono/html';
import { audienceNode } from './audience-node.ts';
import { type AudienceRecord, listAudiences } from './audience-records.ts';
import { button, count, type Html, table, timeOfDay } from './_page-parts.ts';
import type { RequestSeen } from './request-log.ts';
import type { Simulation } from './simulation.ts';
import type { Truth } from './truth.ts';

const shownMax = 50;

export function audiencesPart({ simulation }: Truth): Html {
  const all = listAudiences(simulation.state, null);
  if (all.length === 0) return html`<p>There is none yet.</p>`;
  const more = all.length > shownMax ? ` The newest ${shownMax} of them are shown.` : '';
  const columns = ['Name', 'Id', 'Kind', 'Rows held', 'People matched', 'Shown size', 'Status', ''];
  return html`
<p class="quiet">${count(all.length)} in all.${more} What is held and matched, Meta would never tell.</p>
${table(
  'Audiences',
  columns,
  all.slice(0, shownMax).map((one) => audienceRow(simulation, one)),
)}`;
}

function audienceRow(simulation: Simulation, audience: AudienceRecord): (Html | string)[] {
  const { id, account, details, rowsHeld, peopleMatched } = audience;
  const node = audienceNode(simulation, audience);
  const lower = Number(node['approximate_count_lower_bound']);
  const upper = Number(node['approximate_count_upper_bound']);
  const { code, description } = node['operation_status'] as { code: number; description: string };
  const isFlagged = details.flaggedFields.length > 0;
  return [
    details.name,
    html`<code>${id}</code><br><span class="quiet">${account}</span>`,
    details.subtype,
    count(rowsHeld),
    count(details.people ?? peopleMatched),
    lower < 0 ? 'not told' : `${count(lower)} to ${count(upper)}`,
    html`<span class="${code === 200 ? 'good' : isFlagged ? 'bad' : 'quiet'}">${code} ${description}</span>`,
    button({
      to: `audiences/${id}`,
      words: isFlagged ? 'Unflag' : 'Flag',
      label: `${isFlagged ? 'Unflag' : 'Flag'} ${details.name}`,
      values: { 'flaggedFields[]': isFlagged ? '' : 'name' },
    }),
  ];
}

export function requestsPart({ requestLog }: Truth): Html {
  const { total, requests } = requestLog.last(40);
  if (total === 0) return html`<p>Nobody has asked for anything since the sandbox was started.</p>`;
  return html`
<p class="quiet">${count(total)} since the start, the newest on top. No values, only how many rows of which keys.</p>
${table('Last requests', ['Time', 'Request', 'Answer', 'Fault', 'Rows', 'Keys', 'Session', 'ms'], requests.toReversed().map(requestRow))}`;
}

function requestRow(seen: RequestSeen): (Html | string | number)[] {
  const { at, method, path, status, error, fault, rows, invalid, schema, sessionId, ms } = seen;
  const why =
    error === null ? '' : `${error.code}${error.subcode === null ? '' : `/${error.subcode}`}`;
  const isGood = status === 200 && error === null;
  const answer = status === null ? 'none' : `${status} ${why}`;
  const bad =
    invalid === null || invalid === 0 ? '' : html` <span class="bad">${invalid} invalid</span>`;
  return [
    timeOfDay(Date.parse(at)),
    html`<code>${method} ${path}</code>`,
    html`<span class="${isGood ? 'good' : 'bad'}">${answer}</span>`,
    fault ?? '',
    rows === null ? '' : html`${count(rows)}${bad}`,
    schema === null ? '' : html`<span class="keys">${schema.join(' ')}</span>`,
    sessionId ?? '',
    ms,
  ];
}
