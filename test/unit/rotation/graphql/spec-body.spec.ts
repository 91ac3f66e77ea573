import { describe, expect, it } from 'vitest';
import { specBody } from '../../../../src/rotation/graphql/spec-body.js';

describe('the spec of an input', () => {
  it('is the spec of REST, with an empty object for each true that stands for one', () => {
    const spec = {
      generate: [{ key: 'id', uuid: true, password: null }],
      target: { none: true },
      suspend: false,
    };
    expect(specBody(spec)).toEqual({
      generate: [{ key: 'id', uuid: {} }],
      target: { none: {} },
      suspend: false,
    });
  });

  it('leaves out what is false and stands for an object, and what is null', () => {
    expect(specBody({ target: { none: false }, schedule: null })).toEqual({ target: {} });
  });

  it('has members of any of the algorithms', () => {
    const algorithm = { name: 'ECDSA', curve: 'P-256', bits: null };
    expect(specBody({ generate: [{ key: 'k', keyPair: { algorithm } }] })).toEqual({
      generate: [{ key: 'k', keyPair: { algorithm: { name: 'ECDSA', curve: 'P-256' } } }],
    });
  });
});
