import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { meQuery } from '../api/auth.ts';
import { createKey, keysQuery, revokeKey } from '../api/keys.ts';
import { leastRights } from '../api/people.ts';
import { KeyList } from './key-list.tsx';
import { useRightsColumns } from './rights-columns.tsx';
import { RightsFields } from './rights-fields.tsx';

/** Keys that have a role and rights, like a person. */
export function ApiKeys() {
  const { t } = useTranslation('settings');
  const queries = useQueryClient();
  const query = useQuery(keysQuery);
  const [rights, setRights] = useState(() => leastRights(queries.getQueryData(meQuery.queryKey)));
  return (
    <KeyList
      name="k"
      label={t('keys.api')}
      makeLabel={t('keys.makeApi')}
      emptyWords={t('keys.none')}
      revokeHelp={t('keys.revokeHelp')}
      query={query}
      columns={useRightsColumns()}
      fields={<RightsFields rights={rights} onChange={setRights} />}
      make={(wish) => createKey({ ...rights, ...wish })}
      revoke={({ id }) => revokeKey(id)}
    />
  );
}
