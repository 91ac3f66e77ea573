import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KubeObject, ObjectMeta } from '../../src/model/kube-object.js';
import { ObjectStore } from '../../src/store/object-store.js';
import { openSandboxDatabase } from '../../src/store/sandbox-database.js';

/** A store in a folder of its own, which can be closed and opened again. */
export class StoreFolder {
  readonly dir = mkdtempSync(join(tmpdir(), 'sallyport-store-'));
  readonly faults: unknown[] = [];
  nowMs = 0;
  store = this.#open();

  reopen(): ObjectStore {
    this.store.close();
    this.store = this.#open();
    return this.store;
  }

  remove(): void {
    this.store.close();
    rmSync(this.dir, { recursive: true, force: true });
  }

  #open(): ObjectStore {
    const onFault = (error: unknown) => this.faults.push(error);
    return new ObjectStore(openSandboxDatabase(this.dir), () => this.nowMs, onFault);
  }
}

export function objectOf(kind: string, metadata: ObjectMeta, others = {}): KubeObject {
  return { kind, apiVersion: 'v1', metadata, ...others };
}

export function secretAt(name: string, namespace = 'a') {
  return { resource: 'secrets', namespace, name };
}
