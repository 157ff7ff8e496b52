import { Button, Group, List, Stack, Text, ThemeIcon } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Overview } from '../api/overview.ts';
import { Section } from '../components/section.tsx';

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
  const nextStep = steps.find(({ isDone }) => !isDone);
  const isInUse = audiences.total > 0 && integrations > 0;
  if (nextStep === undefined || isInUse) return null;
  return (
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
              {!isDone && (
                <Button
                  component={Link}
                  to={to}
                  variant={word === nextStep.word ? 'filled' : 'default'}
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
  );
}
