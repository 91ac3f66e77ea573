import { type CheckSubject, schemaLabel } from '../../secrets/domain/secret-checks.js';
import { builtInSchemasOf } from './built-in-schemas.js';
import type { SchemaRegistry } from './schema-registry.js';
import { type ParsedSchema, schemaName } from './secret-schemas.js';
import type { SecretRules } from './secret-rules.js';

/** Index of the usable schemas by their namespace, and by the types and the label they are for. */
export class SchemaIndex {
  readonly #registry: Pick<SchemaRegistry, 'all'>;
  readonly #byType = new Map<string, SecretRules[]>();
  readonly #byLabel = new Map<string, SecretRules[]>();
  #indexed: readonly ParsedSchema[] = [];

  constructor(registry: Pick<SchemaRegistry, 'all'>) {
    this.#registry = registry;
  }

  /** Reports whether there are only built-in schemas. */
  get isEmpty(): boolean {
    this.#refresh();
    return this.#byType.size + this.#byLabel.size === 0;
  }

  /** Returns the schemas that apply to a Secret, each once: first those for all namespaces. */
  of(subject: CheckSubject): readonly SecretRules[] {
    return [...this.ofCluster(subject), ...this.ofNamespace(subject)];
  }

  /** Returns the built-in schemas that apply to a Secret, then those of the cluster by name. */
  ofCluster(subject: CheckSubject): readonly SecretRules[] {
    return [...builtInSchemasOf(subject), ...this.#of('', subject)];
  }

  /** Returns the schemas of the Secret's own namespace that apply to it, by name. */
  ofNamespace(subject: CheckSubject): readonly SecretRules[] {
    return subject.namespace === '' ? [] : this.#of(subject.namespace, subject);
  }

  #of(namespace: string, { type, labels }: CheckSubject): readonly SecretRules[] {
    this.#refresh();
    const ofType = this.#byType.get(within(namespace, type)) ?? [];
    const ofLabel = this.#byLabel.get(within(namespace, labels[schemaLabel] ?? '')) ?? [];
    return [...new Set([...ofType, ...ofLabel])];
  }

  /** Rebuilds after changes: many may come in one list. */
  #refresh(): void {
    const { all } = this.#registry;
    if (all === this.#indexed) return;
    this.#indexed = all;
    this.#byType.clear();
    this.#byLabel.clear();
    const byName = all.toSorted((a, b) => (schemaName(a.object) < schemaName(b.object) ? -1 : 1));
    for (const schema of byName) this.#add(schema);
  }

  #add({ object: { namespace }, spec, rules }: ParsedSchema): void {
    if (spec === undefined || rules === undefined) return;
    const { types, label } = spec.appliesTo;
    for (const type of types) append(this.#byType, within(namespace, type), rules);
    if (label !== undefined) append(this.#byLabel, within(namespace, label), rules);
  }
}

/** Returns the key of a type or a label in a namespace, whose name contains no `/`. */
function within(namespace: string, typeOrLabel: string): string {
  return `${namespace}/${typeOrLabel}`;
}

function append(index: Map<string, SecretRules[]>, key: string, rules: SecretRules): void {
  const known = index.get(key);
  if (known === undefined) index.set(key, [rules]);
  else known.push(rules);
}
