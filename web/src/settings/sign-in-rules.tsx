import { Stack, Switch } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useMay } from '../api/may.ts';
import { setSignInRules, type SignInRules, signInRulesQuery } from '../api/sign-in-rules.ts';
import { CodeError } from '../components/code-error.tsx';
import { Section } from '../components/section.tsx';
import { ReadOnlyNote } from './allowed.tsx';

/** What is asked of everybody who signs in; an owner says. */
export function SignInRulesSection() {
  const { t } = useTranslation('settings');
  const queries = useQueryClient();
  const { data, error, refetch } = useQuery(signInRulesQuery);
  const may = useMay({ role: 'owner' }) === true;
  const save = useMutation({
    mutationFn: setSignInRules,
    onSuccess: async () => {
      notifications.show({ message: t('saved') });
      // Whoever asked for it is asked, too.
      await queries.invalidateQueries();
    },
  });
  const change = (part: Partial<SignInRules>) => {
    if (data !== undefined) save.mutate({ ...data, ...part });
  };
  return (
    <Section title={t('people.rules')} lead={t('people.rulesLead')}>
      {error !== null && <CodeError error={error} onRetry={() => void refetch()} />}
      {data !== undefined && (
        <Stack>
          <Switch
            label={t('people.factorNeeded')}
            description={t('people.factorNeededHelp')}
            checked={data.secondFactorNeeded}
            disabled={!may || save.isPending}
            onChange={({ currentTarget }) => change({ secondFactorNeeded: currentTarget.checked })}
          />
          <Switch
            label={t('people.singleSignOnSuffices')}
            description={t('people.singleSignOnSufficesHelp')}
            checked={data.singleSignOnSuffices}
            disabled={!may || save.isPending || !data.secondFactorNeeded}
            onChange={({ currentTarget }) =>
              change({ singleSignOnSuffices: currentTarget.checked })
            }
          />
        </Stack>
      )}
      <ReadOnlyNote role="owner">{t('people.rulesReadOnly')}</ReadOnlyNote>
    </Section>
  );
}
