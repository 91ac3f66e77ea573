import { describe, expect, it } from 'vitest';
import { limits } from '../../../../../src/core/limits.js';
import {
  type ShownEntry,
  gatherShown,
  mergedValues,
  valuesBody,
} from '../../../../../src/secrets/domain/values/values-body.js';
import { marker, pointers, refusal, values } from '../secret.builder.js';

const bytes = new Uint8Array([0xff, ...new TextEncoder().encode(marker)]);

describe('values of several Secrets', () => {
  it('stand under their Secret in the order asked, keys sorted', () => {
    const body = valuesBody(
      [
        { name: 'mail', data: values({ b: '2', a: 'it\u2019s "1"' }) },
        { name: '10', data: values({ __proto__x: 'x', '9': '' }) },
      ],
      'auto',
    );
    expect(body).toBe('{"mail":{"a":"it\u2019s \\"1\\"","b":"2"},"10":{"9":"","__proto__x":"x"}}');
  });

  it('have a key __proto__ as any other', () => {
    const data = new Map([...values({ a: 'x' })].map(([, value]) => ['__proto__', value] as const));
    expect(valuesBody([{ name: 'db', data }], 'auto')).toBe('{"db":{"__proto__":"x"}}');
  });

  it('stand there once, however often their Secret is named', () => {
    const entries = [
      { name: 'db', data: values({ b: '2' }) },
      { name: 'mail', data: values({ c: '3' }) },
      { name: 'db', data: values({ a: '1', b: '2' }) },
    ];
    expect(valuesBody(entries, 'auto')).toBe('{"db":{"a":"1","b":"2"},"mail":{"c":"3"}}');
    expect([...mergedValues(entries).keys()]).toEqual(['b', 'a', 'c']);
  });

  it('that are not text are refused by Secret and key, unless base64 is asked for', () => {
    const entries = [
      { name: 'db', data: values({ seal: bytes, user: 'me' }) },
      { name: 'mail', data: values({ 'a.b': bytes }) },
    ];
    const show = () => valuesBody(entries, 'auto');
    expect(pointers(show)).toEqual(['/db/seal', '/mail/a.b']);
    expect(refusal(show)).toMatchObject({ code: 'Invalid', status: 422 });
    const base64 = JSON.parse(valuesBody(entries, 'base64')) as Record<string, object>;
    expect(base64['db']).toMatchObject({ user: Buffer.from('me').toString('base64') });
  });
});

describe('one map of several Secrets', () => {
  it('has the keys of all', () => {
    const entries = [
      { name: 'db', data: values({ password: 'x' }) },
      { name: 'mail', data: values({ user: 'y' }) },
    ];
    expect([...mergedValues(entries).keys()]).toEqual(['password', 'user']);
  });

  it('is refused where a key stands in two of them', () => {
    const entries = [
      { name: 'db', data: values({ password: marker }) },
      { name: 'mail', data: values({ password: marker }) },
    ];
    const error = refusal(() => mergedValues(entries));
    expect(error).toMatchObject({ code: 'Invalid', status: 422 });
    expect(error.errors).toEqual([
      { pointer: '/data/password', reason: 'stands in secrets "db" and "mail"' },
    ]);
  });
});

describe('what one call shows', () => {
  const bytesMax = limits.valuesBytesMax;
  const half = (more = 0): ShownEntry => ({
    name: 'db',
    data: values({ k: new Uint8Array(bytesMax / 2 - 3 + more).fill(0x78) }),
  });

  let made: number;
  async function* halves(...more: readonly number[]) {
    made = 0;
    for (const bytes of more) {
      made += 1;
      yield half(bytes);
    }
  }

  it('may have so many bytes of names and values', async () => {
    expect(await gatherShown(halves(0, 0))).toHaveLength(2);
  });

  it('counts as JSON writes it: six bytes for a control character, unless it is base64', async () => {
    async function* controls() {
      yield { name: 'db', data: values({ k: new Uint8Array(bytesMax / 4) }) };
    }
    await expect(gatherShown(controls())).rejects.toMatchObject({ code: 'TooLarge' });
    expect(await gatherShown(controls(), 'base64')).toHaveLength(1);
  });

  it('is refused beyond that, and no more is made of it', async () => {
    await expect(gatherShown(halves(0, 1, 0))).rejects.toMatchObject({
      ...{ code: 'TooLarge', status: 413 },
      message: 'the values have more than 8 MiB: ask for fewer',
    });
    expect(made).toBe(2);
  });
});
