import { SystemClock } from '../../../src/core/clock.js';
import { systemRandomness } from '../../../src/core/randomness.js';
import type { CustomResource } from '../../../src/custom-resources/domain/custom-resource.js';
import { CheckPace } from '../../../src/schemas/check-pace.js';
import { SchemaRegistry } from '../../../src/schemas/domain/schema-registry.js';
import { SchemaChecks } from '../../../src/schemas/schema-checks.js';

/** Checks of types and built-in schemas, without a SecretSchema. */
export function builtInChecks(): SchemaChecks {
  return checksWith();
}

/** Checks of types, built-in schemas, and these SecretSchemas. */
export function checksWith(...schemas: readonly CustomResource[]): SchemaChecks {
  const registry = new SchemaRegistry();
  const checks = checksOf(registry);
  for (const schema of schemas) registry.put(schema, '');
  return checks;
}

/** Checks of types, built-in schemas, and the SecretSchemas of a registry. */
export function checksOf(registry: SchemaRegistry): SchemaChecks {
  return new SchemaChecks({
    registry,
    feed: { loaded: () => Promise.resolve() },
    clock: new SystemClock(),
    pace: new CheckPace(),
    randomness: systemRandomness,
    onViolations: () => undefined,
  });
}
