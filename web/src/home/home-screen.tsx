import { Anchor, Group, SimpleGrid, Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { flowQuery, type Overview, overviewQuery } from '../api/overview.ts';
import { CodeError } from '../components/code-error.tsx';
import { FlowSection } from '../components/flow-section.tsx';
import { Moment, sinceWords } from '../components/moment.tsx';
import { NumberWithMeaning } from '../components/number-with-meaning.tsx';
import { Page } from '../components/page.tsx';
import { SandboxBadge } from '../components/sandbox-badge.tsx';
import { Section } from '../components/section.tsx';
import { withLateWords } from '../words/language.ts';
import { FirstSteps } from './first-steps.tsx';
import { Needs } from './needs.tsx';
import { Quotas } from './quotas.tsx';

const AccountDelivery = lazy(async () => ({
  default: (await withLateWords(import('../delivery/account-delivery.tsx'))).AccountDelivery,
}));

/** What needs somebody, and how everything is. */
export function HomeScreen() {
  const { t } = useTranslation('home');
  const { data, error, refetch } = useQuery(overviewQuery);
  return (
    <Page title={t('title')} badges={data?.sandbox === true && <SandboxBadge />}>
      {error !== null && <CodeError error={error} onRetry={() => void refetch()} />}
      {data !== undefined && <FirstSteps overview={data} />}
      <Needs needs={data?.needs} />
      <Figures overview={data} />
      <FlowSection query={flowQuery} />
      {(data?.audiences.total ?? 0) > 0 && (
        <Suspense fallback={<Skeleton h={200} />}>
          <AccountDelivery />
        </Suspense>
      )}
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        {data !== undefined && <Health byState={data.audiences.byState} />}
        {data !== undefined && <Quotas quotas={data.quotas} />}
      </SimpleGrid>
    </Page>
  );
}

function Figures({ overview }: { readonly overview: Overview | undefined }) {
  const { t, i18n } = useTranslation('home');
  const audiences = overview?.audiences;
  const oldest = audiences?.oldestSynchronizedAt ?? null;
  const people = overview?.databases.reduce((sum, { profiles }) => sum + profiles, 0);
  const freshness =
    oldest === null ? t('freshnessNone') : sinceWords(new Date(oldest), new Date(), i18n.language);
  return (
    <SimpleGrid cols={{ base: 1, xs: 2, lg: 4 }}>
      <NumberWithMeaning
        label={t('members')}
        value={audiences?.members}
        meaning={t('membersMeaning')}
      />
      <NumberWithMeaning label={t('profiles')} value={people} meaning={t('profilesMeaning')} />
      <NumberWithMeaning
        label={t('audiences')}
        value={audiences?.total}
        meaning={t('audiencesMeaning', { count: audiences?.byState['up to date'] ?? 0 })}
      />
      <NumberWithMeaning
        label={t('freshness')}
        value={overview === undefined ? undefined : freshness}
        meaning={t('freshnessMeaning')}
      >
        {oldest !== null && <Moment at={oldest} />}
      </NumberWithMeaning>
    </SimpleGrid>
  );
}

const states = [
  ['up to date', 'state_upToDate'],
  ['pending', 'state_pending'],
  ['error', 'state_error'],
  ['never', 'state_never'],
  ['deactivated', 'state_deactivated'],
] as const;

function Health({ byState }: { readonly byState: Overview['audiences']['byState'] }) {
  const { t, i18n } = useTranslation(['home', 'audiences']);
  const number = new Intl.NumberFormat(i18n.language);
  return (
    <Section title={t('home:health')}>
      {states.map(([state, word]) => (
        <Group key={state} justify="space-between">
          <Anchor component={Link} to="/audiences" search={{ state } as never} underline="always">
            {t(`audiences:${word}`)}
          </Anchor>
          {number.format(byState[state] ?? 0)}
        </Group>
      ))}
    </Section>
  );
}
