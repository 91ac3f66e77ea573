import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TypedShellWish } from '../../support/typed-shell.js';
import type { CliWorld } from './cli-world.js';

const hooks = new URL('../../ts-hooks.mjs', import.meta.url).pathname;
const program = new URL('../../../src/cli.ts', import.meta.url).pathname;

/** Files that a shell starts with, by their names in the home folder. */
export type StartFiles = Readonly<Record<string, string>>;

/** Makes a home folder with `sallyport` on the PATH, for a user who has not logged in. */
export function makeShellHome(world: CliWorld, name: string, files: StartFiles): TypedShellWish {
  const home = join(world.folder, name);
  const run = `#!/bin/sh\nexec '${process.execPath}' --import '${hooks}' '${program}' "$@"\n`;
  for (const folder of ['bin', 'tmp']) mkdirSync(join(home, folder), { recursive: true });
  writeFileSync(join(home, 'bin', 'sallyport'), run, { mode: 0o755 });
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(join(home, file, '..'), { recursive: true });
    writeFileSync(join(home, file), text);
  }
  const path = `${join(home, 'bin')}:${process.env['PATH']}`;
  return { cwd: home, env: { HOME: home, PATH: path, TMPDIR: join(home, 'tmp') } };
}
