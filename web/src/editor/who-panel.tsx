import {
  Alert,
  Button,
  Group,
  Loader,
  MultiSelect,
  Paper,
  Stack,
  Table,
  Text,
} from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { audiencesQuery } from '../api/audiences.ts';
import { problemOf } from '../api/problem.ts';
import { ruleCountQuery, ruleInWordsQuery } from '../api/rules.ts';
import { CodeError } from '../components/code-error.tsx';
import type { RuleNode } from '../rule-builder/rule-query.ts';

/** Somebody who types is not asked for at each letter. */
const PAUSE_MS = 400;
const SAMPLES = 10;
const SMALL = 1_000;

interface WhoPanelProps {
  readonly databaseId: string;
  /** Null while it is not finished. */
  readonly rule: RuleNode | null;
}

/** Beside the builder: how many, line by line, by what they can be matched, and in plain words who. */
export function WhoPanel({ databaseId, rule }: WhoPanelProps) {
  const { t } = useTranslation('editor');
  const [asked] = useDebouncedValue(rule, PAUSE_MS);
  return (
    <Paper withBorder p="md" component="section" aria-label={t('who.label')}>
      {asked === null ? (
        <Text>{t('who.unfinished')}</Text>
      ) : (
        <Found databaseId={databaseId} rule={asked} />
      )}
    </Paper>
  );
}

function Found({ databaseId, rule }: { readonly databaseId: string; readonly rule: RuleNode }) {
  const { t, i18n } = useTranslation('editor');
  const [overlapWith, setOverlapWith] = useState<string[]>([]);
  const [hasSamples, setSamples] = useState(false);
  const audiences = useQuery(audiencesQuery);
  const words = useQuery(ruleInWordsQuery(databaseId, rule));
  const found = useQuery(
    ruleCountQuery(databaseId, rule, { overlapWith, samples: hasSamples ? SAMPLES : 0 }),
  );
  const error = words.error ?? found.error;
  if (error !== null && problemOf(error).code === 'RULE_INVALID') {
    return <Text>{t('who.unfinished')}</Text>;
  }
  const again = () => {
    void words.refetch();
    void found.refetch();
  };
  if (found.data === undefined && error !== null) {
    return <CodeError error={error} onRetry={again} />;
  }
  if (found.data === undefined) return <Loader aria-label={t('who.counting')} />;
  const { count, error: off } = found.data;
  const number = new Intl.NumberFormat(i18n.language);
  const others = (audiences.data ?? []).filter((one) => one.databaseId === databaseId);
  return (
    <Stack gap="sm">
      <div aria-live="polite">
        <Text fz={26} fw={650}>
          {off === 0
            ? t('who.exact', { count, shown: number.format(count) })
            : t('who.about', { shown: number.format(count), error: number.format(off) })}
        </Text>
        <Text size="sm" c="dimmed">
          {t('who.meaning', { people: number.format(found.data.people) })}
        </Text>
      </div>
      {count < SMALL && <Alert color="orange">{t('who.small')}</Alert>}
      {words.data !== undefined && (
        <Text size="sm">{t('who.sentence', { sentence: words.data.sentence })}</Text>
      )}
      <Waterfall lines={found.data.lines} />
      <Coverage found={found.data} />
      <MultiSelect
        label={t('who.overlap')}
        description={t('who.overlapHelp')}
        searchable
        maxValues={10}
        value={overlapWith}
        onChange={setOverlapWith}
        data={others.map(({ name }) => name)}
      />
      {found.data.overlap.map(({ audience, members, both }) => (
        <Text key={audience} size="sm">
          {t('who.both', {
            audience,
            both: number.format(both),
            members: number.format(members),
          })}
        </Text>
      ))}
      <Group>
        <Button variant="default" onClick={() => setSamples(!hasSamples)}>
          {hasSamples ? t('who.hideSamples') : t('who.showSamples')}
        </Button>
      </Group>
      {hasSamples && <Samples samples={found.data.samples} />}
    </Stack>
  );
}

interface Line {
  readonly line: string;
  readonly count: number;
  readonly left: number | null;
}

/** What each line finds alone, and what is left after it. */
function Waterfall({ lines }: { readonly lines: readonly Line[] }) {
  const { t, i18n } = useTranslation('editor');
  const number = new Intl.NumberFormat(i18n.language);
  return (
    <Table.ScrollContainer minWidth={300} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
      <Table verticalSpacing={2} fz="sm" captionSide="top">
        <Table.Caption>{t('who.waterfall')}</Table.Caption>
        <Table.Thead>
          <Table.Tr>
            <Table.Th ta="right">{t('who.alone')}</Table.Th>
            <Table.Th ta="right">{t('who.left')}</Table.Th>
            <Table.Th>{t('who.line')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {lines.map(({ line, count, left }, i) => (
            // Two lines may say the same; their place is what tells them apart.
            <Table.Tr key={i}>
              <Table.Td ta="right">{number.format(count)}</Table.Td>
              <Table.Td ta="right">{left === null ? '' : number.format(left)}</Table.Td>
              <Table.Td className="who-line">{line}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

interface CoverageProps {
  readonly found: {
    readonly consent: { readonly yes: number; readonly no: number; readonly unknown: number };
    readonly coverage: {
      readonly enough: number;
      readonly externalIdOnly: number;
      readonly nothing: number;
      readonly fields: Readonly<Record<string, number>>;
    };
  };
}

function Coverage({ found }: CoverageProps) {
  const { t, i18n } = useTranslation('editor');
  const number = new Intl.NumberFormat(i18n.language);
  const { consent, coverage } = found;
  const rows = [
    [t('who.yes'), consent.yes],
    [t('who.no'), consent.no],
    [t('who.unknown'), consent.unknown],
    [t('who.enough'), coverage.enough],
    [t('who.externalIdOnly'), coverage.externalIdOnly],
    [t('who.nothing'), coverage.nothing],
    ...Object.entries(coverage.fields).map(
      ([field, count]) => [t('who.have', { field }), count] as const,
    ),
  ] as const;
  return (
    <Table verticalSpacing={2} fz="sm" captionSide="top">
      <Table.Caption>{t('who.coverage')}</Table.Caption>
      <Table.Tbody>
        {rows.map(([label, count]) => (
          <Table.Tr key={label}>
            <Table.Th scope="row" fw={400}>
              {label}
            </Table.Th>
            <Table.Td ta="right">{number.format(count)}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

interface SamplesProps {
  readonly samples: readonly {
    readonly externalId: string;
    readonly identifiers: Readonly<Record<string, string>>;
  }[];
}

function Samples({ samples }: SamplesProps) {
  const { t } = useTranslation('editor');
  return (
    <Stack gap={2}>
      <Text size="sm" fw={600}>
        {t('who.samples')}
      </Text>
      <Text size="xs" c="dimmed">
        {t('who.samplesHelp')}
      </Text>
      {samples.map(({ externalId, identifiers }, i) => (
        // Shapes repeat; their place is what tells them apart.
        <Text key={i} size="xs" ff="monospace">
          {[externalId, ...Object.values(identifiers)].join(' · ')}
        </Text>
      ))}
    </Stack>
  );
}
