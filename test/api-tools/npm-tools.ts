import { createHash } from 'node:crypto';
import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { builtOnce, cacheDir } from '../cluster/built-once.js';
import { toolFolder } from './api-document.js';
import { runOrFail } from './run-program.js';

const installMsMax = 10 * 60_000;
const lockFiles = ['package.json', 'package-lock.json'];

/**
 * Installs the packages of a tool as its lock file pins them, once, outside the checkout. Returns
 * the folder that contains `node_modules`. Rejects if a package cannot be installed.
 */
export async function ensureNpmTool(name: string): Promise<string> {
  const hash = createHash('sha256');
  for (const file of lockFiles) hash.update(readFileSync(join(toolFolder(name), file)));
  const version = hash.digest('hex').slice(0, 12);
  const installed = join(cacheDir(process.env), `${name}-${process.platform}-${version}`);
  await builtOnce(installed, async (unfinished) => {
    for (const file of lockFiles)
      copyFileSync(join(toolFolder(name), file), join(unfinished, file));
    const options = ['ci', '--ignore-scripts', '--no-audit', '--no-fund'];
    await runOrFail('npm', options, { cwd: unfinished, timeoutMs: installMsMax });
  });
  return installed;
}
