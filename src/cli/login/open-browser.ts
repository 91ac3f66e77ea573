import { spawn } from 'node:child_process';
import type { Terminal } from '../terminal.js';

const programs: Readonly<Partial<Record<NodeJS.Platform, string>>> = {
  darwin: 'open',
  linux: 'xdg-open',
};

/** Opens an address in the browser of the user, if there is one; does not wait for it. */
export function openBrowser(url: string, env: Terminal['env']): void {
  const program = programs[process.platform];
  if (program === undefined) return;
  const child = spawn(program, [url], { stdio: 'ignore', detached: true, env });
  // The user has the address too.
  child.on('error', () => undefined);
  child.unref();
}
