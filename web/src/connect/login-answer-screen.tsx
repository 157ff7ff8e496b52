import { Alert, Anchor, Skeleton, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { finishLogin, type LoginAnswer } from '../api/connections.ts';
import { CodeError } from '../components/code-error.tsx';
import { Page } from '../components/page.tsx';
import { SandboxBadge } from '../components/sandbox-badge.tsx';
import { Section } from '../components/section.tsx';
import { type Address, useAddress } from '../shell/address.ts';
import { AdAccounts } from './ad-accounts.tsx';

/** Where Meta sends a person back to: the answer is redeemed once, and what came within reach is shown. */
export function LoginAnswerScreen() {
  const { t } = useTranslation('connect');
  const [address] = useAddress();
  const [answer] = useState(() => answerIn(address));
  const navigate = useNavigate();
  const queries = useQueryClient();
  // The code is good for one use: it leaves the address, and with it the history of the browser.
  useEffect(() => void navigate({ to: '/connect/login', replace: true }), [navigate]);
  const began = useRef(false);
  const { mutate, data, error } = useMutation({
    mutationFn: finishLogin,
    meta: { isSaidInPlace: true },
    onSuccess: () => queries.invalidateQueries({ queryKey: ['connections'] }),
  });
  useEffect(() => {
    if (began.current || answer.state === '') return;
    began.current = true;
    mutate(answer);
  }, [answer, mutate]);
  const back = (
    <Anchor component={Link} to="/connect" underline="always">
      {t('login.back')}
    </Anchor>
  );
  return (
    <Page title={t('login.answer')}>
      {answer.state === '' && <Text>{t('login.nothing')}</Text>}
      {error !== null && <CodeError error={error} />}
      {answer.state !== '' && data === undefined && error === null && <Skeleton h={160} />}
      {data !== undefined && (
        <>
          <Alert color="teal" title={t('login.done', { name: data.user ?? data.connection })}>
            {t('login.connection', { name: data.connection })} {data.sandbox && <SandboxBadge />}
          </Alert>
          <Section title={t('accounts.title')} lead={t('accounts.lead')}>
            <AdAccounts connectionId={data.connectionId} />
          </Section>
        </>
      )}
      <Text>{back}</Text>
    </Page>
  );
}

/** Meta says why in `error_reason`, where it was declined. */
function answerIn({ state = '', code, error, error_reason: reason }: Address): LoginAnswer {
  return { state, code: code ?? null, error: reason ?? error ?? null };
}
