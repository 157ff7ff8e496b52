import { Button, Stack, Text } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { type Audience, audiencesQuery } from '../api/audiences.ts';
import { DataTable } from '../components/data-table.tsx';
import { ForRole } from '../components/for-role.tsx';
import { Page } from '../components/page.tsx';
import { useAddress } from '../shell/address.ts';
import { audienceColumns } from './audience-columns.tsx';
import { AudienceFilters, filteredAudiences } from './audience-filters.tsx';

/** Manage audiences: all of them, with all their numbers and moments. */
export function AudienceListScreen() {
  const { t, i18n } = useTranslation('audiences');
  const [address, change] = useAddress();
  const { data, error, refetch } = useQuery(audiencesQuery);
  const columns = useMemo(() => audienceColumns(t, i18n.language), [t, i18n.language]);
  const rows = useMemo(
    () => (data === undefined ? undefined : filteredAudiences(data, address)),
    [data, address],
  );
  const make = (
    <ForRole role="editor">
      <Button component={Link} to="/audiences/new" leftSection={<IconPlus size={16} aria-hidden />}>
        {t('new')}
      </Button>
    </ForRole>
  );
  return (
    <Page title={t('title')} lead={t('lead')} actions={make}>
      <DataTable
        label={t('title')}
        columns={columns}
        rows={rows}
        rowKey={({ id }) => id}
        error={error}
        onRetry={() => void refetch()}
        searchText={searchText}
        filters={<AudienceFilters audiences={data ?? []} address={address} change={change} />}
        isFiltered={data !== undefined && data.length > 0}
        onClearFilters={() =>
          change({ state: 'all', account: '', folder: '', label: '', database: '' })
        }
        empty={
          <Stack align="center" gap="sm">
            <Text>{t('empty')}</Text>
            {make}
          </Stack>
        }
      />
    </Page>
  );
}

function searchText({ name, description }: Audience): string {
  return `${name} ${description}`;
}
