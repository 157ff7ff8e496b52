import { Stack, Table, TagsInput, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { type MappingLine, readMapping, writeMapping } from './mapping-text.ts';

interface MappingFieldsProps {
  readonly map: string;
  readonly onChange: (map: string) => void;
  /** Of the model, once it was looked at. */
  readonly columns: readonly string[];
  /** What each column is taken as by its name, or by what is said here. */
  readonly mapped: Readonly<Record<string, string>>;
}

const keys = [
  ...['EMAIL', 'PHONE', 'FN', 'LN', 'CT', 'ST', 'ZIP', 'COUNTRY', 'GEN', 'birthDate'],
  'MADID',
] as const;

/** What Meta takes as it is; all else leaves as a hash, whether it comes plain or hashed already. */
const plain: ReadonlySet<string> = new Set([
  'MADID',
  'external_id',
  'EXTERN_ID',
  'LOOKALIKE_VALUE',
]);

/** Two columns: what Meta matches by, and what feeds it here; several on a line are several values. */
export function MappingFields({ map, onChange, columns, mapped }: MappingFieldsProps) {
  const { t } = useTranslation('sources');
  const lines = readMapping(map);
  const others = lines.filter(({ key }) => !(keys as readonly string[]).includes(key));
  const fromOf = (key: string): readonly string[] =>
    lines.find((line) => line.key === key)?.from ?? [];
  const set = (key: string, from: readonly string[]): void => {
    const rest: MappingLine[] = lines.filter((line) => line.key !== key);
    onChange(writeMapping(from.length === 0 ? rest : [...rest, { key, from }]));
  };
  const byName = (key: string): string =>
    Object.entries(mapped)
      .filter(([, of]) => of.toLowerCase() === key.toLowerCase())
      .map(([column]) => column)
      .join(', ');
  return (
    <Stack gap="xs">
      <Text size="sm">{t('mapping.help')}</Text>
      <Table.ScrollContainer minWidth={320} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('mapping.key')}</Table.Th>
              <Table.Th>{t('mapping.from')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {[...keys, ...others.map(({ key }) => key)].map((key) => (
              <Table.Tr key={key}>
                <Table.Th scope="row">
                  {key}
                  <Text size="xs">{t(plain.has(key) ? 'mapping.plain' : 'mapping.hashed')}</Text>
                </Table.Th>
                <Table.Td>
                  <TagsInput
                    aria-label={t('mapping.fromOf', { key })}
                    placeholder={fromOf(key).length > 0 ? '' : byName(key) || t('mapping.nothing')}
                    data={[...columns]}
                    value={[...fromOf(key)]}
                    splitChars={[]}
                    acceptValueOnBlur
                    onChange={(from) => set(key, from)}
                  />
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Stack>
  );
}
