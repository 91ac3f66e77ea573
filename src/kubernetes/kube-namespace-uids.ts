import { foundOrUndefined } from '../core/errors/not-found.js';
import { WatchedNamespaces, type NamespaceFacts } from '../versions/domain/secret-feed.js';
import type { KubeObject } from './kube-exchange.js';
import { recordOf, textOf } from './kube-json.js';
import { Reflector, type ReflectorEvent } from './reflector/reflector.js';
import type { SelfKubeClient } from './self-kube.client.js';

interface Named extends NamespaceFacts {
  readonly name: string;
}

/** Watches the namespaces with the gateway's own right. */
export class KubeNamespaceUids extends WatchedNamespaces {
  readonly #self: Pick<SelfKubeClient, 'getNamespace'>;
  readonly #reflector: Reflector<Named>;
  readonly #listeners: (() => void)[] = [];
  #byName: Map<string, Named> | undefined;

  constructor(
    self: Pick<SelfKubeClient, 'namespaces' | 'getNamespace'>,
    onFault: (error: unknown) => void,
  ) {
    super();
    this.#self = self;
    this.#reflector = new Reflector<Named>({
      collection: self.namespaces(),
      map: namedOf,
      handle: (event) => this.#take(event),
      onFault,
    });
  }

  /** Namespaces by name; undefined before the first list. */
  get all(): ReadonlyMap<string, NamespaceFacts> | undefined {
    return this.#byName;
  }

  /** Adds a listener, called after each change of which namespaces exist. */
  onChange(listener: () => void): void {
    this.#listeners.push(listener);
  }

  override known(name: string): NamespaceFacts | undefined {
    return this.#byName?.get(name);
  }

  override async confirm(name: string): Promise<NamespaceFacts | undefined> {
    const found = await foundOrUndefined(() => this.#self.getNamespace(name));
    return found && namedOf(found);
  }

  start(): void {
    this.#reflector.start();
  }

  stop(): Promise<void> {
    return this.#reflector.stop();
  }

  #take(event: ReflectorEvent<Named>): void {
    if (event.type === 'replaced') {
      this.#byName = new Map(event.items.map((item) => [item.name, item]));
    } else if (event.type === 'deleted') {
      const { name, uid } = event.object;
      if (this.#byName?.get(name)?.uid === uid) this.#byName.delete(name);
    } else {
      this.#byName?.set(event.object.name, event.object);
    }
    for (const listener of this.#listeners) listener();
  }
}

function namedOf(object: KubeObject): Named {
  const metadata = recordOf(object['metadata']);
  const annotations = Object.entries(recordOf(metadata['annotations']));
  return {
    name: textOf(metadata['name']),
    uid: textOf(metadata['uid']),
    createdAt: textOf(metadata['creationTimestamp']),
    resourceVersion: textOf(metadata['resourceVersion']),
    annotations: Object.fromEntries(annotations.map(([key, value]) => [key, textOf(value)])),
  };
}
