import { join } from 'node:path';
import { ensurePipPackages } from './pip-packages.js';

const requirementsFile = join(import.meta.dirname, 'requirements.txt');
const script = join(import.meta.dirname, 'client.py');

/** How the script of this folder is started. */
export interface PythonClient {
  readonly program: string;
  readonly script: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** Kubernetes' Python client as `requirements.txt` pins it; found, or rejected, as all packages. */
export async function ensurePythonClient(environment = process.env): Promise<PythonClient> {
  const failure = 'The Python client cannot be tested';
  const packages = { requirementsFile, package: 'kubernetes', name: 'python-client', failure };
  const folder = await ensurePipPackages(packages, environment);
  return { program: 'python3', script, environment: { PYTHONPATH: folder } };
}
