import {
  type DocumentNode,
  type FragmentDefinitionNode,
  GraphQLError,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  type SelectionSetNode,
} from 'graphql';
import { limits } from '../../core/limits.js';
import { introspections, mergedPairs, rootSelections } from './document-cost.js';

const NODES_MAX = 5_000;

/** Returns the limits that a document exceeds; fragments count as often as they are used. */
export function limitErrors(document: DocumentNode): GraphQLError[] {
  const operations = document.definitions.filter(isOperation);
  if (operations.length > 1) return [new GraphQLError('one operation a document')];
  const fragments = new Map(
    document.definitions.filter(isFragment).map((fragment) => [fragment.name.value, fragment]),
  );
  const count = new SelectionCount(fragments);
  for (const operation of operations) count.visit(operation.selectionSet, 1, depthMaxOf(operation));
  const problem = count.problem ?? rootProblem(document) ?? mergeProblem(document);
  return problem === undefined ? [] : [new GraphQLError(problem)];
}

/**
 * Returns the problem of a subscription whose only field may be absent: graphql-js fails at it.
 * https://spec.graphql.org/September2025/#sec-Single-Root-Field
 */
function rootProblem(document: DocumentNode): string | undefined {
  const isConditional = rootSelections(document, OperationTypeNode.SUBSCRIPTION).some(
    ({ directives = [] }) => directives.some(({ name }) => /^(skip|include)$/.test(name.value)),
  );
  return isConditional ? 'no @skip and no @include at the root of a subscription' : undefined;
}

/** Returns the problem of a document whose size is already known to be bounded. */
function mergeProblem(document: DocumentNode): string | undefined {
  const { graphqlMergedPairsMax: pairsMax, graphqlIntrospectionsMax: introspectionsMax } = limits;
  if (mergedPairs(document) > pairsMax) {
    return `more than ${pairsMax} pairs of fields with the same name`;
  }
  if (introspections(document) > introspectionsMax) {
    return `more than ${introspectionsMax} fields of introspection (__schema, __type)`;
  }
  return undefined;
}

function isOperation(node: { readonly kind: Kind }): node is OperationDefinitionNode {
  return node.kind === Kind.OPERATION_DEFINITION;
}

function isFragment(node: { readonly kind: Kind }): node is FragmentDefinitionNode {
  return node.kind === Kind.FRAGMENT_DEFINITION;
}

/** Returns the maximum depth: the standard introspection query is deep, and returns no data. */
function depthMaxOf({ selectionSet }: OperationDefinitionNode): number {
  const isIntrospection = selectionSet.selections.every(
    (selection) =>
      selection.kind === Kind.FIELD && /^__(schema|type|typename)$/.test(selection.name.value),
  );
  return isIntrospection ? limits.graphqlIntrospectionDepthMax : limits.graphqlDepthMax;
}

class SelectionCount {
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly #open = new Set<string>();
  #aliases = 0;
  #nodes = 0;
  problem: string | undefined;

  constructor(fragments: ReadonlyMap<string, FragmentDefinitionNode>) {
    this.#fragments = fragments;
  }

  visit(selectionSet: SelectionSetNode, depth: number, depthMax: number): void {
    if (depth > depthMax) this.problem ??= `nested deeper than ${depthMax} levels`;
    for (const selection of selectionSet.selections) {
      this.#nodes += 1;
      if (this.#nodes > NODES_MAX) this.problem ??= `more than ${NODES_MAX} selections`;
      if (this.problem !== undefined) return;
      if (selection.kind === Kind.FIELD) {
        this.#countAlias(selection.alias !== undefined);
        if (selection.selectionSet) this.visit(selection.selectionSet, depth + 1, depthMax);
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        this.visit(selection.selectionSet, depth, depthMax);
      } else {
        this.#visitFragment(selection.name.value, depth, depthMax);
      }
    }
  }

  #countAlias(hasAlias: boolean): void {
    if (!hasAlias) return;
    this.#aliases += 1;
    if (this.#aliases > limits.graphqlAliasesMax) {
      this.problem ??= `more than ${limits.graphqlAliasesMax} aliases`;
    }
  }

  /** Visits a fragment; validation reports cycles. */
  #visitFragment(name: string, depth: number, depthMax: number): void {
    const fragment = this.#fragments.get(name);
    if (!fragment || this.#open.has(name)) return;
    this.#open.add(name);
    this.visit(fragment.selectionSet, depth, depthMax);
    this.#open.delete(name);
  }
}
