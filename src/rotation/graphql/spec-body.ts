import { type SpecNode, isMark, merged, specTree } from './spec-schema-tree.js';

const tree = specTree();

/**
 * Returns the spec of an input as REST has it: null counts as absent, and `true` stands for an
 * object without members, which GraphQL cannot express.
 */
export function specBody(input: object): Record<string, unknown> {
  return objectOf(tree, input);
}

function objectOf(given: SpecNode, input: object): Record<string, unknown> {
  const { properties = {} } = merged(given);
  const members = Object.entries(input).flatMap(([name, value]: [string, unknown]) => {
    const node = properties[name];
    if (node === undefined || value === null || value === undefined) return [];
    if (!isMark(node)) return [[name, valueOf(node, value)] as const];
    return value === true ? [[name, {}] as const] : [];
  });
  return Object.fromEntries(members);
}

function valueOf(node: SpecNode, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => valueOf(node.items ?? {}, item));
  return typeof value === 'object' && value !== null ? objectOf(node, value) : value;
}
