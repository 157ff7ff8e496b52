import { NativeSelect } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Audience } from '../api/audiences.ts';
import type { Address } from '../shell/address.ts';
import { stateWord } from './audience-state.tsx';

const states = ['up to date', 'pending', 'error', 'never', 'deactivated'] as const;
/** The address of everything that is not deactivated is the shortest: it is what most people want. */
const ALL_STATES = 'all';

/** Of all audiences those that the address asks for. */
export function filteredAudiences(
  audiences: readonly Audience[],
  { database = '', account = '', state = '', folder = '', label = '' }: Address,
): readonly Audience[] {
  return audiences.filter(
    (audience) =>
      (database === '' || audience.database === database) &&
      (account === '' || audience.adAccount === account) &&
      (state === ''
        ? audience.state !== 'deactivated'
        : state === ALL_STATES || audience.state === state) &&
      (folder === '' || audience.folder === folder) &&
      (label === '' || audience.labels.includes(label)),
  );
}

/** The filters of the list of audiences; those that could not part anything are left out. */
export function AudienceFilters({
  audiences,
  address,
  change,
}: {
  readonly audiences: readonly Audience[];
  readonly address: Address;
  readonly change: (change: Record<string, string>) => void;
}) {
  const { t } = useTranslation('audiences');
  const choices = [
    ['account', t('filterAccount'), t('allAccounts'), audiences.map(({ adAccount }) => adAccount)],
    ['folder', t('filterFolder'), t('allFolders'), audiences.map(({ folder }) => folder)],
    ['label', t('filterLabel'), t('allLabels'), audiences.flatMap(({ labels }) => labels)],
  ] as const;
  return (
    <>
      <NativeSelect
        aria-label={t('filterState')}
        value={address['state'] ?? ''}
        onChange={(event) => change({ state: event.currentTarget.value })}
        data={[
          { value: '', label: t('activeOnly') },
          { value: ALL_STATES, label: t('allStates') },
          ...states.map((state) => ({ value: state, label: t(stateWord(state)) })),
        ]}
      />
      {choices.map(([id, label, all, found]) => {
        const values = [...new Set(found)].filter((value) => value !== null).toSorted();
        if (values.length < 2 && (address[id] ?? '') === '') return null;
        return (
          <NativeSelect
            key={id}
            aria-label={label}
            value={address[id] ?? ''}
            onChange={(event) => change({ [id]: event.currentTarget.value })}
            data={[{ value: '', label: all }, ...values.map((value) => ({ value, label: value }))]}
          />
        );
      })}
    </>
  );
}
