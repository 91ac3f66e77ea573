import { placeKey, RegistryIndex } from '../custom-resources/domain/registry-index.js';
import type { ParsedImport } from './domain/import-spec.js';
import type { ImportRegistry } from './domain/secret-imports.js';

interface Ref {
  readonly namespace: string;
  readonly name: string;
}

/** Imports by the share that they name, whether or not the share exists. */
export class ImportsByShare {
  readonly #index: RegistryIndex<ParsedImport>;

  constructor(imports: ImportRegistry) {
    this.#index = new RegistryIndex(imports, ({ spec }) =>
      spec === undefined ? [] : [placeKey({ ...spec.from, name: spec.from.share })],
    );
  }

  /** Returns the imports that name a share now. */
  of(share: Ref): Iterable<Ref> {
    return this.#index.of(placeKey(share)).map(({ object: { namespace, name } }) => {
      return { namespace, name };
    });
  }
}
