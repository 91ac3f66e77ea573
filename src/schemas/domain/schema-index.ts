import { type CheckSubject, schemaLabel } from '../../secrets/domain/secret-checks.js';
import { builtInSchemasOf } from './built-in-schemas.js';
import type { ParsedSchema, SchemaRegistry } from './secret-schemas.js';
import type { SecretRules } from './secret-rules.js';

/** Index of the usable schemas by the types and the label that they are for. */
export class SchemaIndex {
  readonly #registry: Pick<SchemaRegistry, 'all' | 'onChange'>;
  readonly #byType = new Map<string, SecretRules[]>();
  readonly #byLabel = new Map<string, SecretRules[]>();
  #isStale = false;

  constructor(registry: Pick<SchemaRegistry, 'all' | 'onChange'>) {
    this.#registry = registry;
    registry.onChange(() => (this.#isStale = true));
  }

  /** Returns the schemas that apply to a Secret, each once, by name; built-in schemas first. */
  of(subject: CheckSubject): readonly SecretRules[] {
    this.#refresh();
    const { type, labels } = subject;
    const ofType = this.#byType.get(type) ?? [];
    const ofLabel = this.#byLabel.get(labels[schemaLabel] ?? '') ?? [];
    const own = [...new Set([...ofType, ...ofLabel])];
    return [...builtInSchemasOf(subject), ...own];
  }

  /** Rebuilds after changes: many may come in one list. */
  #refresh(): void {
    if (!this.#isStale) return;
    this.#isStale = false;
    this.#byType.clear();
    this.#byLabel.clear();
    const all = this.#registry.all.toSorted((a, b) => (a.object.name < b.object.name ? -1 : 1));
    for (const schema of all) this.#add(schema);
  }

  #add({ spec, rules }: ParsedSchema): void {
    if (spec === undefined || rules === undefined) return;
    const { types, label } = spec.appliesTo;
    for (const type of types) append(this.#byType, type, rules);
    if (label !== undefined) append(this.#byLabel, label, rules);
  }
}

function append(index: Map<string, SecretRules[]>, key: string, rules: SecretRules): void {
  const known = index.get(key);
  if (known === undefined) index.set(key, [rules]);
  else known.push(rules);
}
