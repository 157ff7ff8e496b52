import { Stack, Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Audience } from '../api/audiences.ts';
import { integrationsQuery } from '../api/integrations.ts';
import type { Draft } from './draft.ts';

interface OtherAccountProps {
  readonly label: string;
  readonly help: string;
  /** `act_…`, or empty: that of the integration. */
  readonly adAccount: string;
  /** Of the integration. */
  readonly usual: string;
  readonly onChange: (adAccount: string) => void;
}

/** Taken over when it is left, so that Meta is not asked at each digit. */
export function OtherAccount({ label, help, adAccount, usual, onChange }: OtherAccountProps) {
  return (
    <TextInput
      key={adAccount}
      label={label}
      description={help}
      placeholder={usual}
      defaultValue={adAccount}
      inputMode="numeric"
      onBlur={(event) => {
        const digits = event.currentTarget.value.replaceAll(/\D/g, '');
        const wanted = digits === '' ? '' : `act_${digits}`;
        if (wanted !== adAccount) onChange(wanted === usual ? '' : wanted);
      }}
    />
  );
}

interface AccountFieldProps {
  readonly audience: Audience;
  readonly draft: Draft;
  readonly onChange: (change: Partial<Draft>) => void;
}

/** The ad account of an audience that is made: free until it was at Meta, and after that it says why not. */
export function AccountField({ audience, draft, onChange }: AccountFieldProps) {
  const { t } = useTranslation('place');
  const { data: integrations } = useQuery(integrationsQuery);
  const usual = integrations?.find(({ id }) => id === audience.integrationId)?.adAccount;
  const { activatedAt, metaAudienceId, adAccount } = audience;
  if (usual === undefined || adAccount === null) return null;
  if (activatedAt !== null || metaAudienceId !== null) {
    return (
      <Stack gap={2}>
        <Text size="sm" fw={600}>
          {t('account')}
        </Text>
        <Text size="sm">{t('accountFixed', { adAccount })}</Text>
      </Stack>
    );
  }
  return (
    <OtherAccount
      label={t('account')}
      help={t('accountHelp', { usual })}
      adAccount={draft.adAccount === usual ? '' : draft.adAccount}
      usual={usual}
      onChange={(wanted) => onChange({ adAccount: wanted })}
    />
  );
}
