import { describe, expect, it } from 'vitest';
import { compiledSpec, requireUsable } from '../../../../src/schemas/domain/compiled-spec.js';

const specOf = (key: object) => ({
  appliesTo: { label: 'login' },
  mode: 'enforce',
  keys: { a: key },
});

describe('a spec that obviously allows no value of a key', () => {
  it.each([
    [{ schema: { type: 'integer' } }, '/keys/a/schema/type', /^must include string/],
    [{ schema: { type: ['null', 'object'] } }, '/keys/a/schema/type', /^must include string/],
    [{ schema: { enum: ['a', 5, 'b'] } }, '/keys/a/schema/enum/1', /^must be a text/],
    [{ schema: { const: null } }, '/keys/a/schema/const', /^must be a text/],
    [{ schema: { minLength: 3, maxLength: 2 } }, '/keys/a/schema/minLength', /maxLength 2$/],
    [
      { format: 'json', schema: { properties: { b: { minLength: 3, maxLength: 2 } } } },
      '/keys/a/schema/properties/b/minLength',
      /maxLength 2$/,
    ],
  ])('is refused, and stays in force if it is stored: %j', (key, pointer, reason) => {
    const spec = specOf(key);
    let refusal: unknown;
    try {
      requireUsable('login', spec);
    } catch (error) {
      refusal = error;
    }
    const errors = [{ pointer, reason: expect.stringMatching(reason) as unknown }];
    expect(refusal).toMatchObject({ code: 'Invalid', errors });
    const { rules, problems } = compiledSpec('login', spec);
    expect([rules?.name, problems]).toEqual(['login', []]);
  });

  it('is refused for all keys at once', () => {
    const keys = { a: { schema: { type: 'null' } }, b: { schema: { minLength: 3, maxLength: 2 } } };
    const errors = [{ pointer: '/keys/a/schema/type' }, { pointer: '/keys/b/schema/minLength' }];
    let refusal: unknown;
    try {
      requireUsable('login', { ...specOf({}), keys });
    } catch (error) {
      refusal = error;
    }
    expect(refusal).toMatchObject({ errors });
  });

  it('is refused if a rule reads a key that it excludes, and stays in force if it is stored', () => {
    const rules = [{ rule: 'has(secret.a)' }, { rule: 'secret.a == secret.usrname' }];
    const spec = { ...specOf({}), rules };
    expect(() => requireUsable('login', spec)).not.toThrow();
    const strict = { ...spec, additionalKeys: false };
    let refusal: unknown;
    try {
      requireUsable('login', strict);
    } catch (error) {
      refusal = error;
    }
    const reason = expect.stringMatching(/^reads usrname, which keys does not name/) as unknown;
    expect(refusal).toMatchObject({ errors: [{ pointer: '/rules/1/rule', reason }] });
    expect(compiledSpec('login', strict).problems).toEqual([]);
    const open = { ...strict, rules: [{ rule: 'secret.all(key, key != "usrname")' }] };
    expect(() => requireUsable('login', open)).not.toThrow();
  });

  it('allows other constants in the document that a text is', () => {
    const schema = { enum: [5, { a: 1 }], type: ['integer', 'object'] };
    expect(() => requireUsable('login', specOf({ format: 'json', schema }))).not.toThrow();
  });

  it('is refused if no annotation can have the name of its time', () => {
    const spec = { ...specOf({}), expires: { annotation: 'x y' } };
    let refusal: unknown;
    try {
      requireUsable('login', spec);
    } catch (error) {
      refusal = error;
    }
    expect(refusal).toMatchObject({ errors: [{ pointer: '/expires/annotation' }] });
    expect(compiledSpec('login', spec).problems).toEqual([]);
    const named = { ...spec, expires: { annotation: 'example.com/until' } };
    expect(() => requireUsable('login', named)).not.toThrow();
  });

  it('is not one with a choice', () => {
    const schema = { anyOf: [{ minLength: 3, maxLength: 2 }, { pattern: '^x' }] };
    expect(() => requireUsable('login', specOf({ schema }))).not.toThrow();
  });
});
