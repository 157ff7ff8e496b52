import { html } from 'hono/html';
import { accountsPart, tokensPart } from './_page-credentials.ts';
import { audiencesPart, requestsPart } from './_page-audiences.ts';
import { armedPart, armForm } from './_page-faults.ts';
import { button, type Html, live, moment, section } from './_page-parts.ts';
import { pageScript } from './_page-script.ts';
import { pageAnswer } from './page-frame.ts';
import type { Truth } from './truth.ts';

/** What goes on in the sandbox and how to interfere; it reads and works without its script. */
export function sandboxPage(truth: Truth, origin: string): Promise<Response> {
  const body = html`
<header>
<h1>Meta, simulated</h1>
<p class="row"><span>At <code>${origin}</code>. Connect with <code>muster connect --sandbox</code>.</span>
<button id="rest" type="button" aria-pressed="false" hidden>Pause updates</button></p>
<p class="lost" role="status">The sandbox does not answer any more. What stands here is from before.</p>
</header>
<main>
${section('clock-title', 'Clock', live('clock', clockPart(truth)))}
${section('faults-title', 'Faults', html`${live('faults', armedPart(truth))}${armForm(truth)}`)}
${section('requests-title', 'Last requests', live('requests', requestsPart(truth)))}
${section('audiences-title', 'Audiences', live('audiences', audiencesPart(truth)))}
${section('accounts-title', 'Ad accounts', live('accounts', accountsPart(truth)))}
${section('tokens-title', 'Access tokens', live('tokens', tokensPart(truth)))}
${section('versions-title', 'API versions', versionsPart(truth))}
</main>
<footer class="quiet"><p>The same for programs: <a href="/_sandbox/requests">requests</a>,
<a href="/_sandbox/audiences">audiences</a>, <a href="/_sandbox/quota">quota</a>,
<a href="/_sandbox/settings">settings</a>, <a href="/_sandbox/clock">clock</a>,
<a href="/_sandbox/faults">faults</a>. docs/sandbox.md says what the sandbox does not imitate.</p></footer>`;
  return pageAnswer({ title: 'Sandbox: Meta, simulated', body, script: pageScript });
}

/** What the page shows where a form of it was refused. */
export function refusedPage(why: string, status: number): Promise<Response> {
  const body = html`<main class="card narrow"><h1>That cannot be done</h1>
<p class="bad">${why}</p><p><a href="/_sandbox/">Back to the sandbox</a></p></main>`;
  return pageAnswer({ title: 'Refused (sandbox)', body, status });
}

const steps = [
  ['1 minute', 60_000],
  ['90 minutes', 5_400_000],
  ['1 day', 86_400_000],
  ['60 days', 5_184_000_000],
] as const;

function clockPart({ sandboxClock }: Truth): Html {
  const { nowMs, runs, aheadMs } = sandboxClock.read();
  const way = runs ? 'It runs' : 'It stands still';
  const ahead = aheadMs < 1_000 ? 'with this machine' : 'ahead of this machine';
  return html`
<p><strong>${moment(nowMs)}</strong> <span class="quiet">${way}${runs ? `, ${ahead}` : ''}.</span></p>
<div class="row">
${steps.map(([words, advanceMs]) => button({ to: 'clock', words: `+ ${words}`, values: { advanceMs } }))}
${button({ to: 'clock', words: runs ? 'Stop it' : 'Let it run', values: { runs: !runs } })}
${button({ to: 'clock', words: 'Back to this machine’s time', values: { method: 'DELETE' } })}
</div>`;
}

function versionsPart({ simulation }: Truth): Html {
  const { versions } = simulation.settings();
  const known = ['v24.0', 'v25.0', 'v26.0'];
  return html`
<form method="post" action="/_sandbox/settings">
<p>A version that is switched off is refused as retired (2635).</p>
<div class="row">
${known.map((one) => html`<label class="choice"><input type="checkbox" name="versions[]" value="${one}"${versions.includes(one) ? ' checked' : ''}>${one}</label>`)}
<button>Keep</button>
</div>
</form>`;
}
