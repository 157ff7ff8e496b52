import { Anchor, List, Paper, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { integrationsQuery } from '../api/integrations.ts';
import { adsManagerPage } from '../api/meta-audiences.ts';
import { OtherAccount } from './account-field.tsx';
import type { Draft } from './draft.ts';
import { KindFields } from './kind-fields.tsx';
import { MetaAudienceField } from './meta-audience-field.tsx';

interface LinkFieldsProps {
  readonly draft: Draft;
  readonly onChange: (change: Partial<Draft>) => void;
}

/** A Meta audience that is there already, in which ad account, and how to make one there (features.md A-16). */
export function LinkFields({ draft, onChange }: LinkFieldsProps) {
  const { t } = useTranslation('editor');
  const { data: integrations } = useQuery(integrationsQuery);
  const { integrationId, adAccount, metaAudienceId, name } = draft;
  const integration = integrations?.find(({ id }) => id === integrationId);
  if (integration === undefined) return null;
  const place = adAccount === '' ? integration.adAccount : adAccount;
  return (
    <Stack>
      <MetaAudienceField
        integrationId={integration.id}
        adAccount={adAccount}
        value={metaAudienceId}
        onChange={(found) =>
          onChange({
            metaAudienceId: found?.id ?? null,
            // The same name on both sides is easiest to find again (features.md A-12).
            ...(found !== null && name.trim() === '' ? { name: found.name } : {}),
          })
        }
      />
      <OtherAccount
        label={t('link.account')}
        help={t('link.accountHelp', { usual: integration.adAccount })}
        adAccount={adAccount}
        usual={integration.adAccount}
        onChange={(other) => onChange({ adAccount: other, metaAudienceId: null })}
      />
      <AtMeta adAccount={place} isSandbox={integration.sandbox} />
      <KindFields draft={draft} onChange={onChange} />
    </Stack>
  );
}

interface AtMetaProps {
  readonly adAccount: string;
  readonly isSandbox: boolean;
}

/** Where to see it at Facebook (features.md A-17), and how to make one there by hand. */
function AtMeta({ adAccount, isSandbox }: AtMetaProps) {
  const { t } = useTranslation('editor');
  const link = (words: string) => (
    <Anchor
      href={adsManagerPage(adAccount)}
      target="_blank"
      rel="noreferrer"
      size="sm"
      underline="always"
    >
      {words}
    </Anchor>
  );
  return (
    <Paper withBorder p="md" component="aside" aria-label={t('atMeta.how')}>
      <Text size="sm">
        {link(t('atMeta.open'))} {t('atMeta.see')}
      </Text>
      {isSandbox && <Text size="sm">{t('atMeta.sandbox')}</Text>}
      <Text fw={600} size="sm" mt="sm">
        {t('atMeta.how')}
      </Text>
      <List type="ordered" size="sm" spacing={4} mt="xs">
        <List.Item>{link(t('atMeta.go'))}</List.Item>
        <List.Item>{t('atMeta.create')}</List.Item>
        <List.Item>{t('atMeta.type')}</List.Item>
        <List.Item>{t('atMeta.name')}</List.Item>
        <List.Item>{t('atMeta.refresh')}</List.Item>
      </List>
      <Text size="sm" mt="xs">
        {t('atMeta.role')}
      </Text>
    </Paper>
  );
}
