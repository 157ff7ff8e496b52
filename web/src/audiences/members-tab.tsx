import { Anchor, Button, Group, Text } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Audience } from '../api/audiences.ts';
import { meQuery } from '../api/auth.ts';
import { type Member, membersFile, membersQuery } from '../api/members.ts';
import { DataTable } from '../components/data-table.tsx';
import { Moment } from '../components/moment.tsx';
import type { Column } from '../components/table-column.ts';
import { usePages } from '../components/use-pages.ts';

/** Who belongs now. Names stay masked for whoever may not see personal data. */
export function MembersTab({ audience }: { readonly audience: Audience }) {
  const { t } = useTranslation('audience');
  const { data: me } = useQuery(meQuery);
  const pages = usePages(useInfiniteQuery(membersQuery(audience.id)));
  const columns = useMemo(
    (): Column<Member>[] => [
      {
        ...{ id: 'id', label: t('externalId'), value: ({ externalId }) => externalId },
        cell: ({ id, externalId }) => (
          <Anchor component={Link} to={`/profiles/${audience.databaseId}/${id}`} inherit>
            {externalId}
          </Anchor>
        ),
      },
      {
        ...{ id: 'since', label: t('memberSince'), value: ({ since }) => since },
        cell: ({ since }) => <Moment at={since} />,
      },
    ],
    [t, audience.databaseId],
  );
  const isMasked = me?.personalData === false;
  return (
    <>
      <Group justify="space-between" mb="sm">
        <Text size="sm" c="dimmed">
          {t(isMasked ? 'membersMasked' : 'membersShown')}
        </Text>
        {!isMasked && (
          <Button component="a" href={membersFile(audience.id)} variant="default" download>
            {t('exportAll')}
          </Button>
        )}
      </Group>
      <DataTable
        label={t('tabMembers')}
        name="members."
        columns={columns}
        {...pages}
        rowKey={({ id }) => id}
        searchText={searchText}
        empty={<Text>{t('noMembers')}</Text>}
      />
    </>
  );
}

function searchText({ externalId }: Member): string {
  return externalId;
}
