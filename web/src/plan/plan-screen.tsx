import { Alert, Button, Code, Group, List, SimpleGrid, Skeleton, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { audienceQuery } from '../api/audiences.ts';
import { applyPlan, type Plan, planQuery } from '../api/plans.ts';
import { CodeError } from '../components/code-error.tsx';
import { ForRole } from '../components/for-role.tsx';
import { NumberWithMeaning } from '../components/number-with-meaning.tsx';
import { Page } from '../components/page.tsx';
import { Section } from '../components/section.tsx';

/** What a run would send now, by reason; nothing goes before somebody approves it. */
export function PlanScreen() {
  const { t } = useTranslation('plan');
  const { audienceId = '' } = useParams({ strict: false }) as { audienceId?: string };
  const { data: audience } = useQuery(audienceQuery(audienceId));
  const { data, error, refetch, isFetching } = useQuery(planQuery(audienceId));
  return (
    <Page
      title={t('title', { audience: audience?.name ?? '' })}
      lead={t('lead')}
      actions={
        <>
          <Button component={Link} to={`/audiences/${audienceId}`} variant="default">
            {t('toAudience')}
          </Button>
          <Button variant="default" loading={isFetching} onClick={() => void refetch()}>
            {t('lookAgain')}
          </Button>
        </>
      }
    >
      {error !== null && <CodeError error={error} onRetry={() => void refetch()} />}
      {data === undefined && error === null && (
        <Skeleton h={240} role="status" aria-label={t('looking')} />
      )}
      {data !== undefined && <PlanShown plan={data} members={audience?.members} />}
    </Page>
  );
}

function PlanShown({
  plan,
  members,
}: {
  readonly plan: Plan;
  readonly members: number | undefined;
}) {
  const { t } = useTranslation('plan');
  const { guard } = plan;
  return (
    <>
      <SimpleGrid cols={{ base: 1, xs: 2, lg: 5 }}>
        <NumberWithMeaning label={t('adds')} value={plan.adds} meaning={t('addsMeaning')} />
        <NumberWithMeaning
          label={t('removes')}
          value={plan.removes}
          meaning={t('removesMeaning')}
        />
        <NumberWithMeaning
          label={t('updates')}
          value={plan.updates}
          meaning={t('updatesMeaning')}
        />
        <NumberWithMeaning label={t('after')} value={members} meaning={t('afterMeaning')} />
        <NumberWithMeaning
          label={t('requests')}
          value={plan.requests}
          meaning={t('requestsMeaning')}
        />
      </SimpleGrid>
      <HeldBack heldBack={plan.heldBack} />
      {guard.verdict === 'hold' && (
        <Alert color="orange" title={t('guardHolds', { count: guard.held })}>
          <List size="sm">
            {guard.reasons.map((reason) => (
              <List.Item key={reason}>{reason}</List.Item>
            ))}
          </List>
          <Text size="sm">{t('guardMeaning')}</Text>
        </Alert>
      )}
      <ForRole role="editor">
        <Approve plan={plan} />
      </ForRole>
    </>
  );
}

function HeldBack({ heldBack }: { readonly heldBack: Plan['heldBack'] }) {
  const { t, i18n } = useTranslation('plan');
  const number = new Intl.NumberFormat(i18n.language);
  const reasons = (
    ['noConsent', 'notEnoughIdentifiers', 'badRequest', 'suppressed', 'noValue'] as const
  ).filter((reason) => heldBack[reason] > 0);
  if (reasons.length === 0) return null;
  return (
    <Section title={t('heldBack')} lead={t('heldBackMeaning')}>
      {reasons.map((reason) => (
        <Group key={reason} justify="space-between">
          <Text size="sm">{t(`reason_${reason}`)}</Text>
          <Text size="sm">{number.format(heldBack[reason])}</Text>
        </Group>
      ))}
    </Section>
  );
}

function Approve({ plan }: { readonly plan: Plan }) {
  const { t } = useTranslation('plan');
  const navigate = useNavigate();
  const queries = useQueryClient();
  const approve = useMutation({
    mutationFn: () => applyPlan(plan.checksum),
    meta: { isSaidInPlace: true },
    onSuccess: async ({ runId }) => {
      await queries.invalidateQueries();
      await navigate({ to: `/runs/${runId}` });
    },
  });
  const isNothing = plan.adds + plan.removes + plan.updates === 0;
  const asks = plan.approval.needed;
  const meaning = asks ? 'secondMeaning' : 'approveMeaning';
  return (
    <Section
      title={t(asks ? 'second' : 'approve')}
      lead={t(isNothing ? 'nothingToDo' : meaning, { count: plan.approval.people })}
    >
      {approve.error !== null && <CodeError error={approve.error} />}
      <Group>
        <Button disabled={isNothing} loading={approve.isPending} onClick={() => approve.mutate()}>
          {t(asks ? 'secondButton' : 'approveButton')}
        </Button>
        <Text size="sm" c="dimmed">
          {t('checksum')} <Code>{plan.checksum}</Code>
        </Text>
      </Group>
    </Section>
  );
}
