import type { FieldError } from '../../core/errors/sallyport-error.js';
import { specTag } from '../../custom-resources/domain/custom-resource.js';
import { builtInSchemas } from './built-in-schemas.js';
import { kinds } from './kinds/kinds.js';
import { violationsOf, type ViolationCounts } from './schema-status.js';
import type { ParsedSchema } from './secret-schemas.js';
import type { SecretRules } from './secret-rules.js';
import { isTooDeep } from './spec-size.js';

/** Members of a read schema that a write ignores. */
export const schemaReadOnly = ['name', 'builtIn', 'state', 'problems', 'violations'] as const;

/** A schema as its readers see it. */
export interface SchemaView {
  readonly name: string;
  readonly spec: Readonly<Record<string, unknown>>;
  readonly readOnly: {
    readonly builtIn: boolean;
    readonly state: 'Valid' | 'Invalid';
    readonly problems: readonly FieldError[];
    readonly violations: ViolationCounts;
  };
  readonly etag: string;
}

/** Returns the view of a schema of the cluster or of a namespace; empty if its spec is too deep. */
export function viewOf({ object, problems }: ParsedSchema): SchemaView {
  return {
    name: object.name,
    spec: isTooDeep(object.spec) ? {} : object.spec,
    readOnly: {
      builtIn: false,
      state: problems.length === 0 ? 'Valid' : 'Invalid',
      problems,
      violations: violationsOf(object),
    },
    etag: specTag(object),
  };
}

/**
 * Returns the schemas that a list shows, by name; `builtIn`: with the built-in ones. A SecretSchema
 * may have the name of one of these if it came by kubectl, and does not answer to it.
 */
export function listedViews(
  schemas: readonly ParsedSchema[],
  { builtIn }: { readonly builtIn: boolean },
): readonly SchemaView[] {
  const own = schemas.map(viewOf);
  const all = builtIn
    ? [...builtInViews.values(), ...own.filter(({ name }) => !builtInViews.has(name))]
    : own;
  return all.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

const kindNames = new Map([...kinds].map(([name, kind]) => [kind, name]));

/** Views of the built-in schemas by name, in the form of a SecretSchema. */
export const builtInViews: ReadonlyMap<string, SchemaView> = new Map(
  [...builtInSchemas].map(([name, rules]) => [name, builtInView(name, rules)]),
);

function builtInView(name: string, { keys, oneAtLeast }: SecretRules): SchemaView {
  const entries = [...keys].map(([key, { isRequired, kind, passwordKey }]) => [
    key,
    {
      ...(kind !== undefined && { description: kind.description, kind: kindNames.get(kind) }),
      ...(passwordKey !== undefined && { passwordKey }),
      required: isRequired,
    },
  ]);
  const description =
    oneAtLeast.length === 0 ? {} : { description: `One of ${oneAtLeast.join(', ')} is required.` };
  return {
    name,
    spec: {
      ...description,
      appliesTo: { types: [`sallyport.dev/${name}`], label: name },
      mode: 'enforce',
      keys: Object.fromEntries(entries) as object,
    },
    readOnly: {
      builtIn: true,
      state: 'Valid',
      problems: [],
      violations: { refused: 0, warned: 0 },
    },
    etag: `"built-in.${name}"`,
  };
}
