import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { documentLimits } from '../../../src/core/document-limits.js';
import { allOfSecrets } from '../../support/gateway.js';
import { type Callers, doors } from '../../support/door.js';
import { send } from '../../support/raw-http.js';
import { SecretsWorld } from '../../support/secrets-world.js';
import { eventsOf } from '../../support/spec-writes.js';
import { virtual } from '../../support/tokens-world.js';
import { memberCases, settings } from './member-cases.js';

const namespace = 'members';

let world: SecretsWorld<'reader' | 'writer'>;
let callers: Callers;

beforeAll(async () => {
  world = await SecretsWorld.start(namespace, ['reader', 'writer']);
  const { installation, tokens } = world;
  const [url = ''] = await installation.gateway.listen();
  const keys = { ...virtual('secretkeys', 'get'), resourceNames: ['settings/config.json'] };
  callers = {
    url,
    tokens: {
      ...tokens,
      keyreader: await installation.user(namespace, 'keyreader', [keys]),
      historian: await installation.user(namespace, 'historian', [
        allOfSecrets,
        virtual('secretversions', 'get'),
      ]),
    },
  };
  await world.seed('settings', { stringData: settings });
});
afterAll(() => world?.stop());

const ask = async (selection: string, as = 'reader') => {
  const query = `{ secret(namespace: "${namespace}", name: "settings") { ${selection} } }`;
  const call = { method: 'POST', path: '/graphql', body: { query } };
  const answer = await send(callers.url, { ...call, token: callers.tokens[as] });
  const events = await eventsOf(world.installation, String(answer.headers['audit-id']));
  return { answer, events, ...answer.json<{ data: unknown; errors?: object[] }>() };
};

describe.each(doors)('a member of a document over $name', (door) => {
  it.each(memberCases(namespace))('$name is answered and recorded alike', async (step) => {
    const { ok, code, data, text, auditId } = await door.call(callers, step);
    expect({ ok, code }).toEqual({ ok: step.expect.code === undefined, code: step.expect.code });
    if (ok) expect(data ?? text).toBe(step.expect.data);
    else expect(text).not.toMatch(/value-|5432/);
    const user = `system:serviceaccount:${namespace}:${step.as}`;
    expect(await eventsOf(world.installation, auditId)).toMatchObject([
      { user, namespace, ...step.expect.event },
    ]);
  });
});

describe('refusals of members', () => {
  const failing = memberCases(namespace).filter(({ expect: { code } }) => code !== undefined);
  it.each(failing)('have one sentence over REST and GraphQL: $name', async (step) => {
    const [rest, graphql] = await Promise.all(
      doors.map(async (door) => {
        const { data } = await door.call(callers, step);
        const { code, detail, errors = [] } = data as Record<string, unknown>;
        return { code, detail, errors };
      }),
    );
    expect(graphql).toEqual(rest);
  });
});

describe('over GraphQL, a member', () => {
  const member = 'value(key: "config.json", pointer: "/db/password")';

  it('is read on its own, next to metadata and values that are read together', async () => {
    const { data, events } = await ask(`type ${member} plain: value(key: "plain")
      port: value(key: "config.json", pointer: "/db/port", encoding: BASE64)`);
    expect(data).toEqual({
      secret: {
        ...{ type: 'Opaque', value: 'value-a', plain: 'value-plain' },
        port: Buffer.from('5432').toString('base64'),
      },
    });
    const shown = events.map(({ keys, pointers = [] }) => [...keys, ...pointers].join(' '));
    expect(shown.toSorted()).toEqual([
      'config.json config.json#/db/password',
      'config.json config.json#/db/port',
      'plain',
    ]);
  });

  it('that is refused leaves its neighbours', async () => {
    const { data, errors } = await ask(`${member} other: value(key: "plain", pointer: "/a")`);
    expect(data).toEqual({ secret: { value: 'value-a', other: null } });
    expect(errors).toMatchObject([{ path: ['secret', 'other'], extensions: { code: 'Invalid' } }]);
  });

  it('needs no right to metadata', async () => {
    const { data, events } = await ask(`name ${member}`, 'keyreader');
    expect(data).toEqual({ secret: { name: 'settings', value: 'value-a' } });
    expect(events).toHaveLength(1);
  });

  it('is one of a bounded number', async () => {
    const { membersReadMax } = documentLimits;
    const aliases = Array.from({ length: 13 }, (_, at) => `m${at}: ${member}`).join(' ');
    const names = Array.from({ length: 4 }, (_, at) => `n${at}`);
    for (const name of names) await world.seed(name, { stringData: settings });
    const list = names.map((name) => `"${name}"`).join(', ');
    const query = `{ secretsByName(namespace: "${namespace}", names: [${list}]) { ${aliases} } }`;
    const call = { method: 'POST', path: '/graphql', body: { query } };
    const answer = await send(callers.url, { ...call, token: callers.tokens['reader'] });
    const { errors = [] } = answer.json<{ errors?: object[] }>();
    expect(errors).toHaveLength(4 * 13 - membersReadMax);
    expect(errors[0]).toMatchObject({
      message: `at most ${membersReadMax} members of documents in a request`,
      extensions: { code: 'BadRequest' },
    });
  });
});
