import { describe, expect, it } from 'vitest';
import type {
  ParsedPolicy,
  StoredPolicy,
} from '../../../../src/rotation/domain/rotation-policy.js';
import { PolicyRegistry } from '../../../../src/rotation/engine/policy-registry.js';
import { aPolicy, passwordBody } from '../policy.builder.js';

interface Heard {
  readonly put: (readonly [ParsedPolicy, ParsedPolicy | undefined])[];
  readonly removed: ParsedPolicy[];
}

function aBook(): { readonly book: PolicyRegistry; readonly heard: Heard } {
  const book = new PolicyRegistry();
  const heard: Heard = { put: [], removed: [] };
  book.onChange({
    put: (known, before) => heard.put.push([known, before]),
    removed: (known) => heard.removed.push(known),
  });
  return { book, heard };
}

const policyOf = (change: Partial<StoredPolicy>): StoredPolicy => aPolicy(passwordBody, change);
const secret = { namespaceUid: 'uid-of-pay', name: 'app-db' };

describe('a policy in the book', () => {
  it('is found by its uid and by its Secret, understood', () => {
    const { book, heard } = aBook();
    book.put(aPolicy(), 'uid-of-pay');
    const known = book.byUid('uid-of-policy');
    expect(known).toMatchObject({ ...secret, problem: undefined, spec: { secretName: 'app-db' } });
    expect(book.of(secret)).toBe(known);
    expect(book.size).toBe(1);
    expect([...book.all]).toEqual([known]);
    expect(heard.put).toEqual([[known, undefined]]);
  });

  it('is not that of a namespace of the same name that was there before', () => {
    const { book } = aBook();
    book.put(aPolicy(), 'uid-of-pay');
    expect(book.of({ ...secret, namespaceUid: 'uid-of-former' })).toBeUndefined();
  });

  it('is not understood again where only its status is new', () => {
    const { book, heard } = aBook();
    book.put(aPolicy(), 'uid-of-pay');
    const before = book.byUid('uid-of-policy');
    const written = policyOf({ resourceVersion: '8', status: { state: 'running' } });
    book.put(written, 'uid-of-pay');
    const after = book.byUid('uid-of-policy');
    expect(after?.spec).toBe(before?.spec);
    expect(after?.policy).toBe(written);
    expect(book.of(secret)).toBe(after);
    expect(heard.put.at(-1)).toEqual([after, before]);
  });

  it('is understood again with each generation, and may break a rule then', () => {
    const { book } = aBook();
    book.put(aPolicy(), 'uid-of-pay');
    book.put(aPolicy({ generate: [] }, { generation: 2 }), 'uid-of-pay');
    expect(book.of(secret)).toMatchObject({ spec: undefined, specHash: '' });
    book.put(policyOf({ generation: 3 }), 'uid-of-pay');
    expect(book.of(secret)?.problem).toBeUndefined();
  });

  it('is found under its namespace alone, once that is known by another uid', () => {
    const { book } = aBook();
    book.put(aPolicy(), 'unknown');
    book.put(aPolicy(), 'uid-of-pay');
    expect(book.of({ ...secret, namespaceUid: 'unknown' })).toBeUndefined();
    expect(book.of(secret)?.namespaceUid).toBe('uid-of-pay');
    expect(book.size).toBe(1);
  });
});

describe('a policy that is gone', () => {
  it('is found no more, and told once', () => {
    const { book, heard } = aBook();
    book.put(aPolicy(), 'uid-of-pay');
    book.remove(aPolicy());
    book.remove(aPolicy());
    expect([book.byUid('uid-of-policy'), book.of(secret), book.size]).toEqual([
      undefined,
      undefined,
      0,
    ]);
    expect(heard.removed).toHaveLength(1);
  });

  it('takes nothing with it of the one that came in its place', () => {
    const { book } = aBook();
    book.put(aPolicy(), 'uid-of-pay');
    const next = policyOf({ uid: 'uid-of-next' });
    book.put(next, 'uid-of-pay');
    book.remove(aPolicy());
    expect(book.of(secret)?.policy).toBe(next);
  });
});

describe('a list of policies', () => {
  function filled() {
    const made = aBook();
    made.book.put(policyOf({ uid: 'a' }), 'uid-of-pay');
    made.book.put(policyOf({ uid: 'b', name: 'other' }), 'uid-of-pay');
    made.book.put(policyOf({ uid: 'c', namespace: 'shop' }), 'uid-of-shop');
    return made;
  }

  const uidsOf = (book: PolicyRegistry) => [...book.all].map(({ policy }) => policy.uid);

  it('of a namespace takes away what is not in it, there alone', () => {
    const { book, heard } = filled();
    book.listed('pay', new Set(['b']));
    expect(uidsOf(book)).toEqual(['b', 'c']);
    expect(heard.removed.map(({ policy }) => policy.uid)).toEqual(['a']);
  });

  it('of all namespaces takes away what is nowhere', () => {
    const { book } = filled();
    book.listed('', new Set(['c']));
    expect(uidsOf(book)).toEqual(['c']);
  });
});
