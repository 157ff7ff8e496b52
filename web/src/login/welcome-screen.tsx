import { Button, Loader, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useLocation, useNavigate } from '@tanstack/react-router';
import { type FormEvent, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { type Acceptance, acceptLink, type LoginLink, readLink } from '../api/auth.ts';
import { CodeError } from '../components/code-error.tsx';
import { formText } from '../components/form-text.ts';
import { Moment } from '../components/moment.tsx';
import { LoginFrame } from './login-frame.tsx';
import { useEntrance } from './use-entrance.ts';

/** Where a link leads that works once: the first start, an invitation, a new password, the demo. */
export function WelcomeScreen() {
  const { t } = useTranslation('login');
  const token = useLocation().hash;
  const { data: link, error } = useQuery({
    queryKey: ['link', token],
    queryFn: () => readLink(token),
    enabled: token !== '',
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (token === '')
    return <LoginFrame title={t('welcomeTitle')} lead={t('linkMissing')} children={null} />;
  if (link?.kind === 'demo') return <DemoEntrance token={token} />;
  const isReset = link?.kind === 'reset';
  return (
    <LoginFrame title={t(isReset ? 'resetTitle' : 'welcomeTitle')}>
      {error !== null && <CodeError error={error} />}
      {link !== undefined && <AcceptForm link={link} token={token} />}
    </LoginFrame>
  );
}

function useAcceptance() {
  const enter = useEntrance();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: acceptLink,
    meta: { isSaidInPlace: true },
    onSuccess: ({ next }) => {
      if (next === 'signed-in') enter();
      else void navigate({ to: '/sign-in', search: { step: 'code' } as never, replace: true });
    },
  });
}

/** The link of the demo asks for nothing. */
function DemoEntrance({ token }: { readonly token: string }) {
  const { t } = useTranslation('login');
  const { mutate, error } = useAcceptance();
  const begun = useRef(false);
  useEffect(() => {
    if (begun.current) return;
    begun.current = true;
    mutate({ token });
  }, [mutate, token]);
  return (
    <LoginFrame title={t('welcomeTitle')}>
      {error === null ? (
        <Loader aria-label={t('entering')} role="status" />
      ) : (
        <CodeError error={error} />
      )}
    </LoginFrame>
  );
}

function AcceptForm({ link, token }: { readonly link: LoginLink; readonly token: string }) {
  const { t } = useTranslation('login');
  const { mutate, error, isPending } = useAcceptance();
  const { kind, email } = link;
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const given = (name: 'email' | 'name' | 'password') =>
      form.has(name) ? { [name]: formText(form, name) } : {};
    const body: Acceptance = { token, ...given('email'), ...given('name'), ...given('password') };
    mutate(body);
  };
  const lead =
    kind === 'first-start'
      ? t('firstStartLead')
      : t(kind === 'reset' ? 'resetLead' : 'invitationLead', { email: email ?? '' });
  return (
    <Stack component="form" onSubmit={submit as never}>
      <Text size="sm">{lead}</Text>
      {error !== null && <CodeError error={error} />}
      {kind === 'first-start' && (
        <TextInput name="email" type="email" label={t('email')} autoComplete="username" required />
      )}
      {kind !== 'reset' && (
        <TextInput name="name" label={t('yourName')} autoComplete="name" required />
      )}
      <PasswordInput
        name="password"
        label={t('newPassword')}
        description={t('passwordHint')}
        autoComplete="new-password"
        required
      />
      <Button type="submit" loading={isPending}>
        {t(kind === 'reset' ? 'save' : 'create')}
      </Button>
      <Text size="xs" c="dimmed">
        <Moment at={link.endsAt} />
      </Text>
    </Stack>
  );
}
