import { describe, expect, it } from 'vitest';
import { SecretValue } from '../../../../src/core/secret-value.js';
import { LentJson } from '../../../../src/secrets/domain/lent-json.js';

const long = 'p"\\/ü\u2028𝒳\n\0 '.repeat(100);

function documentOf(texts: Readonly<Record<string, string>>): SecretValue {
  const data = Object.entries(texts).map(([name, text]) => {
    return [name, Buffer.from(text).toString('base64')];
  });
  return SecretValue.ofKeptText(JSON.stringify({ kind: 'Secret', data: Object.fromEntries(data) }));
}

function bodyOf(texts: Readonly<Record<string, string>>, annotations = {}): string {
  return JSON.stringify({ name: 'db', annotations, stringData: texts, data: {}, version: 3 });
}

function lent(texts: Readonly<Record<string, string>>, annotations = {}): LentJson | undefined {
  return LentJson.of(bodyOf(texts, annotations), texts, documentOf(texts));
}

describe('a body that lends its values', () => {
  it.each([
    ['of one value', { password: long }],
    ['of several, of which some are short', { a: long, b: 'short', c: `${long}!`, d: '' }],
    ['of two that are the same', { a: long, b: long }],
    ['of one within another', { a: `${long}${long}`, b: long }],
    ['with a byte order mark', { a: `\ufeff${long}` }],
    ['of names that look like others', { '1': long, a: long, '"x"': `${long}?`, __proto_: long }],
  ])('is the same bytes as one that holds them (%s)', (_what, texts) => {
    const body = lent(texts);
    expect(body?.reveal().toString()).toBe(bodyOf(texts));
    expect(body?.sizeBytes).toBeLessThan(bodyOf(texts).length - long.length);
  });

  it('is so too where an annotation says the same as a value', () => {
    const texts = { password: long };
    const annotations = { password: long, other: `"password":${JSON.stringify(long)}` };
    expect(lent(texts, annotations)?.reveal().toString()).toBe(bodyOf(texts, annotations));
  });

  it('is not made where that gains nothing, or costs too much', () => {
    expect(lent({ password: 'hunter2' })).toBeUndefined();
    expect(lent({ password: long.repeat(10) })).toBeUndefined();
    // A document that writes its base64 as nobody does.
    const texts = { password: long };
    expect(LentJson.of(bodyOf(texts), texts, documentOf({}))).toBeUndefined();
  });

  it('prints no value', () => {
    expect(JSON.stringify({ body: lent({ password: long }) })).not.toContain('p\\"');
  });
});
