import { html } from 'hono/html';
import { isFromElsewhere } from './admin-input.ts';
import { pageAnswer } from './page-frame.ts';
import type { Simulation } from './simulation.ts';
import { findAccount, keepAccount, person } from './world.ts';

/** The page on which a person accepts the Custom Audience terms for an ad account. */
export async function answerTerms({ state }: Simulation, request: Request): Promise<Response> {
  const number = new URL(request.url).searchParams.get('act') ?? '';
  const account = findAccount(state, `act_${number.replace('act_', '')}`);
  if (account === null || (request.method === 'POST' && isFromElsewhere(request))) {
    const body = html`<main class="card narrow"><h1>No such ad account</h1><p>The address names none that is here.</p></main>`;
    return pageAnswer({ title: 'Terms (sandbox)', body, status: 404 });
  }
  if (request.method === 'POST') {
    keepAccount(state, { ...account, hasAcceptedTerms: true });
    return new Response(null, { status: 303, headers: { location: request.url } });
  }
  const body = html`<main class="card narrow">
<h1>Custom Audience terms</h1>
<p>For <strong>${account.name}</strong> (<code>${account.id}</code>).</p>
${
  account.hasAcceptedTerms
    ? html`<p class="good"><strong>Accepted.</strong> Customer lists can be made and changed in this ad account.</p>`
    : html`<p>Until a person of the business accepts them, no customer list of this ad account can be made or
changed. A system user cannot.</p>
<form method="post"><button class="main">Accept as ${person.name}</button></form>`
}
</main>`;
  return pageAnswer({ title: 'Custom Audience terms (sandbox)', body });
}
