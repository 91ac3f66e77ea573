import { stringify } from 'yaml';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sealedSecret, type Sealing } from '../../support/sealed-secrets.js';
import { auditEventsOf, SecretsWorld } from '../../support/secrets-world.js';

type Role = 'owner' | 'writer' | 'auditor' | 'nobody';

const namespace = 'sealed-graphql';
const mutation = `mutation($input: ApplySealedSecretInput!) {
  applySealedSecret(input: $input) { created dryRun secret { name } changes { added } }
}`;
let world: SecretsWorld<Role>;
let certificate: string;
let read: Readonly<Record<'pem' | 'createdAt', string>>;

interface Result {
  readonly data: Readonly<Record<string, unknown>> | null;
  readonly errors?: readonly { readonly extensions: Readonly<Record<string, unknown>> }[];
}

beforeAll(async () => {
  world = await SecretsWorld.start(namespace, ['owner', 'writer', 'auditor', 'nobody']);
  const { data } = await ask('nobody', '{ sealingCertificate { pem createdAt } }');
  read = data?.['sealingCertificate'] as typeof read;
  certificate = read.pem;
});
afterAll(() => world?.stop());

async function ask(role: Role, query: string, variables = {}): Promise<Result> {
  const answer = await world.as(role).post('/graphql', { query, variables });
  return answer.body as unknown as Result;
}

function apply(role: Role, manifest: object, format: (manifest: object) => string, more = {}) {
  const input = { namespace, manifest: format(manifest), ...more };
  return ask(role, mutation, { input });
}

function sealed(name: string, rest: Partial<Sealing> = {}) {
  return sealedSecret({ certificate, namespace, name, values: { password: 'p-12345' }, ...rest });
}

describe('SealedSecrets over GraphQL', () => {
  it('have the certificate of REST', async () => {
    const { text } = await world.as('owner').get('/v1/sealing/certificate');
    expect(text).toBe(certificate);
    expect(Date.parse(read.createdAt)).toBeLessThanOrEqual(Date.now());
  });

  it.each([
    ['json', JSON.stringify],
    ['yaml', stringify],
  ])('become Secrets in %s', async (name, format) => {
    const { data, errors } = await apply('owner', sealed(name), format);
    expect(errors).toBeUndefined();
    expect(data).toEqual({
      applySealedSecret: {
        created: true,
        dryRun: false,
        secret: { name },
        changes: { added: ['password'] },
      },
    });
    expect(await world.values(name)).toEqual({ password: 'p-12345' });
  });

  it('are only checked with dryRun', async () => {
    const { data } = await apply('writer', sealed('tried'), JSON.stringify, { dryRun: true });
    expect(data?.['applySealedSecret']).toMatchObject({ created: true, dryRun: true });
    expect(await world.stored('tried')).toBeUndefined();
  });

  it('are refused if they cannot be opened, or without the right, on record', async () => {
    const renamed = sealed('first');
    renamed.metadata.name = 'second';
    const invalid = await apply('writer', renamed, JSON.stringify);
    expect(invalid.errors?.[0]?.extensions).toMatchObject({ code: 'Invalid', status: 422 });
    const denied = await apply('nobody', sealed('denied'), JSON.stringify);
    expect(denied.errors?.[0]?.extensions).toMatchObject({ code: 'Forbidden', status: 403 });
    const broken = await ask('writer', mutation, { input: { namespace, manifest: '{' } });
    expect(broken.errors?.[0]?.extensions).toMatchObject({ code: 'BadRequest', status: 400 });
    expect(await world.stored('second')).toBeUndefined();
    const [event] = await auditEventsOf(world.as('auditor'), namespace, '&secret=denied');
    expect(event).toMatchObject({ action: 'secrets.update', outcome: 'denied' });
  });
});
