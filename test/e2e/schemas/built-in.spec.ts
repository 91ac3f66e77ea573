import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SecretsWorld, toBase64 } from '../../support/secrets-world.js';
import { type SchemaTransport, schemaTransports } from './schema-transports.js';

let world: SecretsWorld<'owner' | 'writer' | 'auditor'>;
let url: string;

const labels = { 'sallyport.dev/schema': 'dsn.postgresql' };
const good = 'postgresql://app:hunter2-good@db/app';
const bad = 'mysql://app:hunter2-bad@db/app';
const reason = 'must begin with postgresql:// or postgres://';

beforeAll(async () => {
  world = await SecretsWorld.start('schemas', ['owner', 'writer', 'auditor']);
  [url = ''] = await world.installation.gateway.listen();
});
afterAll(() => world?.stop());

describe.each(schemaTransports)('over $name', (transport: SchemaTransport) => {
  const call = (as: 'owner' | 'writer' = 'owner') => ({ url, token: world.tokens[as], world });
  const named = (what: string): string => `${transport.name.toLowerCase()}-${what}`;

  it('a Secret with a wrong value is not created, and the refusal names key and rule', async () => {
    const name = named('created');
    const refused = await transport.create(call(), { name, labels, values: { dsn: bad } });
    expect(refused).toMatchObject({ ok: false, status: 422 });
    expect(refused.text).toContain(reason);
    expect(refused.text).toContain('dsn');
    expect(refused.text).toContain(`${reason} (schema dsn.postgresql)`);
    expect(refused.text).not.toContain('hunter2');
    expect(await world.stored(name)).toBeUndefined();
    const made = await transport.create(call(), { name, labels, values: { dsn: good } });
    expect(made).toMatchObject({ ok: true });
  });

  it('no kind of write puts a wrong value in', async () => {
    const name = named('written');
    await world.seed(name, { metadata: { labels }, stringData: { dsn: good, note: 'x' } });
    for (const write of transport.writes) {
      const refused = await write(call(), { name, labels, values: { dsn: bad, note: 'x' } });
      expect(refused).toMatchObject({ ok: false, status: 422 });
      expect(refused.text).toContain(`${reason} (schema dsn.postgresql)`);
      expect(refused.text).not.toContain('hunter2');
    }
    expect(await world.values(name)).toEqual({ dsn: good, note: 'x' });
  });

  it('a write that leaves a wrong value as it is passes', async () => {
    const name = named('former');
    await world.seed(name, { metadata: { labels }, stringData: { dsn: bad, note: 'x' } });
    for (const [index, write] of transport.writes.entries()) {
      const values = { dsn: bad, note: `x${index}` };
      expect(await write(call(), { name, labels, values })).toMatchObject({ ok: true });
      expect(await world.values(name)).toEqual(values);
    }
  });

  it('a label that a patch adds makes the schema apply', async () => {
    const name = named('labelled');
    await world.seed(name, { stringData: { dsn: bad } });
    const refused = await transport.label(call(), { name, labels, values: {} });
    expect(refused).toMatchObject({ ok: false, status: 422 });
    expect((await world.stored(name))?.metadata.labels).toBeUndefined();
  });

  it('a caller who may not read answers for each key, whatever is stored', async () => {
    const name = named('blind');
    await world.seed(name, { metadata: { labels }, stringData: { dsn: bad } });
    for (const dsn of [bad, 'mysql://other']) {
      const refused = await transport.writes[0](call('writer'), { name, labels, values: { dsn } });
      expect(refused).toMatchObject({ ok: false, status: 422 });
    }
  });

  it('a refusal is on record without a value', async () => {
    const events = await world
      .as('auditor')
      .get('/v1/audit/events?namespace=schemas&outcome=failed');
    expect(events.text).toContain('422');
    expect(events.text).not.toContain('hunter2');
    expect(events.text).not.toContain(toBase64(bad));
  });
});
