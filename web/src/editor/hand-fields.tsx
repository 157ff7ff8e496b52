import {
  Alert,
  Button,
  FileButton,
  Group,
  Loader,
  Paper,
  Radio,
  Stack,
  Text,
  Textarea,
  Title,
} from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { type HandPlace, handCountQuery } from '../api/hand.ts';
import { ruleInWordsQuery } from '../api/rules.ts';
import { CodeError } from '../components/code-error.tsx';
import type { RuleOffer } from '../rule-builder/offer.ts';
import { RuleField } from '../rule-builder/rule-field.tsx';
import {
  editOfHand,
  everybody,
  type Hand,
  hasTooMany,
  isBlank,
  namesInCsv,
  type Side,
} from './hand.ts';

interface HandFieldsProps {
  readonly hand: Hand;
  readonly onChange: (hand: Hand) => void;
  readonly place: HandPlace;
  readonly offer: RuleOffer;
}

/** People named or found, some put in and some taken out in one save, counted before it (features.md P-01 to P-04). */
export function HandFields({ hand, onChange, place, offer }: HandFieldsProps) {
  const { t } = useTranslation('editor');
  return (
    <Stack>
      <SideFields
        title={t('hand.include')}
        side={hand.include}
        onChange={(include) => onChange({ ...hand, include })}
        offer={offer}
      />
      <SideFields
        title={t('hand.exclude')}
        side={hand.exclude}
        onChange={(exclude) => onChange({ ...hand, exclude })}
        offer={offer}
      />
      <Text size="sm">{t('hand.both')}</Text>
      <Radio.Group
        label={t('hand.how')}
        value={hand.keepUpdated ? 'updated' : 'snapshot'}
        onChange={(how) => onChange({ ...hand, keepUpdated: how === 'updated' })}
      >
        <Stack gap="xs" mt="xs">
          <Radio value="snapshot" label={t('hand.snapshot')} description={t('hand.snapshotHelp')} />
          <Radio value="updated" label={t('hand.updated')} description={t('hand.updatedHelp')} />
        </Stack>
      </Radio.Group>
      <Count hand={hand} place={place} />
    </Stack>
  );
}

interface SideFieldsProps {
  readonly title: string;
  readonly side: Side;
  readonly onChange: (side: Side) => void;
  readonly offer: RuleOffer;
}

function SideFields({ title, side, onChange, offer }: SideFieldsProps) {
  const { t } = useTranslation('editor');
  const { rule, names } = side;
  const words = useQuery({
    ...ruleInWordsQuery(offer.databaseId, rule ?? {}),
    enabled: rule !== null,
  });
  const isAll = JSON.stringify(rule) === JSON.stringify(everybody);
  const said = isAll ? t('hand.everybody') : words.data?.sentence;
  return (
    <Paper withBorder p="md" component="section" aria-label={title}>
      <Stack gap="sm">
        <Title order={3} size="h5">
          {title}
        </Title>
        <RuleField
          label={t('hand.found', { side: title })}
          rule={rule}
          words={rule === null ? t('hand.nobody') : (said ?? '')}
          onChange={(next) => onChange({ ...side, rule: next })}
          offer={offer}
        />
        <Group gap="sm">
          <Button
            variant="default"
            size="compact-sm"
            disabled={isAll}
            onClick={() => onChange({ ...side, rule: everybody })}
          >
            {t('hand.all')}
          </Button>
          <Button
            variant="default"
            size="compact-sm"
            disabled={rule === null}
            onClick={() => onChange({ ...side, rule: null })}
          >
            {t('hand.noRule')}
          </Button>
        </Group>
        <Textarea
          label={t('hand.names')}
          aria-label={t('hand.namesOf', { side: title })}
          description={t('hand.namesHelp')}
          autosize
          minRows={2}
          maxRows={10}
          value={names}
          onChange={(event) => onChange({ ...side, names: event.currentTarget.value })}
        />
        <FromFile
          title={title}
          onNames={(more) =>
            onChange({ ...side, names: [names.trim(), ...more].filter(Boolean).join('\n') })
          }
        />
      </Stack>
    </Paper>
  );
}

interface FromFileProps {
  readonly title: string;
  readonly onNames: (names: readonly string[]) => void;
}

/** The file is read here and goes nowhere: what it names stands in the field, to be looked at. */
function FromFile({ title, onNames }: FromFileProps) {
  const { t } = useTranslation('editor');
  return (
    <Group gap="sm">
      <FileButton
        accept=".csv,.txt,text/csv,text/plain"
        inputProps={{ 'aria-label': t('hand.fileOf', { side: title }) }}
        onChange={(file) => void file?.text().then((text) => onNames(namesInCsv(text)))}
      >
        {(props) => (
          <Button {...props} variant="default" size="compact-sm">
            {t('hand.file')}
          </Button>
        )}
      </FileButton>
      <Text size="xs">{t('hand.fileHelp')}</Text>
    </Group>
  );
}

/** Somebody who types is not counted for at each letter. */
const PAUSE_MS = 500;

function Count({ hand, place }: Pick<HandFieldsProps, 'hand' | 'place'>) {
  const { t } = useTranslation('editor');
  const [asked] = useDebouncedValue(hand, PAUSE_MS);
  if (isBlank(asked)) return <Text size="sm">{t('hand.nothing')}</Text>;
  if (hasTooMany(asked)) return <Alert color="orange">{t('problems.handTooMany')}</Alert>;
  return <Counted hand={asked} place={place} />;
}

function Counted({ hand, place }: Pick<HandFieldsProps, 'hand' | 'place'>) {
  const { t } = useTranslation('editor');
  const { data, error, refetch } = useQuery(handCountQuery(editOfHand(hand), place));
  if (data === undefined && error !== null)
    return <CodeError error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <Loader aria-label={t('who.counting')} />;
  const { joining, leaving, unchanged, refused, keptOut, unknown } = data;
  const strangers = [...unknown.ids, ...unknown.emails].slice(0, 10).join(', ');
  return (
    <Paper withBorder p="md" component="section" aria-label={t('hand.result')} aria-live="polite">
      <Text fz={22} fw={650}>
        {t('hand.joining', { count: joining })}
      </Text>
      {leaving !== null && <Text>{t('hand.leaving', { count: leaving })}</Text>}
      {unchanged !== null && unchanged > 0 && (
        <Text size="sm">{t('hand.unchanged', { count: unchanged })}</Text>
      )}
      {refused > 0 && <Text size="sm">{t('hand.refused', { count: refused })}</Text>}
      {keptOut > 0 && <Text size="sm">{t('hand.keptOut', { count: keptOut })}</Text>}
      {unknown.count > 0 && (
        <Text size="sm">{t('hand.unknown', { count: unknown.count, some: strangers })}</Text>
      )}
    </Paper>
  );
}
