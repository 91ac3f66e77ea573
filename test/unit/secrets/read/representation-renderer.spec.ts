import { describe, expect, it } from 'vitest';
import { metadataBody, secretValues } from '../../../../src/secrets/domain/representations.js';
import type { VersionInfo } from '../../../../src/secrets/domain/secret-history.js';
import { readsWorld, stateOf } from './cached-reads.builder.js';

const bob = { username: 'bob', kind: 'oidc', credentialId: null };
const info: VersionInfo = { version: 3, updatedBy: bob, keyVersions: [], isFinal: true };
const state = stateOf('db');

describe('what was made of a state', () => {
  it('is kept, so that its document is read once', () => {
    const { shown, documents } = readsWorld();
    expect(shown.kept(state, secretValues)).toBeUndefined();
    const made = shown.make(state, shown.read(state), secretValues);
    expect([...made.keys()]).toEqual(['password', 'user']);
    expect(shown.kept(state, secretValues)).toBe(made);
    expect(documents.count).toBe(1);
  });

  it('is kept with its version once nothing of that changes any more', async () => {
    const { shown, history } = readsWorld();
    const described = () => shown.describe(state, shown.read(state), metadataBody);
    expect(await described()).toMatchObject({ version: null, updatedBy: null });
    expect(shown.kept(state, metadataBody)).toBeUndefined();
    history.info = { ...info, updatedBy: null, isFinal: false };
    expect(await described()).toMatchObject({ version: 3, updatedBy: null });
    expect(shown.kept(state, metadataBody)).toBeUndefined();
    history.info = info;
    await described();
    expect(shown.kept(state, metadataBody)).toMatchObject({ version: 3, updatedBy: bob });
  });

  it('is kept without a version where there will never be one', async () => {
    const { shown, history } = readsWorld();
    history.isRecording = false;
    await shown.describe(state, shown.read(state), metadataBody);
    expect(shown.kept(state, metadataBody)).toMatchObject({ version: null });
  });

  it('is not kept without an author who became known meanwhile', async () => {
    const { shown, history, renditions } = readsWorld();
    history.info = { ...info, updatedBy: null };
    const described = shown.describe(state, shown.read(state), metadataBody);
    renditions.attributed(state);
    await described;
    expect(shown.kept(state, metadataBody)).toBeUndefined();
    await shown.describe(state, shown.read(state), metadataBody);
    expect(shown.kept(state, metadataBody)).toMatchObject({ updatedBy: null });
    renditions.attributed(state);
    expect(shown.kept(state, metadataBody)).toBeUndefined();
  });

  it('is not kept where it cannot be shown', () => {
    const { shown } = readsWorld();
    const failing = {
      ...secretValues,
      render: () => {
        throw new Error('not text');
      },
    };
    expect(() => shown.make(state, shown.read(state), failing)).toThrow('not text');
    expect(shown.kept(state, secretValues)).toBeUndefined();
  });
});

describe('many states', () => {
  const states = ['a', 'b', 'c'].map((name) => stateOf(name));

  it('are shown in their order, and history is asked once for those that are not kept', async () => {
    const { shown, history, documents } = readsWorld();
    history.info = info;
    await shown.all([stateOf('x'), states[1] ?? state], metadataBody);
    const all = await shown.all(states, metadataBody);
    expect(all.map(({ name, version }) => [name, version])).toEqual([
      ['a', 3],
      ['b', 3],
      ['c', 3],
    ]);
    expect(history.asked.map((some) => some.map(({ name }) => name))).toEqual([
      ['x', 'b'],
      ['a', 'c'],
    ]);
    expect(documents.count).toBe(4);
    await shown.all(states, metadataBody);
    expect(documents.count).toBe(4);
  });

  it('let others take their turn', async () => {
    const { shown } = readsWorld();
    const many = Array.from({ length: 250 }, (_, index) => stateOf(`s${index}`));
    const order: string[] = [];
    setImmediate(() => order.push('others'));
    await shown.all(many, secretValues);
    order.push('all');
    expect(order).toEqual(['others', 'all']);
  });
});
