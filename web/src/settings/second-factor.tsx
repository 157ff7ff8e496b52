import { Anchor, Button, Group, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { beginSecondFactor, confirmSecondFactor, endSecondFactor } from '../api/account.ts';
import { meQuery } from '../api/auth.ts';
import { CodeError } from '../components/code-error.tsx';
import { formText } from '../components/form-text.ts';
import { Section } from '../components/section.tsx';
import { Copied, ShownOnce } from './shown-once.tsx';

type Begun = Awaited<ReturnType<typeof beginSecondFactor>>;

/** A code of an authenticator app at each sign-in: on, off, and on the way there. */
export function SecondFactor({ isOn }: { readonly isOn: boolean }) {
  const { t } = useTranslation('settings');
  const [begun, setBegun] = useState<Begun | null>(null);
  const isConfirming = begun !== null && !isOn;
  return (
    <Section title={t('secondFactor')} lead={t(isOn ? 'account.factorOn' : 'account.factorOff')}>
      {isConfirming && <Confirm begun={begun} />}
      {!isConfirming && isOn && <End />}
      {!isConfirming && !isOn && <Begin onBegun={setBegun} />}
    </Section>
  );
}

function Begin({ onBegun }: { readonly onBegun: (begun: Begun) => void }) {
  const { t } = useTranslation('settings');
  const begin = useMutation({
    mutationFn: beginSecondFactor,
    meta: { isSaidInPlace: true },
    onSuccess: onBegun,
  });
  return (
    <OneField
      action={t('account.begin')}
      isBusy={begin.isPending}
      error={begin.error}
      onSubmit={begin.mutate}
    >
      <CurrentPassword />
    </OneField>
  );
}

function Confirm({ begun }: { readonly begun: Begun }) {
  const { t } = useTranslation('settings');
  const queries = useQueryClient();
  const confirm = useMutation({
    mutationFn: confirmSecondFactor,
    meta: { isSaidInPlace: true },
    onSuccess: async () => {
      notifications.show({ message: t('account.factorIsOn') });
      await queries.invalidateQueries(meQuery);
    },
  });
  const secret = new URL(begun.uri).searchParams.get('secret') ?? begun.uri;
  return (
    <Stack>
      <Text size="sm">{t('account.secretHelp')}</Text>
      <Copied text={secret} />
      <Anchor href={begun.uri} underline="always" size="sm">
        {t('account.openApp')}
      </Anchor>
      <ShownOnce title={t('account.backupCodes')} secret={begun.backupCodes.join('\n')}>
        {t('account.backupHelp')}
      </ShownOnce>
      <OneField
        action={t('account.confirm')}
        isBusy={confirm.isPending}
        error={confirm.error}
        onSubmit={(code) => confirm.mutate(code.trim())}
      >
        <TextInput
          name="field"
          label={t('account.code')}
          inputMode="numeric"
          autoComplete="one-time-code"
          required
        />
      </OneField>
    </Stack>
  );
}

function End() {
  const { t } = useTranslation('settings');
  const queries = useQueryClient();
  const end = useMutation({
    mutationFn: endSecondFactor,
    meta: { isSaidInPlace: true },
    onSuccess: async () => {
      notifications.show({ message: t('account.factorIsOff') });
      await queries.invalidateQueries(meQuery);
    },
  });
  return (
    <OneField
      action={t('account.endFactor')}
      isBusy={end.isPending}
      error={end.error}
      onSubmit={end.mutate}
    >
      <CurrentPassword />
    </OneField>
  );
}

function CurrentPassword() {
  const { t } = useTranslation('settings');
  return (
    <PasswordInput
      name="field"
      label={t('account.current')}
      autoComplete="current-password"
      required
    />
  );
}

interface OneFieldProps {
  readonly action: string;
  readonly isBusy: boolean;
  readonly error: unknown;
  readonly onSubmit: (text: string) => void;
  /** The field, of the name `field`. */
  readonly children: ReactNode;
}

function OneField({ action, isBusy, error, onSubmit, children }: OneFieldProps) {
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    onSubmit(formText(new FormData(event.currentTarget), 'field'));
  };
  return (
    <form onSubmit={submit}>
      <Stack maw={420}>
        {children}
        {error !== null && <CodeError error={error} />}
        <Group>
          <Button type="submit" variant="default" loading={isBusy}>
            {action}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
