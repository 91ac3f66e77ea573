import { type SeenSecret, type SeenState, valuesOf } from './copy-crash-watch.js';

export type Values = Readonly<Record<string, string>>;

/** Import with a target, as it is created. */
export interface ModelImport {
  readonly name: string;
  readonly share: string;
  readonly target: string;
  /** Keys of the shared Secret, by their names in the target. */
  readonly keys: Readonly<Record<string, string>>;
  readonly adopt?: string;
  readonly repair?: boolean;
  /** State of the import while its share grants the keys. */
  readonly state?: 'Conflict' | 'Drifted';
}

interface UserWrite {
  readonly resourceVersion: bigint;
  readonly target: string;
  /** Keys that belong to the user from this state on. */
  readonly values: Values;
  /** Properties in addition to values, if the whole Secret is the user's. */
  readonly frame: string | undefined;
}

/** Secrets of a namespace as shares and users want them, and what belongs to users. */
export class CopyModel {
  readonly imports = new Map<string, ModelImport>();
  readonly granting = new Set<string>();
  source: Values = {};
  readonly #writes: UserWrite[] = [];
  /** Versions that users wrote. */
  readonly #userVersions = new Set<string>();

  /** Notes a write of a user and the keys that are the user's own since. */
  userWrote(secret: SeenSecret, own: Values, { isWhole = false } = {}): void {
    const { name: target, resourceVersion } = secret.metadata;
    this.#userVersions.add(resourceVersion);
    const frame = isWhole ? frameOf(secret) : undefined;
    if (Object.keys(own).length === 0) return;
    this.#writes.push({ resourceVersion: BigInt(resourceVersion), target, values: own, frame });
  }

  isUserVersion(resourceVersion: string): boolean {
    return this.#userVersions.has(resourceVersion);
  }

  /** Notes that a user changed a delivered key: only the other keys follow. */
  drift(name: string): void {
    const imported = this.imports.get(name);
    if (imported === undefined) throw new Error(`no import ${name}`);
    this.imports.set(name, { ...imported, state: 'Drifted' });
  }

  /** Returns the Secrets that the namespace shall have now, by name. */
  get expected(): Readonly<Record<string, Values>> {
    const secrets = new Map<string, Values>();
    const add = (name: string, values: Values): void =>
      void secrets.set(name, { ...secrets.get(name), ...values });
    for (const imported of this.imports.values()) {
      const { state, target, share } = imported;
      if (!this.granting.has(share) || state === 'Conflict') continue;
      add(target, this.#valuesOf(imported));
    }
    // Keys of users win: a drifted copy has some.
    for (const { target, values } of this.#writes) add(target, values);
    return Object.fromEntries([...secrets].toSorted(([a], [b]) => (a < b ? -1 : 1)));
  }

  /** Returns the states that imports shall have, by name. */
  get expectedStates(): Readonly<Record<string, string>> {
    const states = [...this.imports.values()].map(({ name, share, state = 'Ready' }) => {
      return [name, this.granting.has(share) ? state : 'NotGranted'] as const;
    });
    return Object.fromEntries(states.toSorted(([a], [b]) => (a < b ? -1 : 1)));
  }

  /** Returns what the states of the namespace took or changed of users. */
  violationsIn(states: readonly SeenState[]): readonly string[] {
    return states.flatMap(({ type, object }) => {
      const { name, resourceVersion } = object.metadata;
      const own = this.#ownedAt(name, BigInt(resourceVersion));
      if (own.writes.length === 0) return [];
      if (type === 'DELETED') return [`${name}: deleted in ${resourceVersion}`];
      const present = valuesOf(object);
      const changed = Object.entries(own.values).filter(([key, value]) => present[key] !== value);
      const where = `${name} in ${resourceVersion}`;
      return [
        ...changed.map(([key]) => `${where}: key ${key} of a user is ${present[key]}`),
        ...(own.frame === undefined || own.frame === frameOf(object)
          ? []
          : [`${where}: ${own.frame} became ${frameOf(object)}`]),
      ];
    });
  }

  #ownedAt(name: string, resourceVersion: bigint) {
    const writes = this.#writes.filter(
      (write) => write.target === name && write.resourceVersion <= resourceVersion,
    );
    const values: Values = Object.assign({}, ...writes.map((write) => write.values));
    return { writes, values, frame: writes.findLast(({ frame }) => frame !== undefined)?.frame };
  }

  #valuesOf({ keys }: ModelImport): Values {
    return Object.fromEntries(
      Object.entries(keys).flatMap(([as, key]) => {
        const value = this.source[key];
        return value === undefined ? [] : [[as, value]];
      }),
    );
  }
}

/** Returns all of a Secret that no import may change, but its values. */
function frameOf({ type, immutable, metadata }: SeenSecret): string {
  const { uid, labels, annotations = {} } = metadata;
  const own = Object.entries(annotations).filter(
    ([key]) => !key.startsWith('import.sallyport.dev/'),
  );
  return JSON.stringify({ uid, type, immutable, labels, annotations: own });
}
