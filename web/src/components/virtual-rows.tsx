import { Table, UnstyledButton } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconArrowsSort } from '@tabler/icons-react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { memo, type ReactNode, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { type Column, readSorting } from './table-column.ts';
import './virtual-rows.css';

const ROW_PX = 44;
const ROWS_AROUND = 8;
/** So many rows before the end more are asked for: whoever scrolls seldom waits. */
const ROWS_AHEAD = 250;

/** The rows of a table, of which only those that can be seen are there. */
export function VirtualRows<Row>({
  label,
  columns,
  rows,
  rowKey,
  sort,
  onSort,
  onEnd,
}: {
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string;
  readonly sort: string;
  readonly onSort: (sort: string) => void;
  readonly onEnd: (() => void) | undefined;
}) {
  const frame = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => frame.current,
    estimateSize: () => ROW_PX,
    overscan: ROWS_AROUND,
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (last >= rows.length - ROWS_AHEAD) onEnd?.();
  }, [last, rows.length, onEnd]);
  const before = items[0]?.start ?? 0;
  const after = virtual.getTotalSize() - (items.at(-1)?.end ?? 0);
  return (
    // It can be scrolled by keyboard, too.
    <div className="virtual-rows" ref={frame} role="group" aria-label={label} tabIndex={0}>
      <Table highlightOnHover stickyHeader aria-rowcount={rows.length + 1} aria-label={label}>
        <Table.Thead>
          <Table.Tr>
            {columns.map((column) => (
              <Heading key={column.id} column={column} sort={sort} onSort={onSort} />
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {before > 0 && <Spacer height={before} />}
          {items.map(({ index }) => {
            const row = rows[index];
            if (row === undefined) return null;
            return (
              <BodyRow
                key={rowKey(row)}
                measure={virtual.measureElement}
                {...{ index, columns, row }}
              />
            );
          })}
          {after > 0 && <Spacer height={after} />}
        </Table.Tbody>
      </Table>
    </div>
  );
}

interface BodyRowProps<Row> {
  readonly index: number;
  readonly columns: readonly Column<Row>[];
  readonly row: Row;
  readonly measure: (element: Element | null) => void;
}

/** Made again only when its row is another: whoever scrolls or types waits for no row that stays. */
const BodyRow = memo(function BodyRow<Row>({ index, columns, row, measure }: BodyRowProps<Row>) {
  return (
    <Table.Tr ref={measure} data-index={index} aria-rowindex={index + 2}>
      {columns.map(({ id, cell, isNumber }, i) =>
        i === 0 ? (
          <Table.Th key={id} scope="row" fw={500}>
            {cell(row)}
          </Table.Th>
        ) : (
          <Table.Td key={id} ta={isNumber === true ? 'right' : 'left'}>
            {cell(row)}
          </Table.Td>
        ),
      )}
    </Table.Tr>
  );
}) as <Row>(props: BodyRowProps<Row>) => ReactNode;

function Spacer({ height }: { readonly height: number }) {
  return <tr aria-hidden="true" style={{ height }} />;
}

function Heading<Row>({
  column: { id, label, value, isNumber },
  sort,
  onSort,
}: {
  readonly column: Column<Row>;
  readonly sort: string;
  readonly onSort: (sort: string) => void;
}) {
  const { t } = useTranslation('table');
  const align = isNumber === true ? 'right' : 'left';
  if (value === undefined) return <Table.Th ta={align}>{label}</Table.Th>;
  const sorting = readSorting(sort);
  const isBy = sorting?.id === id;
  const Icon = !isBy ? IconArrowsSort : sorting.isDown ? IconArrowDown : IconArrowUp;
  const direction = isBy ? (sorting.isDown ? 'descending' : 'ascending') : 'none';
  return (
    <Table.Th ta={align} aria-sort={direction}>
      <UnstyledButton
        className="sort-button"
        fz="inherit"
        fw={600}
        aria-label={t('sortBy', { column: label })}
        onClick={() => onSort(isBy && !sorting.isDown ? `-${id}` : id)}
      >
        {label}
        <Icon size={14} aria-hidden className={isBy ? undefined : 'sort-idle'} />
      </UnstyledButton>
    </Table.Th>
  );
}
