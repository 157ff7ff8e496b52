import { Alert, Button, Group, NativeSelect, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { type Check, connect, type NewConnection, tryConnection } from '../api/connections.ts';
import { overviewQuery } from '../api/overview.ts';
import { CodeError } from '../components/code-error.tsx';
import { formText } from '../components/form-text.ts';
import { Section } from '../components/section.tsx';
import { CheckList } from './check-list.tsx';
import { TermsPanel } from './terms-panel.tsx';

/** An ad account and a token, checked with Meta before they are kept; or the sandbox, which needs neither. */
export function ConnectForm() {
  const { t } = useTranslation('connect');
  const form = useRef<HTMLFormElement>(null);
  const { data: overview } = useQuery(overviewQuery);
  const { make, look } = useConnecting(() => form.current?.reset());
  const databases = overview?.databases ?? [];
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    make.mutate({ ...placeIn(fields), ...credentialsIn(fields) });
  };
  const recheck = (): void => form.current?.requestSubmit();
  return (
    <Section title={t('connectNew')} lead={t('connectLead')}>
      <form ref={form} onSubmit={submit}>
        <Stack>
          <Fields databases={databases} />
          <Group gap="sm">
            <Button type="submit" loading={make.isPending}>
              {t('connectButton')}
            </Button>
            <Button
              variant="default"
              loading={look.isPending}
              onClick={() => {
                if (form.current?.reportValidity() !== true) return;
                make.reset();
                look.mutate(credentialsIn(new FormData(form.current)));
              }}
            >
              {t('test')}
            </Button>
            <Button
              variant="default"
              disabled={make.isPending || databases.length === 0}
              onClick={() => {
                const fields = new FormData(form.current ?? undefined);
                make.mutate({ ...placeIn(fields), sandbox: true });
              }}
            >
              {t('connectSandbox')}
            </Button>
          </Group>
        </Stack>
      </form>
      {make.error !== null && <CodeError error={make.error} />}
      {look.error !== null && make.error === null && <CodeError error={look.error} />}
      {make.data !== undefined && (
        <Alert color="teal" title={t('connected', { name: make.data.connection })}>
          <CheckList checks={make.data.checks} />
        </Alert>
      )}
      {look.data !== undefined && (
        <Looked {...look.data} isBusy={make.isPending} onRecheck={recheck} />
      )}
    </Section>
  );
}

interface FieldsProps {
  readonly databases: readonly { readonly id: string; readonly name: string }[];
}

function Fields({ databases }: FieldsProps) {
  const { t } = useTranslation('connect');
  return (
    <>
      <TextInput
        name="adAccount"
        label={t('adAccountId')}
        description={t('adAccountHint')}
        autoComplete="off"
        pattern="\s*(act_)?[0-9]{1,30}\s*"
        required
      />
      <PasswordInput
        name="token"
        label={t('token')}
        description={t('tokenHint')}
        autoComplete="off"
        required
      />
      <NativeSelect
        name="database"
        label={t('database')}
        data={databases.map(({ id, name }) => ({ value: id, label: name }))}
      />
      <TextInput name="name" label={t('name')} description={t('nameHint')} />
    </>
  );
}

/** Connecting, and looking only; what is refused is looked at, so that the check-list says why. */
function useConnecting(onConnected: () => void) {
  const queries = useQueryClient();
  const look = useMutation({ mutationFn: tryConnection, meta: { isSaidInPlace: true } });
  const make = useMutation({
    mutationFn: (wish: NewConnection) => connect(wish),
    meta: { isSaidInPlace: true },
    onSuccess: async () => {
      look.reset();
      onConnected();
      await queries.invalidateQueries();
    },
    onError: (_, { token, adAccount }) => {
      if (token !== undefined && adAccount !== undefined) look.mutate({ token, adAccount });
    },
  });
  return { make, look };
}

interface LookedProps {
  readonly ok: boolean;
  readonly checks: readonly Check[];
  readonly isBusy: boolean;
  readonly onRecheck: () => void;
}

/** What a token may do at an ad account; terms that nobody accepted have a panel of their own. */
function Looked({ ok, checks, isBusy, onRecheck }: LookedProps) {
  const { t } = useTranslation('connect');
  const terms = checks.find(({ name, state }) => name === 'terms' && state === 'fail');
  return (
    <Stack gap="sm" aria-live="polite">
      {terms !== undefined && (
        <TermsPanel link={terms.link} isBusy={isBusy} onRecheck={onRecheck} />
      )}
      <Alert color={ok ? 'teal' : 'red'} title={t(ok ? 'valid' : 'invalid')}>
        <CheckList checks={checks} />
      </Alert>
    </Stack>
  );
}

/** Which database is connected, and under which name if one was typed. */
function placeIn(fields: FormData): { readonly databaseId: string; readonly name?: string } {
  const name = formText(fields, 'name').trim();
  return { databaseId: formText(fields, 'database'), ...(name === '' ? {} : { name }) };
}

function credentialsIn(fields: FormData): { readonly token: string; readonly adAccount: string } {
  return {
    token: formText(fields, 'token').trim(),
    adAccount: formText(fields, 'adAccount').trim(),
  };
}
