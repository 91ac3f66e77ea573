import { join } from 'node:path';
import { ensureGoPrograms, type GoPrograms } from '../cluster/go-programs.js';

const clientGo: GoPrograms = {
  moduleDir: import.meta.dirname,
  versionOf: 'k8s.io/client-go',
  name: 'client-go',
  title: 'a program on client-go',
  duration: '1 to 3 minutes',
  packages: ['.'],
};

/**
 * The program of this folder, built on first use and after a change of it, and kept outside the
 * checkout. Rejects with the reason and the remedy if it cannot be built.
 */
export async function ensureClientGo(environment = process.env): Promise<string> {
  return join(await ensureGoPrograms(clientGo, environment), 'client-go');
}
