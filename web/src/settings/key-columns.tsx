import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Moment } from '../components/moment.tsx';
import type { Column } from '../components/table-column.ts';

/** What a key of either kind has. */
export interface AnyKey {
  readonly name: string;
  readonly hint: string;
  readonly createdAt: string;
  readonly endsAt: string | null;
  readonly lastUsedAt: string | null;
  readonly revokedAt: string | null;
}

/** Whether a key opens anything by now. */
function stateOfKey({ endsAt, revokedAt }: AnyKey, now: Date) {
  if (revokedAt !== null) return 'revoked';
  return endsAt !== null && new Date(endsAt) <= now ? 'ended' : 'works';
}

/** @param revoke the button for it, in the last column */
export function useKeyColumns<K extends AnyKey>(
  between: readonly Column<K>[],
  revoke: (key: K) => ReactNode,
): readonly Column<K>[] {
  const { t } = useTranslation('settings');
  const stateOf = (key: K) => stateOfKey(key, new Date());
  const wordsOf = (key: K) => t(`keys.states.${stateOf(key)}`);
  return [
    {
      id: 'name',
      label: t('name'),
      value: ({ name }) => name,
      cell: ({ name, hint }) => `${name} (…${hint})`,
    },
    {
      id: 'state',
      label: t('state'),
      value: wordsOf,
      cell: wordsOf,
    },
    ...between,
    {
      id: 'lastUsedAt',
      label: t('keys.lastUsed'),
      value: ({ lastUsedAt }) => lastUsedAt,
      cell: ({ lastUsedAt }) => <Moment at={lastUsedAt} isRelative />,
    },
    {
      id: 'endsAt',
      label: t('ends'),
      value: ({ endsAt }) => endsAt,
      cell: ({ endsAt }) => <Moment at={endsAt} isRelative />,
    },
    {
      id: 'createdAt',
      label: t('since'),
      isHidden: true,
      value: ({ createdAt }) => createdAt,
      cell: ({ createdAt }) => <Moment at={createdAt} />,
    },
    {
      id: 'revoke',
      label: t('actions'),
      cell: (key) => (stateOf(key) === 'works' ? revoke(key) : null),
    },
  ];
}
