import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { builtOnce, cacheDir } from '../cluster/built-once.js';

const requirementsFile = join(import.meta.dirname, 'requirements.txt');
const script = join(import.meta.dirname, 'client.py');
const installMsMax = 10 * 60_000;

/** How the script of this folder is started. */
export interface PythonClient {
  readonly program: string;
  readonly script: string;
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * Kubernetes' Python client as `requirements.txt` pins it, installed on first use and kept outside
 * the checkout. Rejects with the reason and the remedy where Python or pip is missing, or the
 * packages cannot be had.
 */
export async function ensurePythonClient(environment = process.env): Promise<PythonClient> {
  const requirements = await readFile(requirementsFile, 'utf8');
  const version = /^kubernetes==(\S+)/m.exec(requirements)?.[1];
  const python = await runPython(['-c', 'import sys; print(sys.implementation.cache_tag)'], {
    environment,
    remedy: 'Needed: python3 on PATH, on Debian the package python3',
  });
  const hash = createHash('sha256').update(requirements).digest('hex').slice(0, 12);
  const machine = `${python.trim()}-${process.platform}-${process.arch}`;
  const folder = join(cacheDir(environment), ['python-client', version, machine, hash].join('-'));
  await builtOnce(folder, async (unfinished) => {
    process.stderr.write(`test python client: installing kubernetes ${version}; once\n`);
    const options = ['--quiet', '--no-input', '--require-hashes', '--only-binary=:all:'];
    const packages = ['--target', unfinished, '--requirement', requirementsFile];
    await runPython(['-m', 'pip', 'install', ...options, ...packages], {
      environment,
      remedy:
        'Needed, once: pip (on Debian the package python3-pip) and a package index. The result ' +
        `is kept in ${folder}`,
    });
  });
  return { program: 'python3', script, environment: { PYTHONPATH: folder } };
}

interface PythonRun {
  readonly environment: NodeJS.ProcessEnv;
  /** Said where it fails. */
  readonly remedy: string;
}

async function runPython(
  pythonArguments: readonly string[],
  { environment, remedy }: PythonRun,
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
    throw new Error(`The Python client cannot be tested: ${String(error)}. ${remedy}.`, {
      cause: error,
    });
  }
}
