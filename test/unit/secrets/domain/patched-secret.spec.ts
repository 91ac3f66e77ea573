import { describe, expect, it } from 'vitest';
import { mayWriteLabels, patchedSecret } from '../../../../src/secrets/domain/patched-secret.js';
import { storedSecret, values } from './secret.builder.js';

const before = storedSecret({
  labels: { a: '1', b: '2' },
  annotations: { note: 'x' },
  data: values({ username: 'app', password: 'old' }),
});
const base64 = (text: string): string => Buffer.from(text).toString('base64');

describe('the state after a merge patch', () => {
  it('has the keys that it sets, and lacks those that it removes', () => {
    const data = { password: base64('new'), username: null, extra: base64('more') };
    const after = patchedSecret(before, { kind: 'merge', document: { data } });
    const texts = [...after.data].map(([key, value]) => [key, value.revealText()]);
    expect(Object.fromEntries(texts)).toEqual({ password: 'new', extra: 'more' });
  });

  it('has its labels and annotations', () => {
    const metadata = { labels: { a: null, c: '3' }, annotations: { note: 'y' } };
    const after = patchedSecret(before, { kind: 'merge', document: { metadata } });
    expect(after).toMatchObject({ labels: { b: '2', c: '3' }, annotations: { note: 'y' } });
    expect(after.labels).not.toHaveProperty('a');
    expect(after.data).toEqual(before.data);
  });
});

describe('a patch may write labels', () => {
  const json = (path: string) =>
    ({ kind: 'json', operations: [{ op: 'add', path, value: 'x' }] }) as const;
  it.each([
    [{ kind: 'merge', document: { metadata: { labels: { a: '1' } } } } as const, true],
    [{ kind: 'merge', document: { metadata: { annotations: {} }, data: {} } } as const, false],
    [json('/metadata/labels/a'), true],
    [json('/metadata/labels'), true],
    [json('/metadata'), true],
    [json(''), true],
    [json('/data/labels'), false],
    [json('/metadata/annotations/labels'), false],
  ])('%j: %s', (patch, isWritten) => {
    expect(mayWriteLabels(patch)).toBe(isWritten);
  });
});
