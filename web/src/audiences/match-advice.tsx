import { Button, Group, List, Progress, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Audience } from '../api/audiences.ts';
import { ruleCountQuery } from '../api/rules.ts';
import { CodeError } from '../components/code-error.tsx';
import { Section } from '../components/section.tsx';

/** Meta's upper bound below this share of the members is worth a word. */
const FEW_SHARE = 0.5;
/** Below it an identifier is worth asking people for. */
const RARE_SHARE = 0.6;
const TOO_SMALL_BELOW = 1_000;

/** Meta tells nobody who was matched; how many have what it matches by can be counted here. */
export function MatchAdvice({ audience }: { readonly audience: Audience }) {
  const { t } = useTranslation('audience');
  const [isOpen, setOpen] = useState(false);
  const { members, evaluated, atMeta } = audience;
  if (!evaluated || members === 0) return null;
  const highest = atMeta?.sizeHighest ?? null;
  const isFew =
    members >= TOO_SMALL_BELOW && highest !== null && highest >= 0 && highest < members * FEW_SHARE;
  return (
    <Section title={t('match')} lead={t(isFew ? 'matchFew' : 'matchLead')}>
      {isOpen ? (
        <Coverage audience={audience} />
      ) : (
        <Group>
          <Button variant="default" onClick={() => setOpen(true)}>
            {t('matchLook')}
          </Button>
        </Group>
      )}
    </Section>
  );
}

function Coverage({ audience: { databaseId, name } }: { readonly audience: Audience }) {
  const { t, i18n } = useTranslation('audience');
  const { data, error, isFetching, refetch } = useQuery(
    ruleCountQuery(databaseId, { member_of: name }, { overlapWith: [], samples: 0 }),
  );
  if (data === undefined && error !== null)
    return <CodeError error={error} onRetry={() => void refetch()} />;
  if (data === undefined || (data.count === 0 && isFetching)) {
    return <Text role="status">{t('matchCounting')}</Text>;
  }
  const { count, coverage } = data;
  const percent = new Intl.NumberFormat(i18n.language, { style: 'percent' });
  const share = (people: number | undefined) => (count === 0 ? 0 : (people ?? 0) / count);
  const fields = Object.entries(coverage.fields).toSorted((a, b) => b[1] - a[1]);
  const advice = [
    share(coverage.fields['email']) < RARE_SHARE ? t('matchEmail') : null,
    share(coverage.fields['phone']) < RARE_SHARE ? t('matchPhone') : null,
    coverage.externalIdOnly > 0 ? t('matchIdOnly', { count: coverage.externalIdOnly }) : null,
    coverage.nothing > 0 ? t('matchNothing', { count: coverage.nothing }) : null,
    t('matchPrivate'),
    t('matchSettles'),
  ].filter((words) => words !== null);
  return (
    <>
      {fields.map(([field, people]) => (
        <Stack key={field} gap={2}>
          <Group justify="space-between" gap="xs">
            <Text size="sm">{field}</Text>
            <Text size="sm">
              {t('matchShare', { people, share: percent.format(share(people)) })}
            </Text>
          </Group>
          <Progress value={100 * share(people)} color="pine.7" aria-label={field} />
        </Stack>
      ))}
      <List size="sm">
        {advice.map((words) => (
          <List.Item key={words}>{words}</List.Item>
        ))}
      </List>
    </>
  );
}
