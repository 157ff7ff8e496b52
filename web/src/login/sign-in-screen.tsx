import { Alert, Anchor, Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { authStateQuery, type Next, secondFactor, signIn, singleSignOn } from '../api/auth.ts';
import { CodeError } from '../components/code-error.tsx';
import { formText } from '../components/form-text.ts';
import { useAddress } from '../shell/address.ts';
import { ForgotForm } from './forgot-form.tsx';
import { LoginFrame } from './login-frame.tsx';
import { useEntrance } from './use-entrance.ts';

/** Address and password, then the second factor of whoever has one. */
export function SignInScreen() {
  const { t } = useTranslation('login');
  const [{ step = '' }, change] = useAddress();
  const enter = useEntrance();
  const goOn = ({ next }: { next: Next }) => {
    if (next === 'second-factor') change({ step: 'code' });
    else enter();
  };
  if (step === 'code') {
    return (
      <LoginFrame title={t('codeTitle')} lead={t('codeLead')}>
        <CodeForm onDone={goOn} />
      </LoginFrame>
    );
  }
  if (step === 'forgot') {
    return (
      <LoginFrame title={t('forgotTitle')}>
        <ForgotForm onBack={() => change({ step: '' })} />
      </LoginFrame>
    );
  }
  return (
    <LoginFrame title={t('signIn')}>
      <PasswordForm onDone={goOn} onForgot={() => change({ step: 'forgot' })} />
    </LoginFrame>
  );
}

function PasswordForm({
  onDone,
  onForgot,
}: {
  readonly onDone: (next: { next: Next }) => void;
  readonly onForgot: () => void;
}) {
  const { t } = useTranslation('login');
  const [{ error: refusal = '' }] = useAddress();
  const { data: state } = useQuery(authStateQuery);
  const provider = state?.singleSignOn ?? null;
  const { mutate, error, isPending } = useMutation({
    mutationFn: signIn,
    onSuccess: onDone,
    meta: { isSaidInPlace: true },
  });
  const elsewhere = useMutation({
    mutationFn: singleSignOn,
    onSuccess: ({ url }) => location.assign(url),
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    mutate({ email: formText(form, 'email'), password: formText(form, 'password') });
  };
  return (
    <Stack component="form" onSubmit={submit as never}>
      {state?.firstStart === true && <Alert color="blue">{t('firstStartNeeded')}</Alert>}
      {refusal !== '' && error === null && (
        <Alert color="red" role="alert">
          {t('elsewhereRefused')}
        </Alert>
      )}
      {error !== null && <CodeError error={error} />}
      <TextInput name="email" type="email" label={t('email')} autoComplete="username" required />
      <PasswordInput
        name="password"
        label={t('password')}
        autoComplete="current-password"
        required
      />
      <Button type="submit" loading={isPending}>
        {t('signIn')}
      </Button>
      {provider !== null && (
        <Button variant="default" onClick={() => elsewhere.mutate()}>
          {t('signInWith', { name: provider.name })}
        </Button>
      )}
      <Anchor component="button" type="button" size="sm" onClick={onForgot}>
        {t('forgot')}
      </Anchor>
    </Stack>
  );
}

function CodeForm({ onDone }: { readonly onDone: (next: { next: Next }) => void }) {
  const { t } = useTranslation('login');
  const [code, setCode] = useState('');
  const { mutate, error, isPending } = useMutation({
    mutationFn: secondFactor,
    onSuccess: onDone,
    meta: { isSaidInPlace: true },
  });
  return (
    <Stack
      component="form"
      onSubmit={(event: { preventDefault(): void }) => {
        event.preventDefault();
        mutate(code.trim());
      }}
    >
      {error !== null && <CodeError error={error} />}
      <TextInput
        label={t('code')}
        value={code}
        onChange={(event) => setCode(event.currentTarget.value)}
        autoComplete="one-time-code"
        inputMode="numeric"
        autoFocus
        required
      />
      <Button type="submit" loading={isPending}>
        {t('confirm')}
      </Button>
    </Stack>
  );
}
