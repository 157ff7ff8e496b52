import { Button, Group, PasswordInput, Skeleton, Stack } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { changePassword, sessionsQuery } from '../api/account.ts';
import { type Me, meQuery } from '../api/auth.ts';
import { CodeError } from '../components/code-error.tsx';
import { Facts } from '../components/facts.tsx';
import { formText } from '../components/form-text.ts';
import { Section } from '../components/section.tsx';
import { SecondFactor } from './second-factor.tsx';
import { Sessions } from './sessions.tsx';
import { SettingsPage } from './settings-page.tsx';

/** Of the one who is signed in: rights, password, second factor, and where they are signed in. */
export function AccountScreen() {
  const { data: me } = useQuery(meQuery);
  return (
    <SettingsPage section="account">
      {me === undefined ? (
        <Skeleton h={120} />
      ) : (
        <>
          <About me={me} />
          <Sessions />
          <Password />
          <SecondFactor isOn={me.secondFactor} />
        </>
      )}
    </SettingsPage>
  );
}

function About({ me }: { readonly me: Me }) {
  const { t } = useTranslation('settings');
  return (
    <Section title={me.name || (me.email ?? '')}>
      <Facts
        facts={[
          [t('email'), me.email ?? '–'],
          [t('role'), `${t(`roles.${me.role}`)}: ${t(`roleMay.${me.role}`)}`],
          [t('personalData'), t(me.personalData ? 'account.seesPersonal' : 'account.seesMasked')],
          [
            t('credentials'),
            t(me.credentials ? 'account.hasCredentials' : 'account.noCredentials'),
          ],
        ]}
      />
    </Section>
  );
}

function Password() {
  const { t } = useTranslation('settings');
  const queries = useQueryClient();
  const form = useRef<HTMLFormElement>(null);
  const { mutate, error, isPending } = useMutation({
    mutationFn: changePassword,
    meta: { isSaidInPlace: true },
    onSuccess: async () => {
      form.current?.reset();
      notifications.show({ message: t('account.passwordChanged') });
      await queries.invalidateQueries(sessionsQuery);
    },
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    mutate({ current: formText(fields, 'current'), password: formText(fields, 'password') });
  };
  return (
    <Section title={t('account.password')} lead={t('account.passwordLead')}>
      <form ref={form} onSubmit={submit}>
        <Stack maw={420}>
          <PasswordInput
            name="current"
            label={t('account.current')}
            autoComplete="current-password"
            required
          />
          <PasswordInput
            name="password"
            label={t('account.newPassword')}
            description={t('account.newPasswordHelp')}
            autoComplete="new-password"
            required
          />
          {error !== null && <CodeError error={error} />}
          <Group>
            <Button type="submit" variant="default" loading={isPending}>
              {t('account.changePassword')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Section>
  );
}
