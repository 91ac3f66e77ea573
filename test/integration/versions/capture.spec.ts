import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { limits } from '../../../src/core/limits.js';
import { TestInstallation } from '../../support/gateway.js';
import { CaptureWorld } from './capture-world.js';
import { HistoryRecording } from '../../../src/versions/history-recording.service.js';
import { partOf } from '../../support/part-of.js';

const GATHERED_MS = limits.versionOutsideGatheredMs;

describe('history', () => {
  let installation: TestInstallation;
  let world: CaptureWorld;
  const path = '/namespaces/pay/secrets';

  beforeAll(async () => {
    const versions = { minAge: '0s', minCount: 1 };
    installation = await TestInstallation.start({ versions });
    world = new CaptureWorld(installation);
    await world.begin('pay');
  }, 900_000);
  afterAll(() => installation?.stop());

  const values = async (name: string) =>
    (await world.history('pay', name)).map((version) => version.values);

  it('numbers each write of the gateway, with who, why and by which door', async () => {
    const reason = { 'x-change-reason': 'first day' };
    const first = { name: 'own', stringData: { password: 'one', user: 'u' } };
    const made = await world.send('POST', path, first, reason);
    expect(made.body).toMatchObject({
      version: 1,
      updatedBy: 'system:serviceaccount:pay:app',
      keys: [{ version: 1 }, { version: 1 }],
    });
    const second = { stringData: { password: 'two', user: 'u' } };
    const changed = await world.send('PUT', `${path}/own`, second);
    expect(changed.body).toMatchObject({ version: 2, keys: [{ version: 2 }, { version: 1 }] });
    const again = await world.send('PUT', `${path}/own`, second);
    expect(again.body).toMatchObject({ version: 2 });
    const gone = await world.send('DELETE', `${path}/own`);
    expect(gone.body).toMatchObject({ version: 2 });
    const history = await world.history('pay', 'own');
    expect(history).toMatchObject([
      {
        version: 1,
        isGap: false,
        values: first.stringData,
        attribution: {
          door: 'rest',
          username: 'system:serviceaccount:pay:app',
          reason: 'first day',
          auditId: made.auditId,
        },
      },
      { version: 2, values: second.stringData, attribution: { door: 'rest' } },
    ]);
    const anew = await world.send('POST', path, first);
    expect(anew.body).toMatchObject({ version: 3 });
  });

  it('takes what is changed behind its back, with the field manager as a hint', async () => {
    await world.direct('POST', 'pay', 'outside', { stringData: { a: '1' } });
    await world.direct('PUT', 'pay', 'outside', { stringData: { a: '2' } });
    await world.direct('PUT', 'pay', 'outside', { stringData: { a: '2' }, type: 'Opaque' });
    await world.direct('PUT', 'pay', 'outside', { stringData: { a: '1', b: '3' } });
    await expect.poll(() => values('outside')).toHaveLength(3);
    expect(await world.history('pay', 'outside')).toMatchObject([
      { version: 1, attribution: { door: 'external', fieldManager: 'somebody' } },
      { version: 2, values: { a: '2' } },
      { version: 3, values: { a: '1', b: '3' } },
    ]);
  });

  it(
    'gives a change behind its back the user whom the cluster reports',
    async () => {
      const fromMs = Date.now();
      await world.direct('POST', 'pay', 'reported', { stringData: { a: '1' } });
      const history = partOf(installation.gateway, HistoryRecording);
      history.noteBypass({
        ...{ auditId: 'theirs', verb: 'create', requestUri: '/', stage: 'ResponseComplete' },
        ...{ user: { username: 'eve' }, impersonatedUser: undefined, code: 201 },
        object: { namespace: 'pay', name: 'reported' },
        receivedAt: new Date(fromMs).toISOString(),
        stageAt: new Date().toISOString(),
      });
      await expect
        .poll(() => world.history('pay', 'reported'), { timeout: GATHERED_MS + 10_000 })
        .toMatchObject([{ attribution: { door: 'external', username: 'eve', auditId: 'theirs' } }]);
    },
    GATHERED_MS + 30_000,
  );

  it('makes a version of each edit, mixed from both sides, in order', async () => {
    const told: string[] = [];
    await world.send('POST', path, { name: 'mixed', stringData: { v: 'start' } });
    for (let edit = 0; edit < 15; edit += 1) {
      const value = `edit-${edit}`;
      if (edit % 2 === 0) await world.send('PUT', `${path}/mixed`, { stringData: { v: value } });
      else await world.direct('PUT', 'pay', 'mixed', { stringData: { v: value } });
      told.push(value);
    }
    const seen = async () => (await values('mixed')).map(({ v }) => v);
    await expect.poll(seen).toEqual(['start', ...told]);
    const doors = (await world.history('pay', 'mixed')).map(({ attribution }) => attribution.door);
    expect(doors.slice(1)).toEqual(told.map((_, edit) => (edit % 2 === 0 ? 'rest' : 'external')));
  });

  it('makes none of what has no place in a history', async () => {
    const release = { type: 'helm.sh/release.v1', stringData: { release: 'r' } };
    await world.direct('POST', 'pay', 'sh.helm.release.v1.app.v1', release);
    const name = 'sh.helm.release.v1.app.v2';
    const own = await world.send('POST', path, { name, ...release });
    expect(own).toMatchObject({ status: 201, body: { version: null } });
    await world.direct('POST', 'pay', 'after-helm', { stringData: { a: '1' } });
    await expect.poll(() => values('after-helm')).toHaveLength(1);
    expect(await values('sh.helm.release.v1.app.v1')).toEqual([]);
    expect(await values(name)).toEqual([]);
  });

  it('keeps no more versions than an annotation says', async () => {
    const metadata = {
      name: 'short',
      annotations: { 'sallyport.dev/history-limit': '3' },
    };
    for (const a of ['1', '2', '3', '4', '5']) {
      await world.direct(a === '1' ? 'POST' : 'PUT', 'pay', 'short', {
        metadata,
        stringData: { a },
      });
    }
    await expect.poll(() => values('short')).toEqual([{ a: '3' }, { a: '4' }, { a: '5' }]);
  });

  it('does not take a dry run, a refusal or an unchanged patch for a version', async () => {
    await world.send('POST', path, { name: 'still', stringData: { a: '1' } });
    await world.send('PUT', `${path}/still?dryRun=All`, { stringData: { a: '2' } });
    await world.send('PUT', `${path}/still`, { stringData: { 'no/key': '2' } });
    await world.send('PATCH', `${path}/still`, { stringData: { a: '1' } });
    const last = await world.send('PATCH', `${path}/still`, { stringData: { a: '3' } });
    expect(last.body).toMatchObject({ version: 2 });
    expect(await values('still')).toEqual([{ a: '1' }, { a: '3' }]);
  });

  it('gives a namespace that is made anew a history of its own', async () => {
    await world.remake('team', 'shared', { a: 'theirs' });
    await expect.poll(() => world.history('team', 'shared')).toHaveLength(1);
    await world.remake('team', 'shared', { a: 'ours' });
    await expect
      .poll(async () => (await world.history('team', 'shared')).map((one) => one.values))
      .toEqual([{ a: 'ours' }]);
  }, 60_000);
});
