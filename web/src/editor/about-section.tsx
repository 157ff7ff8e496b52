import {
  Anchor,
  List,
  Paper,
  Stack,
  TagsInput,
  Text,
  Textarea,
  TextInput,
  Title,
} from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Draft, DraftProblem } from './draft.ts';

interface AboutSectionProps {
  readonly draft: Draft;
  readonly onChange: (change: Partial<Draft>) => void;
  /** Shown at their fields once somebody tried to save. */
  readonly problems: readonly DraftProblem[];
  readonly isNew: boolean;
}

/** What it is called and what is said of it, here and at Meta. */
export function AboutSection({ draft, onChange, problems, isNew }: AboutSectionProps) {
  const { t } = useTranslation('editor');
  return (
    <Stack component="section" aria-label={t('about.title')}>
      <Title order={2}>{t('about.title')}</Title>
      <TextInput
        label={t('about.name')}
        description={t('about.nameHelp')}
        required
        value={draft.name}
        error={problems.includes('nameMissing') ? t('problems.nameMissing') : null}
        onChange={(event) => onChange({ name: event.currentTarget.value })}
      />
      <Textarea
        label={t('about.description')}
        description={t('about.descriptionHelp')}
        autosize
        value={draft.description}
        onChange={(event) => onChange({ description: event.currentTarget.value })}
      />
      <TextInput
        label={t('about.optOutLink')}
        description={t('about.optOutLinkHelp')}
        value={draft.optOutLink}
        error={problems.includes('linkWrong') ? t('problems.linkWrong') : null}
        onChange={(event) => onChange({ optOutLink: event.currentTarget.value })}
      />
      <TextInput
        label={t('about.folder')}
        value={draft.folder}
        onChange={(event) => onChange({ folder: event.currentTarget.value })}
      />
      <TagsInput
        label={t('about.labels')}
        description={t('about.labelsHelp')}
        maxTags={4}
        acceptValueOnBlur
        value={[...draft.labels]}
        onChange={(labels) => onChange({ labels })}
      />
      {isNew && <LinkFields draft={draft} onChange={onChange} />}
    </Stack>
  );
}

/** A Meta audience that is there already, and how to make one there (features.md A-16). */
function LinkFields({ draft, onChange }: Pick<AboutSectionProps, 'draft' | 'onChange'>) {
  const { t } = useTranslation('editor');
  return (
    <>
      <TextInput
        label={t('link.id')}
        description={t('link.idHelp')}
        inputMode="numeric"
        value={draft.metaAudienceId ?? ''}
        onChange={(event) => {
          const digits = event.currentTarget.value.replaceAll(/\D/g, '');
          onChange({ metaAudienceId: digits === '' ? null : digits });
        }}
      />
      <Paper withBorder p="md" component="aside" aria-label={t('link.help')}>
        <Text fw={600} size="sm">
          {t('link.help')}
        </Text>
        <List type="ordered" size="sm" spacing={4} mt="xs">
          <List.Item>
            <Anchor
              href="https://business.facebook.com/adsmanager/audiences"
              target="_blank"
              rel="noreferrer"
              underline="always"
            >
              {t('link.open')}
            </Anchor>
          </List.Item>
          <List.Item>{t('link.create')}</List.Item>
          <List.Item>{t('link.type')}</List.Item>
          <List.Item>{t('link.name')}</List.Item>
          <List.Item>{t('link.copy')}</List.Item>
        </List>
        <Text size="sm" mt="xs">
          {t('link.role')}
        </Text>
      </Paper>
    </>
  );
}
