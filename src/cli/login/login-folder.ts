import { join } from 'node:path';
import { fileNameOf } from '../connection/context-name.js';
import { configFolder } from '../connection/contexts-file.js';
import type { Terminal } from '../terminal.js';

/** Paths of the login of a context; each is for this user alone. */
export interface LoginPaths {
  readonly tokens: string;
  readonly lock: string;
}

/** Returns where the login of a context is stored. */
export function loginPaths(
  terminal: Pick<Terminal, 'env' | 'homeFolder'>,
  context: string,
): LoginPaths {
  const folder = configFolder(terminal);
  const name = fileNameOf(context);
  return { tokens: join(folder, 'logins', name), lock: join(folder, 'locks', name) };
}
