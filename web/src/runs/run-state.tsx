import { useTranslation } from 'react-i18next';
import { StateBadge, type Tone } from '../components/state-badge.tsx';

const tones: Readonly<Record<string, Tone>> = {
  queued: 'waiting',
  running: 'busy',
  waiting: 'waiting',
  held: 'attention',
  succeeded: 'good',
  partial: 'attention',
  failed: 'bad',
  cancelled: 'quiet',
};

export function RunState({ state }: { readonly state: string }) {
  const { t } = useTranslation('runs');
  const words: Readonly<Record<string, string>> = {
    queued: t('queued'),
    running: t('running'),
    waiting: t('waiting'),
    held: t('held'),
    succeeded: t('succeeded'),
    partial: t('partial'),
    failed: t('failed'),
    cancelled: t('cancelled'),
  };
  return <StateBadge tone={tones[state] ?? 'quiet'} label={words[state] ?? state} />;
}
