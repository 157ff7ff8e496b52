import { Alert, Anchor, Button, Group, Stack, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { confirmSecondFactor } from '../api/account.ts';
import { type Me, signOut } from '../api/auth.ts';
import { CodeError } from '../components/code-error.tsx';
import { formText } from '../components/form-text.ts';
import { forgetDrafts } from '../editor/kept-drafts.ts';
import { SecondFactor } from '../settings/second-factor.tsx';
import { LoginFrame } from './login-frame.tsx';

/** Where everybody needs a second factor: set it up, or show a code of it, before anything else. */
export function SecondFactorFirst({ me }: { readonly me: Me }) {
  const { t } = useTranslation('settings');
  const queries = useQueryClient();
  const navigate = useNavigate();
  const leave = useMutation({
    mutationFn: signOut,
    onSuccess: () => {
      queries.clear();
      forgetDrafts();
      void navigate({ to: '/sign-in' });
    },
  });
  return (
    <LoginFrame title={t('factorFirst.title')} lead={t('factorFirst.lead')}>
      {me.secondFactor ? <ShowCode /> : <SecondFactor isOn={false} />}
      <Anchor component="button" type="button" size="sm" onClick={() => leave.mutate()}>
        {t('factorFirst.leave')}
      </Anchor>
    </LoginFrame>
  );
}

/** Of whoever has an app already, and came in without being asked. */
function ShowCode() {
  const { t } = useTranslation('settings');
  const queries = useQueryClient();
  const show = useMutation({
    mutationFn: confirmSecondFactor,
    meta: { isSaidInPlace: true },
    onSuccess: async () => await queries.invalidateQueries(),
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    show.mutate(formText(new FormData(event.currentTarget), 'code').trim());
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <Alert color="blue">{t('factorFirst.has')}</Alert>
        <TextInput
          name="code"
          label={t('account.code')}
          inputMode="numeric"
          autoComplete="one-time-code"
          required
        />
        {show.error !== null && <CodeError error={show.error} />}
        <Group>
          <Button type="submit" loading={show.isPending}>
            {t('account.confirm')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
