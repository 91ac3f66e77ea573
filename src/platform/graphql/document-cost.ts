import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationTypeNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { limits } from '../../core/limits.js';

type Fragments = ReadonlyMap<string, FragmentDefinitionNode>;

/** Returns the fields `__schema` and `__type`, each of which may traverse the whole schema. */
export function introspections(document: DocumentNode): number {
  return rootFields(document).filter(({ name }) => /^__(schema|type)$/.test(name.value)).length;
}

/** Returns the cost of a document's introspections, in requests. */
export function introspectionCost(document: DocumentNode): number {
  return introspections(document) * limits.graphqlIntrospectionRequests;
}

/** Returns the cost of parsing and validating an unknown text, in requests. */
export function textCost(query: string): number {
  return Math.floor(query.length / limits.graphqlCharactersPerRequest);
}

/**
 * Counts the pairs of fields that validation compares because their values merge: each pair of
 * fields of one response name. https://spec.graphql.org/October2021/#FieldsInSetCanMerge()
 */
export function mergedPairs(document: DocumentNode): number {
  const fragments = fragmentsOf(document);
  return document.definitions.reduce((pairs, definition) => {
    if (definition.kind !== Kind.OPERATION_DEFINITION) return pairs;
    return pairs + pairsOf([definition.selectionSet], fragments);
  }, 0);
}

function pairsOf(selectionSets: readonly SelectionSetNode[], fragments: Fragments): number {
  const byResponseName = new Map<string, FieldNode[]>();
  for (const set of selectionSets) {
    for (const field of fieldsOf(set, fragments, new Set())) {
      const name = (field.alias ?? field.name).value;
      const fields = byResponseName.get(name) ?? [];
      fields.push(field);
      byResponseName.set(name, fields);
    }
  }
  let pairs = 0;
  for (const fields of byResponseName.values()) {
    pairs += (fields.length * (fields.length - 1)) / 2;
    const below = fields.flatMap(({ selectionSet }) => selectionSet ?? []);
    if (below.length > 0) pairs += pairsOf(below, fragments);
  }
  return pairs;
}

/** Returns the selections at the root of operations of a type, in fragments too. */
export function rootSelections(
  document: DocumentNode,
  operation: OperationTypeNode,
): readonly SelectionNode[] {
  const fragments = fragmentsOf(document);
  return document.definitions.flatMap((definition) =>
    definition.kind === Kind.OPERATION_DEFINITION && definition.operation === operation
      ? selectionsOf(definition.selectionSet, fragments, new Set())
      : [],
  );
}

/** Returns the selections of a set, and of its fragments; `open`: enclosing fragments. */
function selectionsOf(
  { selections }: SelectionSetNode,
  fragments: Fragments,
  open: ReadonlySet<string>,
): readonly SelectionNode[] {
  return selections.flatMap((selection) => {
    if (selection.kind === Kind.FIELD) return [selection];
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      return [selection, ...selectionsOf(selection.selectionSet, fragments, open)];
    }
    const name = selection.name.value;
    const fragment = fragments.get(name);
    // Validation reports cycles.
    if (fragment === undefined || open.has(name)) return [selection];
    const inside = selectionsOf(fragment.selectionSet, fragments, new Set([...open, name]));
    return [selection, ...inside];
  });
}

function rootFields(document: DocumentNode): FieldNode[] {
  const fragments = fragmentsOf(document);
  return document.definitions.flatMap((definition) =>
    definition.kind === Kind.OPERATION_DEFINITION
      ? fieldsOf(definition.selectionSet, fragments, new Set())
      : [],
  );
}

/** Returns the fields of a selection set and of its fragments; `open`: enclosing fragments. */
function fieldsOf(
  set: SelectionSetNode,
  fragments: Fragments,
  open: ReadonlySet<string>,
): FieldNode[] {
  return selectionsOf(set, fragments, open).filter(
    ({ kind }) => kind === Kind.FIELD,
  ) as FieldNode[]; // by their kind
}

function fragmentsOf({ definitions }: DocumentNode): Fragments {
  return new Map(
    definitions.flatMap((definition) =>
      definition.kind === Kind.FRAGMENT_DEFINITION ? [[definition.name.value, definition]] : [],
    ),
  );
}
