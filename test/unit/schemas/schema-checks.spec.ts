import { describe, expect, it } from 'vitest';
import { SystemClock } from '../../../src/core/clock.js';
import { systemRandomness } from '../../../src/core/randomness.js';
import { CheckPace } from '../../../src/schemas/check-pace.js';
import { builtInSchemas } from '../../../src/schemas/domain/built-in-schemas.js';
import { SchemaRegistry } from '../../../src/schemas/domain/schema-registry.js';
import { SchemaChecks } from '../../../src/schemas/schema-checks.js';
import { values } from '../secrets/domain/secret.builder.js';
import { builtInChecks } from './built-in-checks.js';
import { aLocalSchema, aSchema } from './schema.builder.js';

const checksOf = (registry: SchemaRegistry) =>
  new SchemaChecks({
    registry,
    feed: { loaded: () => Promise.resolve() },
    clock: new SystemClock(),
    pace: new CheckPace(),
    randomness: systemRandomness,
    onViolations: () => undefined,
  });
const subject = (namespace: string, label: string) => ({
  namespace,
  type: 'Opaque',
  labels: { 'sallyport.dev/schema': label },
});

describe('generators', () => {
  it('make another value at each call, for each key that a usable schema generates', () => {
    const registry = new SchemaRegistry();
    const impossible = { password: { length: 8 } };
    registry.put(aSchema('login', { keys: { id: { generate: { uuid: {} } }, user: {} } }), '');
    registry.put(aSchema('broken', { keys: { id: { generate: impossible } } }), '');
    const checks = checksOf(registry);
    const makers = checks.makers(subject('shop', 'login'));
    expect([...makers.keys()]).toEqual(['id']);
    const [one, two] = [makers.get('id')?.(), makers.get('id')?.()];
    expect(one?.sizeBytes).toBe(36);
    expect(one?.revealText()).not.toBe(two?.revealText());
    expect(checks.makers(subject('shop', 'broken')).size).toBe(0);
  });

  it('make nothing for a built-in schema', () => {
    for (const name of builtInSchemas.keys()) {
      expect(builtInChecks().makers(subject('shop', name)).size).toBe(0);
    }
  });
});

describe('schemas of the cluster and of a namespace', () => {
  const registry = new SchemaRegistry();
  const withRule = (schema: object) => ({ keys: { password: { schema } } });
  registry.put(aSchema('login', withRule({ minLength: 8 })), '');
  registry.put(aLocalSchema('shop', 'login', withRule({ pattern: '!' })), '');
  const checks = checksOf(registry);
  const broken = (namespace: string, text: string) =>
    checks
      .findings({
        ...subject(namespace, 'login'),
        ...{ name: 'db', annotations: {}, data: values({ password: text }) },
      })
      .map(({ schema }) => schema);

  it('must both be satisfied', () => {
    expect(broken('shop', 'short')).toEqual(['login', 'shop/login']);
    expect(broken('shop', 'short!')).toEqual(['login']);
    expect(broken('shop', 'long enough')).toEqual(['shop/login']);
    expect(broken('shop', 'long enough!')).toEqual([]);
  });

  it('leave Secrets of other namespaces alone', () => {
    expect(broken('pay', 'long enough')).toEqual([]);
    expect(checks.schemasOf(subject('pay', 'login'))).toEqual(new Set(['login']));
  });

  it('have names of their own, so that a new one breaks no other write', () => {
    const names = new Set(['login', 'shop/login']);
    expect(checks.schemasOf(subject('shop', 'login'))).toEqual(names);
  });
});

it('are loaded when the schemas from the watch are compiled', async () => {
  const registry = new SchemaRegistry();
  for (const name of ['login', 'other']) registry.put(aSchema(name, {}), '');
  const isCompiled = () => registry.cluster.all.every((one) => one.isCompiled());
  expect(isCompiled()).toBe(false);
  await checksOf(registry).loaded();
  expect(isCompiled()).toBe(true);
});
