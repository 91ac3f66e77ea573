import type { DatabaseSync } from 'node:sqlite';
import { ApiStatusError } from '../model/api-status.js';
import { bounds } from './sandbox-bounds.js';

/** Resources that are also in memory: RBAC for decisions, definitions for the served resources. */
const heldInMemory: ReadonlySet<string> = new Set([
  'clusterroles.rbac.authorization.k8s.io',
  'clusterrolebindings.rbac.authorization.k8s.io',
  'roles.rbac.authorization.k8s.io',
  'rolebindings.rbac.authorization.k8s.io',
  'customresourcedefinitions.apiextensions.k8s.io',
]);

/** Counter of stored bytes, to bound them. */
export class StoredBytes {
  #total = 0;
  #inMemory = 0;

  constructor(database: DatabaseSync) {
    // SQLite knows the length of a text without reading it.
    const sums = 'SELECT resource, sum(octet_length(body)) AS bytes FROM object GROUP BY resource';
    for (const row of database.prepare(sums).all()) {
      this.add(String(row['resource']), Number(row['bytes']));
    }
  }

  get total(): number {
    return this.#total;
  }

  /** Records after a write how much the objects of a resource have grown. */
  add(resource: string, growth: number): void {
    this.#total += growth;
    if (heldInMemory.has(resource)) this.#inMemory += growth;
  }

  /** Throws 507 for a write that exceeds a bound; never refuses a write that shrinks an object. */
  refuseExcess(resource: string, growth: number): void {
    if (growth <= 0) return;
    if (this.#total + growth > bounds.storedBytesMax) {
      throw full('objects', bounds.storedBytesMax);
    }
    if (heldInMemory.has(resource) && this.#inMemory + growth > bounds.heldInMemoryBytesMax) {
      throw full('RBAC objects and CustomResourceDefinitions', bounds.heldInMemoryBytesMax);
    }
  }
}

function full(what: string, bytesMax: number): ApiStatusError {
  const most = `${bytesMax / 1024 / 1024} MiB of ${what}`;
  const message = `the sandbox stores no more than ${most}: delete some of them first`;
  return new ApiStatusError(507, 'InsufficientStorage', message);
}
