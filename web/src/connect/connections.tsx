import { Alert, Button, Group, Skeleton, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { checkConnection, type Connection, connectionsQuery } from '../api/connections.ts';
import { CodeError } from '../components/code-error.tsx';
import { Facts } from '../components/facts.tsx';
import { ForRole } from '../components/for-role.tsx';
import { Moment } from '../components/moment.tsx';
import { SandboxBadge } from '../components/sandbox-badge.tsx';
import { Section } from '../components/section.tsx';
import { StateBadge, type Tone } from '../components/state-badge.tsx';
import { AdAccounts } from './ad-accounts.tsx';
import { CheckList } from './check-list.tsx';
import { useLogin } from './facebook-login.tsx';

const tones = {
  ok: 'good',
  'ends soon': 'attention',
  Reconnect: 'bad',
  stopped: 'bad',
} satisfies Record<Connection['state'], Tone>;

const words = {
  ok: 'state_ok',
  'ends soon': 'state_endsSoon',
  Reconnect: 'state_reconnect',
  stopped: 'state_stopped',
} as const satisfies Record<Connection['state'], string>;

/** Every login and token: how it is, until when, and a check-list on demand. */
export function Connections() {
  const { t } = useTranslation('connect');
  const { data, error, refetch } = useQuery(connectionsQuery);
  return (
    <Section title={t('connections')} lead={t('connectionsLead')}>
      {error !== null && <CodeError error={error} onRetry={() => void refetch()} />}
      {data === undefined && error === null && <Skeleton h={120} />}
      {data?.length === 0 && <Text>{t('noConnections')}</Text>}
      {data?.map((connection) => (
        <OneConnection key={connection.id} connection={connection} />
      ))}
    </Section>
  );
}

function OneConnection({ connection }: { readonly connection: Connection }) {
  const { t } = useTranslation('connect');
  const queries = useQueryClient();
  const { name, state, sandbox, next } = connection;
  const [isOpen, setOpen] = useState(false);
  const login = useLogin();
  const check = useMutation({
    mutationFn: () => checkConnection(connection.id),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['connections'] }),
  });
  const checks = check.data && [
    ...check.data.checks,
    ...check.data.integrations.flatMap((integration) => integration.checks),
  ];
  return (
    <Stack gap="sm" component="article" aria-label={name}>
      <Group gap="sm">
        <Text fw={600}>{name}</Text>
        <StateBadge tone={tones[state]} label={t(words[state])} />
        {sandbox && <SandboxBadge />}
        {connection.origin === 'login' && (
          <ForRole role="admin" credentials>
            <Button
              ml="auto"
              variant="default"
              size="compact-sm"
              loading={login.isPending}
              onClick={() => login.mutate({ connectionId: connection.id })}
            >
              {t('login.again')}
            </Button>
          </ForRole>
        )}
        <Button
          ml={connection.origin === 'login' ? 0 : 'auto'}
          variant="default"
          size="compact-sm"
          aria-expanded={isOpen}
          onClick={() => setOpen(!isOpen)}
        >
          {t('accounts.title')}
        </Button>
        <ForRole role="editor">
          <Button
            variant="default"
            size="compact-sm"
            loading={check.isPending}
            onClick={() => check.mutate()}
          >
            {t('check')}
          </Button>
        </ForRole>
      </Group>
      {login.error !== null && <CodeError error={login.error} />}
      {next !== null && state !== 'ok' && (
        <Alert color="orange" title={connection.words}>
          {next}
        </Alert>
      )}
      <TokenFacts connection={connection} />
      {isOpen && <AdAccounts connectionId={connection.id} />}
      {checks !== undefined && <CheckList checks={checks} />}
    </Stack>
  );
}

const DAY_MS = 86_400_000;

/** Of which kind the token is, and how long it lasts (features.md C-03). */
function TokenFacts({ connection }: { readonly connection: Connection }) {
  const { t } = useTranslation('connect');
  const { tokenEndsAt, userName, tokenKind, accessTier } = connection;
  const isUsers = tokenKind === 'USER';
  return (
    <>
      <Facts
        facts={[
          [t('user'), userName ?? '–'],
          [t('tokenKind'), tokenKind === null ? '–' : t(`kinds.${tokenKind}` as never, tokenKind)],
          [
            t('tokenEnds'),
            tokenEndsAt === 'never' ? t('tokenNever') : <Ends key="ends" at={tokenEndsAt} />,
          ],
          [
            t('accessTier'),
            accessTier === null ? '–' : t(`tiers.${accessTier}` as never, accessTier),
          ],
        ]}
      />
      {isUsers && <Text size="sm">{t('userToken')}</Text>}
    </>
  );
}

/** Null: Meta did not say. */
function Ends({ at }: { readonly at: string | null }) {
  const { t } = useTranslation('connect');
  const leftMs = at === null ? 0 : Date.parse(at) - Date.now();
  return (
    <>
      <Moment at={at} empty={t('tokenUnknown')} />
      {leftMs > 0 && `, ${t('daysLeft', { count: Math.floor(leftMs / DAY_MS) })}`}
    </>
  );
}
