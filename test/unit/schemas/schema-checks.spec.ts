import { expect, it } from 'vitest';
import { SystemClock } from '../../../src/core/clock.js';
import { systemRandomness } from '../../../src/core/randomness.js';
import { builtInSchemas } from '../../../src/schemas/domain/built-in-schemas.js';
import { SchemaRegistry } from '../../../src/schemas/domain/secret-schemas.js';
import { SchemaChecks } from '../../../src/schemas/schema-checks.js';
import { builtInChecks } from './built-in-checks.js';
import { aSchema } from './schema.builder.js';

const subject = (label: string) => ({
  namespace: 'shop',
  type: 'Opaque',
  labels: { 'sallyport.dev/schema': label },
});

it('makes another value at each call, for each key that a usable schema generates', () => {
  const registry = new SchemaRegistry();
  const checks = new SchemaChecks({
    registry,
    feed: { loaded: () => Promise.resolve() },
    clock: new SystemClock(),
    randomness: systemRandomness,
    onViolations: () => undefined,
  });
  const impossible = { password: { length: 8 } };
  registry.put(aSchema('login', { keys: { id: { generate: { uuid: {} } }, user: {} } }), '');
  registry.put(aSchema('broken', { keys: { id: { generate: impossible } } }), '');
  const makers = checks.makers(subject('login'));
  expect([...makers.keys()]).toEqual(['id']);
  const [one, two] = [makers.get('id')?.(), makers.get('id')?.()];
  expect(one?.sizeBytes).toBe(36);
  expect(one?.revealText()).not.toBe(two?.revealText());
  expect(checks.makers(subject('broken')).size).toBe(0);
});

it('makes nothing for a built-in schema', () => {
  for (const name of builtInSchemas.keys()) {
    expect(builtInChecks().makers(subject(name)).size).toBe(0);
  }
});
