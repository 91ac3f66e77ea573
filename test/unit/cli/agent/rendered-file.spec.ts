import { SecretValues } from '@sallyport/client';
import { describe, expect, it } from 'vitest';
import { agentConfigOf } from '../../../../src/cli/agent/agent-config.js';
import { renderedFile } from '../../../../src/cli/agent/rendered-file.js';
import { ReadValues } from '../../../../src/cli/values/read-values.js';

function values(stringData: Readonly<Record<string, string>>, data = {}): ReadValues {
  const read = new ReadValues();
  const found = new SecretValues({ stringData, data });
  const namespace = { kind: 'namespace', namespace: 'pay', entries: ['db'] } as const;
  read.add(namespace, new Map([['db', found]]));
  read.add({ kind: 'environment', namespace: 'pay', name: 'shop' }, new Map([['shop', found]]));
  return read;
}

function render(content: object, read: ReadValues): Buffer {
  const { files } = agentConfigOf({ files: [{ path: '/f', ...content }] }, 'pay');
  const [file] = files;
  if (file === undefined) throw new Error('one file is planned');
  return renderedFile(file, read).reveal();
}

describe('the content of a file', () => {
  it('is the value of a key, byte for byte', () => {
    const read = values({}, { raw: Buffer.from([0, 255]).toString('base64') });
    expect(render({ key: 'db/raw' }, read)).toEqual(Buffer.from([0, 255]));
  });

  it('is a whole Secret, or an environment, in a format', () => {
    const read = values({ 'api-key': 'k 1', user: 'app' });
    const env = "API_KEY='k 1'\nUSER=app\n";
    const options = { format: 'env', names: 'upper' };
    expect(render({ secret: 'db', ...options }, read).toString()).toBe(env);
    expect(render({ environment: 'shop', ...options }, read).toString()).toBe(env);
  });

  it('is a template over keys and environments', () => {
    const template = '{{ user }}:{{ P | urlencode }}';
    const content = { template, environment: 'shop', values: { P: 'db/password' } };
    expect(render(content, values({ user: 'app', password: 'a@b' })).toString()).toBe('app:a%40b');
  });

  it.each([
    ['a key that is not there', { key: 'db/absent' }, '/f: pay/db has no key absent'],
    ['a name that a format cannot have', { secret: 'db', format: 'env' }, '/f: '],
    ['a name that a template does not know', { template: '{{ NONE }}' }, 'that is not there'],
  ])('cannot be made of %s, which is said without a value', (_what, content, reason) => {
    const failing = () => render(content, values({ 'a-b': 'canary' }));
    expect(failing).toThrow(reason);
    expect(failing).not.toThrow('canary');
  });
});
