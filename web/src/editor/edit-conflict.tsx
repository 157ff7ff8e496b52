import { Button, Group, Modal, Stack, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Audience } from '../api/audiences.ts';
import { ruleInWordsQuery } from '../api/rules.ts';
import { type Draft, draftOf } from './draft.ts';

interface EditConflictProps {
  readonly mine: Draft;
  readonly theirs: Audience;
  readonly onMine: () => void;
  readonly onTheirs: () => void;
}

const fields = [
  'name',
  'description',
  'optOutLink',
  'adAccount',
  'folder',
  'labels',
  'way',
] as const;

/** Somebody else saved meanwhile: both versions side by side, and which one it shall be. */
export function EditConflict({ mine, theirs, onMine, onTheirs }: EditConflictProps) {
  const { t } = useTranslation(['editor', 'place']);
  const other = draftOf(theirs);
  const mineInWords = useQuery({
    ...ruleInWordsQuery(theirs.databaseId, mine.rule ?? {}),
    enabled: mine.rule !== null,
  });
  const rows = [
    ...fields
      .filter((field) => String(mine[field]) !== String(other[field]))
      .map(
        (field) =>
          [
            field === 'adAccount' ? t('place:account') : t(`fields.${field}`),
            String(mine[field]),
            String(other[field]),
          ] as const,
      ),
    ...(JSON.stringify(mine.rule) === JSON.stringify(other.rule)
      ? []
      : [[t('fields.rule'), mineInWords.data?.sentence ?? '', theirs.definition] as const]),
  ];
  return (
    <Modal
      opened
      onClose={onTheirs}
      withCloseButton={false}
      closeOnClickOutside={false}
      closeOnEscape={false}
      title={t('conflict.title')}
      size="lg"
    >
      <Stack>
        <Text>{t('conflict.what')}</Text>
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('conflict.field')}</Table.Th>
              <Table.Th>{t('conflict.mine')}</Table.Th>
              <Table.Th>{t('conflict.theirs')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map(([field, ours, others]) => (
              <Table.Tr key={field}>
                <Table.Th scope="row">{field}</Table.Th>
                <Table.Td className="anywhere">{ours}</Table.Td>
                <Table.Td className="anywhere">{others}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
        <Group justify="flex-end">
          <Button variant="default" onClick={onTheirs}>
            {t('conflict.takeTheirs')}
          </Button>
          <Button onClick={onMine}>{t('conflict.keepMine')}</Button>
        </Group>
      </Stack>
    </Modal>
  );
}
