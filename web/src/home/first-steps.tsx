import { Button, Group, List, Stack, Text, ThemeIcon } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { meQuery } from '../api/auth.ts';
import { useMay } from '../api/may.ts';
import type { Overview } from '../api/overview.ts';
import { Section } from '../components/section.tsx';

const SampleStart = lazy(async () => ({
  default: (await import('./sample-start.tsx')).SampleStart,
}));

/** What is still to be done until the first audience is in step with Meta; nothing once it is. */
export function FirstSteps({ overview }: { readonly overview: Overview }) {
  const { t } = useTranslation('home');
  const { audiences, databases, integrations } = overview;
  const steps = [
    { word: 'stepConnect', to: '/connect', isDone: integrations > 0 },
    { word: 'stepPeople', to: '/sources', isDone: databases.some(({ profiles }) => profiles > 0) },
    { word: 'stepAudience', to: '/audiences/new', isDone: audiences.total > 0 },
    { word: 'stepSync', to: '/audiences', isDone: audiences.oldestSynchronizedAt !== null },
  ] as const;
  const mayTry = useMayTry(overview);
  const mayEdit = useMay({ role: 'editor' }) === true;
  const nextStep = steps.find(({ isDone }) => !isDone);
  const isInUse = audiences.total > 0 && integrations > 0;
  if (nextStep === undefined || isInUse) return null;
  return (
    <>
      {mayTry && (
        <Suspense>
          <SampleStart />
        </Suspense>
      )}
      <Section title={t('start')} lead={t('startLead')}>
        <List listStyleType="none" spacing="sm" type="ordered">
          {steps.map(({ word, to, isDone }, i) => (
            <List.Item
              key={word}
              icon={
                <ThemeIcon radius="xl" variant={isDone ? 'filled' : 'default'} size={28}>
                  {isDone ? <IconCheck size={16} aria-label={t('stepDone')} /> : i + 1}
                </ThemeIcon>
              }
            >
              <Group justify="space-between" gap="sm">
                <Stack gap={0}>
                  <Text fw={600}>{t(word)}</Text>
                  <Text size="sm" c="dimmed">
                    {t(`${word}What`)}
                  </Text>
                </Stack>
                {!isDone && mayEdit && (
                  <Button
                    component={Link}
                    to={to}
                    variant={word === nextStep.word && !mayTry ? 'filled' : 'default'}
                    aria-label={`${t('stepOpen')}: ${t(word)}`}
                  >
                    {t('stepOpen')}
                  </Button>
                )}
              </Group>
            </List.Item>
          ))}
        </List>
      </Section>
    </>
  );
}

/** The name of the database that the sample people get. */
const SAMPLE_DATABASE = 'sample';

/** Owners of an installation in which nothing is, or where this was begun and not ended. */
function useMayTry({ audiences, databases, integrations }: Overview): boolean {
  const { data: me } = useQuery(meQuery);
  const isOwner = useMay({ role: 'owner', credentials: true }) === true;
  const isEmpty = integrations === 0 || databases.some(({ name }) => name === SAMPLE_DATABASE);
  return isOwner && me?.databases === null && audiences.total === 0 && isEmpty;
}
