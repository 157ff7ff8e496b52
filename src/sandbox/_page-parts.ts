import { html } from 'hono/html';
import type { Html } from './page-frame.ts';

export type { Html };

export function section(id: string, title: string, body: Html): Html {
  return html`<section class="card" aria-labelledby="${id}"><h2 id="${id}">${title}</h2>${body}</section>`;
}

/** A part that the page's script reads again. */
export function live(id: string, body: Html): Html {
  return html`<div id="${id}" data-live>${body}</div>`;
}

/** One button that posts fixed values; the words say all that happens. */
export function button(given: {
  to: string;
  words: string;
  values: Readonly<Record<string, string | number | boolean | null>>;
  /** For who hears it without the row it stands in. */
  label?: string;
}): Html {
  const { to, words, values, label = words } = given;
  return html`<form method="post" action="/_sandbox/${to}">
${Object.entries(values).map(([name, value]) => html`<input type="hidden" name="${name}" value="${String(value)}">`)}
<button aria-label="${label}">${words}</button>
</form>`;
}

/** A table that scrolls by itself where the window is narrow, by keyboard too. */
export function table(
  caption: string,
  columns: readonly string[],
  rows: readonly (readonly (Html | string | number)[])[],
): Html {
  return html`<div class="scroll" role="region" aria-label="${caption}: table" tabindex="0">
<table>
<thead><tr>${columns.map((one) => html`<th scope="col">${one === '' ? html`<span class="hidden">What to do</span>` : one}</th>`)}</tr></thead>
<tbody>
${rows.map((cells) => html`<tr>${cells.map((cell, place) => (place === 0 ? html`<th scope="row">${cell}</th>` : html`<td>${cell}</td>`))}</tr>`)}
</tbody>
</table>
</div>`;
}

export function moment(ms: number): Html {
  const iso = new Date(ms).toISOString();
  return html`<time datetime="${iso}">${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC</time>`;
}

/** The time of a day that is plain from where it stands. */
export function timeOfDay(ms: number): Html {
  const iso = new Date(ms).toISOString();
  return html`<time datetime="${iso}" title="${iso}">${iso.slice(11, 19)}</time>`;
}

export function count(value: number): string {
  return value.toLocaleString('en-US');
}
