import { Alert, Anchor, Group, SimpleGrid, Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import type { Audience } from '../api/audiences.ts';
import { audienceFlowQuery, toldQuery } from '../api/overview.ts';
import { FlowSection } from '../components/flow-section.tsx';
import { Moment } from '../components/moment.tsx';
import { NumberWithMeaning } from '../components/number-with-meaning.tsx';
import { withLateWords } from '../words/language.ts';
import { isTooSmall, SizeAtMeta, StatusAtMeta } from './size-at-meta.tsx';
import { Funnel } from './funnel.tsx';
import { MatchAdvice } from './match-advice.tsx';

const AudienceDelivery = lazy(async () => ({
  default: (await withLateWords(import('../delivery/audience-delivery.tsx'))).AudienceDelivery,
}));

/** How an audience is: its figures with what they mean, what was sent, and who came and went. */
export function OverviewTab({ audience }: { readonly audience: Audience }) {
  const { t } = useTranslation('audience');
  return (
    <Stack>
      <Warnings audience={audience} />
      <Figures audience={audience} />
      <FlowSection query={(days) => audienceFlowQuery(audience.id, days)} />
      <Funnel audience={audience} />
      <Suspense fallback={<Skeleton h={200} />}>
        <AudienceDelivery audienceId={audience.id} />
      </Suspense>
      <MatchAdvice audience={audience} />
      <Text size="sm" c="dimmed" maw="80ch">
        {t('pushedIsNotMatched')}
      </Text>
    </Stack>
  );
}

function Warnings({ audience }: { readonly audience: Audience }) {
  const { t } = useTranslation(['audience', 'audiences', 'shell']);
  const { heldRunId, heldBecause, lastRun, atMeta } = audience;
  const deletesAt = atMeta?.deletesAt ?? null;
  return (
    <>
      {heldRunId !== null && (
        <Alert color="orange" title={t('audiences:heldBadge')}>
          <Stack gap={4}>
            <Text size="sm">{heldBecause.join('; ')}</Text>
            <Anchor component={Link} to={`/runs/${heldRunId}`} size="sm" underline="always">
              {t('audience:reviewHeld')}
            </Anchor>
          </Stack>
        </Alert>
      )}
      {lastRun !== null && lastRun.error !== null && (
        <Alert color="red" title={`${lastRun.error.code}: ${t('audience:lastRunFailed')}`}>
          <Text size="sm">{lastRun.error.message}</Text>
          <Text size="sm">
            <strong>{t('shell:next')}:</strong> {lastRun.error.next}
          </Text>
        </Alert>
      )}
      {isTooSmall(audience) && <Alert color="orange">{t('audiences:tooSmallMeaning')}</Alert>}
      {deletesAt !== null && (
        <Alert color="orange">
          {t('audience:expires')} <Moment at={deletesAt} />
        </Alert>
      )}
      {atMeta?.warnings.map((warning) => (
        <Alert key={warning} color="gray">
          {warning}
        </Alert>
      ))}
    </>
  );
}

function Figures({ audience }: { readonly audience: Audience }) {
  const { t } = useTranslation(['audience', 'audiences']);
  const { members, evaluated, membersChangedAt, synchronizedAt, nextRunAt, heldBack } = audience;
  const told = useQuery(toldQuery(audience.id));
  const held = heldBack.noConsent + heldBack.notEnoughIdentifiers + heldBack.noValue;
  return (
    <SimpleGrid cols={{ base: 1, xs: 2, lg: 4 }}>
      <NumberWithMeaning
        label={t('audiences:members')}
        value={evaluated ? members : t('audiences:notCounted')}
        meaning={t('audience:membersMeaning')}
      >
        <Text size="xs">
          {t('audiences:membersChangedOn')}: <Moment at={membersChangedAt} />
        </Text>
      </NumberWithMeaning>
      <NumberWithMeaning
        label={t('audience:heldBack')}
        value={held}
        meaning={t('audience:heldBackMeaning')}
      >
        <Text size="xs">
          {t('audience:heldBackParts', {
            noConsent: heldBack.noConsent,
            few: heldBack.notEnoughIdentifiers,
            noValue: heldBack.noValue,
          })}
        </Text>
      </NumberWithMeaning>
      <NumberWithMeaning
        label={t('audience:told')}
        value={told.isError ? null : told.data?.people}
        meaning={t('audience:toldMeaning')}
      >
        <Text size="xs">
          {t('audiences:synchronizedOn')}:{' '}
          <Moment at={synchronizedAt} empty={t('audience:notSinceChange')} />
        </Text>
        <Text size="xs">
          {t('audiences:nextRun')}: <Moment at={nextRunAt} empty={t('audience:noNextRun')} />
        </Text>
      </NumberWithMeaning>
      <SizeFigure audience={audience} />
    </SimpleGrid>
  );
}

function SizeFigure({ audience }: { readonly audience: Audience }) {
  const { t, i18n } = useTranslation(['audience', 'audiences']);
  const { atMeta } = audience;
  const number = new Intl.NumberFormat(i18n.language);
  const { sizeLowest = null, sizeHighest = null } = atMeta ?? {};
  const isKnown = sizeLowest !== null && sizeHighest !== null && sizeLowest >= 0;
  return (
    <NumberWithMeaning
      label={t('audiences:size')}
      value={isKnown ? `≈ ${number.format(sizeLowest)} – ${number.format(sizeHighest)}` : '–'}
      meaning={t('audience:sizeMeaning')}
    >
      <Group gap={6} fz="xs">
        {!isKnown && <SizeAtMeta audience={audience} />}
        <StatusAtMeta audience={audience} />
      </Group>
      {atMeta !== null && (
        <Text size="xs">
          {t('audience:readAt')}: <Moment at={atMeta.readAt} />
        </Text>
      )}
    </NumberWithMeaning>
  );
}
