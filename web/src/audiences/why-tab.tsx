import { Alert, Button, Group, List, Stack, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Audience } from '../api/audiences.ts';
import { askWhy, type Why } from '../api/members.ts';
import { CodeError } from '../components/code-error.tsx';
import { Moment } from '../components/moment.tsx';
import { Section } from '../components/section.tsx';

/** Why somebody is, or is not, in the audience and at Meta. The id goes into no address. */
export function WhyTab({ audience }: { readonly audience: Audience }) {
  const { t } = useTranslation('audience');
  const [externalId, setExternalId] = useState('');
  const { mutate, data, error, isPending } = useMutation({
    mutationFn: () => askWhy(audience.id, externalId.trim()),
    meta: { isSaidInPlace: true },
  });
  return (
    <Section title={t('tabWhy')} lead={t('whyMeaning')}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          mutate();
        }}
      >
        <Group align="flex-end">
          <TextInput
            label={t('externalId')}
            value={externalId}
            onChange={(event) => setExternalId(event.currentTarget.value)}
            autoComplete="off"
            required
            flex="1 1 12rem"
            maw={360}
          />
          <Button type="submit" loading={isPending}>
            {t('askWhy')}
          </Button>
        </Group>
      </form>
      {error !== null && <CodeError error={error} />}
      {data !== undefined && <Answer why={data} />}
    </Section>
  );
}

function Answer({ why }: { readonly why: Why }) {
  const { t } = useTranslation('audience');
  const holds = (is: boolean | null) => t(is === null ? 'notKnown' : is ? 'holds' : 'holdsNot');
  return (
    <Stack role="status">
      <Alert color={why.synchronized ? 'teal.9' : 'blue'} title={why.conclusion}>
        {why.next !== null && <Text size="sm">{why.next}</Text>}
        {why.memberSince !== null && (
          <Text size="sm">
            {t('memberSince')}: <Moment at={why.memberSince} />
          </Text>
        )}
      </Alert>
      {why.rule.length > 0 && (
        <List size="sm">
          {why.rule.map(({ line, holds: is, seen }) => (
            <List.Item key={line}>
              <strong>{holds(is)}</strong> {line} {seen !== null && t('seen', { value: seen })}
            </List.Item>
          ))}
        </List>
      )}
      {why.rows.map((row, i) => (
        <Text key={`${row.keys.join(' ')} ${i}`} size="sm">
          {t('rowState', { keys: row.keys.join(', '), state: t(`rowStates.${row.state}`) })}
          {row.rejection !== null && ` ${row.rejection.reason}`}
        </Text>
      ))}
    </Stack>
  );
}
