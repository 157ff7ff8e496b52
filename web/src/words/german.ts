import audiences from './de/audiences.json';
import editor from './de/editor.json';
import home from './de/home.json';
import login from './de/login.json';
import profiles from './de/profiles.json';
import rule from './de/rule.json';
import scenario from './de/scenario.json';
import shell from './de/shell.json';
import table from './de/table.json';

export const german = {
  audiences,
  editor,
  home,
  login,
  profiles,
  rule,
  scenario,
  shell,
  table,
};
