import { Anchor, Button, Group, Paper, Stack, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useDatabase } from '../api/databases.ts';
import { type FoundProfile, profileSearch } from '../api/profiles.ts';
import { ruleInWordsQuery, ruleOfferQuery } from '../api/rules.ts';
import { CodeError } from '../components/code-error.tsx';
import { DataTable } from '../components/data-table.tsx';
import { DatabasePicker } from '../components/database-picker.tsx';
import { Page } from '../components/page.tsx';
import type { Column } from '../components/table-column.ts';
import { usePages } from '../components/use-pages.ts';
import { RuleField } from '../rule-builder/rule-field.tsx';
import type { RuleNode } from '../rule-builder/rule-query.ts';
import { useAddress } from '../shell/address.ts';
import { consentWord, shownValue } from './shown-value.ts';

const PAUSE_MS = 300;

/** Search people: by a piece of text, or by anything that a rule may ask. */
export function ProfileSearchScreen() {
  const { t } = useTranslation('profiles');
  const { databases, database, isRead, error, retry, choose } = useDatabase();
  return (
    <Page title={t('title')} lead={t('lead')}>
      {error !== null && <CodeError error={error} onRetry={retry} />}
      <DatabasePicker databases={databases} value={database?.id ?? ''} onChange={choose} />
      {isRead && database === null && <Text>{t('noDatabase')}</Text>}
      {database !== null && <Search databaseId={database.id} />}
    </Page>
  );
}

function Search({ databaseId }: { readonly databaseId: string }) {
  const { t } = useTranslation('profiles');
  const [address, change] = useAddress();
  const rule = readRule(address['rule']);
  const [text] = useDebouncedValue(address['text'] ?? '', PAUSE_MS);
  const offer = useQuery(ruleOfferQuery(databaseId));
  const words = useQuery({
    ...ruleInWordsQuery(databaseId, rule ?? {}),
    enabled: rule !== null,
  });
  const pages = usePages(useInfiniteQuery(profileSearch({ databaseId, text, rule })));
  const columns = useMemo(() => columnsOf(t, databaseId), [t, databaseId]);
  return (
    <Stack>
      <Paper withBorder p="md">
        <Stack>
          <TextInput
            type="search"
            label={t('text')}
            description={t('textHelp')}
            value={address['text'] ?? ''}
            onChange={(event) => change({ text: event.currentTarget.value })}
          />
          {offer.data !== undefined && (
            <RuleField
              label={t('rule')}
              rule={rule}
              words={rule === null ? t('everybody') : (words.data?.sentence ?? '')}
              onChange={(next) => change({ rule: JSON.stringify(next) })}
              offer={offer.data}
            />
          )}
          {rule !== null && (
            <Group>
              <Button variant="subtle" onClick={() => change({ rule: '' })}>
                {t('clearRule')}
              </Button>
            </Group>
          )}
        </Stack>
      </Paper>
      <DataTable
        label={t('title')}
        columns={columns}
        {...pages}
        rowKey={({ id }) => id}
        isFiltered={rule !== null || text !== ''}
        onClearFilters={() => change({ rule: '', text: '' })}
        empty={<Text>{t('empty')}</Text>}
      />
    </Stack>
  );
}

/** A rule in the address may be anything that somebody pasted. */
function readRule(text: string | undefined): RuleNode | null {
  if (text === undefined || text === '') return null;
  try {
    const json: unknown = JSON.parse(text);
    return typeof json === 'object' && json !== null ? (json as RuleNode) : null;
  } catch {
    return null;
  }
}

function columnsOf(
  t: ReturnType<typeof useTranslation<'profiles'>>['t'],
  databaseId: string,
): readonly Column<FoundProfile>[] {
  return [
    {
      id: 'externalId',
      label: t('externalId'),
      value: ({ externalId }) => externalId,
      cell: ({ id, externalId }) => (
        <Anchor
          component={Link}
          to={`/profiles/${databaseId}/${id}`}
          underline="always"
          fw={600}
          inherit
        >
          {externalId}
        </Anchor>
      ),
    },
    {
      id: 'consent',
      label: t('consent'),
      value: ({ consent }) => t(`consents.${consentWord(consent)}`),
      cell: ({ consent }) => t(`consents.${consentWord(consent)}`),
    },
    {
      id: 'identifiers',
      label: t('identifiers'),
      value: ({ identifiers }) => Object.values(identifiers).map(shownValue).join(', '),
      cell: ({ identifiers }) => Object.values(identifiers).map(shownValue).join(', '),
    },
  ];
}
