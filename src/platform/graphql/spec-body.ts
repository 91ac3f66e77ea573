import { type SpecNode, isMark, merged } from './spec-schema-tree.js';

/**
 * Returns the spec of an input as REST has it: null counts as absent, and `true` stands for an
 * object without members, which GraphQL cannot express.
 */
export function specBody(tree: SpecNode, input: object): Record<string, unknown> {
  const { properties = {} } = merged(tree);
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
  return typeof value === 'object' && value !== null ? specBody(node, value) : value;
}
