import { join } from 'node:path';
import { ensureGoPrograms, type GoPrograms } from '../cluster/go-programs.js';

const kubeseal: GoPrograms = {
  moduleDir: import.meta.dirname,
  versionOf: 'github.com/bitnami-labs/sealed-secrets',
  name: 'kubeseal',
  title: 'kubeseal',
  duration: '1 to 2 minutes',
  packages: ['github.com/bitnami-labs/sealed-secrets/cmd/kubeseal'],
};

/**
 * The client of Sealed Secrets, built on first use and kept outside the checkout. Rejects with the
 * reason and the remedy if it cannot be built; several processes may call it.
 */
export async function ensureKubeseal(environment = process.env): Promise<string> {
  return join(await ensureGoPrograms(kubeseal, environment), 'kubeseal');
}
