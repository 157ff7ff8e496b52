import type { Command } from 'commander';
import type { ExitCode, Session } from '../session.ts';
import type { Server } from './server.ts';

/** A command as it is when it asks a server: the same arguments, the same output, the same exit code. */
export type RemoteForm = (server: Server, session: Session, command: Command) => Promise<ExitCode>;
