import { Anchor, Button, Group, NativeSelect, Radio, Stack, Text, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { audienceNamedQuery } from '../api/audiences.ts';
import { type Integration, integrationsQuery } from '../api/integrations.ts';
import { giveModelAudience, type Model } from '../api/sources.ts';
import { CodeError } from '../components/code-error.tsx';
import { ForRole } from '../components/for-role.tsx';
import { Section } from '../components/section.tsx';
import { MetaAudienceField } from '../editor/meta-audience-field.tsx';

/** The audience that a model fills: made, or connected to one at Meta (features.md A-09). */
export function ModelAudience({ model }: { readonly model: Model }) {
  const { t } = useTranslation('sources');
  const { data: integrations } = useQuery(integrationsQuery);
  const [first, ...others] = (integrations ?? []).filter(
    ({ databaseId }) => databaseId === model.databaseId,
  );
  const content = () => {
    if (model.audience !== null) return <Fills name={model.audience} />;
    if (model.mode === 'delete') return <Text size="sm">{t('audience.noneInDelete')}</Text>;
    if (first === undefined) return <Text size="sm">{t('noIntegration')}</Text>;
    return (
      <ForRole role="editor">
        <Give model={model} first={first} others={others} />
      </ForRole>
    );
  };
  return (
    <Section title={t('audience.title')} lead={t('audience.lead')}>
      {content()}
    </Section>
  );
}

function Fills({ name }: { readonly name: string }) {
  const { t } = useTranslation('sources');
  const { data: audience = null } = useQuery(audienceNamedQuery(name));
  return (
    <Group gap="sm">
      <Text size="sm">{t('audience.fills', { name })}</Text>
      {audience !== null && (
        <>
          <Text size="sm" c="dimmed">
            {audience.metaAudienceId}
          </Text>
          <Anchor component={Link} to={`/audiences/${audience.id}`} size="sm" underline="always">
            {t('audience.open')}
          </Anchor>
        </>
      )}
    </Group>
  );
}

interface Wish {
  readonly name: string;
  readonly integrationId: string;
  readonly how: 'create' | 'connect';
  /** Of a Meta audience; null: none is chosen. */
  readonly connect: string | null;
}

interface GiveProps {
  readonly model: Model;
  readonly first: Integration;
  readonly others: readonly Integration[];
}

function Give({ model, first, others }: GiveProps) {
  const { t } = useTranslation('sources');
  const queries = useQueryClient();
  const [wish, setWish] = useState<Wish>({
    ...{ name: '', integrationId: first.id, how: 'create', connect: null },
  });
  const { name, integrationId, how, connect } = wish;
  const [hasTried, setTried] = useState(false);
  const give = useMutation({
    mutationFn: () =>
      giveModelAudience(model.id, {
        ...{ name, integrationId, connect: how === 'connect' ? connect : null },
      }),
    meta: { isSaidInPlace: true },
    onSuccess: async ({ audience, metaAudienceId }) => {
      notifications.show({ message: t('audience.made', { name: audience, metaAudienceId }) });
      await queries.invalidateQueries();
    },
  });
  const isNameMissing = name.trim() === '';
  const isIdMissing = how === 'connect' && connect === null;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        if (!isNameMissing && !isIdMissing) give.mutate();
      }}
    >
      <Stack>
        <Where
          wish={wish}
          integrations={[first, ...others]}
          onChange={(change) => setWish({ ...wish, ...change })}
        />
        {hasTried && isIdMissing && (
          <Text size="sm" role="alert">
            {t('audience.idMissing')}
          </Text>
        )}
        <TextInput
          label={t('audience.name')}
          withAsterisk
          maxLength={200}
          value={name}
          error={hasTried && isNameMissing ? t('audience.nameMissing') : null}
          onChange={(event) => setWish({ ...wish, name: event.currentTarget.value })}
        />
        {give.error !== null && <CodeError error={give.error} />}
        <Group>
          <Button type="submit" loading={give.isPending}>
            {t('audience.make')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

interface WhereProps {
  readonly wish: Wish;
  readonly integrations: readonly Integration[];
  readonly onChange: (change: Partial<Wish>) => void;
}

/** Through which integration, and whether a Meta audience is made or taken. */
function Where({ wish, integrations, onChange }: WhereProps) {
  const { t } = useTranslation('sources');
  const { name, integrationId, how, connect } = wish;
  return (
    <>
      {integrations.length > 1 && (
        <NativeSelect
          label={t('audience.integration')}
          value={integrationId}
          data={integrations.map(({ id, name: label, adAccount }) => ({
            ...{ value: id, label: `${label} (${adAccount})` },
          }))}
          onChange={(event) => {
            onChange({ integrationId: event.currentTarget.value, connect: null });
          }}
        />
      )}
      <Radio.Group
        label={t('audience.how')}
        value={how}
        onChange={(next) => onChange({ how: next })}
      >
        <Stack gap="xs" mt="xs">
          <Radio value="create" label={t('audience.create')} />
          <Radio value="connect" label={t('audience.connect')} />
        </Stack>
      </Radio.Group>
      {how === 'connect' && (
        <MetaAudienceField
          integrationId={integrationId}
          adAccount=""
          value={connect}
          onChange={(found) => {
            onChange({
              connect: found?.id ?? null,
              ...(found !== null && name.trim() === '' ? { name: found.name } : {}),
            });
          }}
        />
      )}
    </>
  );
}
