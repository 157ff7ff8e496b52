import { Anchor, Button, Group, List, Loader, Select, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { type MetaAudience, metaAudiencesQuery } from '../api/meta-audiences.ts';
import { CodeError } from '../components/code-error.tsx';

interface MetaAudienceFieldProps {
  readonly integrationId: string;
  /** Another ad account than the integration's, or empty. */
  readonly adAccount: string;
  readonly value: string | null;
  readonly onChange: (found: MetaAudience | null) => void;
}

/**
 * Every audience of the ad account; those that cannot be linked stay in sight, with the reason
 * (features.md ), and where Meta does not list them it says what to check (C-15).
 */
export function MetaAudienceField(props: MetaAudienceFieldProps) {
  const { integrationId, adAccount, value, onChange } = props;
  const { t } = useTranslation('editor');
  const { data, error, isFetching, refetch } = useQuery(
    metaAudiencesQuery(integrationId, adAccount),
  );
  const audiences = data?.audiences ?? [];
  const byId = new Map(audiences.map((one) => [one.id, one]));
  return (
    <Stack gap="xs">
      <Group align="flex-end" gap="sm">
        <Select
          flex="1 1 16rem"
          label={t('link.label')}
          description={t('link.help')}
          placeholder={t('link.make')}
          searchable
          clearable
          clearButtonProps={{ 'aria-label': t('link.clear') }}
          limit={200}
          nothingFoundMessage={t('link.none')}
          disabled={data === undefined}
          rightSection={isFetching ? <Loader size="xs" aria-label={t('loading')} /> : undefined}
          value={value}
          data={audiences.map(({ id, name, linkable }) => ({
            ...{ value: id, label: `${name} (${id})` },
            disabled: !linkable && id !== value,
          }))}
          renderOption={({ option }) => <Option found={byId.get(option.value)} />}
          onChange={(id) => onChange(id === null ? null : (byId.get(id) ?? null))}
        />
        <Button variant="default" loading={isFetching} onClick={() => void refetch()}>
          {t('link.refresh')}
        </Button>
      </Group>
      {error !== null && <NotListed error={error} />}
      {data !== undefined && (
        <Text size="sm">
          {t('link.count', {
            lists: data.customerLists,
            max: data.customerListsMax,
            linkable: audiences.filter(({ linkable }) => linkable).length,
          })}
        </Text>
      )}
    </Stack>
  );
}

function Option({ found }: { readonly found: MetaAudience | undefined }) {
  const { t } = useTranslation('editor');
  if (found === undefined) return null;
  const { id, name, type, size, reason } = found;
  return (
    <div>
      <Text size="sm">{name}</Text>
      <Text size="xs">{t('link.one', { id, type, size })}</Text>
      {reason !== null && <Text size="xs">{t('link.not', { reason })}</Text>}
    </div>
  );
}

function NotListed({ error }: { readonly error: unknown }) {
  const { t } = useTranslation('editor');
  return (
    <Stack gap="xs">
      <CodeError error={error} />
      <Text size="sm">{t('link.check')}</Text>
      <List size="sm">
        <List.Item>{t('link.checkToken')}</List.Item>
        <List.Item>{t('link.checkRole')}</List.Item>
        <List.Item>{t('link.checkTerms')}</List.Item>
      </List>
      <Anchor component={Link} to="/connect" size="sm" underline="always">
        {t('link.toConnect')}
      </Anchor>
    </Stack>
  );
}
