import { SallyportError } from '../../../../src/core/errors/sallyport-error.js';
import type {
  SecretData,
  SecretRef,
  StoredSecret,
  StringMap,
} from '../../../../src/secrets/domain/secret.js';
import type {
  DeleteAnswer,
  Preconditions,
  SecretFields,
  SecretStore,
  StoreCall,
} from '../../../../src/secrets/domain/secret.store.js';
import { storedSecret } from '../../secrets/domain/secret.builder.js';
import { values } from './domain/copy.builder.js';

interface Secret {
  uid: string;
  version: number;
  type: string;
  immutable: boolean;
  labels: StringMap;
  data: SecretData;
  /** Keys and annotations by the manager that applied them. */
  readonly applied: Map<string, Pick<SecretFields, 'annotations'> & { keys: readonly string[] }>;
}

type Step = 'get' | 'apply' | 'delete';

/** Secrets of one namespace, with the rules of server-side apply that copies need. */
export class ClusterSecrets implements Pick<SecretStore, 'apply' | 'delete' | 'get'> {
  readonly #secrets = new Map<string, Secret>();
  /** Steps in their order, and under which account. */
  readonly steps: `${Step} as ${StoreCall['as']}`[] = [];
  /** Runs before a step has its effect; throws if the step fails. */
  before: (step: Step) => void | Promise<void> = () => undefined;
  /** Runs after the effect; throws if the answer is lost. */
  after: (step: Step) => void = () => undefined;
  #changes = 10;

  async get(call: StoreCall, { namespace, name }: SecretRef): Promise<StoredSecret> {
    await this.#step('get', call);
    return this.stateOf(namespace, name);
  }

  /** Returns a Secret without a request. */
  stateOf(namespace: string, name: string): StoredSecret {
    return this.#stored(namespace, name, this.#require(name));
  }

  async apply(call: StoreCall, fields: SecretFields): Promise<StoredSecret> {
    await this.#step('apply', call);
    const { namespace, name, manager, annotations, data, type, force } = fields;
    const changed = this.#seen(fields) ?? this.#create(name, type);
    const mine = changed.applied.get(manager)?.keys ?? [];
    const ofOthers = this.#ofOthers(changed, manager);
    const isTaken = [...data].some(([key, value]) => {
      const isChanged = changed.data.get(key)?.equals(value) === false;
      return isChanged && (!mine.includes(key) || ofOthers.has(key));
    });
    if (isTaken && !force) throw conflict();
    const kept = [...changed.data].filter(([key]) => !mine.includes(key) || ofOthers.has(key));
    changed.data = new Map([...kept, ...data]);
    if (data.size === 0) changed.applied.delete(manager);
    else changed.applied.set(manager, { keys: [...data.keys()], annotations });
    changed.version = this.#changes += 1;
    this.after('apply');
    return this.#stored(namespace, name, changed);
  }

  async delete(call: StoreCall, { name }: SecretRef, seen: Preconditions): Promise<DeleteAnswer> {
    await this.#step('delete', call);
    const { uid, version } = this.#require(name);
    if (seen.uid !== uid || seen.resourceVersion !== String(version)) throw conflict();
    this.#secrets.delete(name);
    this.after('delete');
    return { uid };
  }

  /** Returns the texts of a Secret; undefined if there is none. */
  textsOf(name: string): Readonly<Record<string, string>> | undefined {
    const data = this.#secrets.get(name)?.data;
    return (
      data && Object.fromEntries([...data].map(([key, value]) => [key, value.revealText() ?? '']))
    );
  }

  uidOf(name: string): string {
    return this.#require(name).uid;
  }

  /** Writes keys as a user does who uses no server-side apply. */
  edit(name: string, texts: Readonly<Record<string, string>>, rest: Partial<Secret> = {}): void {
    const secret = this.#secrets.get(name) ?? this.#create(name, 'Opaque');
    secret.data = new Map([...secret.data, ...values(texts)]);
    for (const [manager, { keys, annotations }] of secret.applied) {
      const left = keys.filter((key) => !(key in texts));
      secret.applied.set(manager, { keys: left, annotations });
    }
    secret.version = this.#changes += 1;
    Object.assign(secret, rest);
  }

  /** Deletes a Secret as a user does. */
  drop(name: string): void {
    this.#secrets.delete(name);
  }

  /** Returns the state that the fields are for; undefined if there is none, as there should be. */
  #seen({ name, before }: SecretFields): Secret | undefined {
    const secret = this.#secrets.get(name);
    if (secret === undefined && before === undefined) return undefined;
    const isSame = secret?.uid === before?.uid && `${secret?.version}` === before?.resourceVersion;
    if (secret === undefined || !isSame) throw conflict();
    if (secret.immutable) throw new SallyportError('Invalid', 'it is immutable');
    return secret;
  }

  #create(name: string, type: string): Secret {
    const version = (this.#changes += 1);
    const rest = { immutable: false, labels: {}, data: new Map(), applied: new Map() };
    const secret = { uid: `uid-${version}`, version, type, ...rest };
    this.#secrets.set(name, secret);
    return secret;
  }

  #require(name: string): Secret {
    const secret = this.#secrets.get(name);
    if (secret === undefined) throw new SallyportError('NotFound', 'there is none');
    return secret;
  }

  #ofOthers({ applied }: Secret, manager: string): ReadonlySet<string> {
    const others = [...applied].filter(([name]) => name !== manager);
    return new Set(others.flatMap(([, { keys }]) => keys));
  }

  #stored(namespace: string, name: string, secret: Secret): StoredSecret {
    const { uid, version, type, immutable, labels, data, applied } = secret;
    const annotations = Object.assign({}, ...[...applied.values()].map((one) => one.annotations));
    const appliedKeys = new Map([...applied].map(([manager, { keys }]) => [manager, keys]));
    const state = { uid, resourceVersion: String(version), type, immutable };
    const rest = { labels, ownerReferences: [], finalizers: [], annotations, appliedKeys };
    return storedSecret({ namespace, name, data, ...state, ...rest });
  }

  async #step(step: Step, { as }: StoreCall): Promise<void> {
    this.steps.push(`${step} as ${as}`);
    await this.before(step);
  }
}

function conflict(): SallyportError {
  return new SallyportError('Conflict', 'another state is there');
}
