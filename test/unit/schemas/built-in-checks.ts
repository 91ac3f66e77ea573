import { SystemClock } from '../../../src/core/clock.js';
import { systemRandomness } from '../../../src/core/randomness.js';
import { SchemaRegistry } from '../../../src/schemas/domain/schema-registry.js';
import { SchemaChecks } from '../../../src/schemas/schema-checks.js';

/** Checks of types and built-in schemas, without a SecretSchema. */
export function builtInChecks(): SchemaChecks {
  return new SchemaChecks({
    registry: new SchemaRegistry(),
    feed: { loaded: () => Promise.resolve() },
    clock: new SystemClock(),
    randomness: systemRandomness,
    onViolations: () => undefined,
  });
}
