import { join } from 'node:path';
import { ensurePipPackages } from '../python-client/pip-packages.js';

const requirementsFile = join(import.meta.dirname, 'moto-requirements.txt');

/** The folder of the packages of moto and of the command `aws`, installed on first use. */
export function ensureMoto(): Promise<string> {
  return ensurePipPackages({
    ...{ requirementsFile, package: 'moto', name: 'moto' },
    failure: 'moto cannot be started',
  });
}
