import { Alert, Button, NativeSelect, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { connect } from '../api/connections.ts';
import { overviewQuery } from '../api/overview.ts';
import { CodeError } from '../components/code-error.tsx';
import { formText } from '../components/form-text.ts';
import { Section } from '../components/section.tsx';
import { CheckList } from './check-list.tsx';

/** An ad account and a token, checked with Meta before they are kept; or the sandbox, which needs neither. */
export function ConnectForm() {
  const { t } = useTranslation('connect');
  const queries = useQueryClient();
  const form = useRef<HTMLFormElement>(null);
  const { data: overview } = useQuery(overviewQuery);
  const { mutate, data, error, isPending } = useMutation({
    mutationFn: connect,
    meta: { isSaidInPlace: true },
    onSuccess: async () => {
      form.current?.reset();
      await queries.invalidateQueries();
    },
  });
  const databases = overview?.databases ?? [];
  const given = () => placeIn(new FormData(form.current ?? undefined));
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    mutate({
      ...given(),
      token: formText(fields, 'token').trim(),
      adAccount: formText(fields, 'adAccount').trim(),
    });
  };
  return (
    <Section title={t('connectNew')} lead={t('connectLead')}>
      {error !== null && <CodeError error={error} />}
      {data !== undefined && (
        <Alert color="teal" title={t('connected', { name: data.connection })}>
          <CheckList checks={data.checks} />
        </Alert>
      )}
      <form ref={form} onSubmit={submit}>
        <Stack>
          <NativeSelect
            name="database"
            label={t('database')}
            data={databases.map(({ id, name }) => ({ value: id, label: name }))}
          />
          <TextInput name="name" label={t('name')} description={t('nameHint')} />
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
          <Button type="submit" loading={isPending}>
            {t('connectButton')}
          </Button>
          <Button
            variant="default"
            disabled={isPending || databases.length === 0}
            onClick={() => mutate({ ...given(), sandbox: true })}
          >
            {t('connectSandbox')}
          </Button>
        </Stack>
      </form>
    </Section>
  );
}

/** Which database is connected, and under which name if one was typed. */
function placeIn(fields: FormData): { readonly databaseId: string; readonly name?: string } {
  const name = formText(fields, 'name').trim();
  return { databaseId: formText(fields, 'database'), ...(name === '' ? {} : { name }) };
}
