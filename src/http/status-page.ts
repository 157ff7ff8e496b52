import { html, raw } from 'hono/html';
import type { AudienceShown, Overview } from './overview.ts';
import { pageStyle } from './_page-style.ts';
import { count, moment } from './words.ts';

type Html = ReturnType<typeof html>;

/** The whole status page: plain HTML that reads without style, script or colour. */
export function statusPage(overview: Overview): Html {
  const simulated = overview.audiences.some(({ sandbox }) => sandbox === true);
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Muster: status${simulated ? ' (sandbox)' : ''}</title>
<style>${raw(pageStyle)}</style>
</head>
<body>
<header>
<h1>Muster</h1>
<p>As of <time datetime="${overview.at.toISOString()}">${moment(overview.at)}</time>. <a href="/status">Read again</a></p>
</header>
<main>
${simulated ? sandboxNote : ''}
<section aria-labelledby="audiences">
<h2 id="audiences">Audiences</h2>
${overview.audiences.length === 0 ? html`<p>There is none yet.</p>` : overview.audiences.map(audienceCard)}
</section>
<section aria-labelledby="data">
<h2 id="data">Data</h2>
${databaseTable(overview)}
${importTable(overview)}
</section>
<section aria-labelledby="next">
<h2 id="next">Next</h2>
<p>${inCode(overview.next)}.</p>
</section>
</main>
<footer><p>Read only, on this machine only. The same as JSON: <a href="/status.json">status.json</a></p></footer>
</body>
</html>`;
}

const sandboxNote = html`<p class="simulated" role="note"><strong>Sandbox.</strong> Audiences marked so
were sent to a simulated Meta on this machine. What it accepted, rejected and matched is simulated too,
and says nothing about match rates at Meta.</p>`;

function audienceCard(audience: AudienceShown): Html {
  const { name, sandbox, state, atSandbox, lastRun, heldBack } = audience;
  return html`<article>
<h3>${name}${sandbox === true ? html` <span class="mark">sandbox</span>` : ''}</h3>
<p>${audience.definition}</p>
<dl>
${term('State', state)}
${term('Members', audience.evaluated ? count(audience.members) : 'nobody has looked yet')}
${atSandbox === null ? '' : term('Rows the sandbox holds', count(atSandbox.rowsHeld))}
${atSandbox === null ? '' : term('People the sandbox matched', count(atSandbox.peopleMatched))}
${heldBack.noConsent === 0 ? '' : term('Held back: said no', count(heldBack.noConsent))}
${heldBack.notEnoughIdentifiers === 0 ? '' : term('Held back: not enough to match by', count(heldBack.notEnoughIdentifiers))}
${heldBack.noValue === 0 ? '' : term('Held back: no lookalike value', count(heldBack.noValue))}
${heldBack.badRequest === 0 ? '' : term('Sent without a bad value', count(heldBack.badRequest))}
${term('Synchronized on', audience.synchronizedAt === null ? 'not since the last change' : moment(audience.synchronizedAt))}
${term('Meta audience', audience.metaAudienceId ?? 'made when it is activated')}
${term('Goes to', audience.integration === null ? 'not connected' : `${audience.integration}, ${audience.adAccount ?? ''}`)}
</dl>
${lastRun === null ? html`<p>It has never run.</p>` : runText(lastRun)}
${audience.heldRunId === null ? '' : html`<p class="attention">${audience.heldForApproval ? 'Run' : 'The removals of run'} ${audience.heldRunId} ${audience.heldForApproval ? 'waits for a second person' : 'are held and wait for somebody'}: ${audience.heldBecause.join('; ')}.</p>`}
</article>`;
}

function runText(run: NonNullable<AudienceShown['lastRun']>): Html {
  const reasons = Object.entries(run.rejectedBy);
  const bad = Object.entries(run.badRequestsBy);
  return html`<h4>Last run: ${run.state}</h4>
<p>Run ${run.runId} of ${moment(run.startedAt)}: ${count(run.added)} ${run.added === 1 ? 'person' : 'people'} added, ${count(run.removed)}
removed, ${count(run.requestsUsed)} requests; ${count(run.accepted)} rows accepted, ${count(run.rejected)} rejected.</p>
${reasons.length === 0 ? '' : html`<ul>${reasons.map(([reason, rows]) => html`<li>${count(rows)} rejected: ${reason}</li>`)}</ul>`}
${bad.length === 0 ? '' : html`<ul>${bad.map(([reason, people]) => html`<li>${count(people)} with a bad value: ${reason}</li>`)}</ul>`}
${run.error === null ? '' : html`<p class="attention">${run.error.code}: ${run.error.message}. ${run.error.next}</p>`}`;
}

function databaseTable({ databases }: Overview): Html {
  return scrolling(
    'Databases',
    html`<table>
<caption>Databases</caption>
<thead><tr><th scope="col">Name</th><th scope="col" class="number">People</th><th scope="col">Country of bare phones</th></tr></thead>
<tbody>${databases.map(
      ({ name, profiles, defaultCountry }) =>
        html`<tr><th scope="row">${name}</th><td class="number">${count(profiles)}</td><td>${defaultCountry ?? 'none'}</td></tr>`,
    )}</tbody>
</table>`,
  );
}

function importTable({ imports }: Overview): Html {
  if (imports.length === 0) return html`<p>No file was imported yet.</p>`;
  return scrolling(
    'Last imports',
    html`<table>
<caption>Last imports</caption>
<thead><tr><th scope="col">File</th><th scope="col">Database</th><th scope="col">State</th>
<th scope="col" class="number">Created</th><th scope="col" class="number">Updated</th>
<th scope="col" class="number">Deleted</th><th scope="col">Begun</th></tr></thead>
<tbody>${imports.map(({ file, database, state, counts, startedAt }) => {
      const number = (name: string) => (counts === null ? '' : count(Number(counts[name] ?? 0)));
      return html`<tr><th scope="row">${file}</th><td>${database}</td><td>${state}</td>
<td class="number">${number('created')}</td><td class="number">${number('updated')}</td>
<td class="number">${number('deleted')}</td><td>${moment(startedAt)}</td></tr>`;
    })}</tbody>
</table>`,
  );
}

/** Wider than a phone: it can be scrolled by keyboard, too. */
function scrolling(label: string, table: Html): Html {
  return html`<div class="scrolling" role="region" aria-label="${label}" tabindex="0">${table}</div>`;
}

function term(label: string, text: string): Html {
  return html`<div><dt>${label}</dt><dd>${text}</dd></div>`;
}

/** What stands between backticks is something to type. */
function inCode(text: string): Html[] {
  return text
    .split('`')
    .map((part, i) => (i % 2 === 1 ? html`<code>${part}</code>` : html`${part}`));
}
