import { useTranslation } from 'react-i18next';
import type { Audience } from '../api/audiences.ts';
import { StateBadge, type Tone } from '../components/state-badge.tsx';

const tones = {
  never: 'waiting',
  pending: 'busy',
  'up to date': 'good',
  error: 'bad',
  deactivated: 'quiet',
} satisfies Record<Audience['state'], Tone>;

const words = {
  never: 'state_never',
  pending: 'state_pending',
  'up to date': 'state_upToDate',
  error: 'state_error',
  deactivated: 'state_deactivated',
} as const satisfies Record<Audience['state'], string>;

/** The key of the word for a state, for `t` of "audiences". */
export function stateWord(state: Audience['state']): (typeof words)[Audience['state']] {
  return words[state];
}

/** How an audience stands, most urgent first: removals that wait, a pause, else its state. */
export function AudienceState({ audience }: { readonly audience: Audience }) {
  const { t } = useTranslation('audiences');
  const { heldRunId, paused, state } = audience;
  if (heldRunId !== null) return <StateBadge tone="attention" label={t('heldBadge')} />;
  if (paused && state !== 'deactivated') return <StateBadge tone="waiting" label={t('paused')} />;
  return <StateBadge tone={tones[state]} label={t(words[state])} />;
}
