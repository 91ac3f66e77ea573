import { pointerTo } from '../../secrets/domain/json-pointer.js';
import { isRecord } from '../../secrets/domain/body-members.js';
import {
  type CheckSubject,
  type NamingFault,
  schemaLabel,
} from '../../secrets/domain/secret-checks.js';
import { builtInSchemas, builtInSchemasOf, builtInTypePrefix } from './built-in-schemas.js';
import type { SchemaRegistry } from './schema-registry.js';
import { type ParsedSchema, schemaName } from './secret-schemas.js';
import type { SecretRules } from './secret-rules.js';

const UNKNOWN = 'names no schema of the cluster or the namespace, and nothing is checked by it';
const UNKNOWN_TYPE = 'names no built-in schema, and nothing is checked by it';
const UNUSABLE = 'names a schema in state Invalid, and nothing is checked by it';

const pointer = pointerTo('labels', schemaLabel);

/** Index of the usable schemas by their namespace, and by the types and the label they are for. */
export class SchemaIndex {
  readonly #registry: Pick<SchemaRegistry, 'all'>;
  readonly #byType = new Map<string, SecretRules[]>();
  readonly #byLabel = new Map<string, SecretRules[]>();
  /** Names of the schemas that cannot be used, by their label. */
  readonly #unusable = new Map<string, string[]>();
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

  /** Returns the schemas that the label or the type names, and by which nothing is checked. */
  namingFaults(subject: CheckSubject): readonly NamingFault[] {
    return [...this.#typeFaults(subject), ...this.#labelFaults(subject)];
  }

  /** Types of users have any name; those of the project name a built-in schema. */
  #typeFaults(subject: CheckSubject): readonly NamingFault[] {
    const { type } = subject;
    if (!type.startsWith(builtInTypePrefix)) return [];
    const isChecked = this.of({ ...subject, labels: {} }).length > 0;
    return isChecked ? [] : [{ schema: type, pointer: '/type', reason: UNKNOWN_TYPE }];
  }

  #labelFaults({ namespace, labels }: CheckSubject): readonly NamingFault[] {
    const label = labels[schemaLabel];
    // No other schema can have the label of a built-in schema.
    if (label === undefined || builtInSchemas.has(label)) return [];
    this.#refresh();
    const keys = [...new Set(['', namespace])].map((one) => within(one, label));
    const unusable = keys.flatMap((key) => this.#unusable.get(key) ?? []);
    if (unusable.length > 0)
      return unusable.map((schema) => ({ schema, pointer, reason: UNUSABLE }));
    if (keys.some((key) => this.#byLabel.has(key))) return [];
    return [{ schema: label === '' ? '""' : label, pointer, reason: UNKNOWN }];
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
    this.#unusable.clear();
    const byName = all.toSorted((a, b) => (schemaName(a.object) < schemaName(b.object) ? -1 : 1));
    for (const schema of byName) this.#add(schema);
  }

  #add({ object, spec, rules }: ParsedSchema): void {
    const { namespace } = object;
    if (spec === undefined || rules === undefined) {
      const written = writtenLabel(object.spec);
      if (written !== undefined) {
        append(this.#unusable, within(namespace, written), schemaName(object));
      }
      return;
    }
    const { types, label } = spec.appliesTo;
    for (const type of types) append(this.#byType, within(namespace, type), rules);
    if (label !== undefined) append(this.#byLabel, within(namespace, label), rules);
  }
}

/** Returns the key of a type or a label in a namespace, whose name contains no `/`. */
function within(namespace: string, typeOrLabel: string): string {
  return `${namespace}/${typeOrLabel}`;
}

/** Returns the label of a spec that may have any mistake. */
function writtenLabel({ appliesTo }: Readonly<Record<string, unknown>>): string | undefined {
  const label = isRecord(appliesTo) ? appliesTo['label'] : undefined;
  return typeof label === 'string' ? label : undefined;
}

function append<T>(index: Map<string, T[]>, key: string, one: T): void {
  const known = index.get(key);
  if (known === undefined) index.set(key, [one]);
  else known.push(one);
}
