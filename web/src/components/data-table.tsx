import { Button, Group, Paper, Skeleton, Stack, Text } from '@mantine/core';
import { type ReactNode, useDeferredValue, useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAddress } from '../shell/address.ts';
import { CodeError } from './code-error.tsx';
import { ColumnPicker } from './column-picker.tsx';
import { csvOf, saveFile } from './csv.ts';
import { SearchField } from './search-field.tsx';
import { type Column, readSorting, sortRows } from './table-column.ts';
import { useWhole } from './use-whole.ts';
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
  const { columns, rows, searchText, name = '' } = props;
  const { i18n } = useTranslation('table');
  const [address, change] = useAddress();
  const sort = address[`${name}sort`] ?? '';
  const sorting = readSorting(sort);
  const wanted = address[`${name}q`] ?? '';
  const chosenIds = address[`${name}columns`];
  const shownColumns = useMemo(() => {
    const chosen = chosenIds?.split('.');
    return columns.filter(({ id, isHidden }) => chosen?.includes(id) ?? isHidden !== true);
  }, [columns, chosenIds]);
  const whole = useWhole({
    ...{ count: rows?.length ?? 0, error: props.error, onMore: props.onMore },
    isEndNeeded: sorting !== null || wanted !== '',
  });
  // The first of some are not the first of all.
  const isWaiting = whole.isReading && sorting !== null;
  const foundRows = useMemo(() => {
    if (rows === undefined || isWaiting) return [];
    const words = wanted.toLowerCase();
    const found =
      words === '' || searchText === undefined
        ? rows
        : rows.filter((row) => searchText(row).toLowerCase().includes(words));
    return sortRows(found, columns, sorting, i18n.language);
    // The sorting is made anew at every call: what it is made of says whether it is another.
  }, [rows, wanted, searchText, columns, sorting?.id, sorting?.isDown, i18n.language, isWaiting]);
  // What was typed or pressed shows at once; the rows follow, and whoever types on does not wait for them.
  const shownRows = useDeferredValue(foundRows);
  return (
    <Stack gap="xs">
      <Tools
        {...{ ...props, shownColumns, shownRows: foundRows, whole, wanted }}
        onWanted={(q) => change({ [`${name}q`]: q })}
        onColumns={(ids) => change({ [`${name}columns`]: ids.join('.') })}
      />
      <TableBody
        {...{ ...props, shownColumns, shownRows, whole, isWaiting, sort }}
        isNarrowed={wanted !== ''}
        isBehind={shownRows !== foundRows}
        onSort={(by) => change({ [`${name}sort`]: by })}
        onClear={() => {
          change({ [`${name}q`]: '' });
          props.onClearFilters?.();
        }}
      />
    </Stack>
  );
}

interface Shown<Row> extends DataTableProps<Row> {
  readonly shownColumns: readonly Column<Row>[];
  readonly shownRows: readonly Row[];
  readonly whole: ReturnType<typeof useWhole>;
}

/** The search, the filters, the choice of columns, the export: of all rows, also those not read yet. */
function Tools<Row>({
  wanted,
  onWanted,
  onColumns,
  ...props
}: Shown<Row> & {
  readonly wanted: string;
  readonly onWanted: (wanted: string) => void;
  readonly onColumns: (ids: readonly string[]) => void;
}) {
  const { label, columns, searchText, filters, onMore, shownColumns, shownRows, whole } = props;
  const { t } = useTranslation('table');
  const [isSaving, setSaving] = useState(false);
  useEffect(() => {
    if (!isSaving || whole.isAsked) return;
    setSaving(false);
    if (onMore === undefined) saveRows(label, shownColumns, shownRows);
  }, [isSaving, whole.isAsked, onMore, label, shownColumns, shownRows]);
  const save = () => {
    whole.askForAll();
    setSaving(true);
  };
  const isNone = shownRows.length === 0;
  return (
    <Group gap="xs" align="flex-end">
      {searchText !== undefined && (
        <SearchField label={t('search')} value={wanted} onChange={onWanted} />
      )}
      {filters}
      <Group gap="xs" ml="auto">
        <ColumnPicker
          columns={columns}
          shown={shownColumns.map(({ id }) => id)}
          onChange={onColumns}
        />
        <Button variant="default" onClick={save} loading={isSaving} disabled={isNone}>
          {t('export')}
        </Button>
      </Group>
    </Group>
  );
}

function saveRows<Row>(label: string, columns: readonly Column<Row>[], rows: readonly Row[]): void {
  const exported = columns.filter(({ value }) => value !== undefined);
  const cells = rows.map((row) => exported.map(({ value }) => value?.(row) ?? null));
  const text = csvOf(
    exported.map((column) => column.label),
    cells,
  );
  saveFile(`${label}.csv`, text, 'text/csv');
}

function TableBody<Row>({
  shownColumns,
  shownRows,
  isNarrowed,
  whole,
  isWaiting,
  isBehind,
  sort,
  onSort,
  onClear,
  ...props
}: Shown<Row> & {
  readonly isNarrowed: boolean;
  /** The order is known only when all has been read. */
  readonly isWaiting: boolean;
  /** Other rows are on their way to the table. */
  readonly isBehind: boolean;
  readonly sort: string;
  readonly onSort: (sort: string) => void;
  readonly onClear: () => void;
}) {
  const { rows, error, onRetry, empty, isFiltered = false, onMore, label, rowKey } = props;
  const { t } = useTranslation('table');
  if (rows === undefined) {
    if (error) return <CodeError error={error} onRetry={onRetry} />;
    return <Loading label={t('loading')} />;
  }
  if (isWaiting || (shownRows.length === 0 && (whole.isReading || isBehind))) {
    return (
      <>
        <Loading label={t('loading')} />
        <Text size="xs" c="dimmed">
          {t('moreThan', { count: rows.length })}
        </Text>
      </>
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
  const hasFailed = error !== undefined && error !== null;
  return (
    <>
      <VirtualRows
        label={label}
        columns={shownColumns}
        rows={shownRows}
        rowKey={rowKey}
        sort={sort}
        onSort={onSort}
        // What failed is asked for again by hand.
        onEnd={hasFailed ? undefined : onMore}
      />
      {onMore !== undefined && hasFailed && <CodeError error={error} onRetry={onRetry} />}
      <Footer count={rows.length} shown={shownRows.length} onMore={onMore} whole={whole} />
    </>
  );
}

/** How many rows there are, and all of them at a press. */
function Footer({
  count,
  shown,
  onMore,
  whole,
}: {
  readonly count: number;
  readonly shown: number;
  readonly onMore: (() => void) | undefined;
  readonly whole: ReturnType<typeof useWhole>;
}) {
  const { t } = useTranslation('table');
  const isPart = shown < count;
  const said = isPart ? t('rowsOf', { shown, count }) : t('rows', { count });
  return (
    <Group gap="xs" mih={22}>
      <Text size="xs" c="dimmed" role="status">
        {onMore === undefined ? said : t('moreThan', { count })}
      </Text>
      {onMore !== undefined && (
        <Button
          size="compact-xs"
          variant="subtle"
          loading={whole.isReading}
          onClick={whole.askForAll}
        >
          {t('loadAll')}
        </Button>
      )}
    </Group>
  );
}

function Loading({ label }: { readonly label: string }) {
  return (
    <Stack gap={6} role="status" aria-label={label}>
      {Array.from({ length: SKELETON_ROWS }, (_, i) => (
        <Skeleton key={i} h={34} />
      ))}
    </Stack>
  );
}
