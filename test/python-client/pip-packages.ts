import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { builtOnce, cacheDir } from '../cluster/built-once.js';

const installMsMax = 10 * 60_000;

export interface PipPackages {
  /** Pins each package to its version and hashes. */
  readonly requirementsFile: string;
  /** Of the package whose version is theirs. */
  readonly package: string;
  /** Begins the name of their folder in the cache. */
  readonly name: string;
  /** Begins the message of a failure: what cannot be done without them. */
  readonly failure: string;
}

/**
 * The folder of packages as a file of requirements pins them, installed on first use and kept
 * outside the checkout. Rejects with the reason and the remedy where Python or pip is missing, or
 * the packages cannot be had.
 */
export async function ensurePipPackages(
  packages: PipPackages,
  environment = process.env,
): Promise<string> {
  const requirements = await readFile(packages.requirementsFile, 'utf8');
  const version = new RegExp(`^${packages.package}==(\\S+)`, 'm').exec(requirements)?.[1];
  const run = { environment, failure: packages.failure };
  const python = await runPython(['-c', 'import sys; print(sys.implementation.cache_tag)'], {
    ...run,
    remedy: 'Needed: python3 on PATH, on Debian the package python3',
  });
  const hash = createHash('sha256').update(requirements).digest('hex').slice(0, 12);
  const machine = `${python.trim()}-${process.platform}-${process.arch}`;
  const folder = join(cacheDir(environment), [packages.name, version, machine, hash].join('-'));
  await builtOnce(folder, async (unfinished) => {
    process.stderr.write(`${packages.name}: installing ${packages.package} ${version}; once\n`);
    const options = ['--quiet', '--no-input', '--require-hashes', '--only-binary=:all:'];
    const what = ['--target', unfinished, '--requirement', packages.requirementsFile];
    await runPython(['-m', 'pip', 'install', ...options, ...what], {
      ...run,
      remedy:
        'Needed, once: pip (on Debian the package python3-pip) and a package index. The result ' +
        `is kept in ${folder}`,
    });
  });
  return folder;
}

interface PythonRun {
  readonly environment: NodeJS.ProcessEnv;
  readonly failure: string;
  /** Said where it fails. */
  readonly remedy: string;
}

async function runPython(
  pythonArguments: readonly string[],
  { environment, failure, remedy }: PythonRun,
): Promise<string> {
  const child = spawn('python3', pythonArguments, {
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: installMsMax,
  });
  try {
    const [output, errors, [code]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'close'),
    ]);
    if (code === 0) return output;
    throw new Error(`python3 ended with ${code}: ${errors.trimEnd()}`);
  } catch (error) {
    throw new Error(`${failure}: ${String(error)}. ${remedy}.`, { cause: error });
  }
}
