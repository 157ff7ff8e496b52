import { Anchor, Group, List, Progress, Stack, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Audience } from '../api/audiences.ts';
import { Section } from '../components/section.tsx';
import { RunState } from '../runs/run-state.tsx';

/** Why consent keeps somebody out, as the API names it. */
type Refusal = 'no' | 'saleSharing' | 'unknown' | 'category';

/** What became of everybody the rule finds, from there to Meta, with the reason at each step. */
export function Funnel({ audience }: { readonly audience: Audience }) {
  const { t, i18n } = useTranslation('audience');
  const number = new Intl.NumberFormat(i18n.language);
  const { members, heldBack, lastRun, evaluated } = audience;
  if (!evaluated) return null;
  const found = members + heldBack.noConsent;
  const sendable = members - heldBack.notEnoughIdentifiers - heldBack.noValue;
  const stages = [
    { word: 'stageFound', count: found, reasons: [] },
    {
      word: 'stageMembers',
      count: members,
      reasons: Object.entries(heldBack.noConsentBy).map(([why, count]) => ({
        words: t('reasonConsent', { why: t(`refusal.${why as Refusal}`) }),
        count,
      })),
    },
    {
      word: 'stageSendable',
      count: sendable,
      reasons: [
        { words: t('reasonIdentifiers'), count: heldBack.notEnoughIdentifiers },
        { words: t('reasonValue'), count: heldBack.noValue },
      ],
    },
  ] as const;
  return (
    <Section title={t('funnel')} lead={t('funnelMeaning')}>
      {stages.map(({ word, count, reasons }) => (
        <Stack key={word} gap={4}>
          <Group justify="space-between" gap="xs">
            <Text size="sm" fw={600}>
              {t(word)}
            </Text>
            <Text size="sm">{number.format(count)}</Text>
          </Group>
          <Progress
            value={found === 0 ? 0 : (100 * count) / found}
            color="pine.7"
            aria-label={t(word)}
          />
          <Reasons reasons={reasons} />
        </Stack>
      ))}
      {lastRun !== null && <LastRun run={lastRun} />}
    </Section>
  );
}

function LastRun({ run }: { readonly run: NonNullable<Audience['lastRun']> }) {
  const { t } = useTranslation('audience');
  return (
    <Stack gap={4}>
      <Group gap="xs">
        <Text size="sm" fw={600}>
          {t('lastRun')}
        </Text>
        <RunState state={run.state} />
        <Anchor component={Link} to={`/runs/${run.runId}`} size="sm" underline="always">
          {t('openRun')}
        </Anchor>
      </Group>
      <Text size="sm">
        {t('lastRunWords', {
          ...{ added: run.added, removed: run.removed },
          ...{ accepted: run.accepted, rejected: run.rejected },
          requests: run.requestsUsed,
        })}
      </Text>
      <Reasons
        reasons={[...Object.entries(run.rejectedBy), ...Object.entries(run.badRequestsBy)].map(
          ([words, count]) => ({ words, count }),
        )}
      />
    </Stack>
  );
}

function Reasons({
  reasons,
}: {
  readonly reasons: readonly { readonly words: string; readonly count: number }[];
}) {
  const { i18n } = useTranslation();
  const number = new Intl.NumberFormat(i18n.language);
  const there = reasons.filter(({ count }) => count > 0);
  if (there.length === 0) return null;
  return (
    <List size="sm" c="dimmed">
      {there.map(({ words, count }) => (
        <List.Item key={words}>
          {number.format(count)}: {words}
        </List.Item>
      ))}
    </List>
  );
}
