import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCertificateAuthority } from '../../../src/core/certificate-authority.js';
import { seedSecret, storedVersion } from '../../support/seed.js';
import { eventually } from '../../support/tokens-world.js';

import { SharingWorld } from './sharing-world.js';

const secrets = '/api/v1/namespaces/shop/secrets';
const merge = { contentType: 'application/merge-patch+json' };
const base64 = (text: string) => Buffer.from(text).toString('base64');

let world: SharingWorld;

beforeAll(async () => {
  world = await SharingWorld.start();
});
afterAll(() => world?.stop());

const cluster = () => world.installation.cluster;
const edit = (name: string, body: object) =>
  cluster().request('PATCH', `${secrets}/${name}`, body, merge);
const revoke = (name: string) =>
  world.as('owner').post(`/v1/namespaces/pay/shares/${name}/revoke`, {});

async function becomes(name: string, data: object | undefined): Promise<void> {
  await eventually(async () => expect((await world.stored(name))?.data).toEqual(data));
}

async function stands(name: string, state: string, reason: string): Promise<void> {
  await eventually(async () => {
    expect(await world.statusOf(name)).toMatchObject({ state, conditions: [{ reason }] });
  });
}

/** A Secret in shop that a user made, and the import that has it as its target. */
async function ontoExisting(target: string, metadata: object, imported: object = {}) {
  const body = { apiVersion: 'v1', kind: 'Secret', metadata: { name: target, ...metadata } };
  const data = { own: base64('mine') };
  expect((await cluster().request('POST', secrets, { ...body, data })).status).toBe(201);
  return world.copy({}, { target: { secretName: target }, ...imported });
}

describe('a target that exists', () => {
  it('is not changed, whoever made it', async () => {
    for (const [target, reason, metadata] of [
      ['user-made', 'TargetExists', {}],
      ['argo-made', 'ManagedElsewhere', { labels: { 'argocd.argoproj.io/instance': 'app' } }],
      ['helm-made', 'ManagedElsewhere', { labels: { 'app.kubernetes.io/managed-by': 'Helm' } }],
      ['flux-made', 'ManagedElsewhere', { labels: { 'kustomize.toolkit.fluxcd.io/name': 'a' } }],
    ] as const) {
      const name = await ontoExisting(target, metadata);
      const version = await storedVersion(world.installation, 'shop', target);
      await stands(name, 'Conflict', reason);
      expect(await storedVersion(world.installation, 'shop', target)).toBe(version);
      await revoke(name);
      await stands(name, 'NotGranted', 'NotGranted');
      expect(await storedVersion(world.installation, 'shop', target)).toBe(version);
    }
  });

  it('gets the keys where the import adopts it, and loses only these at the end', async () => {
    const name = await ontoExisting('adopted', {}, { adopt: 'added by shop' });
    await becomes('adopted', { own: 'mine', password: 'shared-value' });
    await revoke(name);
    await becomes('adopted', { own: 'mine' });
    expect((await world.stored('adopted'))?.metadata.annotations).toBeUndefined();
  });

  it('gets no keys that the schema of its label refuses', async () => {
    const labels = { 'sallyport.dev/schema': 'dsn.postgresql' };
    const keys = [{ name: 'password', as: 'dsn' }];
    const name = await ontoExisting('labelled', { labels }, { keys, adopt: 'yes' });
    await stands(name, 'Conflict', 'SchemaRefused');
    expect((await world.stored('labelled'))?.data).toEqual({ own: 'mine' });
  });

  it('keeps a key of that name with another value', async () => {
    const body = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'same-key' } };
    const data = { password: base64('mine') };
    await cluster().request('POST', secrets, { ...body, data });
    const name = await world.copy({}, { target: { secretName: 'same-key' }, adopt: 'yes' });
    await stands(name, 'Conflict', 'KeyExists');
    await revoke(name);
    await stands(name, 'NotGranted', 'NotGranted');
    expect((await world.stored('same-key'))?.data).toEqual({ password: 'mine' });
  });

  it('is shared by two imports, each of which takes away its own keys', async () => {
    const one = await world.copy({}, { target: { secretName: 'of-two' } });
    await becomes('of-two', { password: 'shared-value' });
    const keys = [{ name: 'user' }];
    const second = { target: { secretName: 'of-two' }, adopt: 'too', keys };
    const other = await world.copy({ keys: ['user'] }, second);
    await becomes('of-two', { password: 'shared-value', user: 'app' });
    await revoke(one);
    await becomes('of-two', { user: 'app' });
    await revoke(other);
    await becomes('of-two', {});
  });

  it('keeps a key of two imports until both have ended', async () => {
    const one = await world.copy({}, { target: { secretName: 'same-of-two' } });
    await becomes('same-of-two', { password: 'shared-value' });
    const second = { target: { secretName: 'same-of-two' }, adopt: 'too' };
    const other = await world.copy({}, second);
    await stands(other, 'Ready', 'Delivered');
    await revoke(one);
    await stands(one, 'NotGranted', 'NotGranted');
    expect((await world.stored('same-of-two'))?.data).toEqual({ password: 'shared-value' });
    await revoke(other);
    await becomes('same-of-two', {});
  });

  it('of another type, or immutable, is not changed', async () => {
    const typed = await ontoExisting('typed', {}, { adopt: 'yes' });
    await becomes('typed', { own: 'mine', password: 'shared-value' });
    expect(typed).not.toBe('');
    const body = { apiVersion: 'v1', kind: 'Secret', data: { own: base64('mine') } };
    const other = { ...body, metadata: { name: 'other-type' }, type: 'example.com/other' };
    await cluster().request('POST', secrets, other);
    const ofOther = await world.copy({}, { target: { secretName: 'other-type' }, adopt: 'yes' });
    await stands(ofOther, 'Conflict', 'TypeDiffers');
    const fixed = { ...body, metadata: { name: 'fixed' }, immutable: true };
    await cluster().request('POST', secrets, fixed);
    const ofFixed = await world.copy({}, { target: { secretName: 'fixed' }, adopt: 'yes' });
    await stands(ofFixed, 'Conflict', 'TargetImmutable');
    expect((await world.stored('fixed'))?.data).toEqual({ own: 'mine' });
  });
});

describe('a copy that another client changes', () => {
  it('keeps the change, also at the end of the share', async () => {
    const name = await world.copy({ keys: ['password', 'user'] });
    await becomes(name, { password: 'shared-value', user: 'app' });
    await edit(name, { data: { password: base64('edited') } });
    await stands(name, 'Drifted', 'Drifted');
    const shown = await world.as('copier').get(`/v1/namespaces/shop/imports/${name}`);
    expect(shown.body['copy']).toMatchObject({ reason: 'Drifted', version: 1 });
    expect((await world.stored(name))?.data).toMatchObject({ password: 'edited' });
    await revoke(name);
    await becomes(name, { password: 'edited' });
  });

  it('is repaired where the import says so, and the change is in the history', async () => {
    const name = await world.copy({}, { repair: true });
    await becomes(name, { password: 'shared-value' });
    await edit(name, { data: { password: base64('edited') } });
    await becomes(name, { password: 'shared-value' });
    const path = `/v1/namespaces/shop/secrets/${name}/versions`;
    await eventually(async () => {
      const { body } = await world.as('copier').get(path);
      expect(body.items.map(({ door }) => door)).toEqual(['share', 'external', 'share']);
    });
    await revoke(name);
    await becomes(name, undefined);
  });

  it('is not made again after its deletion, unless the import repairs it', async () => {
    const kept = await world.copy();
    const repaired = await world.copy({}, { repair: true });
    for (const name of [kept, repaired]) {
      await becomes(name, { password: 'shared-value' });
      await cluster().request('DELETE', `${secrets}/${name}`);
    }
    await stands(kept, 'Drifted', 'TargetDeleted');
    await becomes(repaired, { password: 'shared-value' });
    expect(await world.stored(kept)).toBeUndefined();
  });

  it('is foreign if another Secret has its name', async () => {
    const name = await world.copy();
    await becomes(name, { password: 'shared-value' });
    await cluster().request('DELETE', `${secrets}/${name}`);
    await seedSecret(world.installation, 'shop', name, { password: 'of-a-user' });
    await stands(name, 'Conflict', 'TargetExists');
    await revoke(name);
    await stands(name, 'NotGranted', 'NotGranted');
    expect((await world.stored(name))?.data).toEqual({ password: 'of-a-user' });
  });

  it('keeps keys that a user has added', async () => {
    const name = await world.copy();
    await becomes(name, { password: 'shared-value' });
    await edit(name, { data: { own: base64('mine') } });
    await becomes(name, { password: 'shared-value', own: 'mine' });
    await revoke(name);
    await becomes(name, { own: 'mine' });
  });
});

describe('a target whose type demands keys', () => {
  it('gets all of them in one write, or nothing', async () => {
    const { certificate, key } = await createCertificateAuthority('test', 1);
    const pair = { 'tls.crt': certificate, 'tls.key': key };
    await seedSecret(world.installation, 'pay', 'pair', pair);
    const target = (secretName: string) => ({ target: { secretName, type: 'kubernetes.io/tls' } });
    const half = await world.copy({ secretName: 'pair', keys: ['tls.crt'] }, target('half'));
    await stands(half, 'Conflict', 'KeySetIncomplete');
    expect(await world.stored('half')).toBeUndefined();
    const share = { secretName: 'pair', keys: ['tls.crt', 'tls.key'] };
    const whole = await world.copy(share, target('whole'));
    await becomes('whole', pair);
    expect((await world.stored('whole'))?.type).toBe('kubernetes.io/tls');
    await world.as('owner').delete('/v1/namespaces/pay/secrets/pair/keys/tls.key');
    await stands(whole, 'Conflict', 'KeySetIncomplete');
    expect(await world.stored('whole')).toBeUndefined();
  });
});
