import { Stack, TagsInput, Textarea, TextInput, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Draft, DraftProblem } from './draft.ts';

interface AboutSectionProps {
  readonly draft: Draft;
  readonly onChange: (change: Partial<Draft>) => void;
  /** Shown at their fields once somebody tried to save. */
  readonly problems: readonly DraftProblem[];
}

/** What it is called and what is said of it, here and at Meta. */
export function AboutSection({ draft, onChange, problems }: AboutSectionProps) {
  const { t } = useTranslation('editor');
  return (
    <Stack component="section" aria-label={t('about.title')}>
      <Title order={2}>{t('about.title')}</Title>
      <TextInput
        label={t('about.name')}
        description={t('about.nameHelp')}
        // Not `required`: the browser would say its own words, and only of the first field that is wrong.
        withAsterisk
        aria-required
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
    </Stack>
  );
}
