import { describe, expect, it } from 'vitest';
import { limits } from '../../../../../src/core/limits.js';
import {
  cachedAnswer,
  cachedListParts,
} from '../../../../../src/kubectl/domain/forward/cached-answer.js';
import { cachedSecretOf } from '../../forward/told-cache.js';
import { secretOf } from '../../forward/forward.builder.js';

const database = cachedSecretOf(secretOf('db', ['user', 'password']));

function textOf(names: readonly string[]): string {
  const secrets = names.map((name) => cachedSecretOf(secretOf(name)));
  const parts = [...cachedListParts(secrets, '41')].flat();
  const bytes = parts.flatMap((part) => ('before' in part ? [part.before] : []).concat(part.bytes));
  return Buffer.concat(bytes).toString();
}

describe('a Secret from the cache', () => {
  it('is answered as the API server does, with the names of its keys', () => {
    const { body, shown } = cachedAnswer(database);
    expect(body.toString()).toBe(`${JSON.stringify(secretOf('db', ['user', 'password']))}\n`);
    expect(shown).toEqual([{ namespace: 'pay', name: 'db', keys: ['password', 'user'] }]);
    expect(cachedAnswer(database)).toEqual({ body, shown });
  });

  it('has no more than a view leaves', () => {
    const { body, shown } = cachedAnswer(database, { shows: () => true, hasValues: false });
    expect(JSON.parse(body.toString())).not.toHaveProperty('data');
    expect(shown).toEqual([{ namespace: 'pay', name: 'db', keys: [] }]);
    const hidden = () => cachedAnswer(database, { shows: () => false, hasValues: true });
    expect(hidden).toThrow('the scope of the token forbids this');
  });
});

describe('a list from the cache', () => {
  it('is written as the API server writes one: its items have no kind', () => {
    const items = ['a', 'b'].map((name) => {
      const { metadata, data, type } = secretOf(name);
      return { metadata, data, type };
    });
    const list = { kind: 'SecretList', apiVersion: 'v1', metadata: { resourceVersion: '41' } };
    expect(textOf(['a', 'b'])).toBe(`${JSON.stringify({ ...list, items })}\n`);
    expect(textOf([])).toBe(`${JSON.stringify({ ...list, items: [] })}\n`);
  });

  it('comes in turns of so many Secrets and bytes', () => {
    const many = Array.from({ length: 2 * limits.cacheListTurnSecrets }, () => database);
    const turns = [...cachedListParts(many, '41')];
    expect(turns.flat()).toHaveLength(many.length + 2);
    expect(turns.every((turn) => turn.length <= limits.cacheListTurnSecrets)).toBe(true);
    const data = { large: 'x'.repeat(limits.kubectlListTurnBytesMax) };
    const document = { ...secretOf('large'), data };
    const large = cachedSecretOf(document);
    expect([...cachedListParts([large, large, large], '41')].map((turn) => turn.length)).toEqual([
      ...[2, 1, 1, 1],
    ]);
  });
});
