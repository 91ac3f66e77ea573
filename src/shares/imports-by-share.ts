import type { ParsedImport } from './domain/import-spec.js';
import type { ImportRegistry } from './domain/secret-imports.js';

interface Ref {
  readonly namespace: string;
  readonly name: string;
}

/** Imports by the share that they name, whether or not it exists. */
export class ImportsByShare {
  readonly #byShare = new Map<string, Map<string, Ref>>();

  constructor(imports: Pick<ImportRegistry, 'get' | 'onChange'>) {
    imports.onChange((changed) => {
      const { uid } = changed.object;
      const isThere = imports.get(changed.object)?.object.uid === uid;
      if (isThere) this.#add(changed);
      else this.#remove(changed);
    });
  }

  /** Returns the imports that name a share. */
  of(share: Ref): Iterable<Ref> {
    return this.#byShare.get(keyOf(share))?.values() ?? [];
  }

  #add({ object, spec }: ParsedImport): void {
    if (spec === undefined) return;
    const key = keyOf({ namespace: spec.from.namespace, name: spec.from.share });
    const { namespace, name } = object;
    const imports = this.#byShare.get(key) ?? new Map<string, Ref>();
    this.#byShare.set(key, imports.set(object.uid, { namespace, name }));
  }

  /** Removes an import. Its `from` never changes, as a rule of its definition says. */
  #remove({ object, spec }: ParsedImport): void {
    if (spec === undefined) return;
    const key = keyOf({ namespace: spec.from.namespace, name: spec.from.share });
    const imports = this.#byShare.get(key);
    imports?.delete(object.uid);
    if (imports?.size === 0) this.#byShare.delete(key);
  }
}

function keyOf({ namespace, name }: Ref): string {
  return `${namespace}/${name}`;
}
