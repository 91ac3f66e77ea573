import { beforeEach, expect, it } from 'vitest';
import type { AccessService } from '../../../src/access/access.service.js';
import type { ServedNamespaces } from '../../../src/access/domain/served-namespaces.js';
import type { CallRunner } from '../../../src/calls/call-runner.service.js';
import { CallOutcome, CallTrace } from '../../../src/calls/domain/call-trace.js';
import { SystemClock } from '../../../src/core/clock.js';
import { SallyportError } from '../../../src/core/errors/sallyport-error.js';
import type { CustomResource } from '../../../src/custom-resources/domain/custom-resource.js';
import type { CheckPace } from '../../../src/schemas/check-pace.js';
import { SchemaRegistry } from '../../../src/schemas/domain/schema-registry.js';
import { schemaSpecSchema } from '../../../src/schemas/domain/schema-spec.js';
import { clusterSchema, type SchemaFeed } from '../../../src/schemas/domain/secret-schemas.js';
import { SchemasService } from '../../../src/schemas/schemas.service.js';
import type { StoredSchemas } from '../../../src/schemas/stored-schemas.js';
import { callContext } from '../audit/audit-builders.js';
import { aSchema } from './schema.builder.js';

type Effect = (trace: CallTrace) => Promise<unknown>;

const ctx = callContext();
const login = clusterSchema('login');
const specOf = (spec: object) =>
  schemaSpecSchema.parse({ appliesTo: { label: 'login' }, mode: 'enforce', ...spec });
const paced: string[] = [];
let stored: CustomResource | undefined;
let isPaceExceeded: boolean;
let service: SchemasService;

const run = async (_ctx: unknown, _facts: unknown, effect: Effect) => {
  const result = await effect(new CallTrace());
  return result instanceof CallOutcome ? (result.value as unknown) : result;
};
const access = { require: () => Promise.resolve({ reason: '' }), tracedBy: () => access };
const resources = {
  get: async () => {
    if (stored === undefined) throw new SallyportError('NotFound', 'there is none');
    return stored;
  },
  create: async (_call: unknown, { name }: { readonly name: string }, spec: object) => {
    stored = aSchema(name, spec);
    return stored;
  },
};
const pace = {
  run: async ({ principal }: typeof ctx, check: () => unknown) => {
    if (isPaceExceeded) throw new SallyportError('TooManyRequests', 'too many checks');
    paced.push(principal.username);
    return check();
  },
};

beforeEach(() => {
  paced.length = 0;
  stored = undefined;
  isPaceExceeded = false;
  service = new SchemasService(
    { read: run, write: run } as unknown as CallRunner,
    access as unknown as AccessService,
    { requireReachable: () => undefined } as unknown as ServedNamespaces,
    { of: () => resources } as unknown as StoredSchemas,
    new SchemaRegistry(),
    { loaded: () => Promise.resolve() } as unknown as SchemaFeed,
    new SystemClock(),
    pace as unknown as CheckPace,
  );
});

it('compiles a schema in the time of its author before it is stored', async () => {
  isPaceExceeded = true;
  const refused = service.put(ctx, login, specOf({}), { dryRun: false });
  await expect(refused).rejects.toMatchObject({ code: 'TooManyRequests' });
  expect(stored).toBeUndefined();
  isPaceExceeded = false;
  const wrong = specOf({ rules: [{ rule: 'secret.a' }] });
  await expect(service.put(ctx, login, wrong, { dryRun: false })).rejects.toMatchObject({
    code: 'Invalid',
  });
  const { view } = await service.put(ctx, login, specOf({}), { dryRun: false });
  expect(view).toMatchObject({ name: 'login', readOnly: { state: 'Valid' } });
  expect(paced).toEqual(['alice', 'alice']);
});

it('compiles a schema that is not known yet in the time of its reader', async () => {
  stored = aSchema('login', {});
  expect(await service.get(ctx, login)).toMatchObject({ name: 'login' });
  expect(paced).toEqual(['alice']);
});

it('has no end of values that is beyond all dates', async () => {
  stored = aSchema('login', { expires: { jwt: 'token' } });
  const claims = Buffer.from('{"exp":1e300}').toString('base64url');
  const found = await service.validate(ctx, login, { stringData: { token: `e30.${claims}.c2ln` } });
  expect(found).toEqual({ valid: true, errors: [], expiresAt: null });
});
