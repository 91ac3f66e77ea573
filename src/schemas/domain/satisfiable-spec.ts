import { isRecord } from '../../secrets/domain/body-members.js';
import { pointerTo } from '../../secrets/domain/json-pointer.js';
import { refuseContradictions } from './json-schema/contradictions.js';
import { SchemaProblem } from './schema-problem.js';
import type { SchemaSpec } from './schema-spec.js';

const NO_TEXT = 'must include string: without `format: json`, the value is a text';

/**
 * Throws SchemaProblem for a spec that obviously allows no value of a key. Only a write is refused:
 * a schema that is stored stays in force, because refusing all values can be its purpose.
 */
export function requireSatisfiable({ keys }: Pick<SchemaSpec, 'keys'>): void {
  for (const [key, { schema, format }] of Object.entries(keys)) {
    const pointer = pointerTo('keys', key, 'schema');
    refuseContradictions(schema, pointer);
    if (format === 'text') requireTexts(schema, pointer);
  }
}

/** Throws SchemaProblem if a schema allows types of JSON alone, and the value is a text. */
function requireTexts(schema: unknown, pointer: string): void {
  const { type = 'string' } = isRecord(schema) ? schema : {};
  if ([type].flat().includes('string')) return;
  throw new SchemaProblem(`${pointer}/type`, NO_TEXT);
}
