import { html } from 'hono/html';
import { listAudiences } from './audience-records.ts';
import { type Fault, faultKinds, faultNames, lastingFaults } from './fault-kinds.ts';
import { button, type Html, table } from './_page-parts.ts';
import { endpointFamilies, endpointNames } from './routes.ts';
import type { Truth } from './truth.ts';
import { listAccounts } from './world.ts';

export function armedPart({ faults }: Truth): Html {
  const { faults: armed, odds } = faults.armed();
  if (armed.length === 0 && odds === null) {
    return html`<p>None is armed. A name can hold one too: <code>Lapsed [throttle x3]</code>.</p>`;
  }
  const chances = Object.entries(odds?.odds ?? {});
  return html`
${armed.length === 0 ? '' : table('Armed faults', ['Fault', 'What happens', 'Where', 'How often'], armed.map(faultRow))}
${chances.length === 0 ? '' : html`<p>By chance: ${chances.map(([name, odd]) => `${name} ${odd}`).join(', ')}.</p>`}
${button({ to: 'faults', words: 'Disarm all', values: { method: 'DELETE' } })}`;
}

function faultRow(fault: Fault): (Html | string)[] {
  const { name, on, target, valuePrefix, times, code, subcode } = fault;
  const prefix = valuePrefix === null ? '' : `values from ${valuePrefix}`;
  const codes = [code, subcode].filter((one) => one !== null).join('/');
  return [
    html`<strong>${name}</strong> ${codes}`,
    `${faultKinds[name].words}${fault.isLasting ? ', and it stays so' : ''}`,
    [on ?? 'everywhere', target ?? '', prefix].filter((one) => one !== '').join(', '),
    times === null ? 'until disarmed' : `${times} more`,
  ];
}

export function armForm({ simulation: { state } }: Truth): Html {
  const accounts = listAccounts(state);
  const audiences = listAudiences(state, null).slice(0, 50);
  return html`
<form method="post" action="/_sandbox/faults" class="fields">
<label class="wide">Fault<br><select name="name">
${faultNames.map((name) => html`<option value="${name}">${name}: ${faultKinds[name].words}</option>`)}
</select></label>
<label>On<br><select name="on"><option value="">everything</option>
<optgroup label="Families">${endpointFamilies.map(option)}</optgroup>
<optgroup label="Endpoints">${endpointNames.map(option)}</optgroup></select></label>
<label>Of<br><select name="target"><option value="">everybody</option>
<optgroup label="Ad accounts">${accounts.map(({ id, name }) => html`<option value="${id}">${name}</option>`)}</optgroup>
<optgroup label="Audiences">${audiences.map(({ id, details }) => html`<option value="${id}">${details.name}</option>`)}</optgroup></select></label>
<label>How often<br><select name="times"><option value="1">once</option><option value="3">3 times</option><option value="10">10 times</option><option value="null">until disarmed</option></select></label>
<label>Code<br><input name="code" inputmode="numeric" pattern="\\d*" size="7"></label>
<label>Subcode<br><input name="subcode" inputmode="numeric" pattern="\\d*" size="9"></label>
<label>Late by, ms<br><input name="lagMs" inputmode="numeric" pattern="\\d*" size="8"></label>
<label>Silent for, ms<br><input name="holdMs" inputmode="numeric" pattern="\\d*" size="8"></label>
<label>Values from<br><input name="valuePrefix" size="6"></label>
<label class="choice"><input type="checkbox" name="isLasting" value="true">and it stays so <span class="quiet">(${[...lastingFaults].join(', ')})</span></label>
<button class="main">Arm it</button>
</form>`;
}

function option(name: string): Html {
  return html`<option>${name}</option>`;
}
