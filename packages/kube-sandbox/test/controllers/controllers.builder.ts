import { setImmediate as turn } from 'node:timers/promises';
import { collectGarbage } from '../../src/controllers/garbage-collection.js';
import type { BackgroundWork } from '../../src/controllers/background-work.js';
import * as removal from '../../src/controllers/custom-resource-removal.js';
import { finishNamespaces } from '../../src/controllers/namespace-deletion.js';
import type { ObjectMeta } from '../../src/model/kube-object.js';
import type { ObjectPath } from '../../src/model/object-reader.js';
import { builtInDefinitions } from '../../src/registry/built-in-resources.js';
import { ResourceRegistry } from '../../src/registry/resource-registry.js';
import { objectOf, StoreFolder } from '../store/store.builder.js';
import { noSchemas } from '../registry/registry.builder.js';

const kinds: Readonly<Record<string, string>> = {
  configmaps: 'ConfigMap',
  namespaces: 'Namespace',
  secrets: 'Secret',
};

/** A store with controllers that can be killed and started again. */
export class Controllers {
  readonly folder = new StoreFolder();
  #works: readonly BackgroundWork[] = [];

  get store() {
    return this.folder.store;
  }

  start(): void {
    const { store } = this;
    const nowMs = () => this.folder.nowMs;
    const registry = new ResourceRegistry(builtInDefinitions(noSchemas), store);
    const onFault = (error: unknown) => this.folder.faults.push(error);
    this.#works = [
      finishNamespaces({ store, nowMs }, onFault),
      collectGarbage({ store, registry, nowMs }, onFault),
      removal.removeCustomResources(store, onFault, nowMs),
    ];
  }

  /** What is asked for and not done yet is lost. */
  kill(): void {
    for (const work of this.#works) work.stop();
    this.#works = [];
    this.folder.reopen();
  }

  /** Until nothing more is written; rejects with the first fault. */
  async settle(): Promise<void> {
    for (let revision = -1; revision !== this.store.revision;) {
      revision = this.store.revision;
      await turn();
      await turn();
      await turn();
    }
    const [fault] = this.folder.faults;
    if (fault !== undefined) throw new Error('a controller has failed', { cause: fault });
  }

  end(): void {
    this.kill();
    this.folder.remove();
  }

  /** Stores an object in namespace `pay`, with its name for a uid; `secrets/x` by default. */
  put(name: string, metadata: ObjectMeta = {}, where: Partial<ObjectPath> = {}): void {
    const path = { resource: 'secrets', namespace: 'pay', ...where, name };
    const kind = kinds[path.resource] ?? 'Widget';
    this.store.put(path, objectOf(kind, { name, uid: name, ...metadata }));
  }

  delete(name: string, where: Partial<ObjectPath> = {}): void {
    const path = { resource: 'secrets', namespace: 'pay', ...where, name };
    const object = this.store.get(path);
    if (object) this.store.delete(path, object);
  }

  meta(name: string, where: Partial<ObjectPath> = {}): ObjectMeta | undefined {
    return this.store.get({ resource: 'secrets', namespace: 'pay', ...where, name })?.metadata;
  }
}

export function ownedBy(...names: readonly string[]) {
  return {
    ownerReferences: names.map((name) => ({ apiVersion: 'v1', kind: 'Secret', name, uid: name })),
  };
}
