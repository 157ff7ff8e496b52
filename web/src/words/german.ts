import shell from './de/shell.json';
import table from './de/table.json';

export const german = { shell, table };
