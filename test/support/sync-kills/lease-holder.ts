import type { KillWorld } from './kill-world.js';

const LOOKS = /^sallyport_sync_looks_total\{[^}]*\} ([1-9]\d*)/m;
const VALID = `SELECT 1 AS held FROM background_leases WHERE name = 'secret-syncs'
  AND until_ms > extract(epoch FROM clock_timestamp()) * 1000`;

/**
 * Returns the replica that has the lease of syncs now; undefined: none has it for certain. Only the
 * holder counts looks, and a replica keeps the lease until it ends.
 */
export async function leaseHolder(world: KillWorld): Promise<number | undefined> {
  const looks = await Promise.all(world.gateways.map(({ healthUrl }) => hasLooked(healthUrl)));
  const holders = looks.flatMap((has, index) => (has ? [index] : []));
  const isValid = (await world.storage.query(VALID)).length > 0;
  return isValid && holders.length === 1 ? holders[0] : undefined;
}

async function hasLooked(healthUrl: string | undefined): Promise<boolean> {
  if (healthUrl === undefined) return false;
  const text = await fetch(`${healthUrl}/metrics`).then(
    (answer) => answer.text(),
    () => '',
  );
  return LOOKS.test(text);
}
