import { Button, Code, Group, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import type { FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { beginLogin, loginAnswerUrl, loginOfferQuery } from '../api/connections.ts';
import { CodeError } from '../components/code-error.tsx';
import { formText } from '../components/form-text.ts';
import { Section } from '../components/section.tsx';

/** Goes to the page of Meta; what comes back has a screen of its own. */
export function useLogin() {
  return useMutation({
    mutationFn: beginLogin,
    meta: { isSaidInPlace: true },
    onSuccess: ({ url }) => window.location.assign(url),
  });
}

/** A person agrees at Facebook, and comes back with every ad account that they may use. */
export function FacebookLogin() {
  const { t } = useTranslation('connect');
  const { data: offer, error: offerError } = useQuery(loginOfferQuery);
  const login = useLogin();
  const error = login.error ?? offerError;
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    const appId = formText(fields, 'appId').trim();
    const appSecret = formText(fields, 'appSecret').trim();
    login.mutate(appId === '' ? {} : { app: { appId, appSecret } });
  };
  return (
    <Section title={t('login.title')} lead={t('login.lead')}>
      {error !== null && <CodeError error={error} />}
      <form onSubmit={submit}>
        <Stack>
          {offer?.appId === null && <AppFields />}
          <Text size="sm">{t('login.redirect')}</Text>
          <Code block>{loginAnswerUrl()}</Code>
          <Group gap="sm">
            <Button type="submit" loading={login.isPending} disabled={offer === undefined}>
              {t('login.button')}
            </Button>
            {offer?.sandbox === true && (
              <Button
                variant="default"
                disabled={login.isPending}
                onClick={() => login.mutate({ sandbox: true })}
              >
                {t('login.sandbox')}
              </Button>
            )}
          </Group>
        </Stack>
      </form>
    </Section>
  );
}

function AppFields() {
  const { t } = useTranslation('connect');
  return (
    <>
      <TextInput
        name="appId"
        label={t('login.appId')}
        description={t('login.appIdHint')}
        autoComplete="off"
        pattern="\s*[0-9]{1,30}\s*"
        required
      />
      <PasswordInput
        name="appSecret"
        label={t('login.appSecret')}
        description={t('login.appSecretHint')}
        autoComplete="off"
        required
      />
    </>
  );
}
