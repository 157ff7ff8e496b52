import type { ErrorEntry } from './catalogue.ts';

export const cliErrors = {
  USAGE: {
    happened: 'The command was not understood',
    next: 'Run the command with --help to see its arguments and examples.',
    exitCode: 2,
  },
  SETTING_INVALID: {
    happened: 'A setting cannot be used',
    next: 'Correct the flag or the environment variable that is named.',
    exitCode: 2,
  },
  SECRET_FILE: {
    happened: 'A secret cannot be read from its file',
    next: 'Look whether the file is there, holds the secret and nothing else, and may be read by the account that runs Muster.',
    exitCode: 2,
  },
  SERVER_KEY_MISSING: {
    happened: 'No key was given for the server',
    next: 'Put it into MUSTER_API_KEY, or its file into MUSTER_API_KEY_FILE. Where the data is, `muster key create --role editor` makes one and shows it once.',
    exitCode: 2,
  },
  SERVER_UNREACHABLE: {
    happened: 'The server does not answer',
    next: 'Look whether `muster serve` runs there, whether the address given with --server or MUSTER_SERVER is right, and whether this machine gets through to it. What was begun there goes on: `muster status` says how it stands.',
    exitCode: 1,
  },
  SERVER_NOT_MUSTER: {
    happened: 'Something answers there that is not the API of this Muster',
    next: 'Give the address as it stands in the browser, without /api; behind a proxy the last one, which sends nobody on. If the server is newer than this program, update this one.',
    exitCode: 1,
  },
  COMMAND_LOCAL: {
    happened: 'This command works only where the data is',
    next: 'Run it there, without --server and MUSTER_SERVER; docs/reference/cli.md lists the commands that ask a server.',
    exitCode: 2,
  },
  CODE_UNKNOWN: {
    happened: 'There is no error code or command of that name',
    next: 'Error codes are listed in docs/reference/errors.md; `muster help` lists the commands.',
    exitCode: 2,
  },
  FILE_UNREADABLE: {
    happened: 'The file cannot be read',
    next: 'Check the path and who may read it.',
    exitCode: 2,
  },
  TOKEN_MISSING: {
    happened: 'No access token was given',
    next: 'Give it with --token-file FILE, with --token - on standard input, or in MUSTER_TOKEN; or try without Meta: `muster connect --sandbox`.',
    exitCode: 2,
  },
  API_URL_INVALID: {
    happened: 'The address of the API cannot be used',
    next: 'Give an address that begins with https://; http:// is taken for this machine alone, because the token travels with every call.',
    exitCode: 2,
  },
  KEY_INVALID: {
    happened: 'The key that seals access tokens cannot be used',
    next: 'Give 32 random bytes as base64 or hex in MUSTER_KEY or in the file that MUSTER_KEY_FILE names; without both, Muster makes a key in the data directory.',
    exitCode: 2,
  },
  KEY_ROTATION: {
    happened: 'There is no second key to rotate to: MUSTER_KEY holds one',
    next: 'Put the new key in front of the old one, with a space between them, and run this again; then take the old one away.',
    exitCode: 2,
  },
  TOKEN_SEALED: {
    happened: 'The stored access token cannot be opened with this key',
    next: 'Set MUSTER_KEY or MUSTER_KEY_FILE as it was, or bring back the file `key` of the data directory; otherwise run `muster connect` again with the token.',
    exitCode: 1,
  },
  INTEGRATION_UNKNOWN: {
    happened: 'There is no integration of that name',
    next: 'Run `muster status` to see the names, or `muster connect` to make one.',
    exitCode: 2,
  },
  INTEGRATION_UNCLEAR: {
    happened: 'There are several integrations',
    next: 'Say which one with --integration NAME.',
    exitCode: 2,
  },
  INTEGRATION_EXISTS: {
    happened: 'There is another integration of that name',
    next: 'Choose another name with --name.',
    exitCode: 2,
  },
  CONNECTION_UNKNOWN: {
    happened: 'There is no connection of that name',
    next: 'Run `muster connection list` to see the names, or `muster connect` to make one.',
    exitCode: 2,
  },
  SANDBOX_NOT_RUNNING: {
    happened: 'No sandbox runs on this data directory',
    next: 'Start one with `muster sandbox` in another terminal, or say where it listens with --api URL.',
    exitCode: 1,
  },
  SANDBOX_SILENT: {
    happened: 'The sandbox does not answer',
    next: 'Start it with `muster sandbox` and try again; nothing is lost. If it listens elsewhere now, run `muster connect --sandbox` again.',
    exitCode: 1,
  },
  WEB_BUILD_FAILED: {
    happened: 'The web page could not be made from its sources',
    next: 'The API and the commands work without it. Let Muster write into web/ of its checkout, or run `npm ci` there, and start again.',
    exitCode: 1,
  },
  PORT_TAKEN: {
    happened: 'The web page cannot listen on that port',
    next: 'Choose another one with --port, or stop what uses it.',
    exitCode: 1,
  },
  BUG: {
    happened: 'Muster met something that it does not expect',
    next: 'Run the same again with MUSTER_DEBUG=1 and report what it prints; what was acknowledged is safe.',
    exitCode: 1,
  },
} satisfies Record<string, ErrorEntry>;
