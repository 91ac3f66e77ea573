import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RestAnswer } from '../../support/rest-caller.js';
import { SecretsWorld, auditEventsOf } from '../../support/secrets-world.js';

type Role = 'owner' | 'writer' | 'auditor';

let world: SecretsWorld<Role>;

beforeAll(async () => {
  world = await SecretsWorld.start('idempotent', ['owner', 'writer', 'auditor']);
});
afterAll(() => world?.stop());

const keyed = (key: string) => ({ 'idempotency-key': key });

/** What a repetition must answer again. */
function answered({ status, body, headers }: RestAnswer) {
  return { status, body, etag: headers['etag'], warning: headers['warning'] };
}

describe('a write repeated under its Idempotency-Key', () => {
  it('answers a POST again with the same status and metadata, and creates once', async () => {
    const body = { name: 'posted', stringData: { a: 'value-a\n' } };
    const post = () => world.as('owner').post(world.path, body, keyed('post-1'));
    const first = await post();
    const stored = await world.stored('posted');

    expect(first.status).toBe(201);
    expect(answered(await post())).toEqual(answered(first));
    expect(await world.stored('posted')).toEqual(stored);
    const unkeyed = await world.as('owner').post(world.path, body);
    expect(unkeyed).toMatchObject({ status: 409, body: { code: 'AlreadyExists' } });
  });

  it('answers a PUT again and does not undo what came between', async () => {
    const put = (value: string, headers = {}) =>
      world.as('owner').put(world.at('put'), { stringData: { value } }, headers);
    const first = await put('value-1', keyed('put-1'));
    await put('value-2');
    expect(answered(await put('value-1', keyed('put-1')))).toEqual(answered(first));
    expect(await world.values('put')).toEqual({ value: 'value-2' });
  });

  it('answers a PATCH, which would fail the second time, again', async () => {
    await world.seed('patched', { stringData: { a: 'value-a' } });
    const operations = [{ op: 'move', from: '/data/a', path: '/data/b' }];
    const patch = () =>
      world.as('owner').jsonPatch(world.at('patched'), operations, keyed('patch-1'));
    const first = await patch();
    expect(first.status).toBe(200);
    expect(answered(await patch())).toEqual(answered(first));
    expect(await world.values('patched')).toEqual({ b: 'value-a' });
  });

  it('answers a DELETE again and leaves a Secret of the same name alone', async () => {
    await world.seed('deleted', { stringData: { a: 'value-a' } });
    const remove = () => world.as('owner').delete(world.at('deleted'), keyed('delete-1'));
    const first = await remove();
    await world.seed('deleted', { stringData: { b: 'value-b' } });
    expect(answered(await remove())).toEqual(answered(first));
    expect(await world.values('deleted')).toEqual({ b: 'value-b' });
  });

  it('answers PUT and DELETE of a key again', async () => {
    await world.seed('keys', { stringData: { a: 'value-a' } });
    const path = `${world.at('keys')}/keys/b`;
    const put = () => world.as('owner').put(path, 'value-b', keyed('key-1'));
    const remove = () => world.as('owner').delete(path, keyed('key-1'));
    const [first, again] = [await put(), await put()];
    expect([first.status, answered(again)]).toEqual([201, answered(first)]);
    const removed = await remove();
    expect([removed.status, answered(await remove())]).toEqual([200, answered(removed)]);
  });

  it('leaves an event of its own for the repetition', async () => {
    const body = { stringData: { a: 'value-a' } };
    const put = () => world.as('owner').put(world.at('recorded'), body, keyed('record-1'));
    const ids = [(await put()).headers['audit-id'], (await put()).headers['audit-id']];
    const events = await auditEventsOf(world.as('auditor'), 'idempotent', '&secret=recorded');
    expect(events.map(({ auditId }) => auditId)).toEqual(ids.toReversed());
    expect(events.map(({ code }) => code)).toEqual([201, 201]);
  });

  it('is the same request in other white space and order of members', async () => {
    const headers = { ...keyed('spelling-1'), 'content-type': 'application/json' };
    const put = (body: string) => world.as('owner').put(world.at('spelled'), body, headers);
    const first = await put('{"stringData":{"a":"value-a","b":"value-b"},"labels":{"l":"1"}}');
    const again = await put(
      '{ "labels": {"l":"1"},\n "data":{"b":"dmFsdWUtYg=="},' + ' "stringData":{"a":"value-a"} }',
    );
    expect([first.status, answered(again)]).toEqual([201, answered(first)]);
  });
});

describe('another request under a used Idempotency-Key', () => {
  const body = { stringData: { a: 'value-a' } };

  it('is 422 with another body, name, condition or dry run, and writes nothing', async () => {
    expect((await world.as('owner').put(world.at('used'), body, keyed('used-1'))).status).toBe(201);
    const before = await world.stored('used');
    const caller = world.as('owner');
    for (const answer of [
      await caller.put(world.at('used'), { stringData: { a: 'value-b' } }, keyed('used-1')),
      await caller.put(world.at('used-too'), body, keyed('used-1')),
      await caller.put(world.at('used'), body, { ...keyed('used-1'), 'if-match': '*' }),
      await caller.put(`${world.at('used')}?dryRun=All`, body, keyed('used-1')),
    ]) {
      expect(answer).toMatchObject({ status: 422, body: { code: 'Invalid' } });
    }
    expect(await world.stored('used')).toEqual(before);
    expect(await world.stored('used-too')).toBeUndefined();
  });

  it('runs where another credential sends it', async () => {
    const ofOwner = await world.as('owner').put(world.at('of-owner'), body, keyed('shared-1'));
    const ofWriter = await world.as('writer').put(world.at('of-writer'), body, keyed('shared-1'));
    expect([ofOwner.status, ofWriter.status]).toEqual([201, 201]);
    const again = await world.as('writer').put(world.at('of-writer'), body, keyed('shared-1'));
    expect(answered(again)).toEqual(answered(ofWriter));
  });

  it('runs where it is sent to another route', async () => {
    const put = await world.as('owner').put(world.at('routed'), body, keyed('route-1'));
    const merge = await world
      .as('owner')
      .merge(world.at('routed'), { labels: { l: '1' } }, keyed('route-1'));
    expect([put.status, merge.status]).toEqual([201, 200]);
  });
});

describe('an Idempotency-Key', () => {
  it('is 409 while its request runs, which takes effect once', async () => {
    const body = { name: 'at-once', stringData: { a: 'value-a' } };
    const post = () => world.as('owner').post(world.path, body, keyed('at-once'));
    const answers = await Promise.all([post(), post(), post(), post()]);
    const refused = answers.filter(({ status }) => status !== 201);
    expect(refused.length).toBeGreaterThan(0);
    for (const answer of refused) {
      expect(answer).toMatchObject({ status: 409, body: { code: 'Conflict' } });
    }
    expect(answers.length - refused.length).toBeGreaterThan(0);
    expect((await post()).status).toBe(201);
  });

  it('is free again after a request that failed', async () => {
    const put = (value: string, headers = {}) =>
      world
        .as('owner')
        .put(world.at('freed'), { stringData: { value } }, { ...keyed('freed-1'), ...headers });
    expect((await put('value-1', { 'if-match': '"a.1"' })).status).toBe(412);
    expect((await put('value-2')).status).toBe(201);
    expect(await world.values('freed')).toEqual({ value: 'value-2' });
  });

  it.each([
    ['empty', ''],
    ['longer than 255 characters', 'k'.repeat(256)],
    ['not ASCII', 'sch\u00fcssel'],
  ])('is 400 where it is %s, and nothing is written', async (_what, key) => {
    const answer = await world.as('owner').put(world.at('badly-keyed'), { data: {} }, keyed(key));
    expect(answer).toMatchObject({ status: 400, body: { code: 'BadRequest' } });
    expect(await world.stored('badly-keyed')).toBeUndefined();
  });
});
