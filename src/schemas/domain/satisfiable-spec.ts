import { isRecord } from '../../secrets/domain/body-members.js';
import { pointerTo } from '../../secrets/domain/json-pointer.js';
import { contradictions } from './json-schema/contradictions.js';
import { SchemaProblems } from './schema-problems.js';
import type { SchemaSpec } from './schema-spec.js';

const NO_TEXT = 'must include string: without `format: json`, the value is a text';

/**
 * Throws SchemaProblem for a spec that obviously allows no value of a key. Only a write is refused:
 * a schema that is stored stays in force, because refusing all values can be its purpose.
 */
export function requireSatisfiable({ keys }: Pick<SchemaSpec, 'keys'>): void {
  const problems = new SchemaProblems();
  for (const [key, { schema, format }] of Object.entries(keys)) {
    const pointer = pointerTo('keys', key, 'schema');
    const found = contradictions(schema, pointer);
    for (const problem of found) problems.add(problem.pointer, problem.reason);
    if (format === 'text' && !allowsText(schema)) problems.add(`${pointer}/type`, NO_TEXT);
  }
  problems.throwAny();
}

/** Reports whether the types of a schema include that of each value which is no document. */
function allowsText(schema: unknown): boolean {
  const { type = 'string' } = isRecord(schema) ? schema : {};
  return [type].flat().includes('string');
}
