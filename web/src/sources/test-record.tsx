import { Alert, Button, Code, Group, NativeSelect, Stack, Text } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { integrationsQuery } from '../api/integrations.ts';
import { type Model, testModel, type TestRecord } from '../api/sources.ts';
import { CodeError } from '../components/code-error.tsx';
import { Section } from '../components/section.tsx';

/** The first record through mapping and hashing: looked at, or sent to an audience made for it (features.md M-14). */
export function TestOne({ model }: { readonly model: Model }) {
  const { t } = useTranslation('sources');
  const { data: all } = useQuery(integrationsQuery);
  const [chosen, setChosen] = useState('');
  const test = useMutation({
    mutationFn: (integrationId: string | null) => testModel(model.id, integrationId),
    meta: { isSaidInPlace: true },
  });
  const integrations = (all ?? []).filter(({ databaseId }) => databaseId === model.databaseId);
  const integrationId = chosen === '' ? (integrations[0]?.id ?? '') : chosen;
  return (
    <Section title={t('testRecord')} lead={t('testRecordHelp')}>
      {integrations.length === 0 ? (
        <Text size="sm">{t('noIntegration')}</Text>
      ) : (
        <NativeSelect
          label={t('sendTo')}
          value={integrationId}
          data={integrations.map(({ id, name, adAccount }) => ({
            ...{ value: id, label: `${name} (${adAccount})` },
          }))}
          onChange={(event) => setChosen(event.currentTarget.value)}
        />
      )}
      <Group gap="sm">
        <Button variant="default" loading={test.isPending} onClick={() => test.mutate(null)}>
          {t('tryOne')}
        </Button>
        <Button
          disabled={integrationId === '' || test.isPending}
          onClick={() => test.mutate(integrationId)}
        >
          {t('sendOne')}
        </Button>
      </Group>
      {test.error !== null && <CodeError error={test.error} />}
      {test.data !== undefined && <Tried record={test.data} />}
    </Section>
  );
}

function Tried({ record }: { readonly record: TestRecord }) {
  const { t } = useTranslation('sources');
  const { request, withheld, unusable, given, answer } = record;
  return (
    <Stack gap="xs" aria-live="polite">
      {withheld !== null && <Alert color="orange">{withheld}</Alert>}
      {given.map(({ key, from, value }) => (
        <Text key={`${key} ${from}`} size="sm">
          {t('givenBy', { key, from, value })}
        </Text>
      ))}
      {unusable.map(({ key, reason }) => (
        <Text key={key} size="sm">
          {t('unusable', { key, reason })}
        </Text>
      ))}
      {answer !== null && <Answer answer={answer} />}
      {request !== null && (
        <>
          <Text size="sm" fw={600}>
            {t('request')}
          </Text>
          <Code block tabIndex={0}>
            {JSON.stringify(request, null, 2)}
          </Code>
        </>
      )}
    </Stack>
  );
}

function Answer({ answer }: { readonly answer: NonNullable<TestRecord['answer']> }) {
  const { t } = useTranslation('sources');
  const { outcome, httpStatus, received, invalid, said, metaAudience } = answer;
  return (
    <Alert color={outcome === 'clean' ? 'teal' : 'orange'} title={t('sent')}>
      <Text size="sm">
        {t('sentWhat', {
          ...{ outcome, status: httpStatus ?? '–' },
          ...{ received: received ?? '–', invalid: invalid ?? '–' },
        })}
      </Text>
      {said !== null && <Text size="sm">{said}</Text>}
      <Text size="sm">{t('sentWhere', { name: metaAudience.name, id: metaAudience.id })}</Text>
    </Alert>
  );
}
