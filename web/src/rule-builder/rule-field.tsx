import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ruleInWordsQuery } from '../api/rules.ts';
import type { RuleOffer } from './offer.ts';
import { ruleOf, type RuleNode, type Selection, selectionOf } from './rule-query.ts';

const RuleBuilder = lazy(async () => ({
  default: (await import('./rule-builder.tsx')).RuleBuilder,
}));

interface RuleFieldProps {
  readonly label: string;
  readonly rule: RuleNode | null;
  readonly onChange: (rule: RuleNode) => void;
  readonly offer: RuleOffer;
  /** The rule as a sentence, where it is known; absent: it is asked for. */
  readonly words?: string;
  readonly isDisabled?: boolean;
}

/** A rule inside of something else: said in words, edited in a window of its own. */
export function RuleField({
  label,
  rule,
  onChange,
  offer,
  words,
  isDisabled = false,
}: RuleFieldProps) {
  const { t } = useTranslation('rule');
  const [draft, setDraft] = useState<Selection | null>(null);
  const said = useQuery({
    ...ruleInWordsQuery(offer.databaseId, rule ?? {}),
    enabled: words === undefined && rule !== null,
  });
  const made = draft === null ? null : ruleOf(draft);
  return (
    <Stack gap={4}>
      <Text size="sm" fw={600}>
        {label}
      </Text>
      <Text size="sm">{words ?? said.data?.sentence ?? t('none')}</Text>
      {!isDisabled && (
        <Group>
          <Button
            variant="default"
            size="compact-sm"
            onClick={() => setDraft(selectionOf(rule ?? { all: [] }))}
          >
            {t('edit', { label })}
          </Button>
        </Group>
      )}
      <Modal
        opened={draft !== null}
        onClose={() => setDraft(null)}
        title={label}
        size="xl"
        closeButtonProps={{ 'aria-label': t('close') }}
      >
        {draft !== null && (
          <Stack>
            <Suspense fallback={<Text>{t('loading')}</Text>}>
              <RuleBuilder selection={draft} onChange={setDraft} offer={offer} />
            </Suspense>
            <Group justify="flex-end">
              <Button variant="default" onClick={() => setDraft(null)}>
                {t('cancel')}
              </Button>
              <Button
                disabled={made === null}
                onClick={() => {
                  if (made !== null) onChange(made);
                  setDraft(null);
                }}
              >
                {t('use')}
              </Button>
            </Group>
          </Stack>
        )}
      </Modal>
    </Stack>
  );
}
