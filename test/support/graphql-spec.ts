import { enumName } from '../../src/platform/graphql/spec-input-types.js';

/** Members whose values are enums in GraphQL. */
const enums: ReadonlySet<string> = new Set([
  'classes',
  'curve',
  'delivery',
  'direction',
  'directions',
  'encoding',
  'firstSync',
  'format',
  'kind',
  'mode',
  'onConflict',
  'onDelete',
  'onRecreate',
  'onRevoke',
  'restart',
  'strategy',
]);
/** Objects without members, which GraphQL writes as true. */
const marks: ReadonlySet<string> = new Set(['none', 'uuid']);

/** The spec of an object of REST, as GraphQL takes it in a variable. */
export function graphqlSpec(spec: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(spec).map(([name, value]: [string, unknown]) => [name, converted(name, value)]),
  );
}

function converted(name: string, value: unknown): unknown {
  if (marks.has(name)) return true;
  if (Array.isArray(value)) return value.map((item: unknown) => converted(name, item));
  if (typeof value === 'string') return enums.has(name) ? enumName(value) : value;
  return typeof value === 'object' && value !== null ? graphqlSpec(value) : value;
}
