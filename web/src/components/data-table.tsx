import { Button, Group, Paper, Skeleton, Stack, Text, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { type ReactNode, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useAddress } from '../shell/address.ts';
import { CodeError } from './code-error.tsx';
import { ColumnPicker } from './column-picker.tsx';
import { csvOf, saveFile } from './csv.ts';
import { type Column, readSorting, sortRows } from './table-column.ts';
import { VirtualRows } from './virtual-rows.tsx';

const SKELETON_ROWS = 6;

export interface DataTableProps<Row> {
  /** Says what is in it, to those who cannot see it; also the name of the exported file. */
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  /** Undefined: still being read. */
  readonly rows: readonly Row[] | undefined;
  readonly rowKey: (row: Row) => string;
  readonly error?: unknown;
  readonly onRetry?: () => void;
  /** What a row is searched by; absent: there is no search. */
  readonly searchText?: (row: Row) => string;
  /** In place of the rows when there are none and nothing is filtered. */
  readonly empty?: ReactNode;
  /** More filters, beside the search. */
  readonly filters?: ReactNode;
  /** Whether the rows are filtered already, by `filters`. */
  readonly isFiltered?: boolean;
  readonly onClearFilters?: () => void;
  /** There are more than these; called when somebody comes to the end. */
  readonly onMore?: (() => void) | undefined;
  /** Several tables on a screen keep their parts of the address apart by it. */
  readonly name?: string;
}

/** A table that is sorted, searched and has its columns chosen by the address, and exports what it shows. */
export function DataTable<Row>(props: DataTableProps<Row>) {
  const { label, columns, rows, searchText, filters, name = '' } = props;
  const { t, i18n } = useTranslation('table');
  const [address, change] = useAddress();
  const sorting = readSorting(address[`${name}sort`]);
  const wanted = address[`${name}q`] ?? '';
  const chosen = address[`${name}columns`]?.split('.');
  const shownColumns = columns.filter(
    ({ id, isHidden }) => chosen?.includes(id) ?? isHidden !== true,
  );
  const shownRows = useMemo(() => {
    const found =
      wanted === '' || searchText === undefined
        ? (rows ?? [])
        : rows?.filter((row) => searchText(row).toLowerCase().includes(wanted.toLowerCase()));
    return sortRows(found ?? [], columns, sorting, i18n.language);
    // The sorting is made anew at every call: what it is made of says whether it is another.
  }, [rows, wanted, searchText, columns, sorting?.id, sorting?.isDown, i18n.language]);

  const save = () => {
    const exported = shownColumns.filter(({ value }) => value !== undefined);
    const cells = shownRows.map((row) => exported.map(({ value }) => value?.(row) ?? null));
    const text = csvOf(
      exported.map((column) => column.label),
      cells,
    );
    saveFile(`${label}.csv`, text, 'text/csv');
  };
  return (
    <Stack gap="xs">
      <Group gap="xs" align="flex-end">
        {searchText !== undefined && (
          <TextInput
            type="search"
            aria-label={t('search')}
            placeholder={t('search')}
            leftSection={<IconSearch size={16} aria-hidden />}
            value={wanted}
            onChange={(event) => change({ [`${name}q`]: event.currentTarget.value })}
            flex="1 1 12rem"
            maw={320}
          />
        )}
        {filters}
        <Group gap="xs" ml="auto">
          <ColumnPicker
            columns={columns}
            shown={shownColumns.map(({ id }) => id)}
            onChange={(ids) => change({ [`${name}columns`]: ids.join('.') })}
          />
          <Button variant="default" onClick={save} disabled={shownRows.length === 0}>
            {t('export')}
          </Button>
        </Group>
      </Group>
      <TableBody
        {...props}
        shownColumns={shownColumns}
        shownRows={shownRows}
        isNarrowed={wanted !== ''}
        sort={address[`${name}sort`] ?? ''}
        onSort={(sort) => change({ [`${name}sort`]: sort })}
        onClear={() => {
          change({ [`${name}q`]: '' });
          props.onClearFilters?.();
        }}
      />
    </Stack>
  );
}

function TableBody<Row>({
  shownColumns,
  shownRows,
  isNarrowed,
  sort,
  onSort,
  onClear,
  ...props
}: DataTableProps<Row> & {
  readonly shownColumns: readonly Column<Row>[];
  readonly shownRows: readonly Row[];
  readonly isNarrowed: boolean;
  readonly sort: string;
  readonly onSort: (sort: string) => void;
  readonly onClear: () => void;
}) {
  const { rows, error, onRetry, empty, isFiltered = false, onMore, label, rowKey } = props;
  const { t } = useTranslation('table');
  if (rows === undefined) {
    if (error) return <CodeError error={error} onRetry={onRetry} />;
    return (
      <Stack gap={6} role="status" aria-label={t('loading')}>
        {Array.from({ length: SKELETON_ROWS }, (_, i) => (
          <Skeleton key={i} h={34} />
        ))}
      </Stack>
    );
  }
  if (shownRows.length === 0) {
    const isNoMatch = isNarrowed || isFiltered;
    return (
      <Paper withBorder p="xl">
        <Stack align="center" gap="sm">
          {isNoMatch ? <Text>{t('noneMatch')}</Text> : (empty ?? <Text>{t('empty')}</Text>)}
          {isNoMatch && (
            <Button variant="default" onClick={onClear}>
              {t('clearFilter')}
            </Button>
          )}
        </Stack>
      </Paper>
    );
  }
  const isPart = shownRows.length < rows.length;
  return (
    <>
      <VirtualRows
        label={label}
        columns={shownColumns}
        rows={shownRows}
        rowKey={rowKey}
        sort={sort}
        onSort={onSort}
        onEnd={onMore}
      />
      <Text size="xs" c="dimmed" role="status">
        {onMore !== undefined
          ? t('moreThan', { count: rows.length })
          : isPart
            ? t('rowsOf', { shown: shownRows.length, count: rows.length })
            : t('rows', { count: rows.length })}
      </Text>
    </>
  );
}
