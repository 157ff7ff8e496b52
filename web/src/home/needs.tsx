import { Alert, Anchor, Button, Group, Skeleton, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck, IconEye } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Need } from '../api/overview.ts';
import { Section } from '../components/section.tsx';

const titles = {
  'held removals': 'kind_held',
  approval: 'kind_approval',
  'failed run': 'kind_failed',
  connection: 'kind_connection',
  'open opt-outs': 'kind_optOuts',
  'overdue erasures': 'kind_erasures',
  drift: 'kind_drift',
  'meta says': 'kind_meta',
} as const satisfies Record<Need['kind'], string>;

/** What stands still until somebody acts, first; then what is worth a look. */
export function Needs({ needs }: { readonly needs: readonly Need[] | undefined }) {
  const { t } = useTranslation('home');
  if (needs === undefined) return <Skeleton h={80} />;
  const toAct = needs.filter(({ severity }) => severity === 'act');
  const toSee = needs.filter(({ severity }) => severity === 'look');
  return (
    <Section title={t('needs')}>
      {toAct.length === 0 && (
        <Group gap="xs" wrap="nowrap">
          <IconCircleCheck
            size={22}
            color="var(--mantine-color-teal-7)"
            style={notShrunk}
            aria-hidden
          />
          <Text>{t('allWell')}</Text>
        </Group>
      )}
      {toAct.map((need) => (
        <ToAct key={keyOf(need)} need={need} />
      ))}
      {toSee.length > 0 && (
        <Stack gap={6} component="section" aria-label={t('look')}>
          <Text size="sm" fw={600}>
            {t('look')}
          </Text>
          {toSee.map((need) => (
            <ToSee key={keyOf(need)} need={need} />
          ))}
        </Stack>
      )}
    </Section>
  );
}

/** On a telephone the words beside it would leave it no room. */
const notShrunk = { flex: 'none' } as const;

const keyOf = ({ kind, audienceId, connection, message }: Need) =>
  `${kind} ${audienceId ?? connection ?? ''} ${message}`;

function ToSee({ need: { kind, audienceId, audience, message, next } }: { readonly need: Need }) {
  const { t } = useTranslation('home');
  return (
    <Group gap={8} wrap="nowrap" align="flex-start">
      <IconEye size={18} style={notShrunk} aria-hidden />
      <Text size="sm">
        {audienceId !== null && (
          <>
            <Anchor component={Link} to={`/audiences/${audienceId}`} inherit underline="always">
              {audience}
            </Anchor>
            {' · '}
          </>
        )}
        {t(titles[kind])}: {message} {next}
      </Text>
    </Group>
  );
}

function ToAct({ need }: { readonly need: Need }) {
  const { t } = useTranslation('home');
  const { kind, audienceId, audience, runId, message, next, link } = need;
  const where = audience === null ? '' : ` · ${audience}`;
  return (
    <Alert
      color="orange"
      icon={<IconAlertTriangle aria-hidden />}
      title={`${t(titles[kind])}${where}`}
    >
      <Stack gap="xs">
        <Text size="xs">{t('act')}</Text>
        <Text size="sm">{message}</Text>
        {next !== null && <Text size="sm">{next}</Text>}
        <Group gap="sm">
          {(kind === 'held removals' || kind === 'approval') && runId !== null && (
            <Button component={Link} to={`/runs/${runId}`} size="compact-sm">
              {t(kind === 'approval' ? 'reviewRun' : 'review')}
            </Button>
          )}
          {audienceId !== null && (
            <Anchor component={Link} to={`/audiences/${audienceId}`} size="sm" underline="always">
              {t('open', { name: audience })}
            </Anchor>
          )}
          {kind === 'connection' && (
            <Anchor component={Link} to="/connect" size="sm" underline="always">
              {t('open', { name: need.connection ?? '' })}
            </Anchor>
          )}
          {link !== null && (
            <Anchor href={link} target="_blank" rel="noreferrer" size="sm" underline="always">
              {t('atMeta')}
            </Anchor>
          )}
        </Group>
      </Stack>
    </Alert>
  );
}
