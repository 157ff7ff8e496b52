import { Alert, Stack, Table, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Preview } from '../api/sources.ts';

/** The first ten rows, and what each column is taken as. */
export function ModelPreview({ preview }: { readonly preview: Preview }) {
  const { t } = useTranslation('sources');
  const meaningOf = (column: string): string => {
    if (column === preview.idColumn) return t('preview.id');
    const key = preview.mapped[column];
    if (key !== undefined) return key;
    return preview.traits.includes(column) ? t('preview.trait') : t('preview.ignored');
  };
  return (
    <Stack gap="xs">
      {preview.masked && <Text size="sm">{t('preview.masked')}</Text>}
      {preview.hints.map(({ column, key }) => (
        <Alert key={column} color="orange">
          {t('preview.hint', { column, key })}
        </Alert>
      ))}
      <Table.ScrollContainer minWidth={480} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
        <Table fz="sm">
          <Table.Thead>
            <Table.Tr>
              {preview.columns.map((column) => (
                <Table.Th key={column}>
                  {column}
                  <Text size="xs">{meaningOf(column)}</Text>
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {preview.rows.map((row, i) => (
              // Rows may repeat; their place is what tells them apart.
              <Table.Tr key={i}>
                {row.map((cell, at) => (
                  <Table.Td key={preview.columns[at]}>{cell}</Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Stack>
  );
}
