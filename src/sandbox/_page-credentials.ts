import { termsPath } from '#meta/wire.ts';
import { html } from 'hono/html';
import { type AccessToken, deathOf, listTokens } from './access-tokens.ts';
import { tokenId } from './admin-tokens.ts';
import { button, count, type Html, moment, table } from './_page-parts.ts';
import type { Truth } from './truth.ts';
import { type Account, listAccounts } from './world.ts';

export function accountsPart(truth: Truth): Html {
  const columns = ['Name', 'Owner and role', 'Custom Audience terms', 'Calls this hour', 'Score'];
  const accounts = listAccounts(truth.simulation.state);
  return html`
${table(
  'Ad accounts',
  columns,
  accounts.map((one) => accountRow(truth, one)),
)}
<div class="row">
${button({ to: 'quota', words: 'Give all quota back', values: { method: 'DELETE' } })}
<form method="post" action="/_sandbox/accounts" class="row">
<label>A further ad account<br><input name="name" required maxlength="200"></label>
<button>Make it</button>
</form>
</div>`;
}

function accountRow({ usage }: Truth, account: Account): (Html | string)[] {
  const { id, name, owner, tasks, hasAcceptedTerms } = account;
  const { useCase, score } = usage.read(id);
  const owners = { own: 'our business', partner: 'a partner' };
  const link = `${termsPath}?act=${id.slice(4)}`;
  const terms = hasAcceptedTerms
    ? html`<div class="row"><span class="good">accepted</span>
${button({ to: `accounts/${id}`, words: 'Withdraw', label: `Withdraw the terms of ${name}`, values: { hasAcceptedTerms: false } })}</div>`
    : html`<span class="bad">not accepted</span> <a href="${link}">Accept them for ${name}</a>`;
  const isBlocked = score.blockedSeconds > 0 || useCase.regainMinutes > 0;
  const blocked = isBlocked ? html` <strong class="bad">blocked</strong>` : '';
  return [
    html`${name}<br><code>${id}</code>`,
    `${owner === null ? 'no business' : owners[owner]}; ${tasks.join(', ').toLowerCase() || 'no tasks'}`,
    terms,
    html`${meter(useCase.calls, useCase.callsMax, `Calls of ${name}`)}${blocked}`,
    html`${meter(score.used, score.max, `Score of ${name}`)}`,
  ];
}

function meter(used: number, max: number, label: string): Html {
  return html`<meter min="0" max="${max}" value="${used}" aria-label="${label}"></meter><br>
<span class="quiet">${count(used)} of ${count(max)}</span>`;
}

export function tokensPart(truth: Truth): Html {
  const { state } = truth.simulation;
  const give = (words: string, values: Parameters<typeof button>[0]['values']) =>
    button({ to: 'tokens', words, values });
  return html`
${table(
  'Access tokens',
  ['Token', 'Of', 'May', 'Ends', ''],
  listTokens(state).map((one) => tokenRow(truth, one)),
)}
<div class="row">
${give('Give out a lasting one', { kind: 'SYSTEM_USER' })}
${give('Give out one of 60 days', { kind: 'SYSTEM_USER', expiresInSeconds: 5_184_000 })}
${give('Give out a person’s, of two hours', { kind: 'USER', expiresInSeconds: 7_200 })}
</div>`;
}

function tokenRow({ simulation }: Truth, token: AccessToken): (Html | string)[] {
  const { kind, scopes, expiresAt, accounts } = token;
  const id = tokenId(token);
  const subcode = deathOf(token, simulation.clock());
  const end = (words: string, endedBy: number | null) =>
    button({ to: `tokens/${id}`, words, label: `${words}: token ${id}`, values: { endedBy } });
  return [
    html`<details id="token-${id}"><summary>${token.token.slice(0, 16)}…</summary><code>${token.token}</code></details>`,
    kind === 'USER' ? 'a person' : 'the system user',
    `${scopes.join(', ') || 'nothing'}${accounts === null ? '' : `, in ${accounts.join(', ')}`}`,
    subcode !== null
      ? html`<span class="bad">ended, 190/${subcode}</span>`
      : expiresAt === null
        ? 'never'
        : moment(expiresAt),
    token.endedBy === null && subcode === null
      ? html`<div class="row">${end('Revoke', 458)}${end('Password changed', 460)}</div>`
      : token.endedBy === null
        ? ''
        : end('Revive', null),
  ];
}
